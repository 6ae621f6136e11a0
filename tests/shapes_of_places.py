"""The shipped hour-of-week shapes that `coresponder fit` does not make: Seattle's and New York's.

`python -m tests.shapes_of_places ROWS OUT` reads Seattle's rows in the folder ROWS and writes a
file of `configs/shapes/` for each of the two places into the folder OUT.

- Seattle: calls closed as crisis, July to December 2015; from February to June its crisis codes
  were hardly used. The stamp is the arrival of patrol, not the call.
- New York publishes the share of its calls by night and no hours. Its shape is the mean of
  Toronto's and Seattle's on the log scale, with that share by night; its errors are half their
  difference, and the two places' own errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK
from sim.config.groups.shapes import with_night_share
from sim.history.fitting.staffed import shipped_shape
from sim.history.fitting.tables import ShapeTable, shape_yaml
from sim.history.splines import fit_spline

TORONTO, SEATTLE_ROWS = "toronto_2014_15", "seattle_police_calls_2015.csv.gz"
SEATTLE = {
    "title": "Police calls closed as a crisis complaint, by the minute at which patrol arrived",
    "publisher": "City of Seattle, data.seattle.gov",
    "license": "public domain",
}
SEATTLE_FIRST, SEATTLE_LAST = date(2015, 7, 1), date(2015, 12, 30)
NEW_YORK = {
    "title": (
        "28% of the calls eligible for B-HEARD came from 01:00 to 09:00; hours within night and"
        " within day are the mean of Toronto's and Seattle's"
    ),
    "publisher": "derived from the NYC Comptroller's audit MG24-060A, May 2025",
}
NEW_YORK_NIGHT_SHARE = 0.28
COMMAND = "python -m tests.shapes_of_places <rows> configs/shapes"


def shape_table(
    name: str, source: dict[str, str | int], calls: Floats, exposure_h: Floats
) -> ShapeTable:
    """Fit the shape of a place; `calls` and `exposure_h` are of the 168 hours of a week."""
    spline = fit_spline(calls, exposure_h)
    rate = np.exp(spline.log_rate)
    return ShapeTable(name, source | {"command": COMMAND}, rate / rate.mean(), spline.log_se)


def shipped(name: str) -> ShapeTable:
    """Shape of a place that is shipped."""
    shape = shipped_shape(name)
    return ShapeTable(name, shape.source.model_dump(), np.array(shape.rate), np.array(shape.log_se))


def seattle(path: Path) -> ShapeTable:
    """Shape of Seattle's crisis calls."""
    rows = pl.read_csv(path.read_bytes(), infer_schema=False)
    at = pl.col("t_arrive").str.to_datetime("%Y-%m-%d %H:%M:%S")
    crisis = rows.filter(pl.col("crisis_final") == "True").select(at)["t_arrive"]
    used = crisis.filter(crisis.dt.date().is_between(SEATTLE_FIRST, SEATTLE_LAST))
    hour = ((used.dt.weekday() - 1).cast(pl.Int64) * 24 + used.dt.hour()).to_numpy()
    days = (SEATTLE_FIRST.weekday() + np.arange((SEATTLE_LAST - SEATTLE_FIRST).days + 1)) % 7
    source = SEATTLE | {
        "period": f"{SEATTLE_FIRST} to {SEATTLE_LAST}",
        "n_rows": len(crisis),
        "n_used": len(used),
        "dropped": f"{len(crisis) - len(used)} before July, when crisis codes were hardly used",
    }
    calls = np.bincount(hour, minlength=HOURS_A_WEEK).astype(np.float64)
    exposure_h = np.repeat(np.bincount(days, minlength=7), 24).astype(np.float64)
    return shape_table("seattle_2015", source, calls, exposure_h)


def new_york(one: ShapeTable, other: ShapeTable) -> ShapeTable:
    """Shape with New York's share by night, and hours like those of two other places."""
    first, second = (
        np.log(with_night_share(table.rate.tolist(), NEW_YORK_NIGHT_SHARE))
        for table in (one, other)
    )
    rate = np.array(with_night_share(np.exp((first + second) / 2).tolist(), NEW_YORK_NIGHT_SHARE))
    own = (one.log_se**2 + other.log_se**2) / 4
    log_se = np.sqrt(own + ((first - second) / 2) ** 2)
    source = NEW_YORK | {"period": "fiscal years 2022 to 2024", "command": COMMAND}
    return ShapeTable("new_york_2022_24", source, rate / rate.mean(), log_se)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the shapes of two places."""
    parser = argparse.ArgumentParser(prog="python -m tests.shapes_of_places", description=__doc__)
    parser.add_argument("rows", type=Path, help="folder of the rows")
    parser.add_argument("out", type=Path, help="folder to write to")
    options = parser.parse_args(arguments)
    place = seattle(options.rows / SEATTLE_ROWS)
    for table in (place, new_york(shipped(TORONTO), place)):
        path = options.out / f"{table.name}.yaml"
        path.write_text(shape_yaml(table), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
