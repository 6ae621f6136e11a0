"""Files written where a person's own may be: of one that is replaced a copy is kept beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sim.files import put


class Copied(NamedTuple):
    """A file that was replaced, and the copy of what it had; both relative to their folder."""

    file: str
    copy: str


class Left(NamedTuple):
    """A config file that was left as it is, since nothing was fitted for it.

    `why_not` says why it does not go with what was fitted; empty if it does.
    """

    file: str
    why_not: str


class Saved(NamedTuple):
    """What became of the files that were there, and how the folder is asked for.

    `groups` are those that can be asked for. `aside` are made-up files that nothing reads any more,
    under their new names, and `stand_in` names those that were replaced by what is shipped.
    `choices` are the overrides and `plans` the plans of a command that compares them; no plans if
    the folder has none.
    """

    copies: list[Copied]
    left: list[Left]
    groups: list[str]
    aside: Sequence[Copied] = ()
    stand_in: Sequence[str] = ()
    choices: Sequence[str] = ()
    plans: Sequence[str] = ()


def put_beside(
    folder: Path, files: Mapping[str, bytes], as_left: Mapping[str, str]
) -> list[Copied]:
    """Write files into a folder; of each that is there with other content a copy is kept.

    Parameters
    ----------
    folder
        Made if there is none.
    files
        Content by path in the folder.
    as_left
        SHA-256 by path of what was written there the last time: a file that is still so can be
        made again, and is replaced without a copy.

    Raises
    ------
    OSError
        If one cannot be written. Copies are made first, so that nothing is lost then.
    """
    others = [
        name
        for name, content in files.items()
        if _is_own(folder / name, content, as_left.get(name))
    ]
    copies = [Copied(name, _copied(folder, name)) for name in others]
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not (file.is_file() and file.read_bytes() == content):
            put(file, content)
    return copies


@contextmanager
def undone_on_fault(folder: Path, names: Collection[str]) -> Iterator[None]:
    """Leave some files of a folder as they were if what is done fails: half a fit says nothing."""
    paths = [folder / name for name in names]
    before = {path: path.read_bytes() if path.is_file() else None for path in paths}
    new_folders = {x for path in paths for x in path.parents if not x.exists()}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is not None:
                put(path, content)
            else:
                path.unlink(missing_ok=True)
        for one in sorted(new_folders, reverse=True):  # what is inside before what is around
            with suppress(OSError):  # another file may stand in it
                one.rmdir()
        raise


def set_aside(folder: Path, name: str) -> Copied:
    """Rename a file of a folder as a copy beside it."""
    copied = Copied(name, _copied(folder, name))
    (folder / name).unlink()
    return copied


def checksum_of(content: bytes) -> str:
    """SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def _is_own(file: Path, content: bytes, left: str | None) -> bool:
    """Whether a file has a content that is neither the new one nor the one last written."""
    if not file.is_file():
        return False
    there = file.read_bytes()
    return there != content and checksum_of(there) != left


def _copied(folder: Path, name: str) -> str:
    """Name of a copy of a file: one that is the same already, or a new one over no other."""
    there = (folder / name).read_bytes()
    for number in count(1):
        copy = f"{name}.bak{number if number > 1 else ''}"
        if not (folder / copy).exists():
            put(folder / copy, there)
            return copy
        if (folder / copy).is_file() and (folder / copy).read_bytes() == there:
            return copy
    raise AssertionError  # numbers do not end
