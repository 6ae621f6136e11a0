"""The verb `grant`: a plan under a grant of 36 months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sim.scenarios.request import Drawn, Uncertain
from sim.verbs.driver import drive
from sim.verbs.words import loading, request_of, takes

KEY = "costs.grant"


@takes(Drawn, Uncertain)
def grant(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PLAN|BASE|KEY=VALUE",
            help="The plan to be reached (by default the program's usual one), the one that is "
            "there already, and overrides.",
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help=f"Short for {KEY}.start_month=.")
    ] = None,
    planning_months: Annotated[
        int | None, typer.Option(help=f"Short for {KEY}.planning_months=N.")
    ] = None,
    hire: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE=MONTH,...",
            help="Months (1 to 36) in which positions of a role are filled: one each, or one.",
        ),
    ] = None,
    positions: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE=FTE,...",
            help=f"Short for {KEY}.positions: people to be funded, who staff what they can.",
        ),
    ] = None,
    base_positions: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE=FTE,...",
            help=f"Short for {KEY}.base_positions: people who are there today, in place of BASE.",
        ),
    ] = None,
    pays: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE,...", help=f"Short for {KEY}.paid_roles: those that the grant pays."
        ),
    ] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Follow a plan through a grant: positions, people served, and who pays, by quarter."""
    with loading():
        from sim.report.grant.grant import GrantReport
        from sim.scenarios.grant.grant import granted
    short = {
        f"{KEY}.start_month": None if start is None else f"'{start}'",
        f"{KEY}.planning_months": planning_months,
        f"{KEY}.positions": _staff("--positions", positions),
        f"{KEY}.base_positions": _staff("--base-positions", base_positions),
        f"{KEY}.paid_roles": None if pays is None else f"[{pays}]",
        **_hired(hire or []),
    }
    request = request_of(context, words, options, short)
    drive(context, request, options, granted, GrantReport, then="As a document:")


def _staff(option: str, word: str | None) -> str | None:
    """Mapping as Hydra has it, of an option such as "clinician=2,officer=2.5"; None without one."""
    from sim.config import InputError

    if word is None:
        return None
    counts: dict[str, str] = {}
    for role, _, count in (part.partition("=") for part in word.split(",")):
        if not (role.isidentifier() and re.fullmatch(r"[0-9]*\.?[0-9]+", count)):
            raise InputError(
                f"{option}: expected role=FTE, like clinician=2,officer=2.5, got {word!r}"
            )
        if role in counts:
            raise InputError(f"{option}: expected every role once, got {role} twice")
        counts[role] = count
    return f"{{{','.join(f'{role}: {count}' for role, count in counts.items())}}}"


def _hired(words: Sequence[str]) -> dict[str, object]:
    """Overrides of options such as "clinician=7,7,10"."""
    from sim.config import InputError

    overrides: dict[str, object] = {}
    for word in words:
        role, sign, months = word.partition("=")
        if not (role.isidentifier() and sign and months):
            raise InputError(f"--hire: expected role=months, like clinician=7,7,10, got {word!r}")
        if f"{KEY}.hire_months.{role}" in overrides:
            raise InputError(f"--hire: expected all months of a role together, got {role} twice")
        overrides[f"{KEY}.hire_months.{role}"] = f"[{months}]"
    return overrides
