"""Fitting a log: the truth lies in the intervals, and what was not seen is no zero."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import sim
from sim.config import InputError, compose
from sim.history.fitting import Options, fit_log
from sim.history.log import COLUMNS, CallLog, Excluded

FIRST = date(2023, 1, 2)  # a Monday
RATE = 0.6 + 0.5 * np.sin(np.arange(168) * 2 * np.pi / 24 - 2)  # calls an hour


def log_of(
    seed: int, days: int = 364, excluded: tuple[Excluded, ...] = (), cv: float = 0.2
) -> CallLog:
    """Calls of a known rate, with gamma days, and none on days that are excluded."""
    rng = np.random.default_rng(seed)
    factor = rng.gamma(cv**-2, cv**2, days) if cv else np.ones(days)
    counts = rng.poisson(RATE[np.arange(24 * days) % 168] * np.repeat(factor, 24))
    hours = np.repeat(np.arange(24 * days), counts)
    start = datetime.combine(FIRST, datetime.min.time())
    received = [start + timedelta(hours=int(h), minutes=int(rng.integers(60))) for h in hours]
    frame = pl.DataFrame(
        {"received_at": sorted(received)}, schema={"received_at": pl.Datetime("us")}
    )
    for hole in excluded:
        day = pl.col("received_at").dt.date()
        frame = frame.filter(~day.is_between(hole.first, hole.last))
    n = frame.height
    frame = frame.with_columns(
        pl.int_range(2, n + 2).alias("row"),
        (pl.col("received_at") + pl.duration(minutes=3)).alias("dispatched_at"),
        pl.Series("arrived_at", frame["received_at"] + _minutes(3 + rng.gamma(4, 3, n))),
        pl.lit(None).alias("cleared_at"),
        pl.lit("mental").alias("call_type"),
        pl.Series("zone", rng.choice(["north", "south"], n, p=[0.7, 0.3])),
        *(pl.lit(None).alias(x) for x in ("final_type", "priority", "disposition", "unit")),
        *(pl.lit(None).alias(x) for x in COLUMNS if x.endswith("_late")),
    )
    table = frame.select([pl.col(name).cast(kind) for name, kind in COLUMNS.items()])
    last = FIRST + timedelta(days=days - 1)
    return CallLog(table, "made.csv", "0" * 64, FIRST, last, list(excluded), served_only=False)


def _minutes(of: np.ndarray) -> pl.Series:
    return pl.Series((of * 6e7).astype(np.int64)).cast(pl.Duration("us"))


def fitted(tmp_path: Path, log: CallLog) -> sim.Scenario:
    fit_log(log, name="ours", options=Options(stamps="team")).write(tmp_path)
    words = ["demand=ours", "travel=ours", "run=smoke"]
    return sim.Scenario(compose(words, tmp_path))


def test_days_in_a_hole_are_not_averaged_over(tmp_path: Path) -> None:
    hole = Excluded(date(2023, 4, 1), date(2023, 6, 26), "no call in 87 days")
    year = fitted(tmp_path, log_of(1, excluded=(hole,))).config.demand.calls_per_year
    assert year.low <= RATE.mean() * 24 * 365.25 <= year.high


def test_zones_travel_and_spread_come_back(tmp_path: Path) -> None:
    config = fitted(tmp_path, log_of(2)).config
    assert config.demand.zones == ["north", "south"]
    assert config.demand.zone_share[0] == pytest.approx(0.7, abs=0.04)
    minutes = config.travel.minutes
    assert minutes.low < 12 < minutes.high
    spread = config.demand.day_factor_cv
    assert spread.low <= 0.2 <= spread.high


def test_a_fitted_city_is_simulated_and_its_shape_is_drawn(tmp_path: Path) -> None:
    fit_log(log_of(3), name="ours").write(tmp_path)
    words = ["demand=ours", "run=smoke", "run.replications=2", "run.draws=3"]
    answer = sim.run(3, overrides=words, config_dir=tmp_path)
    assert answer.main.plans[0].spread["reach_share"].draws == 3


def test_too_little_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="30 calls of mental health on 14 days"):
        fit_log(log_of(4, days=10), name="ours")
