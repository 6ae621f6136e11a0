"""What the verbs share: their options, the words they are given, and how they speak."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from sim import interrupts

NUMBER = re.compile(r"-[\d.]+")

# Unknown options are left to `split`, which names the nearest right one and lets -1 be a plan.
LENIENT = {"ignore_unknown_options": True}

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLAN|KEY=VALUE",
        help="A number of 24/7 posts or a name in configs/staffing/; or an override.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Seed = Annotated[int | None, typer.Option(help="Short for run.seed=N.")]
Replications = Annotated[int | None, typer.Option(help="Short for run.replications=N.")]
Draws = Annotated[
    int | None, typer.Option(help="Short for run.draws=N; 0: no interval of the assumptions.")
]
Cores = Annotated[int | None, typer.Option(help="Short for run.cores=N (default: all).")]
Engine = Annotated[str, typer.Option(help="simpy, compiled or auto; the answer is the same.")]
ConfigDir = Annotated[
    Path | None, typer.Option(help="Your own configs; they add to the packaged ones and win.")
]
Check = Annotated[str, typer.Option(help="How much SimPy repeats first: four_weeks, full or none.")]
Results = Annotated[Path, typer.Option(help="Where the results folder is made.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the figures.")]
KeepLedger = Annotated[
    bool, typer.Option("--ledger", help="Keep every call and trip of replication 0.")
]
Trace = Annotated[
    bool, typer.Option("--trace", help="List what happened in replication 0, from SimPy.")
]


def load() -> None:
    """Import what every verb needs; a library cut short in its own import cannot recover."""
    with interrupts.held():
        import sim.report.folder
        import sim.report.progress  # noqa: F401


def load_beside(module: str) -> None:
    """Import a slow module while something else runs."""
    threading.Thread(target=import_module, args=(module,), daemon=True).start()


def split(
    context: typer.Context,
    words: list[str] | None,
    asked: Mapping[str, int | str | None] | None = None,
) -> tuple[list[str], list[str]]:
    """Plans and overrides, those last that options are short for.

    What looks like an option is refused with the nearest right one, and so is a key given twice.
    """
    given = words or []
    for word in given:
        if word.startswith("-") and not NUMBER.fullmatch(word):
            _refuse_option(context, word)
    short = [f"{key}={value}" for key, value in (asked or {}).items() if value is not None]
    overrides = [*(word for word in given if "=" in word), *short]
    _refuse_twice(overrides)
    return [word for word in given if "=" not in word], overrides


def _refuse_twice(overrides: list[str]) -> None:
    from sim.config import InputError

    values: dict[str, str] = {}
    for key, _, value in (override.partition("=") for override in overrides):
        if key in values:
            raise InputError(f"{key}: expected one value, got {values[key]} and {value}")
        values[key] = value


def _refuse_option(context: typer.Context, word: str) -> None:
    from sim.config import InputError
    from sim.config.compose import nearest

    known = [
        option
        for parameter in context.command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    ]
    option = word.partition("=")[0]
    raise InputError(f"unknown option {option!r}; {nearest(option, known)}")


def say(text: str, end: str = "\n") -> None:
    """Print; a reader who has seen enough (`| head`) is no fault."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
