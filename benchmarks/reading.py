"""Two million rows of an export, read and fitted, beside the bare read of the same file by polars.

python -m benchmarks.reading [ROWS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 2_000_000
DAYS = 3 * 365
FORM = "%m/%d/%Y %I:%M:%S %p"
MOST_S = {"Received": 0, "Dispatched": 1800, "On Scene": 1800, "Cleared": 7200}  # after the last
TYPES = {"MENTAL COMPLAINT": 0.06, "SUICIDAL PERSON": 0.04, "NOISE": 0.3, "THEFT": 0.3}
FIT = ["-m", "sim.cli", "fit", "calls.csv", "--out", "city", "--yes"]
BARE = ["-c", "import polars as pl; pl.read_csv('calls.csv', infer_schema=False)"]


def written(path: Path, rows: int) -> None:
    """Write an export of so many rows, of which a tenth is of mental health."""
    rng = np.random.default_rng(0)
    start = np.datetime64("2022-01-01T00:00:00", "ms")
    stamp = start + np.sort(rng.integers(0, DAYS * 86_400_000, rows)).astype("timedelta64[ms]")
    columns = {"Incident Number": pl.Series(np.arange(rows))}
    for name, seconds in (
        ("Received", 0),
        ("Dispatched", 1800),
        ("On Scene", 1800),
        ("Cleared", 7200),
    ):
        stamp = stamp + rng.integers(0, 1000 * seconds + 1, rows).astype("timedelta64[ms]")
        columns[name] = pl.Series(stamp).dt.strftime(FORM)
    kinds, shares = [*TYPES, "TRAFFIC STOP"], [*TYPES.values(), 1 - sum(TYPES.values())]
    columns["Call Type"] = pl.Series(np.array(kinds)[rng.choice(len(kinds), rows, p=shares)])
    columns["District"] = pl.Series(np.array(["N", "S", "E", "W"])[rng.integers(0, 4, rows)])
    pl.DataFrame(columns).write_csv(path)


def measured(words: list[str], folder: Path) -> tuple[float, float]:
    """Seconds of a process from start to end, and the most megabytes that any had so far."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=folder, check=True, capture_output=True)
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return time.perf_counter() - start, peak_kb / 1024


def main() -> None:
    """Print both sides."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        written(folder / "calls.csv", rows)
        for name, words in (("polars alone", BARE), ("coresponder fit", FIT)):
            seconds, megabytes = measured(words, folder)
            print(f"{rows:,} rows, {name}: {seconds:.1f} s, {megabytes:,.0f} MB at most")


if __name__ == "__main__":
    main()
