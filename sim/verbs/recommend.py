"""The verb `recommend`: the least-cost plan that meets targets."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Drawn, Uncertain
from sim.verbs.driver import drive
from sim.verbs.words import loading, request_of, takes

Overrides = Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE", help="An override.")]


@takes(Drawn, Uncertain)
def recommend(
    context: typer.Context,
    words: Overrides = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="Such as 'within_standard_share >= 0.8', or 'reach_share >= 0.7 by_hour' "
            "(by_zone). Repeatable."
        ),
    ] = None,
    budget: Annotated[float | None, typer.Option(help="Dollars a year at most.")] = None,
    people: Annotated[
        str | None, typer.Option(help="At work at most, such as clinicians=29,officers=63.")
    ] = None,
    cars: Annotated[int | None, typer.Option(help="Cars out at once at most.")] = None,
    starts: Annotated[
        str | None, typer.Option(help="Of shifts, such as 06:00,14:00; default every 2 hours.")
    ] = None,
    lengths: Annotated[str | None, typer.Option(help="Of shifts; default 8,10,12 hours.")] = None,
    patterns: Annotated[
        str | None,
        typer.Option(help="daily, weekdays, weekends, around_the_clock; default first and last."),
    ] = None,
    fresh_years: Annotated[
        int | None, typer.Option(help="Years to confirm the plan on; default 400.")
    ] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Find the plan of least cost that meets targets, or the best one for a budget or people."""
    with loading():
        from sim.report.experiments.recommend import RecommendReport
        from sim.scenarios.experiments.recommend.recommend import recommended
    own = {"target": tuple(target or ()), "budget": budget, "people": people, "cars": cars}
    own |= {"starts": starts, "lengths": lengths, "patterns": patterns, "fresh_years": fresh_years}
    asked = {key: value for key, value in own.items() if value not in (None, ())}
    request = request_of(context, words, options, own=asked)
    drive(context, request, options, recommended, RecommendReport)
