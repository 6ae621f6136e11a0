"""Rows about the command line and memory: whole processes, as a user starts them."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import sim
from benchmarks.sizes import NO_DRAWS, SHORT, Sizes
from benchmarks.table import Row, at_least, at_most
from benchmarks.timing import duration

FASTER_BOUND, MEMORY_BOUND, HELP_BOUND_S, IN_PROCESS_BOUND_S = 25, 1.1, 0.5, 0.25
LONG_S = 45  # a run of this length is not repeated: the verdict is plain
COMPARE = ("compare", "17", "12", "program=los_angeles")
WARM = "`coresponder compare 17 12 program=los_angeles`, 20 years"
HERE = Path(__file__).parent


def rows(sizes: Sizes) -> list[Row]:
    """All rows that start processes."""
    with _folder() as folder:
        if sizes.long > 1:  # fill the cache of compiled code
            _seconds(folder, "run", "17", *SHORT, NO_DRAWS, "--engine", "compiled")
        return [
            _years(folder, sizes),
            _memory(sizes),
            _help(folder, sizes),
            *_warm(folder, sizes),
            _in_process(sizes),
        ]


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="coresponder-bench-") as folder:
        yield Path(folder)


def _compare(sizes: Sizes, replications: int, engine: str) -> tuple[str, ...]:
    how = ("--no-figures", "--no-store", "--engine", engine, "--replications", str(replications))
    return (*COMPARE, NO_DRAWS, *sizes.words, *how)


def _seconds(folder: Path, *words: str) -> float:
    """Wall seconds of `coresponder` with some words, from start to exit; results go to a folder."""
    command = [str(Path(sysconfig.get_path("scripts")) / "coresponder"), *words]
    if words[0] != "--help":
        command += ["--results", str(folder)]
    usual = {key: x for key, x in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=usual)
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


def _warm(folder: Path, sizes: Sizes) -> list[Row]:
    """Time the command as it is typed and with less, simulated anew; and again, from the store."""
    years, anew = f"run.replications={sizes.warm_replications}", "--no-store"
    asked: list[tuple[str, tuple[str, ...], float]] = [
        ("as typed: draws, tornado, break-even and figures", (*sizes.draws, anew), 6),
        ("`--draws 0`", (NO_DRAWS, anew), 3),
        ("`--draws 0 --no-figures`", (NO_DRAWS, "--no-figures", anew), 2),
        ("as typed, again, from the store", sizes.draws, 1),
    ]
    _seconds(folder, *COMPARE, *sizes.draws, *sizes.words, years)  # so that the store has it
    rows = []
    for what, words, bound_s in asked:
        seconds = _repeated(folder, sizes.long, *COMPARE, *words, *sizes.words, years)
        rows.append(at_most(f"{WARM}, {what}", median(seconds), bound_s, _runs(seconds), " s"))
    return rows


def _in_process(sizes: Sizes) -> Row:
    """Time a second comparison in one process, by the store."""
    overrides = [word for word in sizes.words if "=" in word]
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        sim.compare(17, 12, program="los_angeles", draws=0, overrides=overrides)
        seconds.append(time.perf_counter() - start)
    what = "a second `sim.compare(17, 12, draws=0)` in one process"
    return at_most(what, median(seconds[1:]), IN_PROCESS_BOUND_S, _runs(seconds[1:]), " s")


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
