"""Compilation of functions, and the folder where the compiled code is kept.

Numba notices a change of the file in which a function stands, but not of the files that it calls
into. The cache therefore has one folder for each state of all compiled sources, under the user's
cache folder: it needs no write access to the installed package, and versions never share it.

Numba is loaded when the first function is compiled: an answer that is kept needs none of it.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import time
import warnings
from collections.abc import Callable
from functools import cache, cached_property, update_wrapper
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

from sim import caches
from sim.stdio import aside
from sim.steering import harmless

Function = TypeVar("Function", bound=Callable[..., Any])

SOURCES = ("arrays.py", "compiled.py", "schema.py", "clock.py")
DISABLE = "NUMBA_DISABLE_JIT"  # of numba
KEPT_FOR_S = 30 * 86_400
TAKES = "about a minute, several on busy cores"


_IN_BOTH: list[Callable[..., Any]] = []  # those that numba has not been told of


def _fingerprint() -> str:
    package = Path(__file__).parent
    sources = [package / name for name in SOURCES] + sorted((package / "model").rglob("*.py"))
    digest = hashlib.sha256(version("numba").encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _say(what: str) -> None:
    aside(f"note: {what}")


@cache
def _is_disabled() -> bool:
    """Whether the environment asks numba not to compile; a word that is no number does not."""
    word = os.environ.get(DISABLE) or "0"
    try:
        return int(word) != 0
    except ValueError:
        _say(f"{DISABLE}: expected 0 or 1, got {harmless(word)!r}; compiling as without it")
        return False


@cache
def _folder() -> Path | None:
    """Folder of the compiled code, if it is kept."""
    if _is_disabled():
        return None
    folder = caches.folder(_fingerprint())
    if folder is None:
        _say(f"no folder for compiled code can be written; compiling anew ({TAKES})")
        return None
    _forget_old(folder)
    return folder


def _forget_old(current: Path) -> None:
    """Remove folders of other versions that no run has used for a month."""
    month_ago = time.time() - KEPT_FOR_S
    for folder in current.parent.iterdir():
        if folder != current and folder.stat().st_mtime < month_ago:
            shutil.rmtree(folder, ignore_errors=True)


def _forget_damaged() -> None:
    """Remove compiled code that cannot be read, of all functions."""
    _say(f"the compiled code that was kept is damaged; compiling anew ({TAKES})")
    folder = _folder()
    for file in [] if folder is None else folder.rglob("*.nb*"):  # numba's indices and its code
        file.unlink(missing_ok=True)


def announce() -> None:
    """Tell the user of the compilation ahead if nothing was compiled here before."""
    folder = _folder()
    if folder is not None and not any(folder.rglob("*.nbi")):  # numba's index of a function
        _say(f"compiling the model for the first time ({TAKES})")


@cache
def _numba() -> Any:  # noqa: ANN401 - a module whose settings are made at run time
    """Numba, loaded and told where compiled code is kept."""
    with warnings.catch_warnings():
        # Of a variable of the environment that is no number; numba then does as without it.
        warnings.filterwarnings("ignore", "Environment variable 'NUMBA", RuntimeWarning)
        import numba  # noqa: PLC0415 - slow to load
        from numba.core import config  # noqa: PLC0415

    settings: Any = config
    if _folder() is not None:
        settings.CACHE_DIR = str(_folder())
    return numba


def _machine_code(function: Callable[..., Any], options: dict[str, Any]) -> Any:  # noqa: ANN401
    numba = _numba()
    while _IN_BOTH:
        numba.extending.register_jitable(_IN_BOTH.pop())
    return numba.njit(**options)(function)


class _Deferred:
    """A function that becomes machine code when it, or a compiled one that calls it, is called.

    Numba takes it for the compiled function: it asks for attributes of that.
    """

    def __init__(self, function: Callable[..., Any], options: Callable[[], dict[str, Any]]) -> None:
        update_wrapper(self, function)
        self._function, self._options = function, options

    @cached_property
    def _compiled(self) -> Any:  # noqa: ANN401 - what numba makes
        return _machine_code(self._function, self._options())

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401
        try:
            return self._compiled(*arguments)
        except (pickle.UnpicklingError, EOFError):  # of a file of the cache, before anything ran
            _forget_damaged()
            return self._compiled(*arguments)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._compiled, name)


def compiled(function: Function) -> Function:
    """Compile a function to machine code that runs without the interpreter's lock."""
    return cast("Function", _Deferred(function, _kept))


def compiled_in_place(function: Function) -> Function:
    """Compile a function that only writes into its arguments, without counting references.

    Without the counting the engine's loop takes a quarter less time. A function that allocates
    must not be compiled this way: its memory would never be freed.
    """
    return cast("Function", _Deferred(function, _uncounted))


def inlined(function: Function) -> Function:
    """Compile a function into each of its callers.

    Numba counts references for every array that one compiled function passes to another; inlining
    leaves one function, whose arrays are counted once.
    """
    return cast("Function", _Deferred(function, _inline))


def in_both(function: Function) -> Function:
    """Leave a function as it is for Python, and compile it where a compiled one calls it."""
    _IN_BOTH.append(function)
    return function


def _kept() -> dict[str, Any]:
    return {"cache": _folder() is not None, "nogil": True}


def _uncounted() -> dict[str, Any]:
    from numba.core.options import DefaultOptions  # noqa: PLC0415

    # An inner option of numba, which a later version may drop.
    return _kept() | ({"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {})


def _inline() -> dict[str, Any]:
    return {"inline": "always", "nogil": True}
