"""The user's cache folder: what stands there may be deleted at any time, and changes no answer."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from sim.files import put

Made = TypeVar("Made")

LEAST_FREE_BYTES = 16 * 2**20  # below which nothing is kept
MOST_KEPT = 512  # files in a folder of `kept`, unless it says otherwise


def folder(name: str) -> Path | None:
    """Folder of a name below the user's cache; None if none can be written, or the disk is full."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        path = Path(base).expanduser() / "coresponder" / name
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path if shutil.disk_usage(path).free >= LEAST_FREE_BYTES else None
    except (OSError, RuntimeError):  # RuntimeError: no home folder to expand
        return None


def kept(name: str, key: str, make: Callable[[], Made], most: int = MOST_KEPT) -> Made:
    """Return what was made under a key before, else make it and keep it in the folder of a name.

    A file that is damaged counts as none. Two processes may write at once: each renames a whole
    file.
    """
    path = folder(name)
    if path is None:
        return make()
    file = path / f"{key}.pickle"
    with suppress(Exception):  # a damaged pickle raises whatever its bytes ask for
        kept_before: Made = pickle.loads(file.read_bytes())  # noqa: S301 - the user's own, as code is
        return kept_before
    value = make()
    with suppress(OSError):
        _write(file, pickle.dumps(value), most)
    return value


def _write(file: Path, content: bytes, most: int) -> None:
    put(file, content)
    for old in sorted(file.parent.iterdir(), key=lambda path: path.stat().st_mtime)[:-most]:
        old.unlink(missing_ok=True)
