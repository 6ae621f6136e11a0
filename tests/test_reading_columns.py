"""Columns by the words in their names, and what is said of those that are not used."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from sim.cli import main
from sim.history.faults import LogError
from sim.history.reading.columns import KNOWN, ROLES, as_yaml, checked, proposed
from sim.history.reading.headers import look_of
from sim.history.reading.read import read_log

DOCS = Path(__file__).parent.parent / "docs" / "fit.md"


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("received", ["Date Time Received", "Call Entry Time", "Call Date/Time", "Time Queued"]),
        ("dispatched", ["Unit Dispatched", "First Unit Assigned", "DispatchedDateTime", "Disp Tm"]),
        ("arrived", ["Unit On Scene", "Arrived On Scene", "FirstUnitArrived", "Arrive DtTm"]),
        ("cleared", ["Call Cleared", "Cleared Time", "Unit Clear", "Last Unit Available", "Clr"]),
        ("disposition", ["Dispo", "Final Disposition", "Call Outcome", "Clearance Code"]),
        ("type", ["Call Type Description", "Nature of Call", "Initial Incident Type"]),
        ("final_type", ["Final Incident Type", "Final Call Description"]),
        ("zone", ["Police Beat", "Patrol District", "Reporting Area"]),
        ("priority", ["Call Priority", "Priority Level"]),
        ("unit", ["Unit ID", "Primary Unit"]),
        ("id", ["Call Number", "Event No", "CFS Number"]),
    ],
)
def test_a_role_is_proposed_by_the_words_of_a_name(role: str, names: list[str]) -> None:
    others = ["Call Received", "Incident Type"]
    for name in names:
        found = proposed([name, *(x for x in others if role not in {"received", "type"})])
        assert found.get(role) == name, name


@pytest.mark.parametrize(
    "name",
    [
        *("Time Arrived Hospital", "Dispatch to Arrival (min)", "Minutes On Scene", "Cleared By"),
        *("Dispatch Received", "En Route", "EMS Dispatched", "Call Taker ID", "Time Zone"),
        *("Caller Name", "Caller Phone", "School District", "Officer Disposition", "Unit Status"),
    ],
)
def test_a_name_that_says_something_else_is_given_to_no_role(name: str) -> None:
    assert name not in proposed([name, "Incident", "Call Type", "Received"]).values()


STAMPS = ["2024-02-05 07:13:00"] * 9
CARS = ["A12"] * 9


def test_a_stamp_is_proposed_only_if_its_cells_look_like_one() -> None:
    cells = {"Unit Dispatched": CARS, "Disp": STAMPS, "Time On Scene": ["00:35:00"] * 9}
    looks = {name: look_of(pl.Series(name, column)) for name, column in cells.items()}
    found = proposed(list(cells), looks=looks.__getitem__)
    assert found == {"dispatched": "Disp", "unit": "Unit Dispatched"}


@pytest.mark.parametrize(
    ("cells", "look"),
    [
        (["02/05/2024 07:13:36 AM"], "stamp"),
        (["45325.002141"], "stamp"),
        (["2024-02-05T07:13:36-05:00"], "stamp"),
        (["02/05/2024", "02/06/2024 00:00:00"], "date"),
        (["7:13", "22:48"], "clock"),
        (["45325", "A12", ""], "text"),
        ([None], "text"),
    ],
)
def test_what_cells_look_like(cells: list[str | None], look: str) -> None:
    assert look_of(pl.Series("x", cells, dtype=pl.String)) == look


def export(folder: Path) -> Path:
    """An export whose stamps no list of names has."""
    head = "Incident #,Nature,Call Received,Unit Dispatched,Unit On Scene,Call Cleared,Dispo,Caller"
    rows = [
        f"{n},MENTAL,2024-01-{1 + n % 28:02d} 05:00,2024-01-{1 + n % 28:02d} 05:04,"
        f"2024-01-{1 + n % 28:02d} 05:1{n % 9},2024-01-{1 + n % 28:02d} 05:4{n % 9},Report,Jane Doe"
        for n in range(80)
    ]
    (folder / "calls.csv").write_text("\n".join([head, *rows]))
    return folder / "calls.csv"


def test_what_is_read_and_what_is_not_is_said_by_name(tmp_path: Path, capsys) -> None:
    out = tmp_path / "riverton"
    assert main(["fit", str(export(tmp_path)), "--out", str(out)]) == 0
    screen = capsys.readouterr().out
    assert "Columns not used: Caller." in screen
    assert "Jane" not in screen + (out / "mapping.yaml").read_text()
    log, report = read_log(tmp_path / "calls.csv")
    assert report.unused == ["Caller"]
    for stamp in ("dispatched_at", "arrived_at", "cleared_at", "disposition"):
        assert log.calls[stamp].null_count() == 0


def test_the_mapping_has_the_roles_and_columns_that_are_left_as_comments() -> None:
    names = ["a # b", "x\ny", "x\u2028y: z", "Descripción"]
    text = as_yaml({"received": "Received", "type": "Nature"}, names)
    assert yaml.safe_load(text) == {"received": "Received", "type": "Nature"}
    for role in ROLES.keys() - {"received", "type"}:
        assert f"\n# {role}: COLUMN" in text
        assert yaml.safe_load(text.replace(f"# {role}: COLUMN", f"{role}: Other"))[role] == "Other"
    left = text.split("not used:\n")[1]
    assert yaml.safe_load(left.replace("# - ", "- ")) == names


def test_a_wrong_role_says_which_roles_there_are() -> None:
    with pytest.raises(LogError, match="got 'dispatch'") as caught:
        checked({"received": "a", "type": "b", "dispatch": "c"}, ["a", "b", "c"], "calls.csv")
    assert all(role in str(caught.value) for role in ROLES)


def test_the_docs_name_every_role() -> None:
    text = DOCS.read_text(encoding="utf-8")
    kinds = ("_date", "_time", "_after", "_elapsed")
    roles = {role for role in KNOWN if not role.endswith(kinds)}
    assert not {role for role in roles if f"`{role}`" not in text}
    assert all(f"`{kind}`" in text for kind in kinds)
