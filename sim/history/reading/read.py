"""A log of calls from a file: columns, stamps, one row a call, repairs, what is demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from sim.history.faults import LogError
from sim.history.log import COLUMNS, LONGEST_H, CallLog
from sim.history.reading.columns import PLACES, checked, proposed, read_mapping
from sim.history.reading.columns import Mapping as Columns
from sim.history.reading.exposure import holes, jumps, partial_ends, without_codes
from sim.history.reading.files import Rows, rows_of
from sim.history.reading.headers import Looks, look_of
from sim.history.reading.places import nearest, read_centers
from sim.history.reading.report import OFFICERS, SAME_CALL, TWICE, Options, ReadReport
from sim.history.reading.rules import (
    Rules,
    by_officers,
    by_officers_type,
    is_mental_health,
    read_rules,
)
from sim.history.reading.stamps import LATEST, NEVER
from sim.history.reading.steps import later_of, received_of
from sim.history.reading.thin import TITLES, are_calls
from sim.history.reading.types import types_of
from sim.history.reading.without_days import ROLES, calls_without_days
from sim.history.reading.zones import spelled
from sim.history.units import units_of

__all__ = ["Options", "ReadReport", "read_log"]

A_MONTH = 27  # days of a log, before which nothing has changed yet
LATER = ("dispatched", "arrived", "cleared")
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
SLACK_H = 1  # around midnight, in which a stamp at midnight may be one


def read_log(path: Path, options: Options | None = None) -> tuple[CallLog, ReadReport]:
    """Read a log of calls.

    Parameters
    ----------
    path
        A CSV, TSV, XLSX or Parquet file, gzipped or not.
    options
        What is known of it.

    Returns
    -------
    tuple
        The calls of mental health, and a report of every row.

    Raises
    ------
    LogError
        One line: what, where, and what would be right.
    """
    asked = options or Options()
    rows = rows_of(path, asked.encoding, asked.delimiter, asked.sheet)
    names = [name for name in rows.frame.columns if name != "line"]
    by_place = asked.zones is not None
    said = read_mapping(asked.columns) if asked.columns else {}
    mapping = said or proposed(names, places=by_place, looks=_looks(rows.frame))
    mapping = checked(mapping, names, path.name)
    mapping = _with_places(mapping, path.name) if by_place else _without_places(mapping)
    report = ReadReport(path.name, rows.encoding, rows.delimiter, mapping, dropped=rows.dropped)
    report.unused = [name for name in names if name not in mapping.values()]
    rows = _with_thin_calls(rows, mapping, report)
    if not ({"received", "received_date", "date", "arrived"} & mapping.keys()):
        return _without_days(rows, report), report
    if not ({"received", "received_date", "date"} & mapping.keys()):
        mapping["received"] = mapping.pop("arrived")
        report.warnings.append("no stamp of the call: that of arrival stands for it")
    frame = rows.frame.select("line", *dict.fromkeys(mapping.values()))  # nothing else is looked at
    checksum, report.rows_read = rows.checksum, frame.height
    del rows  # a large file has hardly room for two of its copies
    calls = _stamped(frame, mapping, asked, report)
    del frame
    calls = _one_a_call(calls, report)
    calls = _without_officers(calls, report)
    calls = _repaired(calls, report)
    return _log(calls, checksum, asked, report), report


def _with_thin_calls(rows: Rows, mapping: Mapping[str, str], report: ReadReport) -> Rows:
    """Rows with those among the hardly filled ones that are calls; what is left are titles."""
    if rows.thin.is_empty():
        return rows
    calls = are_calls(rows.thin, rows.frame, mapping)
    report.title_lines = rows.thin.filter(~calls)["line"].to_list()
    if report.title_lines:
        report.dropped[TITLES] = len(report.title_lines)
    if not calls.any():
        return rows
    return rows._replace(frame=pl.concat([rows.frame, rows.thin.filter(calls)]).sort("line"))


def _looks(frame: pl.DataFrame) -> Looks:
    """What the cells of a column look like, by its name."""
    return lambda name: look_of(frame[name])


def _stamped(
    frame: pl.DataFrame, mapping: Mapping[str, str], asked: Options, report: ReadReport
) -> pl.DataFrame:
    """Columns by role, stamps as such; rows without a stamp of when they were received are gone."""
    texts = {role: frame[name].alias(role) for role, name in mapping.items()}
    out = pl.DataFrame({"line": frame["line"]})
    received, when_damaged = received_of(frame, mapping, asked)
    out = out.with_columns(received.alias("received_at"))
    for stamp in LATER:
        values = later_of(stamp, frame, mapping, received, asked, report)
        out = out.with_columns(values.alias(f"{stamp}_at"))
    for role in (
        "id",
        "type",
        "final_type",
        "zone",
        "priority",
        "disposition",
        "source",
        "updated",
        "unit",
    ):
        values = texts.get(role, pl.Series(role, [None] * frame.height, dtype=pl.String))
        out = out.with_columns(values.alias("call_type" if role == "type" else role))
    if asked.zones is not None:
        out = out.with_columns(_zones_of(texts, asked.zones, out["line"], report))
    else:
        zones, report.zones = spelled(out["zone"])
        out = out.with_columns(zones)
    bad = out["received_at"].is_null()
    report.count("rejected", out.filter(bad)["line"])
    report.rejected = int(bad.sum())
    report.rejected_texts = _texts(frame.filter(bad), mapping)
    if when_damaged:
        report.counts["damaged by a spreadsheet"] = when_damaged
    return out.filter(~bad)


def _without_places(mapping: Columns) -> Columns:
    return {role: name for role, name in mapping.items() if role not in PLACES}


def _with_places(mapping: Columns, where: str) -> Columns:
    if not mapping.keys() >= PLACES.keys():
        raise LogError(
            f"{where}: expected columns of latitude and longitude with --zones, got none"
        )
    return {role: name for role, name in mapping.items() if role != "zone"}


def _zones_of(
    texts: Mapping[str, pl.Series], zones: Path, lines: pl.Series, report: ReadReport
) -> pl.Series:
    """Zone of each row by its coordinates, of which nothing else is kept."""
    zone = nearest(texts["latitude"], texts["longitude"], read_centers(zones)).alias("zone")
    report.count("no place", lines.filter(zone.is_null()))
    return zone


def _texts(rows: pl.DataFrame, mapping: Mapping[str, str]) -> dict[int, str]:
    """What rows have in the columns of when they were received, by line."""
    roles = ("received", "received_date", "received_time", "date", "time")
    columns = [pl.col(mapping[role]) for role in roles if role in mapping]
    said = pl.concat_str(columns, separator=" ", ignore_nulls=True)
    return dict(rows.select("line", said.alias("said")).iter_rows())


# --- one row a call ------------------------------------------------------------------------------


def _one_a_call(calls: pl.DataFrame, report: ReadReport) -> pl.DataFrame:
    """Rows of one incident as one call: earliest stamps, latest clearing, newest disposition."""
    calls = _without_copies(calls, report)
    before = calls.height
    named = calls["id"].is_not_null()
    with_id, without = calls.filter(named), calls.filter(~named)
    if with_id["id"].is_unique().all():
        return _counted_once(with_id, without, before, report)
    order = ["updated", "line"] if with_id["updated"].is_not_null().any() else ["line"]
    kept = with_id.sort(order, nulls_last=False, maintain_order=True)
    last = ("call_type", "final_type", "zone", "priority", "disposition", "source", "updated")
    grouped = kept.group_by("id", maintain_order=True).agg(
        pl.col("line").last(),
        pl.col("received_at").min(),
        pl.col("dispatched_at").min(),
        pl.col("arrived_at").min(),
        pl.col("cleared_at").max(),
        *(pl.col(name).drop_nulls().last() for name in last),
        pl.col("unit").sort_by("dispatched_at", nulls_last=True, maintain_order=True).first(),
    )
    return _counted_once(grouped.select(calls.columns), without, before, report)


def _without_copies(calls: pl.DataFrame, report: ReadReport) -> pl.DataFrame:
    """Rows without those that are the same as another in every column that is looked at."""
    again = calls["id"].is_duplicated() & calls["id"].is_not_null()
    if not again.any():
        return calls
    columns = [name for name in calls.columns if name != "line"]
    first = calls.filter(again).unique(columns, keep="first", maintain_order=True)
    copies = calls.filter(again)["line"]
    copies = copies.filter(~copies.is_in(first["line"].implode()))
    report.count(TWICE, copies)
    return calls.filter(~calls["line"].is_in(copies.implode())) if len(copies) else calls


def _counted_once(
    named: pl.DataFrame, without: pl.DataFrame, before: int, report: ReadReport
) -> pl.DataFrame:
    """Calls with a number of their own, and those without, of which the same ones count once."""
    same = (
        without.unique(["received_at", "call_type", "zone"], keep="first", maintain_order=True)
        if without["call_type"].is_not_null().any()
        else without
    )
    out = pl.concat([named, same]).sort("received_at", "line")
    gone = before - out.height
    if gone:
        what = SAME_CALL if "unit" in report.mapping else TWICE
        report.counts[what] = report.counts.get(what, 0) + gone
    return out


def _without_officers(calls: pl.DataFrame, report: ReadReport) -> pl.DataFrame:
    source = calls["source"].alias(report.mapping.get("source", "source"))
    began = by_officers(source) | by_officers_type(calls["call_type"])
    report.count(OFFICERS, calls.filter(began)["line"])
    if began.any() and not began.all():
        first, others = _days_of(calls.filter(began))[0], _days_of(calls)[0]
        if (first - others).days > A_MONTH:
            report.warnings.append(
                f"rows begun by officers appear from {first} on: the scope widens"
            )
    return calls.filter(~began)


def _days_of(calls: pl.DataFrame) -> tuple[date, date]:
    """First and last day of some calls."""
    days = calls["received_at"].sort().dt.date().to_list()
    return days[0], days[-1]


# --- repairs -------------------------------------------------------------------------------------


def _repaired(calls: pl.DataFrame, report: ReadReport) -> pl.DataFrame:
    """Stamps that cannot be: put right where that is certain, else blank; all are counted."""
    repaired: set[int] = set()
    for stamp in LATER:
        calls = _repaired_stamp(calls, stamp, report, repaired)
    report.repaired = len(repaired)
    return calls


def _repaired_stamp(
    calls: pl.DataFrame, stamp: str, report: ReadReport, repaired: set[int]
) -> pl.DataFrame:
    received, values = calls["received_at"], calls[f"{stamp}_at"]
    after = values.cast(pl.Int64) - received.cast(pl.Int64)
    at_midnight = (values.dt.time().cast(pl.Int64) == 0).fill_null(value=False)
    hour = received.dt.hour()
    is_near = (hour >= 24 - SLACK_H) | (hour < SLACK_H)
    midnight = at_midnight & ~is_near.fill_null(value=False)
    year = _is_about(after, 365) | _is_about(after, 366)
    day = _is_about(after, 1)
    before = (after < 0).fill_null(value=False) & ~midnight
    late = (after > LONGEST_H * HOUR_US).fill_null(value=False) & ~midnight & ~year & ~day
    kinds = (
        (f"{stamp}: midnight for no time", midnight),
        (f"{stamp}: a year late", year & ~midnight),
        (f"{stamp}: a day late", day & ~midnight),
        (f"{stamp}: before received", before),
        (f"{stamp}: over {LONGEST_H} hours", late),
    )
    for what, where in kinds:
        lines = calls.filter(where)["line"]
        report.count(what, lines)
        repaired |= set(lines.to_list())
    moved = values.dt.offset_by("-1y").zip_with(year, values)
    moved = moved.dt.offset_by("-1d").zip_with(day, moved)
    blank = midnight | before | late
    return calls.with_columns(
        moved.set(blank, None).alias(f"{stamp}_at"), late.alias(f"{stamp}_late")
    )


def _is_about(after_us: pl.Series, days: int) -> pl.Series:
    """Whether an interval is so many days and a plausible few hours."""
    rest = after_us - days * DAY_US
    return ((rest >= 0) & (rest <= LONGEST_H * HOUR_US)).fill_null(value=False)


# --- the log -------------------------------------------------------------------------------------


def _without_days(rows: Rows, report: ReadReport) -> CallLog:
    """Log of calls that have no calendar day; all of its rows are taken for calls."""
    calls = calls_without_days(rows.frame, report.mapping, report.name)
    numbers = calls.select(ROLES)
    blank = numbers.select(pl.any_horizontal(pl.all().is_null())).to_series()
    report.rows_read = calls.height
    report.count("rejected", rows.frame["line"].filter(blank))
    report.rejected = int(blank.sum())
    report.used = report.calls = report.mental_health_calls = calls.height - report.rejected
    report.warnings.append("no calendar day: all rows are taken for calls of mental health")
    known = numbers.filter(~blank).sort("year", "month")
    if known.is_empty():
        right = "a year, month, weekday and hour"
        raise LogError(f"{report.name}: expected {right} in some row, got none")
    (year, month), (last_year, last_month) = (known.row(at)[:2] for at in (0, -1))
    report.first_received = f"{year}-{month:02d}"
    report.last_received = f"{last_year}-{last_month:02d}"
    first, last = date(year, month, 1), date(last_year, last_month, 28)
    empty = pl.DataFrame(schema=COLUMNS)
    return CallLog(empty, report.name, rows.checksum, first, last, [], False, calls)


def _without_calls(report: ReadReport) -> str:
    """Why no row of a log is a call: none says when it was received."""
    column = report.mapping.get("received") or report.mapping.get("received_date") or "received"
    texts = [repr(x) for x in report.rejected_texts.values() if x][:3]
    some = f", such as {', '.join(texts)}" if texts else ""
    right = f"column {column}: expected dates from {NEVER} to {LATEST} of when calls were received"
    return f"{report.name}: {right}, got none in {report.rows_read:,} rows{some}"


def _to_come(last: date) -> list[str]:
    """Warning of calls that are dated after today; none if none is."""
    today = datetime.now(tz=UTC).date()
    later = last > today + timedelta(days=1)  # it may be tomorrow already where the log is from
    return [f"calls are dated up to {last}, which is after today, {today}"] if later else []


def _log(calls: pl.DataFrame, checksum: str, asked: Options, report: ReadReport) -> CallLog:
    rules = read_rules(asked.rules) if asked.rules else Rules()
    types = [calls["call_type"], calls["final_type"]]
    wanted = is_mental_health(types, rules)
    days = calls["received_at"].dt.date()
    report.calls, report.mental_health_calls = calls.height, int(wanted.sum())
    if calls.is_empty():
        raise LogError(_without_calls(report))
    if not wanted.any():
        some = ", ".join(
            map(repr, calls["call_type"].drop_nulls().unique().sort().head(5).to_list())
        )
        raise LogError(
            f"{report.name}: expected types with words such as mental, suicidal or crisis, got "
            f"{some}; name yours in a file of --rules (words, codes)"
        )
    report.types = types_of(calls, wanted, rules)
    mine = calls.filter(wanted)
    report.units = units_of(mine["unit"])
    stamps_of = mine["received_at"].sort().dt.strftime("%Y-%m-%d %H:%M:%S")
    report.first_received, report.last_received = stamps_of[0], stamps_of[-1]
    minutes = (mine["arrived_at"] - mine["received_at"]).dt.total_seconds() / 60
    median = minutes.median()
    report.median_received_to_arrived_min = None if median is None else float(median)  # type: ignore[arg-type]  # of floats
    report.holes = [] if asked.every_day else [*holes(days), *without_codes(days, wanted)]
    report.warnings += jumps(days, calls["call_type"], wanted)
    first, last = _days_of(calls)
    report.warnings += _to_come(last)
    report.warnings += [f"covered in part: {x}" for x in partial_ends(first, last)]
    report.used = report.rows_read - report.rejected - report.repaired
    columns = {"row": "line"}
    table = mine.select(
        [pl.col(columns.get(name, name)).cast(kind).alias(name) for name, kind in COLUMNS.items()]
    )
    centers = read_centers(asked.zones).by_name() if asked.zones else {}
    log = CallLog(table, report.name, checksum, first, last, report.holes, served_only=False)
    return log._replace(centers=centers)
