"""A folder of configs to start from: plans, zones, prices and observations, all of them valid."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from sim.config.faults import InputError

STARTER = Path(__file__).with_name("starter")
NAME = "my_city"  # in the files and their names
SLUG = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Hydra reads the first ones as a truth, a number or nothing; `default` is what others build on.
TAKEN = {"true", "false", "yes", "no", "on", "off", "null", "nan", "inf", "default", "base"}


def start(folder: Path) -> list[Path]:
    """Write a starter folder, and return its files, relative to it.

    Parameters
    ----------
    folder
        Not there yet, or empty; its name is that of the configs in it.

    Raises
    ------
    InputError
        If it has files, or its name cannot be that of configs.
    OSError
        If it cannot be written; nothing is left then.
    """
    name = folder.resolve().name
    if not SLUG.fullmatch(name):
        right = "a name of small letters, digits and underscores, such as my_city"
        raise InputError(f"init: expected {right}, got {name!r}")
    if name in TAKEN:
        raise InputError(f"init: expected a name such as my_city, got {name!r}, which is taken")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(f"{folder}: expected a new or an empty folder, got one with files")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder.parent) as made:
        whole = Path(made) / name
        files = [_written(path, whole, name) for path in _files()]
        whole.rename(folder)  # in place of an empty one, too
    return files


def is_as_started(folder: Path, file: str) -> bool:
    """Whether a file of a folder is what `start` wrote, made up and never edited."""
    name = folder.resolve().name
    sources = {_there(path, name).as_posix(): path for path in _files()}
    there = folder / file
    if file not in sources or not there.is_file():
        return False
    return there.read_bytes() == _text(sources[file], name).encode()


def overridden(folder: Path, name: str) -> set[str] | None:
    """Groups that the program of a folder chooses a file of its own name for; None without one."""
    file = folder / "program" / f"{name}.yaml"
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    return set(re.findall(rf"^\s*-\s*override\s+/(\w+):\s*{name}\s*(?:#.*)?$", text, re.MULTILINE))


def _files() -> list[Path]:
    return sorted(path.relative_to(STARTER) for path in STARTER.rglob("*") if path.is_file())


def _written(path: Path, whole: Path, name: str) -> Path:
    """One file, under the name of the folder."""
    there = _there(path, name)
    (whole / there).parent.mkdir(parents=True, exist_ok=True)
    (whole / there).write_text(_text(path, name), encoding="utf-8", newline="\n")
    return there


def _there(path: Path, name: str) -> Path:
    return Path(*(part.replace(NAME, name) for part in path.parts))


def _text(path: Path, name: str) -> str:
    return (STARTER / path).read_text(encoding="utf-8").replace(NAME, name)
