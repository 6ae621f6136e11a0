"""The verbs that simulate plans: `compare` and `run`."""

from __future__ import annotations

from typing import Any

import typer

from sim.scenarios.request import Compared, Drawn
from sim.verbs.driver import drive
from sim.verbs.words import Words, loading, request_of, takes


@takes(Drawn, Compared)
def compare(context: typer.Context, words: Words = None, **options: Any) -> None:  # noqa: ANN401
    """Compare plans on the same calls, each with the last one named."""
    with loading():
        from sim.report.comparison.report import ComparisonReport
        from sim.scenarios.comparison.compare import compared
    drive(context, request_of(context, words, options), options, compared, ComparisonReport)


@takes(Drawn, Compared)
def run(context: typer.Context, words: Words = None, **options: Any) -> None:  # noqa: ANN401
    """Simulate one plan."""
    with loading():
        from sim.report.comparison.report import ComparisonReport
        from sim.scenarios.comparison.compare import ran
    drive(context, request_of(context, words, options), options, ran, ComparisonReport)
