"""The user's cache folder: what stands there may be deleted at any time, and changes no answer."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from sim.files import put

Made = TypeVar("Made")

LEAST_FREE_BYTES = 16 * 2**20  # below which nothing is kept
DIGEST_BYTES = sha256().digest_size
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
    content = found(file)
    with suppress(Exception):  # a pickle of another version raises whatever its bytes ask for
        if content is not None:
            kept_before: Made = pickle.loads(content)  # noqa: S301 - the user's own, as code is
            return kept_before
    value = make()
    with suppress(OSError):
        keep(file, pickle.dumps(value))
        _forget_oldest(file.parent, most)
    return value


def found(file: Path) -> bytes | None:
    """Content that `keep` has put into a file; None if it is not there, or damaged."""
    with suppress(OSError):
        whole = file.read_bytes()
        digest, content = whole[:DIGEST_BYTES], whole[DIGEST_BYTES:]
        return content if sha256(content).digest() == digest else None
    return None


def keep(file: Path, content: bytes) -> None:
    """Put content into a file behind its digest; an OSError says that there is no room."""
    put(file, sha256(content).digest() + content)


def _forget_oldest(folder: Path, most: int) -> None:
    for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-most]:
        old.unlink(missing_ok=True)
