"""The verb `evidence`: what the numbers of a config rest on, and docs/evidence.md."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Longer, Printed, Shared
from sim.verbs.words import loading, request_of, say, say_json, takes


@takes(Longer, Printed, Shared)
def evidence(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE", help="An override.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print it as in docs/evidence.md.")
    ] = False,
    **options: Any,  # noqa: ANN401
) -> None:
    """List the studies of the effect, how they are pooled, and the source of every number."""
    with loading():
        from sim.config import InputError
        from sim.report.pages import evidence as report
        from sim.scenarios.evidence.evidence import evidence as gathered

    request = request_of(context, words, options)
    if request.plans:
        raise InputError(f"evidence: expected key=value, got {request.plans[0]!r}")
    if options["json"] and markdown:
        raise InputError("evidence: expected one of --json and --markdown, got both")
    answer = gathered(request.overrides, request.config_dir)
    if markdown:
        say(report.markdown(answer), end="")
    elif options["json"]:
        say_json(report.evidence_json(answer))
    else:
        say(report.page(answer) if options["full"] else report.screen(answer))
