"""Faults of input, each told in one line: what, where, and what would be right."""

from __future__ import annotations

import difflib
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

QUOTE = "'"
Model = TypeVar("Model", bound=BaseModel)
Models = list[type[BaseModel]]


class InputError(ValueError):
    """Bad input: one line that says what, where, and what would be right."""


def nearest(word: str, known: list[str]) -> str:
    """Say the nearest right names, or list what there is."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return "there are: " + ", ".join(known) if known else "there are none"


def validated(model: type[Model], tree: dict[str, Any], what: str) -> Model:
    """Model of a tree of plain data; a fault is one line that begins with `what`.

    Raises
    ------
    InputError
        Names the key, what is wrong, and what would be right.
    """
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise InputError(_first_fault(model, error, what)) from error


def _first_fault(model: type[BaseModel], error: ValidationError, what: str) -> str:
    """Fault to tell: an unknown key before others, as it explains the key that is missing."""
    faults = error.errors(include_url=False)
    fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    place, beside, inside = _place(model, fault["loc"])
    message = _message(fault, place, _fields(beside), _fields(inside))
    given = fault.get("input")
    if isinstance(given, str | int | float) and str(given) not in message:
        message += f" (given: {given!r})"
    return f"{what}{'.'.join(place)}: {message}" if place else f"{what}{message}"


def _message(fault: ErrorDetails, place: list[str], beside: list[str], inside: list[str]) -> str:
    """Say what is wrong and what would be right, where pydantic's own words do not."""
    match fault["type"]:
        case "extra_forbidden":
            fault["input"] = None  # the key is at fault, whatever it was given
            return f"unknown key; {nearest(place[-1], beside)}"
        case "model_attributes_type" | "model_type" | "union_tag_not_found":
            wanted = [key for key in ("distribution", "model") if key in inside] or inside
            return f"a mapping is wanted, with {', '.join(wanted)}"
        case "union_tag_invalid":
            tag, options = str(fault["ctx"]["tag"]), str(fault["ctx"]["expected_tags"])
            return f"there is no {tag!r}; {nearest(tag, options.replace(QUOTE, '').split(', '))}"
    return " ".join(fault["msg"].removeprefix("Value error, ").split())


def _place(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[list[str], Models, Models]:
    """Key of a fault, without pydantic's names of variants; the models it is in, and is."""
    place: list[str] = []
    beside, inside = [], [model]
    for part in loc:
        of_variant = [one for one in inside if part in _variant(one)]
        if of_variant:
            inside = of_variant
            continue
        place.append(str(part))
        fields = [one.model_fields[part] for one in inside if part in one.model_fields]
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
