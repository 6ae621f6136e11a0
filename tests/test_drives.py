"""Files of travel between zones: squares, OSRM and r5, in minutes or seconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.config import compose
from sim.config.files.drives import Unit, read_matrix, unusual
from tests.test_bad_configs import refusal
from tests.towns import PAIRS, SQUARE, ZONES, awkward, towns, written

OWN = "demand.calls_per_year=5000"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return awkward(tmp_path, monkeypatch)


# Travel


def test_a_square_table(folder: Path) -> None:
    path = written(folder, SQUARE)
    assert read_matrix(path, ["south", "north"]) == [[10, 41], [41, 9]]


def test_pairs_of_r5_in_minutes(folder: Path) -> None:
    assert read_matrix(written(folder, PAIRS), ["b", "a"]) == [[4, 9], [8, 3]]


def test_a_table_of_osrm_in_seconds(folder: Path) -> None:
    table = {"code": "Ok", "durations": [[0, 90], [120.6, 30]], "sources": []}
    path = written(folder, json.dumps(table), "table.json")
    assert read_matrix(path, ["a", "b"]) == [[0, 1.5], [pytest.approx(2.01), 0.5]]


MATRIX_FAULTS = {
    "empty": ("", "m.csv: expected a table, got an empty file"),
    "hole": (",a,b\na,1,\nb,2,3\n", "line 2: from 'a' to 'b': expected minutes, or none where"),
    "nan": (",a,b\na,1,2\nb,nan,3\n", "line 3: from 'b' to 'a': expected 0 or more, got nan"),
    "negative": (",a,b\na,1,-2\nb,2,3\n", "line 2: from 'a' to 'b': expected 0 or more, got -2"),
    "a word": (",a,b\na,1,far\nb,2,3\n", "line 2: from 'a' to 'b': expected 0 or more, got far"),
    "no row": (",a,b\na,1,2\n", "m.csv: expected a row for every column, got none for 'b'"),
    "no column": (
        ",a,b\na,1,2\nb,2,3\nc,1,1\n",
        "line 4: unknown row 'c', which is no column; expected one of a, b",
    ),
    "short row": (",a,b\na,1\nb,2,3\n", "line 2: row 'a': expected 2 cells, got 1"),
    "row twice": (",a,b\na,1,2\na,1,2\n", "line 3: from 'a' to 'a': expected minutes once, got"),
    "column twice": (",a,a\na,1,2\n", "line 1: expected a blank cell, then each zone once, got"),
    "no names": ("1,\n2,\n", "line 1: expected a blank cell, then each zone once, got other"),
    "no zone": (",a\na,1\n", "m.csv: expected every zone of demand.zones, got no 'b'"),
    "no pair": (PAIRS.replace("b,a,9\n", ""), "m.csv: from 'b' to 'a': expected minutes (blank"),
    "pair twice": (PAIRS + "b,a,9\n", "line 6: from 'b' to 'a': expected minutes once, got them"),
    "pair short": (PAIRS + "b,a\n", "line 6: expected 3 cells, got 2"),
    "r5 without a zone": (
        PAIRS.replace("b", "c"),
        "m.csv: expected every zone of demand.zones, got no 'b'",
    ),
}


@pytest.mark.parametrize(("text", "said"), MATRIX_FAULTS.values(), ids=MATRIX_FAULTS)
def test_bad_table_of_travel(folder: Path, text: str, said: str) -> None:
    path = written(folder, text, "m.csv")
    assert said in refusal(lambda: read_matrix(path, ["a", "b"]))


OSRM_FAULTS = {
    "no JSON": ('{"durations": [', "t.json, line 1: expected JSON, got other text"),
    "no durations": (
        '{"code": "NoTable"}',
        "t.json: expected a table of OSRM with durations, got none",
    ),
    "list": ("[[1]]", "t.json: expected a table of OSRM with durations, got none"),
    "null": (
        '{"durations": [[0, null], [null, 0]]}',
        "demand.zones: expected minutes above 0, got no way or 0 for every drive",
    ),
    "nan": (
        '{"durations": [[0, 1], [NaN, 0]]}',
        "demand.zones: from 'b' to 'a': expected 0 or more, got nan",
    ),
    "negative": (
        '{"durations": [[0, 1], [-1, 0]]}',
        "demand.zones: from 'b' to 'a': expected 0 or more, got -1",
    ),
    "a word": (
        '{"durations": [[0, "1"], [1, 0]]}',
        "demand.zones: from 'a' to 'b': expected 0 or more, got '1'",
    ),
    "a number too long": (
        f'{{"durations": [[1{"0" * 5000}]]}}',
        "t.json, line 1: expected JSON, got other text",
    ),
    "a huge figure": (
        f'{{"durations": [[0, 1{"0" * 400}], [1, 0]]}}',
        "demand.zones: from 'a' to 'b': expected 0 or more, got",
    ),
    "rows": ('{"durations": [[0, 1]]}', "demand.zones: expected 2 rows, one per zone, got 1"),
    "columns": (
        '{"durations": [[0], [1, 0]]}',
        "demand.zones: row 'a': expected 2 columns, one per zone, got a list of 1",
    ),
    "no row": (
        '{"durations": [null, [1, 0]]}',
        "demand.zones: row 'a': expected 2 columns, one per zone, got null",
    ),
}


@pytest.mark.parametrize(("text", "said"), OSRM_FAULTS.values(), ids=OSRM_FAULTS)
def test_bad_table_of_osrm(folder: Path, text: str, said: str) -> None:
    path = written(folder, text, "t.json")
    found = refusal(lambda: read_matrix(path, ["a", "b"]))
    assert "t.json" in found
    assert said in found


# Whose row and column is whose


def osrm(sources: object, destinations: object) -> str:
    seconds = [[60.0, 120.0], [180.0, 240.0]]
    return json.dumps({"durations": seconds, "sources": sources, "destinations": destinations})


A, B = {"location": [-90.0, 40.0]}, {"location": [-90.1, 40.0]}
PLACES = [(40.001, -90.001), (40.0, -90.1)]  # of a and b


def test_a_table_of_osrm_is_told_by_place(folder: Path) -> None:
    path = written(folder, osrm([A, B], [B, A]), "table.json")
    assert read_matrix(path, ["a", "b"], PLACES) == [[2, 1], [4, 3]]


def test_a_table_of_osrm_is_told_by_name(folder: Path) -> None:
    named = [{"name": "b"}, {"name": "a"}]
    path = written(folder, osrm(named, named), "table.json")
    assert read_matrix(path, ["a", "b"]) == [[4, 3], [2, 1]]


@pytest.mark.parametrize(
    ("destinations", "places", "said"),
    [
        ([B, A], [], "t.json: sources: expected the names of zones, or zones with latitude and"),
        ([B, {}], PLACES, "t.json: destinations: expected one within 2 miles of 'a', got 5"),
        ([{}, {}], PLACES, "t.json: destinations: expected one within 2 miles of 'a', got none"),
        ([{"location": "here"}], PLACES, "destinations: expected one within 2 miles of 'a', got n"),
        (3, PLACES, "t.json: destinations: expected one within 2 miles of 'a', got none with a"),
        ([{}, A, B], PLACES, "expected one for each of sources and destinations, got 2"),
        ([A, A], [(40.0, -90.0)] * 2, "expected a place for each zone, got one for two: 'a'"),
    ],
)
def test_a_table_of_osrm_of_other_places(
    folder: Path, destinations: object, places: list[tuple[float, float]], said: str
) -> None:
    path = written(folder, osrm([A, B], destinations), "t.json")
    assert said in refusal(lambda: read_matrix(path, ["a", "b"], places))


def test_the_zones_of_a_config_tell_its_table(folder: Path) -> None:
    written(folder, "zone,share,latitude,longitude\na,.5,40,-90\nb,.5,40,-90.1\n")
    written(folder, osrm([B, A], [A, B]), "table.json")
    files = ["demand.zones_file=zones.csv", "travel.matrix_file=table.json"]
    travel = compose(["travel=matrix", "demand.calls_per_year=900", *files]).travel
    assert travel.model_dump()["minutes"] == [[3, 4], [1, 2]]


@pytest.mark.parametrize(
    "names",
    ["fromId,toId,travel_time_p50", "from_id,to_id,travel_time", "From ID,To ID,Travel Time"],
)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_pairs_under_the_names_that_routers_give(folder: Path, names: str, mark: str) -> None:
    text = PAIRS.replace("from_id,to_id,travel_time", names).replace(",", mark)
    assert read_matrix(written(folder, text), ["b", "a"]) == [[4, 9], [8, 3]]


def test_of_several_times_the_median_is_read(folder: Path) -> None:
    text = "fromId,toId,travel_time_p05,travel_time_p50\na,a,1,2\n"
    assert read_matrix(written(folder, text), ["a"]) == [[2]]
    path = written(folder, text.replace("p50", "p95"))
    said = refusal(lambda: read_matrix(path, ["a"]))
    assert "line 1: expected columns from_id, to_id and travel_time (or travel_time_p50)" in said


def test_names_that_differ_are_listed(folder: Path) -> None:
    path = written(folder, ",1,2\n1,3,4\n2,5,6\n")
    said = refusal(lambda: read_matrix(path, ["01", "02"]))
    assert said.endswith("expected every zone of demand.zones, got no '01'; the file has '1', '2'")


# Units


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("seconds,a,b\na,60,120\nb,180,240\n", None),
        (",a,b\na,60,120\nb,180,240\n", "seconds"),
        ("seconds,a,b\na,1,2\nb,3,4\n", "minutes"),
        ("from_id,to_id,travel_time_seconds\na,a,60\na,b,120\nb,a,180\nb,b,240\n", None),
    ],
)
def test_minutes_may_be_written_in_seconds(folder: Path, text: str, unit: Unit | None) -> None:
    assert read_matrix(written(folder, text), ["a", "b"], None, unit) == [[1, 2], [3, 4]]


def test_a_mark_of_no_route_is_no_drive_of_weeks(folder: Path) -> None:
    table = written(folder, '{"durations": [[0, 3579140], [60, 0]]}', "t.json")
    said = refusal(lambda: read_matrix(table, ["a", "b"]))
    assert "from 'a' to 'b': expected at most 1,440 minutes, got 59,652 (a router may" in said
    square = written(folder, ",a,b\na,0,59652.3\nb,1,0\n", "t.csv")
    said = refusal(lambda: read_matrix(square, ["a", "b"]))
    assert "line 2: from 'a' to 'b': expected at most 1,440 minutes, got 59,652" in said


def test_drives_that_take_no_time_are_none(folder: Path) -> None:
    written(folder, ZONES)
    zeros = ",north,middle,south\nnorth,0,0,0\nmiddle,0,0,0\nsouth,0,0,0\n"
    written(folder, zeros, "travel.csv")
    assert refusal(towns) == "travel.minutes: expected minutes above 0, got 0 for every drive"


def test_unusual_drives_are_warned_of(folder: Path) -> None:
    written(folder, ZONES)
    written(folder, SQUARE, "travel.csv")
    assert towns(OWN).program.warnings == []
    seconds = ",north,middle,south\nnorth,90,840,1260\nmiddle,800,90,900\nsouth,1300,1000,90\n"
    written(folder, seconds, "travel.csv")
    (warning,) = towns(OWN).program.warnings
    assert "950 minutes at the median and at most 1,300, from south to north" in warning
    assert "travel.matrix_unit=seconds" in warning
    assert towns(OWN, "travel.matrix_unit=seconds").program.warnings == []
    hours = ",north,middle,south\nnorth,.1,.3,.4\nmiddle,.2,.1,.3\nsouth,.3,.4,.1\n"
    written(folder, hours, "travel.csv")
    assert "Check that the file is in minutes" in towns(OWN).program.warnings[0]


@pytest.mark.parametrize("unit", ["hours", "3", "[a]"])
def test_a_unit_that_is_none(folder: Path, unit: str) -> None:
    written(folder, ZONES)
    written(folder, SQUARE, "travel.csv")
    said = refusal(lambda: towns(f"travel.matrix_unit={unit}"))
    assert said.startswith("travel.matrix_unit: expected minutes or seconds, with travel.matrix_fi")
    said = refusal(lambda: compose(["travel.matrix_unit=seconds"]))
    assert said.endswith("got it without a file")


def test_equal_drives_of_zones_whose_names_are_of_two_kinds_are_compared() -> None:
    assert "at most 900" in unusual([1.5, "north"], [[9.0, 900.0], [900.0, 9.0]])  # type: ignore[list-item]
