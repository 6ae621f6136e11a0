"""Every door of the program, pushed from seeds: whatever comes in, one line comes out.

`python -m tests.fuzz DOOR SEED N` tries N seeds from SEED on; `make fuzz N=10000` does that at
every door. A command ends with 0, 1 or 2, says one line of what is wrong, never takes a minute,
writes where it was told to, and runs no code of its input. Nothing is simulated: input that is
accepted has come through the door.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.doors import DOORS, AcceptedError, Place, ends_well, page
from tests.mutations import SECRET

LONGEST_S = 60


def _no_more(*_: Any, **__: Any) -> Any:
    raise AcceptedError


def _too_long(*_: object) -> None:
    raise TimeoutError(f"it takes more than {LONGEST_S} s")


@contextmanager
def without_simulation() -> Iterator[None]:
    """Stop before anything is simulated, drawn, or asked of another machine."""
    import sim.model.simulation
    from sim.scenarios.experiments.sweep.cluster import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.model.simulation, "_run", _no_more)
        patch.setattr(Cluster, "_connected", _no_more)
        patch.setattr("sim.report.folder._drawn", lambda _: {})
        patch.setattr("sim.provenance.commit", lambda: "of no repository")
        patch.setenv("FUZZ_SECRET", SECRET)
        yield


def pushes(door: str, first: int, n: int) -> Counter[str]:
    """Push a door from so many seeds, and count how it went."""
    seen: Counter[str] = Counter()
    with ExitStack() as stack:
        stack.enter_context(without_simulation())
        _compile()
        if door in ("forms", "uploads"):
            page()  # which composes all programs at first
        for seed in range(first, first + n):
            try:
                seen[push(door, seed)] += 1
            except BaseException:
                again = f"python -m tests.fuzz {door} {seed} 1"
                sys.stderr.write(f"door {door}, seed {seed} ({again})\n")
                raise
    return seen


@cache
def _above() -> Path:
    """Return the folder around that of a push, which has nothing else."""
    return Path(_KEPT.enter_context(tempfile.TemporaryDirectory()))


_KEPT = ExitStack()
atexit.register(_KEPT.close)


def _compile() -> None:
    """Have what is compiled on first use compiled, which takes long and is of no input."""
    with redirect_stderr(io.StringIO()):
        ends_well(["run", "2", "--results", str(_above() / "first")])


def push(door: str, seed: int) -> str:
    """Push a door once, in an empty folder; of one name, so that configs are composed once."""
    back, folder = Path.cwd(), _above() / "here"
    folder.mkdir()
    os.chdir(folder)
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST_S)
    try:
        how = DOORS[door](Place(random.Random(f"{door} {seed}"), folder))  # noqa: S311 - a test's
        assert [*_above().iterdir()] == [folder], "it wrote beside its folder"
        assert not (folder / "pwned").exists(), "it ran code of its input"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        os.chdir(back)
        shutil.rmtree(folder)
    return how


def main(door: str, first: int, n: int) -> None:
    os.environ["CORESPONDER_NO_STORE"] = "1"
    with tempfile.TemporaryDirectory() as cache_folder:
        os.environ["XDG_CACHE_HOME"] = cache_folder
        gc.disable()
        for name in DOORS if door == "all" else [door]:
            sys.stdout.write(f"{name}: {n:,} from {first}: {dict(pushes(name, first, n))}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
