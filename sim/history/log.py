"""A log of calls as it was read and repaired: what fitting and validation start from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

STAMP = pl.Datetime("us")  # local wall time, without a zone
LONGEST_H = 8  # from received to a later stamp; of one beyond, only that it came later is believed
COLUMNS: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "received_at": STAMP,
    "dispatched_at": STAMP,
    "arrived_at": STAMP,
    "cleared_at": STAMP,
    "call_type": pl.String(),
    "final_type": pl.String(),
    "priority": pl.String(),
    "zone": pl.String(),
    "disposition": pl.String(),
    "unit": pl.String(),
    "dispatched_late": pl.Boolean(),
    "arrived_late": pl.Boolean(),
    "cleared_late": pl.Boolean(),
}


class Excluded(NamedTuple):
    """Days from `first` to `last`, both included, that are no exposure, and why."""

    first: date
    last: date
    reason: str


class CallLog(NamedTuple):
    """Mental-health calls of a log, one row a call in order of `received_at`.

    Attributes
    ----------
    calls
        Columns and dtypes of `COLUMNS`. `row` is the line of the source that a call came from,
        the header being line 1; `received_at` is never null, what else was not stated is. `unit`
        is the first that was sent. A stamp that is `late` was more than `LONGEST_H` hours after the
        call and is null.
    name, checksum
        Name of the source without its folder, and SHA-256 of its content.
    first, last
        First and last day of exposure, both included.
    excluded
        Days between them that are not: holes, partial months, an unclosed tail.
    served_only
        Whether it is a team's own log, which has no calls that nobody served.
    without_days
        Calls of a log that has no calendar day, one row a call; then `calls` has none. Columns:
        `year`, `month` (1 to 12), `weekday` (1 for Monday to 7) and `hour` (0 to 23), whole
        numbers, and `call_type` and `zone`, text.
    centers
        Latitude and longitude in degrees of zones that the user gave them for, by name.
    """

    calls: pl.DataFrame
    name: str
    checksum: str
    first: date
    last: date
    excluded: list[Excluded]
    served_only: bool
    without_days: pl.DataFrame | None = None
    centers: Mapping[str, tuple[float, float]] = {}
