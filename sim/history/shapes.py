"""The shipped hour-of-week shapes: three places, from their rows or a published figure.

``python -m sim.history.shapes ROWS OUT`` reads the rows of Toronto and Seattle in the folder ROWS
and writes a file of `configs/shapes/` for each place into the folder OUT.

- Toronto: calls of 17 months, each month weighed by its own level (see `sim.history.fit`).
- Seattle: calls closed as crisis, July to December 2015; from February to June its crisis codes
  were hardly used. The stamp is the arrival of patrol, not the call.
- New York publishes the share of its calls by night and no hours. Its shape is the mean of the two
  others on the log scale, with that share by night; its errors are half their difference, and the
  two places' own errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK
from sim.config.groups.shapes import with_night_share
from sim.history.cad import HistoryError, read_rows
from sim.history.fit import PART_MONTHS, TORONTO, month_levels, used_rows
from sim.history.splines import fit_spline
from sim.history.table import Origin, block, scalar, week_lines

TORONTO_ROWS = "toronto_persons_in_crisis_2014_15.csv.gz"
SEATTLE_ROWS = "seattle_police_calls_2015.csv.gz"
SEATTLE = Origin(
    title="Police calls closed as a crisis complaint, by the minute at which patrol arrived",
    publisher="City of Seattle, data.seattle.gov",
    license="public domain",
)
SEATTLE_FIRST, SEATTLE_LAST = date(2015, 7, 1), date(2015, 12, 30)
NEW_YORK = Origin(
    title=(
        "28 % of the calls eligible for B-HEARD came from 01:00 to 09:00; hours within night and"
        " within day are the mean of Toronto's and Seattle's"
    ),
    publisher="derived from the NYC Comptroller's audit MG24-060A, May 2025",
)
NEW_YORK_NIGHT_SHARE = 0.28
COMMAND = "python -m sim.history.shapes <rows> configs/shapes"


@dataclass(frozen=True)
class ShapeTable:
    """One file of `configs/shapes/`; rates of mean 1 and the standard errors of their logarithm."""

    name: str
    source: dict[str, str | int]
    rate: Floats
    log_se: Floats


def shape_table(
    name: str, source: dict[str, str | int], calls: Floats, exposure_h: Floats
) -> ShapeTable:
    """Fit the shape of a place; `calls` and `exposure_h` are of the 168 hours of a week.

    Examples
    --------
    >>> import numpy as np
    >>> table = shape_table("flat", {"title": "ours"}, np.full(168, 9.0), np.full(168, 52.0))
    >>> float(table.rate.min().round(3)), float(table.rate.max().round(3))
    (1.0, 1.0)
    """
    spline = fit_spline(calls, exposure_h)
    rate = np.exp(spline.log_rate)
    return ShapeTable(name, source | {"command": COMMAND}, rate / rate.mean(), spline.log_se)


def toronto(path: Path) -> ShapeTable:
    """Shape of Toronto's calls."""
    rows = read_rows(path)
    used, dropped = used_rows(rows, PART_MONTHS)
    calls, exposure_h, period = month_levels(used)
    counts = {"period": period, "n_rows": rows.height, "n_used": used.height, "dropped": dropped}
    return shape_table("toronto_2014_15", asdict(TORONTO) | counts, calls, exposure_h)


def seattle(path: Path) -> ShapeTable:
    """Shape of Seattle's crisis calls."""
    rows = pl.read_csv(path.read_bytes(), infer_schema=False)
    at = pl.col("t_arrive").str.to_datetime("%Y-%m-%d %H:%M:%S")
    crisis = rows.filter(pl.col("crisis_final") == "True").select(at)["t_arrive"]
    used = crisis.filter(crisis.dt.date().is_between(SEATTLE_FIRST, SEATTLE_LAST))
    hour = ((used.dt.weekday() - 1).cast(pl.Int64) * 24 + used.dt.hour()).to_numpy()
    days = (SEATTLE_FIRST.weekday() + np.arange((SEATTLE_LAST - SEATTLE_FIRST).days + 1)) % 7
    source = asdict(SEATTLE) | {
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
    source = asdict(NEW_YORK) | {"period": "fiscal years 2022 to 2024", "command": COMMAND}
    return ShapeTable("new_york_2022_24", source, rate / rate.mean(), log_se)


def text_of(table: ShapeTable) -> str:
    """YAML of a shape: seven lines of a day for the rates, and seven for their errors."""
    lines = [
        f"# made by: {table.source['command']}",
        "# A line a day from Monday, a number an hour from 00: relative rates of mean 1, and the",
        "# standard errors of their logarithms.",
        f"name: {scalar(table.name)}",
        *block("source", table.source),
        *week_lines("rate", table.rate.tolist()),
        *week_lines("log_se", table.log_se.tolist()),
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the shapes of three places; on bad input exit 2 with one line."""
    parser = argparse.ArgumentParser(prog="python -m sim.history.shapes", description=__doc__)
    parser.add_argument("rows", type=Path, help="folder of the rows")
    parser.add_argument("out", type=Path, help="folder to write to")
    options = parser.parse_args(arguments)
    try:
        fitted = toronto(options.rows / TORONTO_ROWS), seattle(options.rows / SEATTLE_ROWS)
        for table in (*fitted, new_york(*fitted)):
            path = options.out / f"{table.name}.yaml"
            path.write_text(text_of(table), encoding="utf-8", newline="\n")
            sys.stdout.write(f"{path}\n")
    except (HistoryError, OSError, pl.exceptions.PolarsError) as error:
        parser.exit(2, f"error: {' '.join(str(error).split())}\n")


if __name__ == "__main__":
    main()
