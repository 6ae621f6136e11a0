"""Objects of the public API: as a frame, printed, in a notebook, pickled, and typed."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import sim
from sim.config import compose, staffing
from sim.scenarios.answers.calibration import Moved
from sim.scenarios.answers.validation import Cell, Held, Span
from sim.scenarios.answers.verification import Figure, System, TriedLaw
from sim.scenarios.request import Request
from sim.shown import MOST_ROWS, STYLE

ROOT = Path(__file__).parents[1]
SMOKE = {"overrides": ["run=smoke"], "replications": 2}
HALF = sim.Interval(0.5, 0.4, 0.6, 20)


@cache
def compared() -> sim.Comparison:
    return sim.compare(2, 1, draws=0, **SMOKE)


def calibration() -> sim.Calibration:
    moved = Moved("demand.growth_factor", "growth", "", 0.4, 0.6, HALF, HALF, 0.1, 0.2, moved=True)
    lists: dict[str, Any] = {"figures": [], "held_out": [], "others": [], "conflicts": []}
    counts = {"unknowns": 1, "draws": 100, "near": 9, "effective": 8.0, "window_days": 365}
    return sim.Calibration(
        request=Request("calibrate"),
        config=compose([]),
        plan=staffing("4"),
        source="report",
        period="2024",
        assumptions=[moved],
        conditioned=None,
        **lists,
        **counts,
    )


def validation() -> sim.Validation:
    span = Span(date(2024, 1, 1), date(2024, 2, 1), 40)
    held = Held("calls", "Calls", "calls", 0.2, replayed=False, cells=[Cell("all", 5, 5, 4, 6)])
    return sim.Validation(
        request=Request("validate"),
        config=compose([]),
        plans=[],
        log="calls.csv",
        another_than=None,
        fitted_to=span,
        held_against=span,
        held=[held],
        left_out={},
        draws=60,
        confidence=0.95,
        response=np.zeros((2, 0)),
        arrival_unknown=0,
    )


def verification() -> sim.Verification:
    system = System("lost calls", "erlang_b", "2", ())
    law = TriedLaw("b", "Erlang B", "", "", [Figure(system, "lost", "share", 0.5, HALF, 0.1)])
    return sim.Verification(Request("verify"), compose([]), [], [law], 0.999, 20, 100, quick=True)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of made-up calls, two a day at hours that go round."""
    rows = ["Incident,Call Type,Received"]
    for n in range(200):
        day = date(2024, 1, 1) + timedelta(days=n // 2)
        rows.append(f"{n},MENTAL HEALTH CRISIS,{day} {7 * n % 24:02d}:{n % 60:02d}")
    file = tmp_path_factory.mktemp("export") / "calls.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


OBJECTS: dict[str, Callable[[], Any]] = {
    "Calibration": calibration,
    "Comparison": compared,
    "Curve": lambda: sim.curve("1..2", draws=0, **SMOKE),
    "Difference": lambda: compared().main.differences[0],
    "DifferenceInterval": lambda: compared().main.differences[0].measures["reach_share"],
    "GrantAnswer": lambda: sim.grant(2, 1, draws=0, **SMOKE),
    "Interval": lambda: HALF,
    "PeopleAnswer": lambda: sim.people(2),
    "PlanResult": lambda: compared().main.plans[0],
    "Recommendation": lambda: sim.recommend(
        targets=["reach_share >= 0.3"],
        overrides=["run=smoke"],
        starts=["08:00"],
        lengths=[12],
        fresh_years=20,
        draws=0,
    ),
    "Scenario": lambda: sim.Scenario(compose(["run=smoke"])),
    "Sensitivity": lambda: sim.sensitivity(
        3, points=8, drivers=2, draws=8, overrides=["run=smoke"]
    ),
    "Sweep": lambda: sim.sweep("1..2", overrides=["run=smoke"], measures=["reach_share"]),
    "Validation": validation,
    "Verification": verification,
}


def test_every_public_class_is_looked_at() -> None:
    public = {name for name in sim.__all__ if inspect.isclass(getattr(sim, name))}
    assert public - {"InputError"} == {*OBJECTS, "Fit"}


@pytest.mark.parametrize("name", [*OBJECTS, "Fit"])
def test_a_public_object_is_shown_framed_and_pickled(name: str, calls: Path) -> None:
    thing = sim.fit(calls) if name == "Fit" else OBJECTS[name]()
    assert type(thing) is getattr(sim, name)
    frame, text, page = thing.to_frame(), repr(thing), thing._repr_html_()
    assert frame.height > 0
    assert max(map(len, text.splitlines())) < 300
    assert "object at 0x" not in text
    assert page.startswith("<table><caption>")
    assert 1 < page.count("<tr>") <= MOST_ROWS + 1
    again = pickle.loads(pickle.dumps(thing))  # noqa: S301 - made here
    assert again.to_frame().equals(frame)
    assert repr(again) == text


def test_a_notebook_takes_no_tag_from_a_name_and_says_what_it_leaves_out() -> None:
    plan = replace(compared().main.plans[0], name="<script>", title="<b>")
    page = plan._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
    scenario = OBJECTS["Scenario"]()
    assert f"{scenario.to_frame().height - MOST_ROWS:,} more rows" in scenario._repr_html_()


def test_a_notebook_shows_the_figures_of_the_numbers() -> None:
    reached = compared().main.plans[0].measures["reach_share"].mean
    assert f'<td style="{STYLE}">{100 * reached:.4g}</td>' in compared()._repr_html_()


def test_figures_are_shown_with_what_they_say() -> None:
    drawing = sim.figures(compared())["response_times"]
    assert drawing.title in repr(drawing)
    assert drawing._repr_html_().startswith(f'<img alt="{drawing.title}" src="data:image/png')


def test_a_fit_is_the_one_of_the_command_and_is_compared(
    calls: Path, tmp_path: Path, capsys
) -> None:
    from sim.cli import main

    fit = sim.fit(calls)
    assert fit.save(tmp_path / "one") == tmp_path / "one"
    words = ["fit", str(calls), "--yes", "--name", "my_city"]
    assert main([*words, "--out", str(tmp_path / "other")]) == 0
    capsys.readouterr()
    one, other = (_texts(tmp_path / name) for name in ("one", "other"))
    assert one == other
    assert {"demand/my_city.yaml", "fit-report.html", "fit.yaml", "mapping.yaml"} <= set(one)
    options = {**SMOKE, "overrides": ["run=smoke", "demand=my_city"], "draws": 0}
    answer = sim.run(1, config_dir=tmp_path / "one", **options)
    per_year = fit.to_frame().filter(pl.col("figure") == "Calls a year")["value"][0]
    assert float(answer.config.demand.calls_per_year) == pytest.approx(per_year, rel=1e-5)


def _texts(folder: Path) -> dict[str, str]:
    """Text files of a folder by name, without the folder's own name."""
    files = [path for path in sorted(folder.rglob("*.*")) if path.suffix not in {".png", ".svg"}]
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8").replace(
            str(folder), "OUT"
        )
        for path in files
    }


def test_a_fit_of_bad_input_is_one_line(calls: Path, tmp_path: Path) -> None:
    with pytest.raises(sim.InputError, match=r"nothing\.csv") as error:
        sim.fit(tmp_path / "nothing.csv")
    assert "\n" not in str(error.value)
    with pytest.raises(sim.InputError, match="--stamps: expected team or patrol, got 'ours'"):
        sim.fit(calls, stamps="ours")


USERS = """
from typing import assert_type

import polars as pl

import sim

comparison = assert_type(sim.compare(17, 12, draws=0), sim.Comparison)
assert_type(sim.run(17), sim.Comparison)
assert_type(comparison.main.plans[0], sim.PlanResult)
assert_type(comparison.main.plans[0].measures["reach_share"], sim.Interval)
assert_type(comparison.main.differences[0], sim.Difference)
assert_type(comparison.main.differences[0].measures["reach_share"], sim.DifferenceInterval)
assert_type(comparison.to_frame(), pl.DataFrame)
assert_type(sim.curve("1..3"), sim.Curve)
assert_type(sim.grant(2, 1), sim.GrantAnswer)
assert_type(sim.people(2), sim.PeopleAnswer)
assert_type(sim.recommend(targets=["reach_share >= 0.5"]), sim.Recommendation)
assert_type(sim.sensitivity(3), sim.Sensitivity)
assert_type(sim.sweep("1..3"), sim.Sweep)
assert_type(sim.verify(quick=True), sim.Verification)
assert_type(sim.calibrate(observed="observed.yaml"), sim.Calibration)
fit = assert_type(sim.fit("calls.csv", stamps="team", teams=3), sim.Fit)
assert_type(sim.validate(fit.save("my_city"), 3, calls="calls.csv"), sim.Validation)
print(sim.MEASURES["reach_share"].label, sim.save(comparison), list(sim.figures(comparison)))
sim.fit("calls.csv", stamps=3)  # type: ignore[arg-type]
"""


@pytest.mark.stress
def test_a_users_script_has_the_types(tmp_path: Path) -> None:
    """Also the wrong one: an unused `type: ignore` is an error."""
    assert (ROOT / "sim" / "py.typed").is_file()
    script = tmp_path / "script.py"
    script.write_text(USERS, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
