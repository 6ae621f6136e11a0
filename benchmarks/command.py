"""Rows about the command line and memory: whole processes, as a user starts them."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.sizes import NO_DRAWS, SHORT, Sizes
from benchmarks.table import Row, at_least, at_most, shown
from benchmarks.timing import duration

FASTER_BOUND, MEMORY_BOUND, HELP_BOUND_S, COMPARE_BOUND_S = 25, 1.1, 0.5, 3
LONG_S = 45  # a run of this length is not repeated: the verdict is plain
COMPARE = ("compare", "17", "12", "program=los_angeles")
HERE = Path(__file__).parent


def rows(sizes: Sizes) -> list[Row]:
    """All rows that start processes."""
    with _folder() as folder:
        if sizes.long > 1:  # fill the cache of compiled code
            _seconds(folder, "run", "17", *SHORT, NO_DRAWS, "--engine", "compiled")
        warm = [_warm(folder, sizes), _warm_with_draws(folder, sizes)]
        return [_years(folder, sizes), _memory(sizes), _help(folder, sizes), *warm]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="coresponder-bench-") as folder:
        yield Path(folder)


def _compare(sizes: Sizes, replications: int, engine: str) -> tuple[str, ...]:
    how = ("--no-figures", "--engine", engine, "--replications", str(replications))
    return (*COMPARE, NO_DRAWS, *sizes.words, *how)


def _seconds(folder: Path, *words: str) -> float:
    """Wall seconds of `coresponder` with some words, from start to exit; results go to a folder."""
    command = [str(Path(sysconfig.get_path("scripts")) / "coresponder"), *words]
    if words[0] != "--help":
        command += ["--results", str(folder)]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def _years(folder: Path, sizes: Sizes) -> Row:
    """Many years compiled against a few of SimPy, scaled; nothing is taken off for the start."""
    many, few = sizes.compiled_years, sizes.simpy_years
    compiled = _repeated(folder, sizes.long, *_compare(sizes, many, "compiled"))
    simpy_s = _seconds(folder, *_compare(sizes, few, "simpy"))
    return at_least(
        f"`compare 17 12`, {many} paired years, compiled against SimPy: as fast",
        simpy_s * many / few / median(compiled),
        FASTER_BOUND,
        f"compiled {duration(median(compiled))} ({_runs(compiled)}), "
        f"SimPy {duration(simpy_s)} for {few} years (one run)",
    )


def _repeated(folder: Path, runs: int, *words: str) -> list[float]:
    """Seconds of several runs, or of one if it was long."""
    seconds = [_seconds(folder, *words)]
    while len(seconds) < runs and seconds[0] < LONG_S:
        seconds.append(_seconds(folder, *words))
    return seconds


def _help(folder: Path, sizes: Sizes) -> Row:
    seconds = _repeated(folder, sizes.long, "--help")
    return at_most("`coresponder --help`", median(seconds), HELP_BOUND_S, _runs(seconds), " s")


def _warm(folder: Path, sizes: Sizes) -> Row:
    """Time the command without draws of its parameters: the engine it chooses, figures, results."""
    years = sizes.warm_replications
    words = (*COMPARE, NO_DRAWS, *sizes.words, f"run.replications={years}")
    seconds = _repeated(folder, sizes.long, *words)
    what = f"`coresponder compare 17 12 program=los_angeles --draws 0`, {years} years, warm"
    return at_most(what, median(seconds), COMPARE_BOUND_S, _runs(seconds), " s")


def _warm_with_draws(folder: Path, sizes: Sizes) -> Row:
    """Time the command as it is typed, with both intervals, tornado and break-even."""
    years, words = sizes.warm_replications, (*COMPARE, *sizes.draws, *sizes.words)
    seconds = _repeated(folder, sizes.long, *words, f"run.replications={years}")
    what = f"`coresponder compare 17 12 program=los_angeles`, {years} years and draws, warm"
    return shown(what, median(seconds), _runs(seconds), " s")


def _runs(seconds: list[float]) -> str:
    return f"{len(seconds)} runs" if len(seconds) > 1 else "one run"


def _memory(sizes: Sizes) -> Row:
    """Peak of many replications against few; a short window, so that what is kept stands out."""
    few, many = sizes.memory
    peaks: dict[int, list[int]] = {few: [], many: []}
    for _ in range(sizes.long):
        for number, seen in peaks.items():
            seen.append(_peak_kb(number))
    low, high = median(peaks[few]), median(peaks[many])
    what = f"peak memory of `compare 17 12`, {many:,} replications against {few:,}"
    return at_most(what, high / low, MEMORY_BOUND, f"{low / 1e3:,.0f} MB and {high / 1e3:,.0f} MB")


def _peak_kb(replications: int) -> int:
    command = [sys.executable, "-m", "benchmarks.peak", str(replications)]
    ran = subprocess.run(command, cwd=HERE.parent, check=True, capture_output=True, text=True)
    return int(ran.stdout)
