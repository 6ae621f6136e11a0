"""Three towns in files: zones, drives between them, and a config that reads both."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.config import Config, compose

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


def awkward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Working folder of the test, its path as awkward as paths get."""
    here = tmp_path / "a b, c='x'[1] é"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def written(folder: Path, text: str, name: str = "zones.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def towns(*overrides: str) -> Config:
    has_file = any(item.startswith("travel.matrix_file") for item in overrides)
    file = [] if has_file else ["travel.matrix_file=travel.csv"]
    zones = ["demand.zones_file=zones.csv", "demand.calls_per_year=1500"]
    return compose(["travel=three_towns", *zones, *file, *overrides])
