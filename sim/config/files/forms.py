"""Other forms of travel that a config names: files of `configs/travel/`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.config.faults import InputError, shown
from sim.config.files.named import read_named, read_yaml

FORMS = "other_forms"
KEY = f"travel.{FORMS}"

Tree = dict[str, Any]


def put_forms(tree: Tree, overrides: Sequence[str], folders: list[Path]) -> None:
    """Put the forms of `travel.other_forms` in place of their names, in a composed tree.

    A user who has set anything of `travel` has said how it is, so no other form stays unless the
    user names it as well: in an override, or in the file of `travel=`.

    Parameters
    ----------
    tree
        Groups of the config as plain data; changed in place.
    overrides
        What the user has set, such as `travel=constant`.
    folders
        Config folders in order of who wins; the packaged configs are last.

    Raises
    ------
    InputError
        One line that names the key, or the file, what was expected and what was there.
    """
    travel = tree.get("travel")
    if not (isinstance(travel, dict) and FORMS in travel):
        return
    if _is_set(overrides) and not _is_asked_for(overrides, folders):
        del travel[FORMS]
    elif isinstance(travel[FORMS], list):
        travel[FORMS] = {str(name): _form(name, folders) for name in travel[FORMS]}
    elif not isinstance(travel[FORMS], dict):  # as a run writes them down
        raise InputError(f"{KEY}: expected a list of names of travel, got {shown(travel[FORMS])}")


def _is_set(overrides: Sequence[str]) -> bool:
    return any(x.partition("=")[0].split(".")[0] == "travel" for x in overrides)


def _is_asked_for(overrides: Sequence[str], folders: list[Path]) -> bool:
    if any(x.partition("=")[0] == KEY for x in overrides):
        return True
    chosen = [x.partition("=")[2] for x in overrides if x.startswith("travel=")][-1:]
    files = [folder / "travel" / f"{name}.yaml" for folder in folders[:-1] for name in chosen]
    return any(file.is_file() and FORMS in read_yaml(file) for file in files)


def _form(name: object, folders: list[Path]) -> Tree:
    """Form in the file of a name, without the forms beside it."""
    form = read_named(KEY, name, "travel", folders)
    if "defaults" in form:
        raise InputError(f"{KEY}: expected a file with all its keys, got {name!r} with defaults")
    return {key: value for key, value in form.items() if key != FORMS}
