"""Zones of calls by their coordinates: the nearest of the centers that a user names.

Coordinates are rounded before anything is made of them, and only the zone is kept.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.config.files.named import NOT_READ, text_of
from sim.history.faults import LogError

DIGITS = 3  # of a degree that are looked at: about 100 m
MOST_LATITUDE, MOST_LONGITUDE = 90.0, 180.0
NAMES = ("zone", "name", "district", "id")  # properties of a GeoJSON feature, in this order


class Centers(NamedTuple):
    """Names of zones, and their centers in degrees; shape (zones,) each."""

    names: list[str]
    latitude: Floats
    longitude: Floats

    def by_name(self) -> dict[str, tuple[float, float]]:
        """Latitude and longitude of each zone, rounded as those of calls are."""
        degrees = (self.latitude.round(DIGITS).tolist(), self.longitude.round(DIGITS).tolist())
        return dict(zip(self.names, zip(*degrees, strict=True), strict=True))


def nearest(latitude: pl.Series, longitude: pl.Series, centers: Centers) -> pl.Series:
    """Zone whose center is nearest to each place; null where there is none on the globe.

    Places without a number, at 0, 0 or beyond the poles have no zone. Distances are on a plane
    whose degrees of longitude are as wide as at the centers' mean latitude, right for a city.
    """
    known = pl.DataFrame({"latitude": _degrees(latitude), "longitude": _degrees(longitude)})
    places = known.unique().drop_nulls()
    inside = places.filter(
        pl.col("latitude").abs() <= MOST_LATITUDE,
        pl.col("longitude").abs() <= MOST_LONGITUDE,
        (pl.col("latitude") != 0) | (pl.col("longitude") != 0),
    )
    at = _nearest(inside.to_numpy(), centers)
    found = inside.with_columns(pl.Series("zone", [centers.names[x] for x in at], pl.String))
    keys = ["latitude", "longitude"]
    return known.join(found, on=keys, how="left", maintain_order="left")["zone"]


def _degrees(text: pl.Series) -> pl.Series:
    return text.str.strip_chars().cast(pl.Float64, strict=False).round(DIGITS).fill_nan(None)


def _nearest(places: Floats, centers: Centers) -> list[int]:
    """Number of the nearest center of each place; shape (places, 2), latitude first."""
    width = np.cos(np.radians(centers.latitude.mean()))
    best, least = np.zeros(len(places), np.int64), np.full(len(places), np.inf)
    for number, (north, east) in enumerate(zip(centers.latitude, centers.longitude, strict=True)):
        far = (places[:, 0] - north) ** 2 + (width * (places[:, 1] - east)) ** 2
        nearer = far < least
        best[nearer], least[nearer] = number, far[nearer]
    return best.tolist()


# --- the file ------------------------------------------------------------------------------------


def read_centers(path: Path) -> Centers:
    """Centers of a GeoJSON file, or of a CSV with columns zone, latitude and longitude.

    The center of an area is that of the corners of its largest ring.

    Raises
    ------
    LogError
        If the file cannot be read, or a zone has no name or center.
    """
    try:
        text = text_of(path)
        rows = _features(json.loads(text)) if text.lstrip().startswith("{") else _lines(text)
        centers = [(str(name), float(north), float(east)) for name, north, east in rows]
    except (*NOT_READ, ValueError, TypeError, LookupError, AttributeError) as error:
        raise LogError(
            f"--zones: expected GeoJSON of named points or areas, or a CSV with zone, latitude and "
            f"longitude, got another in {path.name}"
        ) from error
    names = [name for name, _, _ in centers]
    if not names or len(set(names)) != len(names):
        raise LogError(f"--zones: expected zones in {path.name}, each once, got {names[:5]}")
    if any(abs(x) > MOST_LATITUDE or abs(y) > MOST_LONGITUDE for _, x, y in centers):
        raise LogError(f"--zones: expected degrees in {path.name}, got numbers beyond the globe")
    return Centers(names, *(np.array(column) for column in list(zip(*centers, strict=True))[1:]))


def _lines(text: str) -> list[tuple[Any, Any, Any]]:
    table = csv.DictReader(io.StringIO(text))
    rows = [{str(key).strip().lower(): x for key, x in row.items()} for row in table]
    return [(row["zone"], row["latitude"], row["longitude"]) for row in rows]


def _features(tree: Any) -> list[tuple[Any, Any, Any]]:  # noqa: ANN401 - whatever JSON has
    return [(_name(x["properties"]), *_center(x["geometry"])) for x in tree["features"]]


def _name(properties: dict[str, Any]) -> str:
    small = {key.lower(): value for key, value in properties.items()}
    return str([small[key] for key in NAMES if small.get(key) not in (None, "")][0])  # noqa: RUF015 - an error of its own


def _center(geometry: dict[str, Any]) -> tuple[float, float]:
    """Latitude and longitude; GeoJSON has them the other way around."""
    kind, at = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return float(at[1]), float(at[0])
    rings = [part[0] for part in ([at] if kind == "Polygon" else at)]
    corners = np.array(max(rings, key=len)[:-1], np.float64)  # the last is the first again
    return float(corners[:, 1].mean()), float(corners[:, 0].mean())
