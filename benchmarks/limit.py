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


def run(
    calls: Array,
    duties: Array,
    breaks: Array,
    trips: Array,
    queues: Array,
    runs: Array,
    call_keys: Array,
    start_keys: Array,
    end_keys: Array,
    to_zone_s: Array,
    by_free_s: Array,
    agency_of_zone: Array,
    preference: Array,
    goes_along: Array,
    fate_by_kind: Array,
    on_scene_for_s_by_kind: Array,
    heap: Array,
    free: Array,
    on_way: Array,
    open_queues: Array,
) -> int:
    """Stand in for `sim.model.kernel._run`: the same arguments, the same answer."""
    tables = (calls, duties, breaks, trips, queues, runs)
    keys = (call_keys, start_keys, end_keys)
    rules = (to_zone_s, by_free_s, agency_of_zone, preference, goes_along)
    courses = (fate_by_kind, on_scene_for_s_by_kind)
    room = (heap, free, on_way, open_queues)
    arrays = (*tables, *keys, *rules, *courses, *room)
    sized = (preference, calls, queues, *keys)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    sizes = [ctypes.c_int64(len(array)) for array in sized]
    return int(library().run(*pointers, *sizes))


@contextmanager
def in_place_of_the_kernel() -> Iterator[None]:
    """Within it, `kernel.simulate` prepares and reads its tables as ever, and the loop is in C."""
    with patch.object(kernel, "_run", run):
        yield
