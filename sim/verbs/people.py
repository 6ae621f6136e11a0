"""The verb `people`: the positions that plans need, and what some people can staff."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Screened, Shared
from sim.verbs.driver import drive
from sim.verbs.words import Words, loading, request_of, takes


@takes(Screened, Shared)
def people(
    context: typer.Context,
    words: Words = None,
    clinicians: Annotated[
        float | None, typer.Option(help="Clinicians at work: what can they staff?")
    ] = None,
    officers: Annotated[float | None, typer.Option(help="Officers at work, beside them.")] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Count the positions that plans need, or say which plans some people can staff."""
    with loading():
        from sim.report.people.people import PeopleReport
        from sim.scenarios.people.people import counted
    own = {"clinicians": clinicians, "officers": officers}
    drive(context, request_of(context, words, options, own=own), options, counted, PeopleReport)
