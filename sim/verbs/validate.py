"""The verb `validate`: a log's last months against a model of those before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.scenarios.request import Drawn, Uncertain
from sim.verbs.driver import drive
from sim.verbs.words import loading, request_of, takes


@takes(Drawn, Uncertain)
def validate(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER [PLAN] [KEY=VALUE]",
            help="What coresponder fit made, the plan that was staffed then, and overrides.",
        ),
    ] = None,
    calls: Annotated[
        Path | None, typer.Option(help="The log that was fitted; it is kept nowhere.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(help="Last day that is fitted, such as 2024-06-30; else two thirds of them."),
    ] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Fit the first months of a log, predict the rest, and say what the model is valid for."""
    with loading():
        from sim.report.validation.report import ValidationReport
        from sim.scenarios.validation.validate import validated
    own = {"calls": None if calls is None else str(calls), "until": until}
    request = request_of(context, words, options, own=own)
    drive(context, request, options, validated, ValidationReport, "draws")
