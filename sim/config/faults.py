"""Faults of input, each one line: what, where, what was expected and what was there instead."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

QUOTE = "'"
MOST_NAMED = 8  # of many names in one line
NOT_KEYS = ("[key]", "int", "str")  # what pydantic adds to the place of a fault
Model = TypeVar("Model", bound=BaseModel)
Models = list[type[BaseModel]]

# What was expected, by pydantic's name of the fault; for all others pydantic says it.
EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_inexact": "a date like 2025-01-31",
    "date_from_datetime_parsing": "a date like 2025-01-31",
    "date_type": "a date like 2025-01-31",
    "dict_type": "a mapping of keys",
    "float_parsing": "a number",
    "float_type": "a number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "list_type": "a list",
    "string_type": "text",
    "too_long": "at most {max_length} entries",
    "too_short": "at least {min_length} entries",
}


class InputError(ValueError):
    """Bad input: one line that says what, where, what was expected and what was there instead.

    Examples
    --------
    >>> import sim
    >>> try:
    ...     sim.run(2, overrides=["run.seeds=3"])
    ... except sim.InputError as error:
    ...     print(error)
    run.seeds: unknown key; did you mean 'seed'?
    """


def nearest(word: str, known: list[str]) -> str:
    """Suggest the nearest right name, or list the names there are.

    A name that begins with the whole word is nearer than one that is spelled like it.

    Examples
    --------
    >>> nearest("calls", ["call_types", "calls_per_year"])
    "did you mean 'calls_per_year'?"
    """
    begun = [name for name in known if word and name.startswith(f"{word}_")]
    close = begun if len(begun) == 1 else difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if not known:
        return "there are none"
    return f"expected {'one of ' if len(known) > 1 else ''}{', '.join(known)}"


def file_in(folders: Sequence[Path], path: str, key: str) -> Path:
    """Path of a file that a key names, in the first of some folders that has it.

    Raises
    ------
    InputError
        If none has; the message names the nearest file there is.
    """
    for folder in folders:
        if (folder / path).is_file():
            return folder / path
    places = [(folder / path).parent for folder in folders]
    there = {x.name for place in places if place.is_dir() for x in place.iterdir() if x.is_file()}
    close = difflib.get_close_matches(Path(path).name, sorted(there), n=1, cutoff=0.6)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise InputError(
        f"{key}: expected a file in the working folder or the config folder, got {path!r}{hint}"
    )


def some(names: list[str]) -> str:
    """Names in quotes, of many the first few and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(map(repr, names[:MOST_NAMED]))}{more}"


def validated(model: type[Model], tree: dict[str, Any], what: str) -> Model:
    """Model of a tree of plain data; the line of a fault begins with `what`.

    Raises
    ------
    InputError
        Names the key, what was expected there, and what was there instead.
    """
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise InputError(_first_fault(model, error, what)) from error


def value_fault(error: ValidationError) -> str:
    """What was expected of a single value, and what was there."""
    return _message(error.errors(include_url=False)[0], [], [], [])


def _first_fault(model: type[BaseModel], error: ValidationError, what: str) -> str:
    """Line of the fault to report: an unknown key first, as it explains a missing one."""
    details = error.errors(include_url=False)
    unknown_keys = (fault for fault in details if fault["type"] == "extra_forbidden")
    fault = next(unknown_keys, details[0])
    place, beside, inside = _place(model, fault["loc"])
    message = _message(fault, place, _fields(beside), _fields(inside))
    return f"{what}{'.'.join(place)}: {message}" if place else f"{what}{message}"


def _message(fault: ErrorDetails, place: list[str], beside: list[str], inside: list[str]) -> str:
    """Say what was expected and what was there, in our own words where pydantic has others."""
    match fault["type"]:
        case "extra_forbidden":
            return f"unknown key; {nearest(place[-1], beside)}"
        case "missing":
            return "expected a value, got none"
        case "value_error":
            return " ".join(fault["msg"].removeprefix("Value error, ").split())
        case "model_attributes_type" | "model_type" | "union_tag_not_found":
            keys = [key for key in ("distribution", "model") if key in inside] or inside
            right = f"a mapping with {', '.join(keys)}"
        case "union_tag_invalid":
            tag, options = str(fault["ctx"]["tag"]), str(fault["ctx"]["expected_tags"])
            return f"unknown name {tag!r}; {nearest(tag, options.replace(QUOTE, '').split(', '))}"
        case kind:
            right = EXPECTED.get(kind, "").format(**fault.get("ctx", {}))
            right = right or fault["msg"].removeprefix("Input should be ")
    return f"expected {right}, got {shown(fault['input'])}"


def shown(value: object) -> str:
    """Show a value as YAML has it; a list by its length and a mapping by its keys."""
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"a mapping with {', '.join(map(str, value))}" if value else "an empty mapping"
    return (
        "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    )


def _place(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[list[str], Models, Models]:
    """Key of a fault, without pydantic's names of variants; the models it is in, and is."""
    place: list[str] = []
    beside, inside = [], [model]
    for part in loc:
        of_variant = [variant for variant in inside if part in _variant(variant)]
        if of_variant:
            inside = of_variant
            continue
        if part in NOT_KEYS:
            continue
        place.append(str(part))
        fields = [within.model_fields[part] for within in inside if part in within.model_fields]
        if isinstance(part, str):
            beside = inside
        if fields:  # else the key of a mapping: what is below is of the same models
            inside = [below for field in fields for below in _models(field.annotation)]
    return place, beside, inside


def _fields(models: Models) -> list[str]:
    files = {name for model in models for name in getattr(model, "file_keys", ())}
    return sorted(files.union(*(model.model_fields for model in models)))


def _variant(model: type[BaseModel]) -> tuple[Any, ...]:
    """Name by which a model is told from its alternatives, if it is."""
    for name in ("distribution", "model"):
        if name in model.model_fields:
            return get_args(model.model_fields[name].annotation)
    return ()


def _models(annotation: Any) -> Models:  # noqa: ANN401 - any type
    """Return the models that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
