"""What the verbs share: their options, the words they are given, and how they speak."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from sim import interrupts
from sim.scenarios.request import Option, Request, options_of
from sim.stdio import discard
from sim.verbs.signs import harmless, json_for

NUMBER = re.compile(r"-[\d.]+")
DEFAULTS: dict[str, Any] = {x.name: x.default for x in fields(Request)}
DEFAULTS |= {"json": False, "full": False, "results": Path("results"), "ledger": None}

# Unknown options are left to `split`, which names the nearest right one and lets -1 be a plan.
LENIENT = {"ignore_unknown_options": True}

Verb = Callable[..., None]
Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLAN|KEY=VALUE",
        help="A number of 24/7 posts or a name in configs/staffing/; or an override. "
        "Without a plan: those of the program.",
    ),
]


def takes(*kinds: type) -> Callable[[Verb], Verb]:
    """Give a verb the options of some kinds, each declared in `sim.scenarios.request`.

    The verb has them in its keywords; typer reads them in its signature.
    """

    def decorate(verb: Verb) -> Verb:
        whole = signature(verb, eval_str=True)
        mine = [x for x in whole.parameters.values() if x.kind != Parameter.VAR_KEYWORD]
        shared = [_parameter(name, *x) for kind in kinds for name, x in options_of(kind).items()]
        verb.__dict__["__signature__"] = whole.replace(parameters=[*mine, *shared])
        return verb

    return decorate


def _parameter(name: str, hint: Any, option: Option) -> Parameter:  # noqa: ANN401 - any type hint
    """Option as typer reads it; of a union the first type is that of the command line."""
    kind = (get_args(hint) or (hint,))[0]
    default, flag = DEFAULTS.get(name), f"--{name.replace('_', '-')}"
    if kind is bool and default:
        flag = f"{flag}/--no-{name}"
    text = f"Short for {option.key}=N. {option.help}" if option.key else option.help
    kept: Any = kind if default is not None else kind | None
    typed = Annotated[kept, typer.Option(flag, help=text.strip())]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=typed)


@contextmanager
def loading() -> Iterator[None]:
    """Import what a verb needs; a library cut short in its own import cannot recover."""
    with interrupts.held():
        yield


def split(context: typer.Context, words: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Plans and overrides; what looks like an option is refused with the nearest right one."""
    for word in words or ():
        if word.startswith("-") and not NUMBER.fullmatch(word):
            _refuse_option(context, word)
    overrides = [word for word in words or () if "=" in word]
    return [word for word in words or () if "=" not in word], overrides


def request_of(
    context: typer.Context,
    words: Sequence[str] | None,
    options: Mapping[str, Any],
    short: Mapping[str, object] | None = None,
    own: Mapping[str, object] | None = None,
) -> Request:
    """Request of the words and options of a command line.

    Parameters
    ----------
    context, words, options
        The verb's.
    short
        Overrides that options of this verb alone are short for, by key; None is not asked for.
    own
        Other options of this verb alone.
    """
    plans, overrides = split(context, words)
    overrides += [f"{key}={value}" for key, value in (short or {}).items() if value is not None]
    verb = context.command.name or ""
    request = Request.of(verb, plans, {**options, "overrides": overrides}, own)
    _refuse_twice(request.overrides)
    return request


def _refuse_twice(overrides: Sequence[str]) -> None:
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


# --- how they speak ------------------------------------------------------------------------------


def say(text: str, end: str = "\n") -> None:
    """Print; a reader who has seen enough (`| head`) is no fault.

    Raises
    ------
    OSError
        If it cannot be written, such as to a full disk.
    """
    try:
        print(harmless(text), end=end, flush=True)
    except OSError as error:
        discard(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise


def say_json(text: str) -> None:
    """Print one JSON object."""
    say(json_for(getattr(sys.stdout, "encoding", None) or "utf-8", text.rstrip("\n")))


def version_or_help(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Print the version, or the help where there is no verb."""
    if version:
        import sim

        say(f"coresponder {sim.__version__}")
    elif context.invoked_subcommand is None:
        say(context.get_help())
