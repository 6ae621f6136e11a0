"""The verb `programs`: the presets, what is known of them, and docs/programs.md."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sim.scenarios.request import Longer, Printed, Request, Uncertain
from sim.verbs.words import loading, request_of, say, say_json, takes


@takes(Longer, Printed, Uncertain)
def programs(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME|KEY=VALUE",
            help="Run the plans of these, and hold what is published against them.",
        ),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Run them all, and print docs/programs.md.")
    ] = False,
    **options: Any,  # noqa: ANN401
) -> None:
    """List the program presets, or hold what some of them publish against the model."""
    request = request_of(context, words, options)
    runs = markdown or bool(request.plans)
    _check_programs(request, runs=runs)
    if runs:
        _say_checks(context, request, options, markdown=markdown)
    else:
        _say_list(request, options)


def _say_list(request: Request, options: dict[str, Any]) -> None:
    from sim.report.pages import programs as report
    from sim.scenarios.evidence.programs import all_described

    programs = all_described(config_dir=request.config_dir)
    if options["json"]:
        say_json(report.programs_json(programs))
    else:
        listed = report.program_list_in_full if options["full"] else report.program_list
        say(listed(programs))


def _say_checks(
    context: typer.Context, request: Request, options: dict[str, Any], *, markdown: bool
) -> None:
    with loading():
        from sim.report.pages import programs as report
        from sim.report.progress import progress_bar
        from sim.scenarios.evidence.held_out import check

    with progress_bar(interrupts_that_came=context.obj) as progress:
        checks = check(request, progress)
    if markdown:
        say(report.markdown(checks), end="")
    elif options["json"]:
        say_json(report.checks_json(checks))
    else:
        page = report.program_page if options["full"] else report.program_screen
        say("\n\n".join(map(page, checks)))


def _check_programs(request: Request, *, runs: bool) -> None:
    """Refuse names of no program, and overrides where nothing is run."""
    from sim.config import InputError, program_names
    from sim.config.compose import nearest

    if request.overrides and not runs:
        raise InputError(
            f"programs: expected names of programs, or --markdown, with overrides, got "
            f"{request.overrides[0]!r}"
        )
    known = program_names(request.config_dir)
    for name in request.plans:
        if name not in known:
            raise InputError(f"unknown program {name!r}; {nearest(name, known)}")
