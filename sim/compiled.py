"""Compilation of functions, and the folder where the compiled code is kept.

Numba notices a change of the file in which a function stands, but not of the files that it calls
into. The cache therefore has one folder for each state of all compiled sources, under the user's
cache folder: it needs no write access to the installed package, and versions never share it.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config as _numba_config
from numba.core.options import DefaultOptions

from sim import caches

config: Any = _numba_config  # its settings are made at run time, so stubs do not name them
Function = TypeVar("Function", bound=Callable[..., Any])

SOURCES = ("arrays.py", "compiled.py", "schema.py", "clock.py")
KEPT_FOR_S = 30 * 86_400


def _fingerprint() -> str:
    package = Path(__file__).parent
    sources = [package / name for name in SOURCES] + sorted((package / "model").rglob("*.py"))
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _say(what: str) -> None:
    sys.stderr.write(f"note: {what}\n")


def _use_cache() -> bool:
    if config.DISABLE_JIT:
        return False
    folder = caches.folder(_fingerprint())
    if folder is None:
        _say("no folder for compiled code can be written; compiling anew (up to ten seconds)")
        return False
    config.CACHE_DIR = str(folder)
    _forget_old(folder)
    return True


def _forget_old(current: Path) -> None:
    """Remove folders of other versions that no run has used for a month."""
    month_ago = time.time() - KEPT_FOR_S
    for folder in current.parent.iterdir():
        if folder != current and folder.stat().st_mtime < month_ago:
            shutil.rmtree(folder, ignore_errors=True)


_CACHE = _use_cache()


def announce() -> None:
    """Tell the user of the compilation ahead if nothing was compiled here before."""
    if _CACHE and not any(Path(config.CACHE_DIR).rglob("*.nbi")):  # numba's index of a function
        _say("compiling the model for the first time (up to ten seconds)")


def compiled(function: Function) -> Function:
    """Compile a function to machine code that runs without the interpreter's lock."""
    return cast("Function", numba.njit(cache=_CACHE, nogil=True)(function))


def compiled_in_place(function: Function) -> Function:
    """Compile a function that only writes into its arguments, without counting references.

    Without the counting the engine's loop takes a quarter less time. A function that allocates
    must not be compiled this way: its memory would never be freed.
    """
    options: dict[str, Any] = {"cache": _CACHE, "nogil": True}
    if hasattr(DefaultOptions, "_nrt"):  # an inner option of numba, which a later version may drop
        options["_nrt"] = False
    return cast("Function", numba.njit(**options)(function))


def inlined(function: Function) -> Function:
    """Compile a function into each of its callers.

    Numba counts references for every array that one compiled function passes to another; inlining
    leaves one function, whose arrays are counted once.
    """
    return cast("Function", numba.njit(inline="always", nogil=True)(function))
