"""Stamps of the steps of a call, however the columns of a file have them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.history.reading import stamps
from sim.history.reading.report import Options, ReadReport


def received_of(
    frame: pl.DataFrame, mapping: Mapping[str, str], asked: Options
) -> tuple[pl.Series, int]:
    """Stamps of when calls were received, and how many cells a spreadsheet had damaged."""
    order, zone = asked.date_format, asked.time_zone
    if "received_date" in mapping or ("date" in mapping and "received" not in mapping):
        of_date = "received_date" if "received_date" in mapping else "date"
        of_time = of_date.replace("date", "time")
        date = stamps.parsed(frame[mapping[of_date]], order, None)
        if of_time not in mapping:
            return date.values, date.damaged
        text = frame[mapping[of_time]]
        damaged = int(text.str.contains(stamps.DAMAGED).fill_null(value=False).sum())
        return stamps.joined(date.values, stamps.clock_seconds(text)), date.damaged + damaged
    text = frame[mapping["received"]]
    if "date" in mapping and _is_clock(text):
        date = stamps.parsed(frame[mapping["date"]], order, None)
        return stamps.joined(date.values, stamps.clock_seconds(text)), date.damaged
    found = stamps.parsed(text, order, zone)
    return found.values, found.damaged


def _is_clock(text: pl.Series) -> bool:
    some = text.drop_nulls()
    return bool(len(some)) and bool(
        some.str.contains(r"^\d{1,2}:\d{2}(:\d{2})?( ?[APap][Mm])?$").all()
    )


def later_of(
    stamp: str,
    frame: pl.DataFrame,
    mapping: Mapping[str, str],
    received: pl.Series,
    asked: Options,
    report: ReadReport,
) -> pl.Series:
    """Stamp of a later step, however the file has it."""
    none = pl.Series(stamp, [None] * frame.height, dtype=received.dtype)
    lines = frame["line"]
    if f"{stamp}_date" in mapping and f"{stamp}_time" in mapping:
        date = stamps.parsed(frame[mapping[f"{stamp}_date"]], asked.date_format, None)
        never = date.values.is_null() & received.is_not_null()
        report.count(f"{stamp}: never", lines.filter(never))
        return stamps.joined(date.values, stamps.clock_seconds(frame[mapping[f"{stamp}_time"]]))
    if f"{stamp}_after" in mapping:
        seconds = stamps.after(frame[mapping[f"{stamp}_after"]])
        return (received.cast(pl.Int64) + seconds * 1_000_000).cast(received.dtype)
    if f"{stamp}_elapsed" in mapping:
        seconds, turned = stamps.elapsed(frame[mapping[f"{stamp}_elapsed"]])
        if turned:
            report.counts["minutes shown as hours"] = turned
        return (received.cast(pl.Int64) + seconds * 1_000_000).cast(received.dtype)
    if stamp not in mapping:
        return none
    text = frame[mapping[stamp]]
    if _is_clock(text):
        values = stamps.joined(received, stamps.clock_seconds(text))
        over = (values < received).fill_null(value=False)
        seen = set(report.lines_of.get("over midnight", ()))
        report.count("over midnight", lines.filter(over & ~lines.is_in(list(seen))))
        return stamps.rolled(values, received)[0]
    return stamps.parsed(text, asked.date_format, asked.time_zone).values
