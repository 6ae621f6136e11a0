"""The answer of `compare` and `run`: the screen, JSON, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.answer import Answer, Basis
from sim.report.comparison import frames, trace
from sim.report.comparison.cells import FILE as FILE_OF_CELLS
from sim.report.comparison.cells import by_hour_and_zone
from sim.report.comparison.full import full
from sim.report.comparison.page import FILE, page_alone, page_of
from sim.report.comparison.screen import screen
from sim.report.comparison.summary import summary
from sim.report.money.people_and_money import people_and_money
from sim.report.spreadsheet import as_csv
from sim.scenarios.answers.comparison import Comparison

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ComparisonReport(Answer):
    """A comparison as it is published."""

    comparison: Comparison

    def basis(self) -> Basis:
        """Return the config and plans, and how they were run."""
        made = self.comparison
        return Basis(made.config, made.plans, made.replications, made.check)

    def summary(self) -> str:
        """Return the first screen, and below it the first day of a trace that was asked for."""
        happened, text = self.comparison.trace, screen(self.comparison)
        return text if happened is None else f"{text}\n\n{trace.first_day(happened)}"

    def full(self) -> str:
        """Return everything as text, the first screen at its top."""
        return full(self.comparison)

    def tree(self) -> dict[str, Any]:
        """Return what `summary.json` holds."""
        return summary(self.comparison)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text and a page to print; people and money; tables; a trace if kept."""
        tables = frames.all_of(self.comparison)
        files: dict[str, str | pl.DataFrame] = {
            "full.txt": f"{self.full()}\n",
            FILE_OF_CELLS: f"{by_hour_and_zone(self.comparison)}\n",
            "answer.html": page_of(self.comparison),
            **{f"{name}.parquet": table for name, table in tables.items()},
            **{f"{name}.csv": as_csv(tables[name]) for name in frames.CELLS},
        }
        if self.comparison.economics is not None:
            files["people_and_money.txt"] = people_and_money(self.comparison)
        if self.comparison.request.html:
            files[FILE] = page_alone(self.comparison)
        if self.comparison.trace is not None:
            files["trace.csv"] = trace.as_csv(self.comparison.trace)
        return files

    def figures(self) -> dict[str, Figure]:
        """Return every figure that there is something to show in."""
        from sim.report.comparison.figures import drawn  # noqa: PLC0415 - matplotlib is slow to load

        return drawn(self.comparison)
