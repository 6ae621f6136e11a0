"""One scenario by four ways, the page, the command, Python and the report: the same digits."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any, NamedTuple

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

import sim
from sim import cli
from sim.app import runs
from sim.app.runs import Stage
from sim.app.server import create_app
from sim.report.document.blocks import Document, Grid, plain
from sim.report.document.compose import document_of
from sim.report.document.result import result_of
from tests.test_app import asked, until_over

PROGRAM = "los_angeles"
SMALL = ("run.window_days=14", "run.replications=2", "run.draws=3")
STAGES = (Stage("whole", SMALL, "none"),)
DECIDING = ("reach_share", "within_standard_share", "response_median_min", "cost_per_year")


class Ways(NamedTuple):
    """The answer in Python; as data of the command and of the page; as text; and as a document."""

    frame: list[dict[str, Any]]
    of_command: dict[str, Any]
    of_page: dict[str, Any]
    screen: str
    page: str
    document: Document


@pytest.fixture(scope="module")
def ways(tmp_path_factory) -> Ways:
    root = tmp_path_factory.mktemp("results")
    words = ["17", "12", f"program={PROGRAM}", *SMALL, "--check", "none", "--no-figures"]
    assert cli.main(["compare", *words, "--results", str(root)]) == 0
    (folder,) = root.iterdir()
    answer = sim.compare(17, 12, program=PROGRAM, overrides=list(SMALL), check="none")
    page, tree = by_mouse()
    return Ways(
        answer.to_frame().to_dicts(),
        json.loads((folder / "summary.json").read_text(encoding="utf-8")),
        tree,
        (folder / "answer.txt").read_text(encoding="utf-8"),
        page,
        document_of(result_of(folder)),
    )


def by_mouse() -> tuple[str, dict[str, Any]]:
    """The page of the answer, and what its download holds."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TestClient(create_app(), base_url="http://localhost") as client,
    ):
        patch.setattr(runs, "STAGES", STAGES)
        address = asked(client, program=PROGRAM, plan1="17", plan2="12")
        page = until_over(client, address)
        with zipfile.ZipFile(BytesIO(client.get(f"{address}/results.zip").content)) as file:
            (name,) = [name for name in file.namelist() if name.endswith("summary.json")]
            return page, json.loads(file.read(name))


def test_the_page_and_the_command_give_one_answer_to_the_last_bit(ways: Ways) -> None:
    for part in ("plans", "differences", "economics", "other_reading", "history", "same_money"):
        assert ways.of_page[part] == ways.of_command[part], part


def test_python_gives_the_numbers_of_the_command_to_the_last_bit(ways: Ways) -> None:
    sides = {
        **{(side["name"], None): side for side in ways.of_command["plans"]},
        **{(side["plan"], side["versus"]): side for side in ways.of_command["differences"]},
    }
    of_sides = [row for row in ways.frame if (row["plan"], row["versus"]) in sides]
    assert len(of_sides) == len(ways.frame) > 100
    for row in of_sides:
        measure = sides[row["plan"], row["versus"]]["measures"][row["measure"]]
        assert [measure[end] for end in ("mean", "low", "high")] == [
            row[end] for end in ("mean", "low", "high")
        ], row["measure"]


def test_the_report_rests_on_the_numbers_of_the_command(ways: Ways) -> None:
    named = 0
    for at, side in enumerate(ways.of_command["plans"]):
        for name, measure in side["measures"].items():
            said = ways.document.keys.get(f"plans[{at}].measures.{name}")
            if said is not None and measure["mean"] is not None:
                named += 1
                mean = measure["mean"]  # from a million on to the unit
                assert said.startswith(f"mean {mean:{'.0f' if abs(mean) >= 1e6 else '.6g'}}, "), (
                    name
                )
    assert named > 20


@pytest.mark.parametrize("name", DECIDING)
def test_what_is_shown_has_the_same_digits(ways: Ways, name: str) -> None:
    scale = {"reach_share": 100, "within_standard_share": 100, "cost_per_year": 1e-6}.get(name, 1)
    means = [scale * side["measures"][name]["mean"] for side in ways.of_command["plans"]]
    change = scale * ways.of_command["differences"][0]["measures"][name]["mean"]
    shown = [f"{mean:.1f}" for mean in means], f"{abs(change):.1f}"
    row = row_of(ways.document, name)
    for text in (ways.screen, ways.page):
        assert all(mean in text for mean in (*shown[0], shown[1])), name
    if name == "cost_per_year":  # with a digit more in the report, so that it can be subtracted
        shown = [f"{mean:.3g}" for mean in means], f"{abs(change):.2f}"
    assert [mean in cell for mean, cell in zip(shown[0], row, strict=False)] == [True, True]
    assert shown[1] in row[2]


def row_of(document: Document, name: str) -> list[str]:
    """Cells of a measure in the report's table of plans: the plan, the base and the difference."""
    key = f"plans[0].measures.{name}"
    grids = [x for x in document.blocks if isinstance(x, Grid) and not x.anchors]
    rows = [row for grid in grids for row in grid.rows if len(row) == 4]
    row = next(row for row in rows if any(word.key == key for word in row[2]))
    return [plain(row[at]) for at in (2, 1, 3)]
