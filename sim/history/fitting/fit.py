"""Fit a log of calls: when and where they come, and how long a team drives.

Rates are penalized splines of the hour of week with their standard errors (`sim.history.splines`);
days that are no exposure are left out of it. Every figure says the file, its checksum, how many
calls and which days it is from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from sim.arrays import Floats
from sim.clock import HOURS_A_WEEK, MEAN_DAYS_A_YEAR
from sim.config import Sourced
from sim.history.faults import LogError
from sim.history.log import CallLog
from sim.history.shapes import ShapeTable, text_of
from sim.history.splines import fit_spline
from sim.history.table import DECIMALS, DemandTable, write_table

FEWEST_CALLS, FEWEST_DAYS = 30, 14
SUPPRESSED = 11  # fewer calls of a cell are not shown in anything that is shared
OTHER = "other"
MOST_UNKNOWN = 0.5  # share of calls without a zone, beyond which zones are left out
MEAN_MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
GROWTH = Sourced(
    value=1.0,
    low=0.95,
    high=1.05,
    source="assumption: no trend from the year of the log to the year asked about",
    confidence="A",
)


@dataclass(frozen=True)
class Fitted:
    """Config files that were written, and what a report says of the fit.

    `words` are the overrides by which they are asked for.
    """

    files: list[Path]
    words: list[str]
    facts: list[str]


def fit_log(log: CallLog, out: Path, name: str) -> Fitted:
    """Write config files of a log into a folder that `--config-dir` takes.

    Parameters
    ----------
    log
        Calls of mental health, one row a call.
    out
        Folder of configs.
    name
        Of the files: letters, digits and underscores.

    Raises
    ------
    LogError
        If there are too few calls or days.
    """
    days = _days(log)
    if log.calls.height < FEWEST_CALLS or len(days) < FEWEST_DAYS:
        raise LogError(
            f"{log.name}: expected {FEWEST_CALLS} calls of mental health on {FEWEST_DAYS} days or "
            f"more, got {log.calls.height} on {len(days)}"
        )
    shape = _shape(log, days, name)
    demand = _demand(log, days, name, shape)
    files = [out / "shapes" / f"{name}.yaml", out / "demand" / f"{name}.yaml"]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    files[0].write_text(text_of(shape), encoding="utf-8", newline="\n")
    write_table(demand, files[1])
    year, spread = demand.calls_per_year, demand.day_factor_cv
    of_calls = f"from {log.calls.height:,} calls on {len(days)} days"
    facts = [
        f"{year.value:,.0f} calls a year ({year.low:,.0f} to {year.high:,.0f}), {of_calls}",
        f"day-to-day spread of {spread.value:.2f} ({spread.low:.2f} to {spread.high:.2f})",
    ]
    words = [f"demand={name}"]
    travel = _travel(log, out, name)
    if travel is not None:
        files.append(travel[0])
        facts.append(travel[1])
        words.append(f"travel={name}")
    return Fitted(files, words, facts)


def _days(log: CallLog) -> list[date]:
    """Days of exposure."""
    n = (log.last - log.first).days + 1
    all_days = [log.first + timedelta(days=at) for at in range(n)]
    return [x for x in all_days if not any(y.first <= x <= y.last for y in log.excluded)]


def _where(log: CallLog, days: Sequence[date], what: str) -> str:
    period = f"{days[0]} to {days[-1]}, {len(days)} days"
    holes = f", {len(log.excluded)} holes left out" if log.excluded else ""
    return f"{what} of {log.calls.height:,} calls, {period}{holes}; {log.name}, {log.checksum[:12]}"


# --- demand --------------------------------------------------------------------------------------


def _shape(log: CallLog, days: Sequence[date], name: str) -> ShapeTable:
    received = log.calls["received_at"]
    hour = ((received.dt.weekday() - 1).cast(pl.Int64) * 24 + received.dt.hour()).to_numpy()
    calls = np.bincount(hour, minlength=HOURS_A_WEEK).astype(np.float64)
    weekdays = np.bincount([day.weekday() for day in days], minlength=7)
    exposure_h = np.repeat(weekdays, 24).astype(np.float64)
    spline = fit_spline(calls, exposure_h)
    rate = np.exp(spline.log_rate)
    source: dict[str, str | int] = {
        "title": _where(log, days, "penalized spline"),
        "n_used": log.calls.height,
        "command": f"coresponder fit {log.name}",
    }
    return ShapeTable(name, source, rate / rate.mean(), spline.log_se)


def _demand(log: CallLog, days: Sequence[date], name: str, shape: ShapeTable) -> DemandTable:
    year = f"{days[0].year}" if days[0].year == days[-1].year else f"{days[0].year}-{days[-1].year}"
    counts, expected = _daily(log, days)
    cv, cv_low, cv_high = _day_factor(counts, expected)
    per_year = counts.sum() / len(days) * MEAN_DAYS_A_YEAR
    error = math.sqrt(counts.mean() * (1 + cv**2 * counts.mean()) / len(days)) * MEAN_DAYS_A_YEAR
    types, mix = _mix(log)
    zones, shares = _zones(log)
    source: dict[str, str | int] = {
        "title": f"Calls of {log.name}, SHA-256 {log.checksum}",
        "period": f"{days[0]} to {days[-1]}",
        "n_used": log.calls.height,
        "command": f"coresponder fit {log.name}",
    }
    return DemandTable(
        name=name,
        source=source,
        calls_per_year=Sourced(
            value=round(per_year, 1),
            low=round(max(per_year - 1.96 * error, 1.0), 1),
            high=round(per_year + 1.96 * error, 1),
            source=_where(log, days, "mean a day with its error"),
            year=year,
            confidence="D",
        ),
        growth_factor=GROWTH,
        day_factor_cv=Sourced(
            value=round(cv, 4),
            low=round(cv_low, 4),
            high=round(cv_high, 4),
            source=_where(log, days, "spread of days beyond chance, weekday and month"),
            year=year,
            confidence="D",
        ),
        hour_of_week_shape=tuple(np.round(shape.rate, DECIMALS).tolist()),
        shape_drawn_from=(name,),
        month_factor=_months(log, days),
        call_types=types,
        call_type_share_by_hour=mix,
        zones=zones,
        zone_share=shares,
    )


def _daily(log: CallLog, days: Sequence[date]) -> tuple[Floats, Floats]:
    """Calls of each day of exposure, and what its weekday and month would have."""
    of_day = dict(log.calls["received_at"].dt.date().value_counts().rows())
    counts = np.array([of_day.get(day, 0) for day in days], np.float64)
    weekday = np.array([day.weekday() for day in days])
    month = np.array([day.year * 12 + day.month for day in days])
    mean = counts.mean()
    by_weekday = np.array([counts[weekday == x].mean() for x in weekday]) / mean
    by_month = np.array([counts[month == x].mean() for x in month]) / mean
    return counts, mean * by_weekday * by_month


def _day_factor(counts: Floats, expected: Floats) -> tuple[float, float, float]:
    """Coefficient of variation of a day's factor, by moments, with the end of two errors."""
    n, mean = len(counts), float(expected.mean())
    used = len(set(np.round(expected, 9)))
    chi = float(((counts - expected) ** 2 / np.maximum(expected, 1e-9)).sum()) / max(n - used, 1)
    error = math.sqrt(2 / max(n - used, 1)) * chi
    ends = [math.sqrt(max(x - 1, 0.0) / mean) for x in (chi, chi - 2 * error, chi + 2 * error)]
    return ends[0], ends[1], max(ends[2], ends[0])


def _months(log: CallLog, days: Sequence[date]) -> tuple[float, ...]:
    """Month factors if every month was seen, else none."""
    seen = np.bincount([day.month - 1 for day in days], minlength=12)
    if (seen < FEWEST_DAYS).any():
        return (1.0,) * 12
    calls = np.bincount(log.calls["received_at"].dt.month().to_numpy() - 1, minlength=12)
    rate = calls / seen
    factor = rate / np.average(rate, weights=MEAN_MONTH_DAYS)
    return tuple(np.round(factor, DECIMALS).tolist())


def _mix(log: CallLog) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """Types by name and their shares in each hour of day, pulled to the mix of all where few."""
    column = log.calls["call_type"].fill_null(OTHER).str.to_lowercase().str.strip_chars()
    many = dict(column.value_counts().rows())
    shown = sorted(x for x, n in many.items() if n >= SUPPRESSED)[:20]
    names = tuple(dict.fromkeys([*shown, *([OTHER] if len(shown) < len(many) else [])]))
    of_all = column.replace_strict(dict(zip(names, names, strict=True)), default=OTHER)
    at = np.array([names.index(x) for x in of_all])
    hour = log.calls["received_at"].dt.hour().to_numpy()
    counts = np.zeros((24, len(names)))
    np.add.at(counts, (hour, at), 1)
    total = counts.sum(axis=0)
    mix = (counts + 10 * total / total.sum()) / (counts.sum(axis=1, keepdims=True) + 10)
    return names, tuple(_whole(row) for row in mix)


def _zones(log: CallLog) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Zones and their shares; those of few calls are put together."""
    column = log.calls["zone"]
    if column.null_count() > MOST_UNKNOWN * len(column):
        return ("city",), (1.0,)
    known = column.drop_nulls().str.strip_chars()
    many = dict(known.value_counts().rows())
    names = sorted(x for x, n in many.items() if n >= SUPPRESSED)
    rest = sum(n for n in many.values() if n < SUPPRESSED)
    if len(names) < 2:  # noqa: PLR2004 - one zone is the city
        return ("city",), (1.0,)
    counts = [many[x] for x in names]
    if rest >= SUPPRESSED:
        names, counts = [*names, "elsewhere"], [*counts, rest]
    return tuple(names), _whole(np.array(counts, np.float64))


def _whole(weights: Floats) -> tuple[float, ...]:
    """Shares that sum to 1 as printed."""
    shares = np.round(weights / weights.sum(), DECIMALS)
    shares[int(shares.argmax())] += 1 - shares.sum()
    return tuple(np.round(shares, DECIMALS).tolist())


# --- travel --------------------------------------------------------------------------------------


def _travel(log: CallLog, out: Path, name: str) -> tuple[Path, str] | None:
    """Mean minutes from dispatched to on scene as constant travel; None with too few stamps."""
    minutes = (log.calls["arrived_at"] - log.calls["dispatched_at"]).dt.total_seconds() / 60
    known = minutes.drop_nulls().to_numpy()
    if len(known) < FEWEST_CALLS:
        return None
    mean, sd = float(known.mean()), float(known.std(ddof=1))
    error = 1.96 * sd / math.sqrt(len(known))
    source = (
        f"mean from dispatched to on scene of {len(known):,} calls; {log.name}, {log.checksum[:12]}"
    )
    tree = {
        "model": "constant",
        "minutes": {
            "value": round(mean, 2),
            "low": round(max(mean - error, 0.1), 2),
            "high": round(mean + error, 2),
            "confidence": "D",
            "source": source,
        },
        "factor_sd": {"value": round(min(sd / mean, 2.0), 3), "confidence": "D", "source": source},
    }
    file = out / "travel" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return file, f"{mean:.1f} minutes from dispatched to on scene ({len(known):,} calls)"
