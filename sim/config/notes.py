"""Notes and title of a program, shown only while the keys they are about are as it has them.

A note in a file of `configs/program/` is a text, which always holds, or `{text, about: [keys]}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.config.faults import InputError, validated
from sim.config.values import Strict

NAMELESS = "A city of your own"  # how the title begins of a city that nobody named
OF_THE_TITLE = ("demand.name", "demand.calls_per_year", "demand.zones")  # whose city it is


class Note(Strict):
    """A text, and the keys it is about: a changed one, or one below it, makes the text untrue."""

    text: str
    about: list[str] = []


def settle(tree: dict[str, Any], preset: dict[str, Any]) -> None:
    """Leave in a composed tree only what still holds of its program; changed in place.

    Parameters
    ----------
    tree
        Groups of the config as plain data, with all that the user has set.
    preset
        The same as the program alone composes it.

    Raises
    ------
    InputError
        If a note is none, or is about a key that does not exist.
    """
    program = tree.get("program")
    if not isinstance(program, dict):
        return
    notes = program.get("notes")
    if isinstance(notes, list):
        held = [_held(note, at, tree, preset) for at, note in enumerate(notes)]
        program["notes"] = [text for texts in held for text in texts]
    city, name = program.get("city"), program.get("name")
    if not _same(tree, preset, OF_THE_TITLE):
        program["title"] = city or f"{NAMELESS}, begun from program={name}"
        _hold_nothing_against(program)
    elif city is not None:
        is_own = city == _at(preset, "program.city")  # the program is that of the city itself
        program["title"] = city if is_own else f"{city}, with the calls of the program {name}"


def _held(note: Any, at: int, tree: dict[str, Any], preset: dict[str, Any]) -> list[Any]:  # noqa: ANN401 - YAML
    """Text of a note, if it holds; anything but a mapping is left to the model of the program."""
    if not isinstance(note, dict):
        return [note]
    what = f"program.notes.{at}."
    read = validated(Note, note, what)
    for key in read.about:
        if _at(preset, key) is None:
            raise InputError(f"{what}about: expected keys like demand.calls_per_year, got {key!r}")
    return [read.text] if _same(tree, preset, read.about) else []


def _same(tree: dict[str, Any], preset: dict[str, Any], keys: Sequence[str]) -> bool:
    return all(_at(tree, key) == _at(preset, key) for key in keys)


def _at(tree: Any, key: str) -> Any:  # noqa: ANN401 - YAML
    """Return what stands at a dotted key; None if nothing does."""
    for name in key.split("."):
        tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _hold_nothing_against(program: dict[str, Any]) -> None:
    """Leave out the figures that a run is held against: they are of other calls."""
    figures = program.get("figures")
    if isinstance(figures, list):
        program["figures"] = [x for x in figures if not _is_held_out(x)]


def _is_held_out(figure: Any) -> bool:  # noqa: ANN401 - YAML
    return isinstance(figure, dict) and figure.get("role") == "held_out"
