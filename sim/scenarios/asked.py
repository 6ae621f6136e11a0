"""The config and the plans that a request asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from sim.config import Config, InputError, StaffingPlan, compose, staffing
from sim.scenarios.checking import How
from sim.scenarios.request import Request

ENGINES = ("auto", "simpy", "compiled")


def config_of(request: Request) -> Config:
    """Config of a request.

    Raises
    ------
    InputError
        If it is not valid, or there is no such engine or check.
    """
    check_words(request)
    return compose(list(request.overrides), request.config_dir)


def check_words(request: Request) -> None:
    """Refuse an engine or a check that there is not."""
    for option, word, words in (
        ("--engine", request.engine, ENGINES),
        ("--check", request.check, get_args(How)),
    ):
        if word not in words:
            raise InputError(f"{option}: expected one of {', '.join(words)}, got {word!r}")


def plans_of(request: Request, names: Sequence[str]) -> list[StaffingPlan]:
    """Staffing plans of some names.

    Raises
    ------
    InputError
        If a name stands twice, or there is no such plan.
    """
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{request.verb}: expected every plan once, got {name} twice")
    return [staffing(name, request.config_dir) for name in names]


def own_plans(request: Request, config: Config) -> list[str]:
    """Names of the plans of the program, its usual one first.

    Raises
    ------
    InputError
        If it has none.
    """
    if not config.program.plans:
        verb, two = request.verb, request.verb == "compare"
        raise InputError(
            f"{verb}: expected {'two plans' if two else 'a plan'} or a program with plans of its "
            f"own, got {', '.join(request.plans) or 'no plan'} and program {config.program.name}; "
            f"type coresponder {verb} {'17 12' if two else '8'}, or coresponder {verb} "
            "program=aurora"
        )
    return config.program.plans
