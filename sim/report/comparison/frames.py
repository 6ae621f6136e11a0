"""Tables of the results folder as data frames: a row says its reading and its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl

from sim.clock import HOURS_A_DAY, HOURS_A_WEEK, WEEKDAYS
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.comparison import Comparison, Draws, PlanResult
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.answers.intervals import Ratios

Columns = dict[str, Any]
CELLS = (
    "hours",
    "hours_of_day",
    "zones",
    "posts",
    "types",
    "priorities",
)  # tables that people open in a spreadsheet


def all_of(comparison: Comparison) -> dict[str, pl.DataFrame]:
    """Tables of a comparison by file name: its cells, and draws and ledgers if there are any."""
    ledgers = {"ledger": comparison.ledger, "ledger_duties": comparison.ledger_duties}
    others = {"draws": draws(comparison), **ledgers}
    return cells(comparison) | {name: x for name, x in others.items() if x is not None}


def cells(answer: Comparison | GrantAnswer) -> dict[str, pl.DataFrame]:
    """Tables by file name: measures of replications, and pooled cells.

    Cells are hours of the week and of the day, zones, posts, call types and priorities.

    Every pooled ratio has its interval beside it, in columns that end in `_low` and `_high`. What
    is undefined is null.
    """
    zones = answer.config.demand.zones
    return {
        "measures": _framed(answer, _measures),
        "hours": _framed(answer, _hours),
        "hours_of_day": _framed(
            answer,
            lambda plan: {"hour": np.arange(HOURS_A_DAY), **_ratios(plan.cells.hours_of_day)},
        ),
        "zones": _framed(answer, lambda plan: {"zone": zones, **_ratios(plan.cells.zones)}),
        "posts": _framed(answer, _posts),
        "types": _framed(
            answer,
            lambda plan: {"call_type": plan.cells.call_type, **_ratios(plan.cells.types)},
        ),
        "priorities": _framed(
            answer,
            lambda plan: {"priority": plan.cells.priority, **_ratios(plan.cells.priorities)},
        ),
    }


def _framed(
    answer: Comparison | GrantAnswer, columns: Callable[[PlanResult], Columns]
) -> pl.DataFrame:
    frames = [
        pl.DataFrame(columns(plan)).select(
            pl.lit(reading.label).alias("reading"), pl.lit(plan.name).alias("plan"), pl.all()
        )
        for reading in answer.readings
        for plan in reading.plans
    ]
    return pl.concat(frames).fill_nan(None)


def _measures(plan: PlanResult) -> Columns:
    """One row a replication."""
    values = plan.sample.values
    number = np.arange(len(values), dtype=np.int32)
    return {"replication": number, **dict(zip(MEASURES, values.T, strict=True))}


def _hours(plan: PlanResult) -> Columns:
    """One row an hour of the week."""
    hour = np.arange(HOURS_A_WEEK)
    return {
        "day": [WEEKDAYS[number // HOURS_A_DAY] for number in hour],
        "hour": (hour % HOURS_A_DAY).astype(np.int8),
        **_ratios(plan.cells.hours),
    }


def _posts(plan: PlanResult) -> Columns:
    """One row a post and start of its duties; the start of a post around the clock is null."""
    shifts = plan.cells.shifts
    return {
        "line": pl.Series([shift.line for shift in shifts], dtype=pl.String),
        "number": np.array([shift.number for shift in shifts], np.int32),
        "base_zone": pl.Series([shift.base_zone for shift in shifts], dtype=pl.String),
        "duty_starts": pl.Series([shift.start for shift in shifts], dtype=pl.String),
        "duty_h": np.array([shift.length_h for shift in shifts], np.float64),
        **_ratios(plan.cells.posts),
    }


def _ratios(ratios: Mapping[str, Ratios]) -> Columns:
    return {
        f"{name}{end}": column
        for name, of_cells in ratios.items()
        for end, column in zip(("", "_low", "_high"), of_cells, strict=True)
    }


# --- draws ---------------------------------------------------------------------------------------


def draws(comparison: Comparison) -> pl.DataFrame | None:
    """Row a plan, draw and replication: every unknown as drawn, and every measure; None if none.

    Diversions, and what they save, are as expected of those reached. A column of an unknown has the
    name of its key in the config.
    """
    if comparison.draws is None:
        return None
    frames = [
        _draws_of(plan.name, comparison.draws, values)
        for plan, values in zip(comparison.main.plans, comparison.draws.measured.arms, strict=True)
    ]
    return pl.concat(frames).fill_nan(None)


def _draws_of(plan: str, drawn: Draws, values: np.ndarray) -> pl.DataFrame:
    """Rows of one plan, of values of shape (draws, replications, measures)."""
    n_draws, of_each, n_measures = values.shape
    draw = np.repeat(np.arange(n_draws, dtype=np.int32), of_each)
    inputs = {unknown.name: drawn.inputs[draw, at] for at, unknown in enumerate(drawn.unknowns)}
    measured = dict(zip(MEASURES, values.reshape(-1, n_measures).T, strict=True))
    run = np.arange(n_draws * of_each, dtype=np.int32)
    return pl.DataFrame({"draw": draw, "replication": run, **inputs, **measured}).select(
        pl.lit(plan).alias("plan"), pl.all()
    )
