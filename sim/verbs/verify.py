"""The verb `verify`: the model against queueing theory."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Replicated, Screened
from sim.verbs.driver import drive
from sim.verbs.words import loading, request_of, takes


@takes(Screened, Replicated)
def verify(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="An override of run.seed, for other chances."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="In seconds, with wider intervals.")
    ] = False,
    **options: Any,  # noqa: ANN401
) -> None:
    """Hold the model against queueing theory, law by law; the exit code is 1 if one fails."""
    with loading():
        from sim.report.verification.report import VerificationReport
        from sim.scenarios.verification.verify import verified
    request = request_of(context, words, options, own={"quick": quick or None})
    if not drive(context, request, options, verified, VerificationReport).holds:
        raise typer.Exit(1)
