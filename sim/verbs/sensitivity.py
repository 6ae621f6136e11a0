"""The verb `sensitivity`: which uncertain figure must be known better."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Drawn, Uncertain
from sim.verbs.driver import drive
from sim.verbs.words import Words, loading, request_of, takes


@takes(Drawn, Uncertain)
def sensitivity(
    context: typer.Context,
    words: Words = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="What is to hold, such as 'reach_share >= 0.9'. Of two plans: of their difference."
        ),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            help="Points of the Sobol sequence, a power of 2; default 128. Each takes drivers + 2 "
            "settings, of two years: 1,280 at the defaults."
        ),
    ] = None,
    drivers: Annotated[
        int | None, typer.Option(help="Figures to look at closely, 1 to 15; default 8.")
    ] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Say which uncertain figure to measure first, and where the decision would flip."""
    with loading():
        from sim.report.experiments.sensitivity import SensitivityReport
        from sim.scenarios.experiments.sensitivity import sensitive
    own = {"target": target, "points": points, "drivers": drivers}
    request = request_of(context, words, options, own=own)
    drive(context, request, options, sensitive, SensitivityReport)
