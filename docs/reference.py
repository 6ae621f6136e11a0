"""Pages of the reference, made from the code each time the site is built."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel
from typer.main import get_command

import sim
from sim import cli, schema
from sim.config import Config, Sourced, compose
from sim.config.numbers import numbers

NO_VALUE = "–"


def write(folder: Path) -> None:
    """Write all pages."""
    folder.mkdir(exist_ok=True)
    pages = {"commands": commands(), "configs": configs(), "tables": tables(), "python": python()}
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Table of Markdown."""
    cells = [[" ".join(x.replace("|", "\\|").split()) for x in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:], ""])


# --- commands ------------------------------------------------------------------------------------


def commands() -> str:
    """Every verb with its options."""
    group: Any = get_command(cli.verbs())
    parts = ["# Commands", "", "`coresponder VERB [PLAN...] [KEY=VALUE...] [OPTIONS]`.", ""]
    for name, command in group.commands.items():
        parts += [f"## {name}", "", command.help or "", ""]
        rows = [_option(x) for x in command.params if x.name not in {"help", "context"}]
        parts += [table(["", "default", "meaning"], rows)]
    return "\n".join(parts)


def _option(parameter: Any) -> list[str]:  # noqa: ANN401 - click's
    names = ", ".join(f"`{x}`" for x in (*parameter.opts, *parameter.secondary_opts))
    is_argument = not names.startswith("`-")
    shown = parameter.default if parameter.default not in (None, ()) else NO_VALUE
    label = f"`{parameter.metavar or parameter.name.upper()}`" if is_argument else names
    return [label, str(shown), getattr(parameter, "help", "") or ""]


# --- configs -------------------------------------------------------------------------------------


def configs() -> str:
    """Every key of every group with its type, and every number as shipped with its source."""
    parts = ["# Config keys", "", "Keys of each group, then every number as shipped.", ""]
    for name, field in Config.model_fields.items():
        parts += [f"## {name}", ""]
        for model in _models(field.annotation, set()):
            parts += [f"### {name}: {model.__name__}", "", _first(model), "", _keys(model)]
    rows = [_number(path, number) for path, number in numbers(compose([]))]
    head = ["Key", "Value", "Low", "High", "Source"]
    return "\n".join([*parts, "## Numbers as shipped", "", table(head, rows)])


def _models(annotation: Any, known: set[type]) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    """Models that a type is made of, each once."""
    for part in (annotation, *get_args(annotation)):
        if part is not annotation:
            yield from _models(part, known)
        elif (
            inspect.isclass(part) and issubclass(part, BaseModel) and part not in known | {Sourced}
        ):
            known.add(part)
            yield part
            for field in part.model_fields.values():
                yield from _models(field.annotation, known)


def _is_model(part: Any) -> bool:  # noqa: ANN401
    return inspect.isclass(part) and issubclass(part, BaseModel) and part is not Sourced


def _first(model: type) -> str:
    return (inspect.getdoc(model) or "").partition("\n\n")[0].replace("\n", " ")


def _keys(model: type[BaseModel]) -> str:
    rows = [
        [f"`{name}`", f"`{_type(field.annotation)}`", _default(field)]
        for name, field in model.model_fields.items()
    ]
    return table(["Key", "Type", "Default"], rows)


def _type(annotation: Any) -> str:  # noqa: ANN401
    text = annotation.__name__ if inspect.isclass(annotation) else str(annotation)
    for room in ("sim.config.values.", "sim.config.models.", "typing.", "datetime."):
        text = text.replace(room, "")
    return text if len(text) < 90 else f"{text[:87]}..."  # noqa: PLR2004 - of a column


def _default(field: Any) -> str:  # noqa: ANN401 - pydantic's
    if field.is_required():
        return "in the file"
    text = str(field.get_default(call_default_factory=True))
    return f"`{text}`" if len(text) < 60 else "a group"  # noqa: PLR2004 - of a column


def _number(path: str, number: Sourced) -> list[str]:
    low, high = (NO_VALUE if x is None else f"{x:g}" for x in (number.low, number.high))
    return [f"`{path}`", f"{number.value:g}", low, high, number.source or NO_VALUE]


# --- tables and Python ---------------------------------------------------------------------------


def tables() -> str:
    """Columns of every table of the model."""
    parts = [
        "# Tables",
        "",
        f"Version {schema.SCHEMA_VERSION} of the schema; times in whole seconds.",
        "",
    ]
    for name in ("Calls", "Visits", "Roster", "Breaks", "CallLedger", "TripLedger", "DutyLedger"):
        kind = getattr(schema, name)
        rows = [
            [f"`{column}`", f"`{_type(hint)}`"] for column, hint in get_type_hints(kind).items()
        ]
        parts += [f"## {name}", "", inspect.getdoc(kind) or "", "", table(["Column", "Type"], rows)]
    return "\n".join(parts)


def python() -> str:
    """Every public name, by its docstring."""
    lines = ["# Python", "", "All public names are in `sim`.", ""]
    for name in sim.__all__:
        thing = getattr(sim, name)
        if isinstance(thing, dict | str):  # MEASURES has a page, the glossary
            continue
        kind = "class" if inspect.isclass(thing) else "function"
        lines += [
            "```{eval-rst}",
            f".. auto{kind}:: sim.{name}",
            "   :members:" * (kind == "class"),
            "```",
            "",
        ]
    return "\n".join(lines)
