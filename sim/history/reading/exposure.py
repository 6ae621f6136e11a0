"""Days that a log covers: holes are no zeros, and a change of codes is no change of need."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from sim.arrays import Ints
from sim.history.log import Excluded

IMPROBABLE = 1e-6  # chance of so many empty days in a row at the log's own rate
FEWEST_DAYS = 5  # of a hole
JUMP = 3.0  # times by which a type's share may change from month to month
RARE = 5.0  # times by which a month without codes has fewer of them than others
SURE = 5.0  # standard deviations of a Poisson count
FEWEST = 20  # calls of a month, for its shares to be compared


def holes(days: pl.Series) -> list[Excluded]:
    """Stretches without any call that chance does not explain.

    Parameters
    ----------
    days
        Dates of all calls of the log, of whatever type.
    """
    there = sorted(set(days.drop_nulls().to_list()))
    gaps = [
        (one + timedelta(days=1), other - timedelta(days=1), (other - one).days - 1)
        for one, other in pairwise(there)
    ]
    long = sum(length for *_, length in gaps if length >= FEWEST_DAYS)
    covered = max((there[-1] - there[0]).days + 1 - long, 1) if there else 1
    a_day = len(days) / covered
    return [
        Excluded(first, last, f"no call in {length} days")
        for first, last, length in gaps
        if length >= FEWEST_DAYS and math.exp(-a_day * length) < IMPROBABLE
    ]


def without_codes(days: pl.Series, wanted: pl.Series) -> list[Excluded]:
    """Months in which calls go on, but hardly any is coded as one of mental health.

    Such a month has less than a fifth of the share that the better half of the months has, and so
    few that chance does not explain it: the codes were others then, and the need is not known.

    Parameters
    ----------
    days, wanted
        Dates of all calls of the log, and whether each is one of mental health.
    """
    months, calls, some = _months(days, wanted)
    share = some / calls
    usual = float(np.median(np.sort(share)[len(share) // 2 :]))
    gone = (share < usual / RARE) & (some - usual * calls < -SURE * np.sqrt(usual * calls))
    return [
        Excluded(
            months[at],
            _last_day(months[at]),
            f"hardly a code of mental health: {some[at]} of {calls[at]:,} calls",
        )
        for at in np.flatnonzero(gone)
    ]


def _months(days: pl.Series, wanted: pl.Series) -> tuple[list[date], Ints, Ints]:
    """First day of each month, its calls, and how many of them are of mental health."""
    frame = pl.DataFrame({"month": days.dt.truncate("1mo"), "wanted": wanted}).drop_nulls()
    counts = frame.group_by("month").agg(pl.len(), pl.col("wanted").sum().alias("some"))
    month, calls, some = counts.sort("month").get_columns()
    return month.to_list(), calls.to_numpy().astype(np.int64), some.to_numpy().astype(np.int64)


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def jumps(days: pl.Series, types: pl.Series, wanted: pl.Series) -> list[str]:
    """Months in which the share of calls of mental health, or of one type of them, jumps."""
    frame = pl.DataFrame({"month": days.dt.strftime("%Y-%m"), "type": types, "wanted": wanted})
    months = frame.group_by("month").agg(pl.len().alias("calls")).sort("month")
    out: list[str] = []
    names = frame.filter(pl.col("wanted"))["type"].drop_nulls().value_counts(sort=True)
    for name in names["type"].head(8).to_list():
        of_type = frame.filter(pl.col("type") == name).group_by("month").len()
        both = months.join(of_type, on="month", how="left").with_columns(pl.col("len").fill_null(0))
        out += _jumps_of(name, both)
    return out


def _jumps_of(name: str, months: pl.DataFrame) -> list[str]:
    out, before = [], None
    for month, calls, some in months.rows():
        share = some / calls
        if before is not None and calls >= FEWEST:
            low, high = sorted((share, before))
            if high * calls >= FEWEST / 2 and high > JUMP * max(low, 1e-9):
                shares = f"{100 * before:.0f}% of calls before {month}, {100 * share:.0f}% in it"
                out.append(f"{name}: {shares}")
        before = share if calls >= FEWEST else before
    return out


def partial_ends(first: date, last: date) -> list[str]:
    """Months at the ends that the log covers only in part."""
    out = []
    if first.day > 1:
        out.append(f"{first:%B %Y} from {first:%B} {first.day}")
    if (last + timedelta(days=1)).day != 1:
        out.append(f"{last:%B %Y} until {last:%B} {last.day}")
    return out
