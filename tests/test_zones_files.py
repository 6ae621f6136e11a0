"""Files of zones and of travel are read into the config; a fault names the file and the line."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from sim.config import Config, InputError, compose
from sim.config.files.drives import Unit, read_matrix
from sim.config.files.zones import read_zones
from tests.test_bad_configs import refusal

ZONES = """zone,share,agency,latitude,longitude
north,0.2,county,40.12,-90.0
middle,0.5,city,40.0,-90.0
south,0.3,city,39.92,-90.05
"""
SQUARE = """,north,middle,south
north,9,24,41
middle,24,7,19
south,41,19.5,10
"""
PAIRS = """from_id,to_id,travel_time
a,a,3
a,b,8
b,a,9
b,b,4
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Working folder of the test, its path as awkward as paths get."""
    here = tmp_path / "a b, c='x'[1] é"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def written(folder: Path, text: str, name: str = "zones.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# Zones


def test_a_file_of_zones(folder: Path) -> None:
    assert read_zones(written(folder, ZONES)) == {
        "zones": ["north", "middle", "south"],
        "zone_share": [0.2, 0.5, 0.3],
        "zone_agency": ["county", "city", "city"],
        "zone_latitude": [40.12, 40.0, 39.92],
        "zone_longitude": [-90.0, -90.0, -90.05],
    }


def test_calls_are_scaled_to_shares(folder: Path) -> None:
    found = read_zones(written(folder, "zone,calls\na,30\nb,10\n"))
    assert found["zone_share"] == [0.75, 0.25]
    assert found["zone_agency"] == found["zone_latitude"] == found["zone_longitude"] == []


def test_what_spreadsheets_leave_is_no_fault(folder: Path) -> None:
    text = 'Zone, Share ,population\r\n"a, ""b""", 1 ,77\r\n\r\n,,\r\n'
    path = folder / "zones.csv"
    path.write_bytes(codecs.BOM_UTF8 + text.encode())
    assert (read_zones(path)["zones"], read_zones(path)["zone_share"]) == (['a, "b"'], [1.0])


ZONE_FAULTS = {
    "empty": ("", "zones.csv: expected a table, got an empty file"),
    "blank": ("\n  \n", "zones.csv: expected a table, got an empty file"),
    "only commas": (",,\n,,\n", "zones.csv: expected a header line, got blank cells alone"),
    "no rows": ("zone,share\n", "zones.csv: expected one line per zone below the header, got"),
    "no zone": ("name,share\na,1\n", "line 1: expected columns zone and one of share and calls,"),
    "no share": (
        "zone,people\na,1\n",
        "line 1: expected columns zone and one of share and calls, got zone, people",
    ),
    "both": ("zone,share,calls\na,1,3\n", "line 1: expected columns zone and one of share and"),
    "a point": ('zone,share\na,"0,5"\n', "share: expected 0 or more, got 0,5 (a comma only before"),
    "a comma beside semicolons": (
        "zone;calls\na;1,435\n",
        "line 2: expected numbers with a point, like 1.5, got 1,435",
    ),
    "two digits": ('zone,calls\na,"1,43"\n', "calls: expected 0 or more, got 1,43 (a comma only"),
    "slip": ("zone,share,agnecy\na,1,x\n", "line 1: unknown column 'agnecy'; did you mean"),
    "column twice": (
        "zone,share,share\na,1,1\n",
        "line 1: expected each column once, got 'share' twice",
    ),
    "one degree": (
        "zone,share,latitude\na,1,40\n",
        "line 1: expected both latitude and longitude or neither, got one",
    ),
    "zone twice": (
        "zone,share\na,.5\n\na,.5\n",
        "line 4: expected each zone once, got 'a' again after line 2",
    ),
    "zone blank": ("zone,share\n,1\n", "line 2: zone: expected a name, got a blank cell"),
    "agency blank": (
        "zone,share,agency\na,1,\n",
        "line 2: agency: expected a name, got a blank cell",
    ),
    "share blank": ("zone,share\na,1\nb,\n", "line 3: share: expected 0 or more, got a blank cell"),
    "share a word": ("zone,share\na,much\n", "line 2: share: expected 0 or more, got much"),
    "share nan": ("zone,share\na,nan\n", "line 2: share: expected 0 or more, got nan"),
    "share negative": ("zone,share\na,2\nb,-1\n", "line 3: share: expected 0 or more, got -1"),
    "shares": (
        "zone,share\na,.5\nb,.4\n",
        "zones.csv: share: expected shares to sum to 1, got 0.9 (a column calls is scaled",
    ),
    "no calls": ("zone,calls\na,0\n", "zones.csv: calls: expected a figure above 0, got 0 in"),
    "latitude": (
        "zone,share,latitude,longitude\na,1,91,0\n",
        "line 2: latitude: expected degrees from -90 to 90, got 91",
    ),
    "longitude": (
        "zone,share,latitude,longitude\na,1,40,-181\n",
        "line 2: longitude: expected degrees from -180 to 180, got -181",
    ),
    "degrees a word": (
        "zone,share,latitude,longitude\na,1,40 N,0\n",
        "line 2: latitude: expected degrees from -90 to 90, got 40 N",
    ),
    "short row": ("zone,share\na\n", "line 2: expected 2 cells, got 1"),
    "open quote": ('zone,share\n"a,1\n', "line 2: expected CSV, got unexpected end of data"),
}


@pytest.mark.parametrize(("text", "said"), ZONE_FAULTS.values(), ids=ZONE_FAULTS)
def test_bad_file_of_zones(folder: Path, text: str, said: str) -> None:
    written(folder, text)
    found = refusal(lambda: compose(["demand.zones_file=zones.csv", "travel=constant"]))
    assert found.startswith("zones.csv")
    assert said in found


def test_a_file_of_zones_that_is_no_text(folder: Path) -> None:
    (folder / "zones.csv").write_bytes("zone,share\nZürich,1".encode("latin-1"))
    said = refusal(lambda: compose(["demand.zones_file=zones.csv"]))
    assert "zones.csv: expected UTF-8 text, got a byte that is not UTF-8" in said


@pytest.mark.parametrize("name", ["none.csv", "''", ".", "3", "[a]"])
def test_a_file_of_zones_that_is_not_there(folder: Path, name: str) -> None:
    assert "demand.zones_file: " in refusal(lambda: compose([f"demand.zones_file={name}"]))


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
    "hole": (",a,b\na,1,\nb,2,3\n", "line 2: from 'a' to 'b': expected 0 or more, got a blank"),
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
    "no pair": (PAIRS.replace("b,a,9\n", ""), "m.csv: from 'b' to 'a': expected minutes, got none"),
    "pair blank": (
        PAIRS.replace("b,a,9", "b,a,"),
        "line 4: from 'b' to 'a': expected 0 or more, got a blank cell",
    ),
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
        '{"durations": [[0, null], [9, 0]]}',
        "demand.zones: from 'a' to 'b': expected 0 or more, got null",
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
    travel = compose(["travel=matrix", *files]).travel
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
    assert towns().program.warnings == []
    seconds = ",north,middle,south\nnorth,90,840,1260\nmiddle,800,90,900\nsouth,1300,1000,90\n"
    written(folder, seconds, "travel.csv")
    (warning,) = towns().program.warnings
    assert "950 minutes at the median and at most 1,300, from south to north" in warning
    assert "travel.matrix_unit=seconds" in warning
    assert towns("travel.matrix_unit=seconds").program.warnings == []
    hours = ",north,middle,south\nnorth,.1,.3,.4\nmiddle,.2,.1,.3\nsouth,.3,.4,.1\n"
    written(folder, hours, "travel.csv")
    assert "Check that the file is in minutes" in towns().program.warnings[0]


@pytest.mark.parametrize("unit", ["hours", "3", "[a]"])
def test_a_unit_that_is_none(folder: Path, unit: str) -> None:
    written(folder, ZONES)
    written(folder, SQUARE, "travel.csv")
    said = refusal(lambda: towns(f"travel.matrix_unit={unit}"))
    assert said.startswith("travel.matrix_unit: expected minutes or seconds, with travel.matrix_fi")
    said = refusal(lambda: compose(["travel.matrix_unit=seconds"]))
    assert said.endswith("got it without a file")


# Calls


def test_calls_of_a_file_are_those_of_a_year(folder: Path) -> None:
    written(folder, 'zone,calls\na,"1,435"\nb,565\n')
    asked = ["demand.zones_file=zones.csv", "travel=constant"]
    config = compose(asked)
    assert config.demand.calls_per_year.value == 2_000
    assert config.demand.zone_share == [0.7175, 0.2825]
    assert any("2,000, the sum of the column calls of zones.csv" in x for x in config.program.notes)
    assert config.program.title == "A city of your own, begun from program=generic"
    config = compose([*asked, "demand.calls_per_year=900"])
    assert config.demand.calls_per_year.value == 900
    assert any("its 2,000 calls only share out" in note for note in config.program.notes)


def test_semicolons_part_cells_as_commas_do(folder: Path) -> None:
    written(folder, "zone;share\na;0.25\nb;0.75\n")
    config = compose(["demand.zones_file=zones.csv", "travel=constant"])
    assert config.demand.zone_share == [0.25, 0.75]


@pytest.mark.parametrize("program", ["generic", "los_angeles"])
def test_zones_that_travel_would_not_know(folder: Path, program: str) -> None:
    written(folder, ZONES)
    asked = [f"program={program}", "demand.zones_file=zones.csv"]
    said = refusal(lambda: compose(asked))
    assert said.startswith("demand.zones_file: expected a travel= that knows its zones: travel=coo")
    travel = compose([*asked, "travel=coordinates", "dispatch=closest"]).travel
    assert travel.model == "coordinates"


# In a config


def towns(*overrides: str) -> Config:
    has_file = any(item.startswith("travel.matrix_file") for item in overrides)
    file = [] if has_file else ["travel.matrix_file=travel.csv"]
    return compose(["travel=three_towns", "demand.zones_file=zones.csv", *file, *overrides])


def test_the_composed_config_holds_what_the_files_said(folder: Path) -> None:
    written(folder, ZONES)
    written(folder, SQUARE, "travel.csv")
    config = towns("dispatch=embedded")
    assert config.demand.zone_agency == ["county", "city", "city"]
    assert config.travel.model_dump()["minutes"][2] == [41, 19.5, 10]
    (folder / "zones.csv").unlink()
    (folder / "travel.csv").unlink()
    assert Config.model_validate(config.model_dump(mode="json")) == config


def test_osrm_is_in_the_order_of_the_zones_of_the_file(folder: Path) -> None:
    written(folder, ZONES)
    written(folder, json.dumps({"durations": [[60.0 * at] * 3 for at in range(3)]}), "travel.json")
    config = towns("travel.matrix_file=travel.json")
    assert config.travel.model_dump()["zones"] == ["north", "middle", "south"]
    assert config.travel.model_dump()["minutes"] == [[0.0] * 3, [1.0] * 3, [2.0] * 3]


def test_a_path_is_looked_for_in_the_config_folder_last(folder: Path) -> None:
    own = folder / "own"
    own.mkdir()
    written(own, "zone,share\nthere,1\n")
    overrides = ["demand.zones_file=zones.csv", "travel=constant"]
    assert compose(overrides, own).demand.zones == ["there"]
    written(folder, "zone,share\nhere,1\n")
    assert compose(overrides, own).demand.zones == ["here"]


def test_a_file_may_be_named_in_a_users_demand(folder: Path) -> None:
    written(folder, ZONES)
    (folder / "configs/demand").mkdir(parents=True)
    text = "defaults: [flat, _self_]\nzones_file: zones.csv\n"
    (folder / "configs/demand/mine.yaml").write_text(text, encoding="utf-8")
    assert compose(["demand=mine", "travel=coordinates"]).demand.zone_latitude[0] == 40.12


def test_a_table_of_travel_goes_with_a_matrix(folder: Path) -> None:
    written(folder, SQUARE, "travel.csv")
    said = refusal(lambda: compose(["travel.matrix_file=travel.csv"]))
    assert said == "travel.matrix_file: expected travel=matrix with it, got travel.model=constant"
    said = refusal(lambda: compose(["travel=three_towns", "travel.matrix_file=travel.csv"]))
    right = "travel.csv: expected every zone of demand.zones, got no 'd11'"
    assert said == f"{right}; the file has 'north', 'middle', 'south'"


def test_coordinates_beyond_the_globe_are_refused_without_a_file() -> None:
    with pytest.raises(InputError, match=r"demand\.zone_latitude\.0"):
        compose(["demand=three_towns", "demand.zone_latitude=[91, 0, 0]"])
