"""What a user says of a file of calls, and what is said of it once it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sim.history.log import Excluded
from sim.history.reading.columns import Mapping as Columns
from sim.history.reading.types import Types
from sim.history.reading.zones import Spellings
from sim.history.units import Units

SAME_CALL, TWICE, OFFICERS = "unit rows of one call", "duplicates", "officer initiated"


@dataclass(frozen=True)
class Options:
    """What a user says of a file, each in place of what would be found.

    `every_day` counts all days of the log as observed, those without calls or codes as well. A file
    of `zones` has their centers; a call then has the zone whose center is nearest to it.
    """

    columns: Path | None = None
    rules: Path | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_format: str | None = None
    time_zone: str | None = None
    sheet: str | None = None
    every_day: bool = False
    zones: Path | None = None


@dataclass
class ReadReport:
    """What was read and what became of it: rows read are used, repaired or rejected.

    `counts` has every repair and every kind of row left out, `lines_of` the lines of the first of
    each. `rejected_texts` are by line what stood for a stamp in each rejected row, and
    `title_lines` are lines that are no rows of calls, since they have neither a number nor a stamp.
    `units` are those that were sent to the calls of mental health. `calls` are one a call,
    `mental_health_calls` those of them that are used. `unused` are the columns that no role was
    given to.
    """

    name: str
    encoding: str
    delimiter: str
    mapping: Columns
    unused: list[str] = field(default_factory=list)
    rows_read: int = 0
    calls: int = 0
    mental_health_calls: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    lines_of: dict[str, list[int]] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    holes: list[Excluded] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    first_received: str = ""
    last_received: str = ""
    median_received_to_arrived_min: float | None = None
    zones: Spellings = field(default_factory=Spellings)
    types: Types = field(default_factory=Types)
    rejected_texts: dict[int, str] = field(default_factory=dict)
    title_lines: list[int] = field(default_factory=list)
    units: Units = field(default_factory=Units)
    used: int = 0
    repaired: int = 0
    rejected: int = 0

    @property
    def rows_by_kind(self) -> dict[str, int]:
        """Rows read by what they stand for, each once: calls of their own, and what is none.

        Examples
        --------
        >>> report = ReadReport("calls.csv", "utf-8", ",", {}, rows_read=50, rejected=1)
        >>> report.counts["duplicates"] = 9
        >>> report.rows_by_kind
        {'calls': 40, 'duplicates': 9, 'rejected': 1}
        """
        others = {what: n for what in (SAME_CALL, TWICE, OFFICERS) if (n := self.counts.get(what))}
        others["rejected"] = self.rejected
        return {"calls": self.rows_read - sum(others.values()), **others}

    def count(self, what: str, lines: pl.Series) -> None:
        """Count rows of a kind by their lines."""
        if len(lines):
            self.counts[what] = self.counts.get(what, 0) + len(lines)
            self.lines_of.setdefault(what, [])
            self.lines_of[what] += [int(x) for x in lines.head(20).to_list()]
