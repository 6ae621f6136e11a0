"""The verb `evidence`: what the numbers of a config rest on, and docs/evidence.md."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.verbs.words import ConfigDir, Json, load, say, split


def evidence(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="An override.")
    ] = None,
    json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print it as in docs/evidence.md.")
    ] = False,
    config_dir: ConfigDir = None,
) -> None:
    """List the studies of the effect, how they are pooled, and the source of every number."""
    load()
    from sim.config import InputError
    from sim.report.pages import evidence as report
    from sim.scenarios.evidence.evidence import evidence as gathered

    plans, overrides = split(context, words)
    if plans:
        raise InputError(f"evidence takes key=value, not {plans[0]!r}")
    if json and markdown:
        raise InputError("--json and --markdown: one of them is wanted")
    found = gathered(overrides, config_dir)
    if markdown:
        say(report.markdown(found), end="")
    else:
        say(report.evidence_json(found) if json else report.page(found))
