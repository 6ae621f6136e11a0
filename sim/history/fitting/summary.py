"""What a report shows of a fit: its figures with intervals, and the cells that may be shown."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK
from sim.config.groups.shapes import Shape, night_share
from sim.history.cells import LEAST_CELL
from sim.history.fitting.estimates import Estimate, share
from sim.history.fitting.fit import Fitted
from sim.history.fitting.rates import MONTHS_TO_FIT

BLOCKS_H = (1, 2, 3, 4, 6, 12)  # hours of the week that are counted together in a figure


class Row(NamedTuple):
    """A fitted figure: its key, its unit, and what it came to."""

    key: str
    unit: str
    estimate: Estimate


def rows_of(fitted: Fitted) -> list[Row]:
    """Every fitted number, in the order of a report."""
    parts = (_of_demand, _of_zones, _of_laws, _of_losses, _of_fates)
    return [row for part in parts for row in part(fitted)]


def _of_demand(fitted: Fitted) -> list[Row]:
    n = int(fitted.table.source["n_used"])
    shape = Shape.model_validate(
        {
            "name": fitted.name,
            "source": {"title": fitted.name},
            "rate": fitted.shape.rate.tolist(),
            "log_se": fitted.shape.log_se.tolist(),
        }
    )
    night = Estimate(night_share(shape.rate), *shape.night_share_range, n)
    if fitted.rates is None:
        calls = fitted.table.calls_per_year
        ends = calls.value, calls.low or calls.value, calls.high or calls.value
        return [Row("calls_per_year", "calls", Estimate(*ends, n)), Row("night", "%", night)]
    rates = fitted.rates
    found = [
        Row("calls_per_year", "calls", rates.calls_per_year),
        Row("night", "%", night),
        Row("day_factor_cv", "%", rates.day_factor_cv),
    ]
    found += [Row("growth", "×", rates.growth)] if rates.growth else []
    return found + ([Row("holiday", "×", rates.holiday)] if rates.holiday else [])


def _of_zones(fitted: Fitted) -> list[Row]:
    zones = fitted.zones
    if zones is None or len(zones.names) == 1:
        return []
    total = int(zones.calls.sum())
    cells = zip(zones.names, zones.calls, strict=True)
    return [Row(f"zone:{name}", "%", share(int(n), total)) for name, n in cells if n >= LEAST_CELL]


def _of_laws(fitted: Fitted) -> list[Row]:
    return [Row(f"law:{key}", "min", law.mean) for key, law in fitted.laws.items()]


def _of_losses(fitted: Fitted) -> list[Row]:
    losses = fitted.losses
    if losses is None:
        return []
    found = [
        ("withdrawn_per_hour", "an hour", losses.withdrawn_per_hour),
        ("contact", "%", losses.contact),
        ("contact_at_once", "%", losses.contact_at_once),
        ("odds_ratio", "×", losses.odds_ratio),
        ("refused_share", "%", losses.refused_share),
    ]
    return [Row(key, unit, estimate) for key, unit, estimate in found if estimate is not None]


def _of_fates(fitted: Fitted) -> list[Row]:
    shares = {} if fitted.fates is None else fitted.fates.shares
    return [Row(f"fate:{name}", "%", estimate) for name, estimate in shares.items()]


def notes_of(fitted: Fitted) -> list[str]:
    """Names of what a reader has to know of a fit; a template has the words."""
    rates, log = fitted.rates, fitted.log
    of_patrol = fitted.whose == "patrol" and fitted.without_days is None
    said = {
        "without_days": fitted.without_days is not None,
        "patrol": of_patrol and bool(fitted.laws),
        "no_stamps": of_patrol and not fitted.laws,
        "served_only": log.served_only,
        "unstaffed": rates is not None and not rates.seen.all(),
        "for_a_team": fitted.for_a_team is not None,
        "excluded": bool(log.excluded) and rates is not None,
        "season": rates is not None and rates.months_seen < MONTHS_TO_FIT,
        "triage": "triage" in fitted.laws,
        "travel": "travel" in fitted.laws,
        "same_click": any(law.zero_share is not None for law in fitted.laws.values()),
        "contact": fitted.losses is not None and fitted.losses.contact is not None,
        "fates": fitted.fates is not None and bool(fitted.fates.shares),
        "no_fates": fitted.fates is not None and bool(fitted.fates.why_not),
        "no_outcomes": fitted.losses is not None and fitted.losses.contact is None,
        "no_handover": "transported" in fitted.laws and not fitted.handover,
        "no_zones": fitted.zones is not None and len(fitted.zones.names) == 1,
    }
    return [name for name, holds in said.items() if holds]


class Week(NamedTuple):
    """Calls an hour by hour of week, as fitted with a 95% band; shape (168,).

    `counted` are calls an hour in each block of `block_h` hours, at `middle` hours from Monday
    00:00: the shortest blocks that all have 11 calls or more. Hours that were not observed are in
    no block. If no blocks will do, there are none and `block_h` is 0.
    """

    fitted: Floats
    low: Floats
    high: Floats
    middle: Floats
    counted: Floats
    block_h: int


def week_of(fitted: Fitted) -> Week:
    """Fitted and counted rates of a log for a figure."""
    level = fitted.table.calls_per_year.value / (365.25 * 24)
    rate, log_se = fitted.shape.rate * level, fitted.shape.log_se
    low, high = rate * np.exp(-1.96 * log_se), rate * np.exp(1.96 * log_se)
    return Week(rate, low, high, *_blocks(*_counted(fitted)))


def _blocks(calls: Floats, exposure: Floats) -> tuple[Floats, Floats, int]:
    """Middles of the shortest blocks without a small cell, their calls an hour, and their hours."""
    seen, at = exposure > 0, np.arange(HOURS_A_WEEK) + 0.5
    for block_h in BLOCKS_H:
        cells = (calls * seen, exposure, seen * at, seen)
        n, hours, middles, parts = (x.reshape(-1, block_h).sum(axis=1) for x in cells)
        some = parts > 0
        if some.any() and n[some].min() >= LEAST_CELL:
            return middles[some] / parts[some], n[some] / hours[some], block_h
    return np.zeros(0), np.zeros(0), 0


def _counted(fitted: Fitted) -> tuple[Floats, Floats]:
    """Calls and hours of exposure by hour of week; hours that were not observed have none."""
    if fitted.without_days is not None:
        return fitted.without_days.shape_calls, fitted.without_days.shape_exposure_h
    days, rates = fitted.days, fitted.rates
    if days is None or rates is None:
        return np.zeros(HOURS_A_WEEK), np.zeros(HOURS_A_WEEK)
    calls = np.bincount(days.hours_of_week.ravel(), days.calls.ravel(), HOURS_A_WEEK)
    exposure = np.repeat(np.bincount(days.weekdays, minlength=7), 24) * rates.seen
    return calls.astype(np.float64), exposure.astype(np.float64)
