"""The standard streams, which may be closed, full or no longer read: none of that is a fault."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))  # by the number of their file


def open_closed() -> None:
    """Let a stream that this process was started without, as by `2>&-`, lead nowhere.

    Else the next file that is opened takes its number, and messages are written into that.
    """
    for number, (name, mode) in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def aside(line: str) -> None:
    """Say a line beside the answer, on standard error, if anybody reads that."""
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Let what is still written to a stream that has failed go nowhere, also when Python ends."""
    with suppress(OSError):  # one that is no file, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
