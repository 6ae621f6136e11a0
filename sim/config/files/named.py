"""Files of the config folders that a key names, read when a config is composed."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.config.faults import InputError, nearest, shown

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the compiled one, where there is one

# What reading a file of YAML can end in: a date that there is none of is a ValueError, and lists
# in lists without end are a RecursionError.
NOT_READ = (OSError, ValueError, RecursionError, yaml.YAMLError)

MOST_DEEP = 100  # of lists in lists, and of mappings
MAY_BE_DEEP = 1_000  # brackets, or signs at the beginning of a line, of text that is looked into
BEGINS_DEEP = re.compile(rf"^[-?: \t]{{{MAY_BE_DEEP}}}", re.MULTILINE)

Tree = dict[str, Any]


def read_named(key: str, name: object, group: str, folders: list[Path]) -> Tree:
    """Mapping in the file of a name in a folder such as `configs/shapes/`.

    Parameters
    ----------
    key
        Dotted key that names the file, for the line that says that there is none.
    name, group
        Name of the file without its suffix, and of the folder that it is in.
    folders
        Config folders in order of who wins.

    Raises
    ------
    InputError
        One line that names the key, or the file, what was expected and what was there.
    """
    paths = {path.stem: path for folder in folders[::-1] for path in folder.glob(f"{group}/*.yaml")}
    if name not in paths:
        what = group.removesuffix("s")
        raise InputError(f"{key}: unknown {what} {name!r}; {nearest(str(name), sorted(paths))}")
    return read_yaml(paths[str(name)])


def shallow(text: str) -> str:
    """Text of YAML as it is, unless it is so deep that the compiled parser would end the process.

    Raises
    ------
    ValueError
        If lists or mappings stand in each other more than `MOST_DEEP` times.
    """
    if text.count("[") + text.count("{") < MAY_BE_DEEP and not BEGINS_DEEP.search(text):
        return text
    deep = 0
    for event in yaml.parse(text, Loader=LOADER):
        deep += isinstance(event, yaml.CollectionStartEvent)
        deep -= isinstance(event, yaml.CollectionEndEvent)
        if deep > MOST_DEEP:
            raise ValueError(f"expected lists at most {MOST_DEEP} deep, got deeper ones")
    return text


def text_of(path: Path) -> str:
    """Text of a file of the user's; a pipe is none, as it would be waited for.

    Raises
    ------
    OSError, UnicodeError
        If it is none, cannot be read, or is no text.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is no file")
    return path.read_text(encoding="utf-8")


def read_yaml(path: Path) -> Tree:
    """Mapping in a file of YAML, read again when the file has changed."""
    if not path.is_file():  # a pipe would be waited for
        raise InputError(f"{path}: expected a file with a mapping in YAML, got none")
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _loaded(path: Path, _changed_at: int) -> Tree:
    try:
        read = yaml.load(shallow(path.read_text(encoding="utf-8")), Loader=LOADER)  # noqa: S506 - a safe one
    except NOT_READ as error:
        raise InputError(f"{path}: expected a mapping in YAML, got {_cause(error)}") from error
    if not isinstance(read, dict):
        raise InputError(f"{path}: expected a mapping of keys, got {shown(read)}")
    return read


def _cause(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
