"""A results folder under another name until it is whole; what killed runs left is removed."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sim.config import InputError

PREFIX = ".unfinished"


@dataclass
class Draft:
    """A folder being written; `rename` gives it its name."""

    path: Path
    began_at: datetime

    def rename(self, name: str) -> Path:
        """Rename the finished folder to `<name>-<random suffix>` and return where it is."""
        final = self.path.with_name(f"{name}-{secrets.token_hex(3)}")
        self.path = self.path.rename(final)
        return final


@contextmanager
def draft(root: Path) -> Iterator[Draft]:
    """Folder under a temporary name inside `root`; gone again unless it is published.

    Raises
    ------
    InputError
        If the folder cannot be written, before anything has been run.
    """
    made: list[Path] = []
    name = "-".join([PREFIX, _host(), str(os.getpid()), _began(os.getpid()), secrets.token_hex(6)])
    path = root / name
    try:
        made += [folder for folder in (root, *root.parents) if not folder.exists()]
        path.mkdir(parents=True)
    except OSError as error:
        _remove_empty(made)
        why = error.strerror or type(error).__name__
        raise InputError(
            f"--results: expected a folder that can be written, got {root} ({why})"
        ) from error
    _remove_left(root)
    unfinished = Draft(path, datetime.now(UTC))
    try:
        yield unfinished
    finally:
        if unfinished.path == path:
            shutil.rmtree(path, ignore_errors=True)
            _remove_empty(made)


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove the folders made on the way, innermost first, as far as they are empty."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


# --- what killed runs left -----------------------------------------------------------------------


def _remove_left(root: Path) -> None:
    """Remove unfinished folders of this user whose process, of this host, is gone."""
    with suppress(OSError):  # another run may be removing them, too
        for path in root.glob(f"{PREFIX}-{_host()}-*-*-*"):
            _, _, process, began, _ = path.name.split("-")
            if began and _began(process) != began and path.stat().st_uid == os.getuid():
                shutil.rmtree(path, ignore_errors=True)


def _host() -> str:
    """Host and the space of its process numbers, as containers have their own."""
    space = ""
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:8]


def _began(process: int | str) -> str:
    """When a process began, in ticks since the host did; empty if there is none, or no /proc."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
