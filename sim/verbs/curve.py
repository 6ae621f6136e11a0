"""The verb `curve`: measures against the number of posts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Drawn, Paged
from sim.verbs.driver import drive
from sim.verbs.words import loading, request_of, takes

Counts = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FROM..TO|KEY=VALUE",
        help="Numbers of posts, such as 8..24, or 8..24/4 for every fourth; or an override.",
    ),
]


@takes(Drawn, Paged)
def curve(
    context: typer.Context,
    words: Counts = None,
    plan: Annotated[
        str | None, typer.Option(help="A staffing plan, of which one line is counted.")
    ] = None,
    line: Annotated[
        str | None, typer.Option(help="The line of it whose posts are counted.")
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(help="Such as 'reach_share >= 0.9': which number first meets it? Repeatable."),
    ] = None,
    measures: Annotated[
        str | None, typer.Option(help="Names of measures, by commas; a dozen by default.")
    ] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Show what each post more buys: coverage, cost and diversions by number of posts."""
    with loading():
        from sim.report.experiments.curve import CurveReport
        from sim.scenarios.experiments.curve import curved
    own = {"plan": plan, "line": line, "target": tuple(target or ()), "measures": measures}
    request = request_of(context, words, options, own={k: v for k, v in own.items() if v})
    drive(context, request, options, curved, CurveReport)
