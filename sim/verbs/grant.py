"""The verb `grant`: a plan under a grant of 36 months."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.verbs.words import (
    ConfigDir,
    Cores,
    Engine,
    Json,
    Replications,
    Results,
    Seed,
    load,
    say,
    split,
)

if TYPE_CHECKING:
    from sim.report.folder import Request

MOST_PLANS = 2


def grant(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PLAN|BASE|KEY=VALUE",
            help="The plan to be reached, the one that is there already, and overrides.",
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Short for costs.grant.start_month=.")
    ] = None,
    planning_months: Annotated[
        int | None, typer.Option(help="Short for costs.grant.planning_months=N.")
    ] = None,
    hire: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE=MONTH,...",
            help="Months (1 to 36) in which positions of a role are filled: one each, or one.",
        ),
    ] = None,
    json: Json = False,
    seed: Seed = None,
    replications: Replications = None,
    engine: Engine = "auto",
    config_dir: ConfigDir = None,
    results: Results = Path("results"),
    cores: Cores = None,
) -> None:
    """Follow a plan through a grant: positions, people served, and who pays, by quarter."""
    load()
    from sim.config import InputError
    from sim.report.folder import Request

    asked = {
        "costs.grant.start_month": None if start is None else f"'{start}'",
        "costs.grant.planning_months": planning_months,
        **_hired(hire or []),
        "run.seed": seed,
        "run.replications": replications,
        "run.cores": cores,
    }
    plans, overrides = split(context, words, asked)
    if not 1 <= len(plans) <= MOST_PLANS:
        raise InputError(f"grant wants a plan, and the base that is there; it got {len(plans)}")
    request = Request("grant", tuple(plans), tuple(overrides), config_dir, engine)
    _answer(context, request, results, as_json=json)


def _hired(given: Sequence[str]) -> dict[str, str]:
    """Overrides of options such as "clinician=7,7,10"."""
    from sim.config import InputError

    out: dict[str, str] = {}
    for word in given:
        role, sign, months = word.partition("=")
        if not (role.isidentifier() and sign and months):
            raise InputError(f"--hire {word!r}: role=months is wanted, like clinician=7,7,10")
        if f"costs.grant.hire_months.{role}" in out:
            raise InputError(f"--hire: {role} is given twice; all months of a role go together")
        out[f"costs.grant.hire_months.{role}"] = f"[{months}]"
    return out


def _answer(context: typer.Context, request: Request, results: Path, *, as_json: bool) -> None:
    """Run, write the results folder, and print the answer."""
    import sim
    from sim.report import folder
    from sim.report.grant import folder as grant_folder
    from sim.report.grant.grant import render
    from sim.report.progress import progress_bar

    with folder.draft(results) as unfinished:
        with progress_bar(interrupts_that_came=context.obj) as progress:
            found = sim.grant(
                *request.plans,
                overrides=request.overrides,
                engine=request.engine,
                config_dir=request.config_dir,
                progress=progress,
            )
        where = grant_folder.write(unfinished, request, found)
    if as_json:
        say(grant_folder.as_json(found), end="")
    else:
        say(f"{render(found)}\n\nResults: {where}")
