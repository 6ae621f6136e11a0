"""The hand-written C loop of `limit.c`, through ctypes, with the same ledger."""

from __future__ import annotations

import ctypes
import inspect
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from numpy.typing import NDArray

from sim.model import kernel

# No contraction: a fused multiply-add, where the machine has one, rounds travel times otherwise.
FLAGS = ("-O3", "-ffp-contract=off", "-shared", "-fPIC", "-Wall", "-Werror")
NO_COMPILER = (
    "benchmarks/limit.c needs gcc, which is missing: install it (apt-get install gcc libc6-dev)"
)

SIZED = ("preference", "calls", "queues", "due_keys", "start_keys", "end_keys")  # told beside

Array = NDArray[Any]
_kernel = kernel._run  # noqa: SLF001 - the loop that this one is held against


@cache
def library() -> ctypes.CDLL:
    """Compile `limit.c` with gcc -O3 and load it.

    Raises
    ------
    RuntimeError
        If there is no gcc.
    """
    if shutil.which("gcc") is None:
        raise RuntimeError(NO_COMPILER)
    source = Path(__file__).with_name("limit.c")
    with tempfile.TemporaryDirectory(prefix="coresponder-limit-") as folder:
        target = Path(folder) / "limit.so"
        subprocess.run(["gcc", *FLAGS, str(source), "-o", str(target)], check=True)
        loaded = ctypes.CDLL(str(target))
    loaded.run.restype = ctypes.c_int64
    return loaded


def run(*arrays: Array) -> int:
    """Stand in for `sim.model.kernel._run`: the same arguments, the same answer."""
    named = dict(zip(arguments(), arrays, strict=True))
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    sizes = [ctypes.c_int64(len(named[name])) for name in SIZED]
    return int(library().run(*pointers, *sizes))


@cache
def arguments() -> tuple[str, ...]:
    """Names of the kernel's arguments, in their order."""
    return tuple(inspect.signature(_kernel).parameters)


@contextmanager
def in_place_of_the_kernel() -> Iterator[None]:
    """Within it, `kernel.simulate` prepares and reads its tables as ever, and the loop is in C."""
    with patch.object(kernel, "_run", run):
        yield
