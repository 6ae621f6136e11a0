"""What README and the pages of docs say to type or to write works as it is printed, in order."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import sim
from sim import cli
from sim.config import compose, staffing
from sim.config.compose import GROUPS
from sim.scenarios.calibration import posterior
from sim.scenarios.verification import verify
from tests.tables_of_docs import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
STEP = re.compile(
    r"^```(?:yaml|csv)\n(?P<body>.*?)^```"
    r"|^(?P<line>coresponder .*?)$|`(?P<inline>coresponder [^`]*)`",
    re.MULTILINE | re.DOTALL,
)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:configs/)?[\w/]+\.(?:yaml|csv))`")
KEY = re.compile(rf"`((?:{'|'.join((*GROUPS, 'run'))})(?:\.\w+)*=[^`]*)`")
SERVES = "coresponder app"  # it ends only when it is told to
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b|\[|\.\.\.")  # PLAN, [BASE]
# Few and short years: the words are tried, not their answers.
FEW = ["run.window_days=7", "run.replications=2"]
FASTER = {
    "compare": [*FEW, "run.draws=0", "--no-figures", "--check", "none"],
    "run": [*FEW, "run.draws=0", "--no-figures", "--check", "none"],
    "curve": [*FEW, "run.draws=0", "--no-figures", "--check", "none"],
    "recommend": [
        *(*FEW, "run.draws=0", "--no-figures", "--check=none", "--fresh-years=10"),
        *("--starts=06:00,18:00", "demand.calls_per_year=600"),
    ],
    "sensitivity": [
        *(*FEW, "run.draws=16", "--no-figures", "--check=none"),
        *("--points=2", "--drivers=2"),
    ],
    "calibrate": [*FEW, "--draws=60", "--no-figures", "--check=none"],
    "sweep": [*FEW, "--no-figures", "--check=none"],
    "grant": [*FEW, "run.draws=0"],
    "verify": ["--quick"],
    "programs NAME": [*FEW, "run.draws=0", "--check", "none"],
}
ZONES = ["demand.zones_file=zones.csv", "travel=matrix", "travel.matrix_file=minutes.csv"]
BESIDE = {  # a choice that needs another
    "travel.matrix_unit=seconds": ZONES,
    "travel=coordinates": ["demand=three_towns"],
}


def steps(page: Path) -> Iterator[tuple[str, str]]:
    """What a page has its reader do, in order: ("", command) or (name of a file, its text).

    A file is named in its first line, or by the last name before it. Commands with words that stand
    for others are left out.
    """
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for match in STEP.finditer(text):
        body, line = match["body"], match["line"] or match["inline"]
        if body is not None:
            inside = re.match(r"# (configs/\S+\.yaml)\n", body)
            yield inside[1] if inside else NAMED.findall(text[: match.start()])[-1], body
        elif not PLACEHOLDER.search(line.partition(" #")[0]) and not line.startswith(SERVES):
            yield "", line


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")


def words_of(command: str) -> list[str]:
    command = re.sub(r"--(replications|points) \d+", r"--\1 4", command)
    _, verb, *words = shlex.split(command, comments=True)
    kind = f"{verb} NAME" if verb == "programs" and words and "-" not in words[0] else verb
    faster = [x for x in FASTER.get(kind, []) if not _is_said(x.partition("=")[0], words)]
    return [verb, *words, *faster]


def _is_said(key: str, words: list[str]) -> bool:
    if not key.startswith("run."):
        return key in words
    return any(key in word or word == f"--{key.rpartition('.')[2]}" for word in words)


def test_there_is_something_to_try() -> None:
    readme, guide = (
        [name for name, _ in steps(ROOT / page)] for page in ("README.md", "docs/guide.md")
    )
    assert readme == [""] * 11
    assert [name for name in guide if name] == [
        *("configs/staffing/mine.yaml", "holidays.csv", "zones.csv", "minutes.csv"),
        *("configs/costs/mine.yaml", "configs/service/mine.yaml"),
    ]
    assert guide.count("") > 20


each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def few_draws_and_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer than words can ask for; tests/test_calibrate.py and test_verify.py have more."""
    monkeypatch.setattr(posterior, "CHECKED", 10)
    monkeypatch.setattr(posterior, "KEPT", 60)
    monkeypatch.setattr(verify, "LAWS", verify.LAWS[:2])


def check_is_read(name: str) -> None:
    """A file of a config group, or a staffing plan, is composed; others are read by a command."""
    if name.endswith(".yaml") and "/" in name:
        group, stem = Path(name).parts[-2], Path(name).stem
        assert staffing(stem) if group == "staffing" else compose([f"{group}={stem}"])


@each_page
def test_every_step_works_as_printed_and_in_order(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in steps(page):
        if name:
            write(name, text)
            check_is_read(name)
        else:
            assert cli.main(words_of(text)) == 0, (text, capsys.readouterr().err)


def test_zones_work_as_typed_with_the_draws_that_are_drawn_by_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A draw, and what is said of assumptions, need a city's own files as the run itself does."""
    asked = []
    for name, text in steps(ROOT / "docs" / "guide.md"):
        if name:
            write(name, text)
        elif "travel=" in text:
            asked.append("demand.zones_file=zones.csv" in text)
            words = [*shlex.split(text)[1:], *FEW, "--no-figures", "--check", "none"]
            assert cli.main(words) == 0, (text, capsys.readouterr().err)
            assert "assumptions vary" in capsys.readouterr().out
    assert sum(asked) == 2  # by coordinates and by a table of minutes


@each_page
def test_keys_in_the_text_can_be_set_as_printed(page: Path) -> None:
    for name, text in steps(page):
        if name:
            write(name, text)
    for printed in KEY.findall(page.read_text(encoding="utf-8").replace("\n", " ")):
        overrides = shlex.split(printed)
        if not PLACEHOLDER.search(printed):
            compose([*overrides, *(x for key in overrides for x in BESIDE.get(key, []))])


def test_what_readme_says_to_make_is_tried() -> None:
    readme, makefile = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile")
    )
    assert re.findall(r"^make (\w+)", readme, re.MULTILINE) == ["run", "app", "test"]
    asked = re.findall(r"^run: env\n\t\$\(BIN\)/(.*)$", makefile, re.MULTILINE)
    tried = [line.partition("#")[0].strip() for name, line in steps(ROOT / "README.md") if not name]
    assert asked == tried[:1]
    assert "\n\t$(BIN)/python -m pytest" in makefile.partition("\ntest:")[2].partition("\n\n")[0]


def test_the_python_of_the_pages_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = partial(sim.compare, overrides=FEW, draws=0, check="none")
    monkeypatch.setattr(sim, "compare", quick)
    blocks = [block for page in PAGES for block in PYTHON.findall(page.read_text(encoding="utf-8"))]
    assert blocks
    for block in blocks:
        exec(block, {})  # noqa: S102 - our own page


def test_the_guide_shows_the_functions_that_read_a_config_and_a_plan() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    shown = "\n".join(PYTHON.findall(guide))
    assert all(f"sim.{name}(" in shown for name in ("compare", "compose", "staffing"))
    assert "(12, 288.0)" in shown
    plan = sim.staffing(12)
    assert (plan.teams, plan.team_hours_per_day) == (12, 288.0)


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120
