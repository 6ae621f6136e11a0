"""The answer of `compare` and `run`: the screen, JSON, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.answer import Answer, Basis
from sim.report.comparison import frames, trace
from sim.report.comparison.summary import summary
from sim.report.comparison.tables import render
from sim.report.money.people_and_money import people_and_money
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
        """Return the screen, and the first day of the trace if there is one."""
        happened = self.comparison.trace
        days = [] if happened is None else [trace.first_day(happened)]
        return "\n\n".join([render(self.comparison), *days])

    def tree(self) -> dict[str, Any]:
        """Return what `summary.json` holds."""
        return summary(self.comparison)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return people and money in full; measures, cells and draws; ledger and trace if kept."""
        tables = frames.all_of(self.comparison)
        files: dict[str, str | pl.DataFrame] = {
            f"{x}.parquet": table for x, table in tables.items()
        }
        if self.comparison.economics is not None:
            files["people_and_money.txt"] = people_and_money(self.comparison)
        if self.comparison.trace is not None:
            files["trace.csv"] = trace.as_csv(self.comparison.trace)
        return files

    def figures(self) -> dict[str, Figure]:
        """Return every figure that there is something to show in."""
        from sim.report.comparison.figures import drawn  # noqa: PLC0415 - matplotlib is slow to load

        return drawn(self.comparison)
