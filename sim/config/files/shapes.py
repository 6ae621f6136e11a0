"""Shapes that a config names, files of `configs/shapes/`, read when it is composed."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.config.files.named import read_named, read_yaml

DRAWN_FROM = "demand.shape_drawn_from"

Tree = dict[str, Any]


def put_shapes(tree: Tree, asked: Collection[str], folders: list[Path]) -> None:
    """Put the shapes of `demand.shape_drawn_from` in place of their names, in a composed tree.

    Shapes that a shipped table is drawn from say nothing of a shape of the user's own, so they are
    left out unless the user has asked for them.

    Parameters
    ----------
    tree
        Groups of the config as plain data; changed in place.
    asked
        Keys that the user has set.
    folders
        Config folders in order of who wins; the packaged configs are last.

    Raises
    ------
    InputError
        One line that names the key, or the file, what was expected and what was there.
    """
    demand = tree.get("demand")
    named = demand.get("shape_drawn_from") if isinstance(demand, dict) else None
    if not (isinstance(demand, dict) and isinstance(named, list)):
        return
    shipped = _shipped(folders[-1])
    if DRAWN_FROM not in asked and named == shipped["shape_drawn_from"]:
        named = named if demand.get("hour_of_week_shape") == shipped["hour_of_week_shape"] else []
    demand["shape_drawn_from"] = [
        _read(name, folders) if isinstance(name, str) else name for name in named
    ]


@lru_cache(maxsize=4)
def _shipped(packaged: Path) -> Tree:
    """Demand table that other shipped ones borrow their shape from."""
    return read_yaml(packaged / "demand" / "toronto_2014_15.yaml")


def _read(name: str, folders: list[Path]) -> Tree:
    return read_named(DRAWN_FROM, name, "shapes", folders)
