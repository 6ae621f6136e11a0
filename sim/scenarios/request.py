"""What is asked of a verb: the options that verbs share, each declared here and nowhere else.

Python has them as keywords, the command line as options with two dashes; it imports this to show
its help, so nothing slow is imported here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypedDict,
    get_args,
    get_origin,
    get_type_hints,
)

REPLICATION = re.compile("[0-9]{1,6}")  # as many as a run may have
NO_STORE = "CORESPONDER_NO_STORE"  # an environment variable, where --no-store cannot be typed
Progress = Callable[[int, int], None]  # replications done, of how many


def silent(done: int, of: int) -> None:
    """Progress that says nothing."""


class Option(NamedTuple):
    """Help of an option on the command line, and the config key that it is short for, if any."""

    help: str
    key: str = ""


class Shared(TypedDict, total=False):
    """Options of every verb; `program=NAME` and other overrides are words on the command line."""

    program: str | None
    overrides: Sequence[str]
    config_dir: Annotated[
        Path | str | None, Option("Your own configs; they add to the packaged ones and win.")
    ]


class Replicated(Shared, total=False):
    """Options of verbs that run replications."""

    seed: Annotated[int | None, Option("", "run.seed")]
    replications: Annotated[int | None, Option("", "run.replications")]
    cores: Annotated[int | None, Option("Default: all.", "run.cores")]


class Simulated(Replicated, total=False):
    """Options of verbs that simulate plans of the user."""

    engine: Annotated[str, Option("simpy, compiled or auto; the answer is the same.")]
    check: Annotated[str, Option("How much SimPy repeats first: four_weeks, full or none.")]
    store: Annotated[bool, Option("Use and keep what was simulated before; no answer changes.")]


class Uncertain(Simulated, total=False):
    """Options of verbs that draw the uncertain parameters."""

    draws: Annotated[int | None, Option("0: no interval of the assumptions.", "run.draws")]


class Paged(Uncertain, total=False):
    """Options of verbs whose answer can be one HTML file."""

    html: Annotated[bool, Option("Write page.html too: one file to mail, read without a server.")]


class Compared(Paged, total=False):
    """Options of `compare` and `run`."""

    ledger: Annotated[
        str | bool | Sequence[int],
        Option("Keep every call, trip and duty of these replications, such as 0 or 0,3."),
    ]
    trace: Annotated[bool, Option("List what the first plan did in replication 0, from SimPy.")]


class Printed(TypedDict, total=False):
    """Options of every verb on the command line."""

    json: Annotated[bool, Option("Print one JSON object and nothing else.")]


class Published(Printed, total=False):
    """Options of verbs that write a results folder."""

    results: Annotated[Path | None, Option("Where the results folder is made.")]


class Longer(TypedDict, total=False):
    """Options of verbs that print one screen of an answer that is longer."""

    full: Annotated[bool, Option("Print everything, not one screen.")]


class Screened(Published, Longer, total=False):
    """Options of verbs that print one screen, and write a results folder."""


class Drawn(Screened, total=False):
    """Options of verbs whose results have figures."""

    figures: Annotated[bool, Option("Draw the figures.")]


@dataclass(frozen=True)
class Request:
    """What is asked of a verb; enough to ask for it again.

    `ledger` are the replications whose ledger is kept; `own` are options of this verb alone, as the
    command line spells them.
    """

    verb: str
    plans: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    config_dir: Path | None = None
    engine: str = "auto"
    check: str = "four_weeks"
    store: bool = True
    figures: bool = True
    ledger: tuple[int, ...] = ()
    trace: bool = False
    html: bool = False
    own: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        verb: str,
        plans: Sequence[object],
        options: Mapping[str, Any],
        own: Mapping[str, object] | None = None,
    ) -> Request:
        """Request of a verb's options, of which those short for a key become overrides.

        Raises
        ------
        TypeError
            If there is no such option.
        InputError
            If a plan is several, `ledger` names no replications, or `overrides` is no list.
        """
        rest, folder, keys = dict(options), options.get("config_dir"), _keys()
        short = [f"{key}={rest[name]}" for name, key in keys.items() if rest.get(name) is not None]
        for name in (*keys, "overrides", "config_dir", *get_type_hints(Screened)):
            rest.pop(name, None)
        return cls(
            verb,
            tuple(map(_plan, plans)),
            (*_listed(options.get("overrides", ())), *short),
            None if folder is None else Path(folder),
            ledger=_replications(rest.pop("ledger", None)),
            own={name: value for name, value in (own or {}).items() if value not in (None, ())},
            **rest,
        )

    @property
    def engine_used(self) -> Literal["simpy", "compiled"]:
        """Engine of the replications: by itself the compiled one, which SimPy checks."""
        return "simpy" if self.engine == "simpy" else "compiled"

    @property
    def uses_store(self) -> bool:
        """Whether what was made before may be used, and what is made now kept."""
        return self.store and not os.environ.get(NO_STORE)

    @property
    def place(self) -> list[str]:
        """Words that say where the user's configs are; none if they are not in a folder named."""
        return [] if self.config_dir is None else ["--config-dir", str(self.config_dir)]

    @property
    def words(self) -> list[str]:
        """Options of the command line that are not as they are by default."""
        names = ("config_dir", "engine", "check", "figures", "ledger", "trace", "html")
        defaults = {item.name: item.default for item in fields(self)}
        options = {name: getattr(self, name) for name in names}
        words: list[str] = []
        for name, value in {**options, **self.own}.items():
            flag = name.replace("_", "-")
            if isinstance(value, bool):
                words += (
                    []
                    if value == defaults.get(name)
                    else [f"--{flag}" if value else f"--no-{flag}"]
                )
            elif value != defaults.get(name):
                text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
                words += [f"--{flag}", text]
        return words


def options_of(kind: type) -> dict[str, tuple[Any, Option]]:
    """Type and meaning of each option that a verb of some kind takes on the command line."""
    hints = get_type_hints(kind, include_extras=True)
    marked = {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Annotated}
    return {name: (hint, option) for name, (hint, option) in marked.items()}


def _plan(plan: object) -> str:
    """Plan as a command line has it, or an InputError if several were handed over as one."""
    if isinstance(plan, list | tuple | set | dict):
        from sim.config import InputError  # noqa: PLC0415 - slow to load

        each = ", ".join(map(repr, plan))
        raise InputError(f"plans: expected one after another, such as {each}, got {plan!r} as one")
    return str(plan)


def _listed(overrides: object) -> Sequence[str]:
    """Overrides, or an InputError if they are no list; their texts are checked when composed."""
    if isinstance(overrides, list | tuple):
        return overrides
    from sim.config.compose import checked_overrides  # noqa: PLC0415 - slow to load

    return checked_overrides(overrides)


def _replications(asked: str | bool | Sequence[int] | None) -> tuple[int, ...]:
    """Numbers of the replications asked for, each once and in order; True is the first."""
    if asked is None or isinstance(asked, bool):
        return (0,) if asked else ()
    words = str(asked).split(",") if isinstance(asked, str | int) else map(str, asked)
    numbers = [word.strip() for word in words]
    if not all(map(REPLICATION.fullmatch, numbers)):
        from sim.config import InputError  # noqa: PLC0415 - slow to load

        raise InputError(
            f"--ledger: expected replications from 0 to 999999, such as 0 or 0,3, got {asked!r}"
        )
    return tuple(sorted(set(map(int, numbers))))


def _keys() -> dict[str, str]:
    """Keys of the config that options are short for."""
    short = {name: option.key for name, (_, option) in options_of(Compared).items() if option.key}
    return {"program": "program", **short}
