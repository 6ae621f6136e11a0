"""The hand-written C loop of `limit.c`, through ctypes, with the same ledger."""

from __future__ import annotations

import ctypes
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

Array = NDArray[Any]


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


def _pointer(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def run(
    calls: Array,
    duties: Array,
    trips: Array,
    call_keys: Array,
    start_keys: Array,
    end_keys: Array,
    to_zone_s: Array,
    by_free_s: Array,
    preference: Array,
    goes_along: Array,
    run_row: Array,
    heap: Array,
    free: Array,
    queue: Array,
) -> int:
    """Stand in for `sim.model.kernel._run`: the same arguments, the same answer."""
    del queue  # the C loop keeps its own
    before = (_pointer(array) for array in (calls, duties, trips, call_keys))
    keys = (_pointer(array) for array in (start_keys, end_keys))
    tables = (_pointer(array) for array in (by_free_s, preference, goes_along, run_row, heap, free))
    n_calls, n_duties = ctypes.c_int64(len(call_keys)), ctypes.c_int64(len(duties))
    n_zones = ctypes.c_int64(len(preference))
    n_trips = library().run(
        *before, n_calls, *keys, n_duties, _pointer(to_zone_s), n_zones, *tables
    )
    return int(n_trips)


@contextmanager
def in_place_of_the_kernel() -> Iterator[None]:
    """Within it, `kernel.simulate` prepares and reads its tables as ever, and the loop is in C."""
    with patch.object(kernel, "_run", run):
        yield
