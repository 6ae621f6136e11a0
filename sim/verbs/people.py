"""The verb `people`: whom plans want, and what some people can staff."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.verbs.words import ConfigDir, Json, Words, load, say, split


def people(
    context: typer.Context,
    words: Words = None,
    clinicians: Annotated[
        float | None, typer.Option(help="Clinicians at work: what can they staff?")
    ] = None,
    officers: Annotated[float | None, typer.Option(help="Officers at work, beside them.")] = None,
    json: Json = False,
    config_dir: ConfigDir = None,
) -> None:
    """Count the people that plans want, or tell which plans some people can staff."""
    load()
    import sim
    from sim.report.people import people as report

    plans, overrides = split(context, words)
    found = sim.people(
        *plans,
        clinicians=clinicians,
        officers=officers,
        overrides=overrides,
        config_dir=config_dir,
    )
    if json:
        say(report.as_json(found), end="")
    else:
        say(report.render(found))
