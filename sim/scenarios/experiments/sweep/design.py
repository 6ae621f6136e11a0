"""Points of a sweep: a grid, a Latin hypercube, a Sobol sequence, or the rows of a file."""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scipy.stats import qmc

from sim.arrays import Floats
from sim.config import InputError
from sim.config.faults import nearest
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.experiments.sweep.axes import COUNT, PLAN, Axis
from sim.streams import Stream, generator

GRID, LATIN, SOBOL = "grid", "latin", "sobol"
DRAWN = (LATIN, SOBOL)
MOST_POINTS = 1_000_000
RESULTS = ("point", "replication", "replications")  # columns beside the measures
BELOW_ONE = 1 - 2**-53  # the largest place on [0, 1)


class Design(NamedTuple):
    """Keys that vary, and the value of each at every point, as an override has it."""

    kind: str
    keys: tuple[str, ...]
    points: list[tuple[str, ...]]


def designed(axes: Sequence[Axis], kind: str, n_points: int | None, seed: int) -> Design:
    """Points of some axes.

    Parameters
    ----------
    axes
        What varies; in a grid, each a list of values.
    kind
        "grid", "latin", "sobol", or the name of a CSV file, which takes no axes.
    n_points
        How many points are drawn; not of a grid or a file.
    seed
        Of the points that are drawn.

    Raises
    ------
    InputError
        If the words do not go together, or a file cannot be read.
    """
    if kind in DRAWN:
        design = _drawn(axes, kind, n_points, seed)
    elif n_points is not None:
        raise InputError(
            f"--points: expected --design latin or sobol beside it, got --design {kind}"
        )
    elif kind == GRID:
        design = _grid(axes)
    else:
        design = _of_file(axes, kind)
    if not design.points:
        raise InputError(f"--design {kind}: expected one point or more, got none")
    return design


def _grid(axes: Sequence[Axis]) -> Design:
    if not axes:
        raise InputError(
            "sweep: expected a key with several values, such as 'staffing.count=8..12', got none "
            "that has more than one"
        )
    n = math.prod(len(axis.values) for axis in axes)
    _refuse_many(n)
    keys = tuple(axis.key for axis in axes)
    return Design(GRID, keys, list(itertools.product(*(axis.values for axis in axes))))


def _drawn(axes: Sequence[Axis], kind: str, n_points: int | None, seed: int) -> Design:
    if not axes:
        raise InputError(
            f"--design {kind}: expected keys with a low and a high end, such as "
            "'demand.growth_factor=0.8..1.2', got none"
        )
    if n_points is None or n_points < 1:
        got = "none" if n_points is None else n_points
        raise InputError(f"--points: expected how many points are drawn, 1 or more, got {got}")
    _refuse_many(n_points)
    places = _places(kind, len(axes), n_points, seed)
    points = [
        tuple(axis.at(u) for axis, u in zip(axes, row, strict=True)) for row in places.tolist()
    ]
    return Design(kind, tuple(axis.key for axis in axes), points)


def _places(kind: str, n_axes: int, n_points: int, seed: int) -> Floats:
    """Places on [0, 1), shape (points, axes): as `scipy.stats.qmc` has them, scrambled."""
    chance = generator(seed, 0, Stream.SWEEP_POINTS)
    if kind == LATIN:
        drawn = qmc.LatinHypercube(n_axes, rng=chance).random(n_points)
    else:  # whole powers of two are what is balanced
        drawn = qmc.Sobol(n_axes, rng=chance).random_base2(math.ceil(math.log2(n_points)))
    places: Floats = drawn[:n_points].clip(0.0, BELOW_ONE)
    return places


def _refuse_many(n: int) -> None:
    if n > MOST_POINTS:
        raise InputError(f"sweep: expected at most {MOST_POINTS:,} points, got {n:,}")


# --- a file --------------------------------------------------------------------------------------


def _of_file(axes: Sequence[Axis], name: str) -> Design:
    """Points of a CSV file: its head has the keys, each row is a point."""
    path, what = Path(name), f"--design {name}"
    if axes:
        raise InputError(f"{what}: expected the file alone to vary keys, got {axes[0].key}")
    if not name.endswith(".csv"):
        kinds = [GRID, LATIN, SOBOL]
        raise InputError(f"--design: unknown design {name!r}; {nearest(name, kinds)} or FILE.csv")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (OSError, UnicodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{what}: expected a CSV file in UTF-8, got {why!r}") from error
    if not rows:
        raise InputError(f"{what}: expected a head with keys and rows with points, got nothing")
    if len(rows[0]) == 1 and ";" in rows[0][0]:
        raise InputError(f"{what}: expected commas between the columns, got semicolons")
    _refuse_many(len(rows) - 1)
    kept = [at for at, key in enumerate(rows[0]) if not _is_of_results(key)]
    keys = _head([rows[0][at] for at in kept], what)
    return Design(name, keys, [_row(rows, at, kept, what) for at in range(1, len(rows))])


def _is_of_results(column: str) -> bool:
    """Whether a column is what a sweep found, as in the points.csv of its results folder."""
    measure = re.sub("_(low|high)$", "", column)
    return column in RESULTS or column in MEASURES or measure in MEASURES


def _head(keys: Sequence[str], what: str) -> tuple[str, ...]:
    renamed = tuple(PLAN if key == COUNT else key for key in keys)
    for key in renamed:
        if not key or renamed.count(key) > 1:
            raise InputError(f"{what}: expected a head with each key once, got {key!r} twice")
    return renamed


def _row(rows: Sequence[Sequence[str]], at: int, kept: Sequence[int], what: str) -> tuple[str, ...]:
    """Values of a point; columns of results are not looked at."""
    row = rows[at]
    if len(row) != len(rows[0]) or not all(row[place] for place in kept):
        raise InputError(
            f"{what}: row {at}: expected {len(rows[0])} values, got {len([x for x in row if x])}"
        )
    return tuple(row[place] for place in kept)
