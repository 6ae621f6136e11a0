"""Files of zones and of travel are read into the config; a fault names the file and the line."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from sim.config import Config, InputError, compose
from sim.config.files.zones import read_zones
from sim.config.starter import start
from tests.test_bad_configs import refusal
from tests.towns import SQUARE, ZONES, awkward, towns, written

OWN = "demand.calls_per_year=900"  # shares say how calls spread, and not how many there are


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return awkward(tmp_path, monkeypatch)


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


@pytest.mark.parametrize("of_another", [[], ["program=los_angeles"], ["demand=three_towns"]])
def test_shares_are_of_calls_that_the_user_has_counted(folder: Path, of_another: list[str]) -> None:
    written(folder, "zone,share\na,0.25\nb,0.75\n")
    asked = [*of_another, "demand.zones_file=zones.csv", "travel=constant"]
    said = refusal(lambda: compose(asked))
    assert said.startswith("zones.csv: shares need demand.calls_per_year: expected your own calls")
    assert compose([*asked, OWN]).demand.calls_per_year.value == 900


def test_shares_in_a_starter_folder_do_not_take_the_calls_of_toronto(folder: Path) -> None:
    own = folder / "my_city"
    start(own)
    rows = (own / "zones.csv").read_text(encoding="utf-8").splitlines()
    shares = [row.replace("calls", "share") for row in rows[:1]]
    shares += ["north,0.2,40.12,-90.00", "middle,0.5,40.00,-90.00", "south,0.3,39.92,-90.05"]
    (own / "zones.csv").write_text("\n".join(shares), encoding="utf-8")
    said = refusal(lambda: compose(["program=my_city"], own))
    assert "shares need demand.calls_per_year" in said
    assert said.endswith("got those of another city")


def test_semicolons_part_cells_as_commas_do(folder: Path) -> None:
    written(folder, "zone;share\na;0.25\nb;0.75\n")
    config = compose(["demand.zones_file=zones.csv", "travel=constant", OWN])
    assert config.demand.zone_share == [0.25, 0.75]


@pytest.mark.parametrize("program", ["generic", "los_angeles"])
def test_zones_that_travel_would_not_know(folder: Path, program: str) -> None:
    written(folder, ZONES)
    asked = [f"program={program}", "demand.zones_file=zones.csv", OWN]
    said = refusal(lambda: compose(asked))
    assert said.startswith("demand.zones_file: expected a travel= that knows its zones: travel=coo")
    travel = compose([*asked, "travel=coordinates", "dispatch=closest"]).travel
    assert travel.model == "coordinates"


# In a config


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
    overrides = ["demand.zones_file=zones.csv", "travel=constant", OWN]
    assert compose(overrides, own).demand.zones == ["there"]
    written(folder, "zone,share\nhere,1\n")
    assert compose(overrides, own).demand.zones == ["here"]


def test_a_file_may_be_named_in_a_users_demand(folder: Path) -> None:
    written(folder, ZONES)
    (folder / "configs/demand").mkdir(parents=True)
    text = "defaults: [flat, _self_]\nzones_file: zones.csv\ncalls_per_year: 900\n"
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


def test_a_name_that_is_nearly_a_file_is_hinted_at(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my_zones.csv").write_text("zone,share\nnorth,1\n")
    with pytest.raises(InputError, match=r"did you mean 'my_zones\.csv'"):
        compose(["demand.zones_file=my_zone.csv"])
