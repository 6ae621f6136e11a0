"""The verb `programs`: the presets, what is known of them, and docs/programs.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.scenarios.request import Longer, Printed, Replicated, Request
from sim.verbs.words import loading, request_of, say, say_json, takes

if TYPE_CHECKING:
    from sim.scenarios.answers.programs import Described


@takes(Longer, Printed, Replicated)
def programs(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Tell what is known of these.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Run their plans, and print docs/programs.md.")
    ] = False,
    **options: Any,  # noqa: ANN401
) -> None:
    """List the program presets, or tell about some of them."""
    with loading():
        from sim.report.pages import programs as report
        from sim.report.progress import progress_bar
        from sim.scenarios.evidence.programs import all_described, check

    request = request_of(context, words, options)
    _check_programs(request, runs=markdown)
    if markdown:
        with progress_bar(interrupts_that_came=context.obj) as progress:
            checks = check(request.plans, request.overrides, request.config_dir, progress)
        say(report.markdown(checks), end="")
        return
    described = all_described(request.plans, request.config_dir)
    if options["json"]:
        say_json(report.programs_json(described))
    else:
        say(_text(request, described, full=options["full"]))


def _text(request: Request, programs: Sequence[Described], *, full: bool) -> str:
    """Screens or pages of the programs named, or the list of all."""
    from sim.report.pages import programs as report

    if request.plans:
        return "\n\n".join(map(report.program_page if full else report.program_screen, programs))
    return report.program_list_in_full(programs) if full else report.program_list(programs)


def _check_programs(request: Request, *, runs: bool) -> None:
    """Refuse names of no program, and overrides where nothing is run."""
    from sim.config import InputError, program_names
    from sim.config.compose import nearest

    if request.overrides and not runs:
        raise InputError(
            f"programs: expected names, or --markdown to run their plans, got "
            f"{request.overrides[0]!r}"
        )
    known = program_names(request.config_dir)
    for name in request.plans:
        if name not in known:
            raise InputError(f"unknown program {name!r}; {nearest(name, known)}")
