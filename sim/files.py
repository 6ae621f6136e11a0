"""Files written whole: under another name first, then renamed, so that no half is ever read."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".unfinished"  # how the name of what is not whole yet begins


def put(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all; one that was there stays until the new one is whole.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left then.
    """
    draft = file.with_name(f"{UNFINISHED}-{secrets.token_hex(6)}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
