"""The verb `programs`: the presets, what is known of them, and docs/programs.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sim.verbs.words import ConfigDir, Cores, Json, Replications, Seed, load, say, split


def programs(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Tell what is known of these.")
    ] = None,
    json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Run their plans, and print docs/programs.md.")
    ] = False,
    seed: Seed = None,
    replications: Replications = None,
    config_dir: ConfigDir = None,
    cores: Cores = None,
) -> None:
    """List the program presets, or tell about some of them."""
    load()
    asked = {"run.seed": seed, "run.replications": replications, "run.cores": cores}
    names, overrides = split(context, words, asked)
    _check_programs(names, overrides, config_dir, runs=markdown)
    if markdown:
        say(_programs_markdown(context, names, overrides, config_dir), end="")
    else:
        say(_programs_told(names, config_dir, as_json=json))


def _check_programs(
    names: Sequence[str], overrides: Sequence[str], config_dir: Path | None, *, runs: bool
) -> None:
    """Refuse names of no program, and overrides where nothing is run."""
    from sim.config import InputError, program_names
    from sim.config.compose import nearest

    if overrides and not runs:
        raise InputError(f"programs takes names, not {overrides[0]!r}; --markdown runs their plans")
    known = program_names(config_dir)
    for name in names:
        if name not in known:
            raise InputError(f"unknown program {name!r}; {nearest(name, known)}")


def _programs_told(names: Sequence[str], config_dir: Path | None, *, as_json: bool) -> str:
    from sim.report.pages import programs as report
    from sim.scenarios.evidence.programs import all_described

    found = all_described(names, config_dir)
    if as_json:
        return report.programs_json(found)
    return "\n\n".join(map(report.program_page, found)) if names else report.program_list(found)


def _programs_markdown(
    context: typer.Context, names: Sequence[str], overrides: Sequence[str], config_dir: Path | None
) -> str:
    from sim.report.pages.programs import markdown
    from sim.report.progress import progress_bar
    from sim.scenarios.evidence.programs import check

    with progress_bar(interrupts_that_came=context.obj) as progress:
        return markdown(check(names, overrides, config_dir, progress))
