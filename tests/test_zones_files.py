"""Files of zones and of travel are read into the config; a fault names the file and the line."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from sim.config import Config, InputError, compose
from sim.config.zones import read_matrix, read_zones
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
    "semicolons": ("zone;share\na;1\n", "line 1: expected columns zone and one of share and"),
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
    found = refusal(lambda: compose(["demand.zones_file=zones.csv"]))
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


# In a config


def towns(*overrides: str) -> Config:
    files = ["demand.zones_file=zones.csv", "travel.matrix_file=travel.csv"]
    return compose(["travel=three_towns", *files, *overrides])


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
    assert compose(["demand.zones_file=zones.csv"], own).demand.zones == ["there"]
    written(folder, "zone,share\nhere,1\n")
    assert compose(["demand.zones_file=zones.csv"], own).demand.zones == ["here"]


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
    assert said == "travel.csv: expected every zone of demand.zones, got no 'd11'"


def test_coordinates_beyond_the_globe_are_refused_without_a_file() -> None:
    with pytest.raises(InputError, match=r"demand\.zone_latitude\.0"):
        compose(["demand=three_towns", "demand.zone_latitude=[91, 0, 0]"])
