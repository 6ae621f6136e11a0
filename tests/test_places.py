"""Zones of calls by their coordinates: the nearest center, and no coordinate kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.cli import main
from sim.config import compose
from sim.history.faults import LogError
from sim.history.reading.places import Centers, nearest, read_centers
from sim.history.reading.read import Options, read_log

CENTERS = {"North": (47.65, -122.33), "South": (47.55, -122.30), "West": (47.58, -122.40)}


def as_csv(folder: Path) -> Path:
    lines = [f"{name},{north},{east}" for name, (north, east) in CENTERS.items()]
    return write(folder / "zones.csv", "\n".join(["zone,latitude,longitude", *lines]))


def as_areas(folder: Path) -> Path:
    """Squares around the centers, one of them of two parts."""
    features = []
    for name, (north, east) in CENTERS.items():
        ring = [[east + x, north + y] for x, y in SQUARE]
        coordinates = [[ring], [ring[:3]]] if name == "West" else [ring]
        kind = "MultiPolygon" if name == "West" else "Polygon"
        geometry = {"type": kind, "coordinates": coordinates}
        features.append({"type": "Feature", "properties": {"NAME": name}, "geometry": geometry})
    tree = {"type": "FeatureCollection", "features": features}
    return write(folder / "zones.geojson", json.dumps(tree))


SQUARE = ((-0.01, -0.01), (0.01, -0.01), (0.01, 0.01), (-0.01, 0.01), (-0.01, -0.01))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def log_of(folder: Path, blanks: int = 0) -> tuple[Path, list[str]]:
    """Log with precise coordinates and another district, and the true zone of each call."""
    numbers = np.random.default_rng(1)
    lines, zones = ["Incident,Call Type,District,Received,Latitude,Longitude"], []
    for call in range(300):
        name = str(numbers.choice(list(CENTERS), p=(0.5, 0.3, 0.2)))
        north, east = numbers.normal(CENTERS[name], 0.004)
        place = f"{north:.7f},{east:.7f}" if call >= blanks else ("0,0", "", "91,5")[call % 3]
        place = place or ","
        day, hour = divmod(call, 10)
        stamp = f"2024-{1 + day // 28:02d}-{1 + day % 28:02d} {2 * hour:02d}:10"
        lines.append(f"{call},MENTAL HEALTH,X,{stamp},{place}")
        zones.append(name)
    return write(folder / "calls.csv", "\n".join(lines)), zones


@pytest.mark.parametrize("form", [as_csv, as_areas])
def test_each_call_has_the_zone_whose_center_is_nearest(tmp_path, form) -> None:
    log, zones = log_of(tmp_path)
    read, _ = read_log(log, Options(zones=form(tmp_path)))
    assert read.calls["zone"].to_list() == zones


def test_places_that_are_none_are_counted_and_have_no_zone(tmp_path) -> None:
    log, zones = log_of(tmp_path, blanks=30)
    read, report = read_log(log, Options(zones=as_csv(tmp_path)))
    assert report.counts["no place"] == 30
    assert read.calls["zone"].to_list() == [None] * 30 + zones[30:]


def test_the_nearest_is_that_of_the_great_circle_to_the_rounding() -> None:
    numbers = np.random.default_rng(2)
    centers = Centers(["a", "b", "c", "d"], *numbers.uniform((40, -90), (40.3, -89.6), (4, 2)).T)
    places = numbers.uniform((40, -90), (40.3, -89.6), (2_000, 2))
    texts = [pl.Series([f"{x:.6f}" for x in column]) for column in places.T]
    found = nearest(*texts, centers).to_list()
    phi, theta = np.radians(places.T)[..., None]
    north, east = np.radians(centers.latitude), np.radians(centers.longitude)
    near = np.sin(phi) * np.sin(north) + np.cos(phi) * np.cos(north) * np.cos(theta - east)
    true = [centers.names[x] for x in near.argmax(axis=1)]
    assert np.mean([x == y for x, y in zip(found, true, strict=True)]) > 0.99


def test_a_fitted_city_has_their_shares_and_no_coordinate(tmp_path, capsys) -> None:
    log, zones = log_of(tmp_path)
    words = ["--out", str(tmp_path / "city"), "--yes", "--zones", str(as_csv(tmp_path))]
    assert main(["fit", str(log), *words]) == 0
    texts = [x.read_text("utf-8") for x in (tmp_path / "city").rglob("*.yaml")]
    assert any("North" in text for text in texts)
    first = log.read_text("utf-8").splitlines()[1].split(",")[4]
    assert not any(first[:7] in text for text in [*texts, capsys.readouterr().out])
    assert zones
    config = compose(["demand=city", "travel=coordinates"], tmp_path / "city")
    places = zip(config.demand.zone_latitude, config.demand.zone_longitude, strict=True)
    assert dict(zip(config.demand.zones, places, strict=True)) == CENTERS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got another"),
        ("{", "got another"),
        ('{"features": [{"properties": {}, "geometry": null}]}', "got another"),
        ("zone,latitude\nA,4", "got another"),
        ("zone,latitude,longitude\nA,4,x", "got another"),
        ("zone,latitude,longitude\nA,4,5\nA,5,5", "each once"),
        ("zone,latitude,longitude\nA,400,5", "beyond the globe"),
    ],
)
def test_a_bad_file_of_zones_is_a_line(tmp_path, text, said) -> None:
    with pytest.raises(LogError, match=said if text else "expected"):
        read_centers(write(tmp_path / "zones.csv", text))


def test_zones_without_coordinates_are_refused(tmp_path) -> None:
    log = write(tmp_path / "calls.csv", "Call Type,Received\nMENTAL HEALTH,2024-01-01 10:00\n")
    with pytest.raises(LogError, match="latitude and longitude with --zones"):
        read_log(log, Options(zones=as_csv(tmp_path)))
