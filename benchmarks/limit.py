"""The hand-written C loop of `limit.c`, through ctypes: the same ledger of a plain world."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from sim.model import kernel
from sim.model.kernel.town import Town

# No contraction: a fused multiply-add, where the machine has one, rounds travel times otherwise.
FLAGS = ("-O3", "-ffp-contract=off", "-shared", "-fPIC", "-Wall", "-Werror")
NO_COMPILER = (
    "benchmarks/limit.c needs gcc, which is missing: install it (apt-get install gcc libc6-dev)"
)

TAKEN = (  # of the kernel's arrays, those that the plain model has a use for
    *("jobs", "courses", "duties", "trips", "queues", "chairs", "chair_of", "runs"),
    *("due_keys", "start_keys", "end_keys", "to_zone_s", "by_free_s", "preference"),
    *("open_by_hour", "heap", "free", "open_queues"),
)
SIZED = ("preference", "due_keys", "start_keys", "end_keys")  # whose lengths are told beside


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


def run(town: Town) -> int:
    """Stand in for `sim.model.kernel._run`: the same arrays, the same answer.

    Raises
    ------
    ValueError
        If the world is not plain.
    """
    if not _is_plain(town):
        raise ValueError("the C loop knows the plain model only")
    pointers = [ctypes.c_void_p(getattr(town, name).ctypes.data) for name in TAKEN]
    sizes = [ctypes.c_int64(len(getattr(town, name))) for name in SIZED]
    return int(library().run(*pointers, *sizes))


def _is_plain(town: Town) -> bool:
    """Whether any free team may be sent to any call, and none rests, visits or is recalled."""
    rules, nothing = town.runs[0], len(town.breaks) == len(town.visits) == 0
    return bool(nothing and rules["any_team_any_call"] and not rules["recalls"])


@contextmanager
def in_place_of_the_kernel() -> Iterator[None]:
    """Within it, `kernel.simulate` prepares and reads its tables as ever, and the loop is in C."""
    with patch.object(kernel, "_run", run):
        yield
