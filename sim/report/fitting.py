"""The part of a fit report that says what was fitted: text, HTML, figures and tables.

It shows nothing of fewer than 11 calls. Names of zones are the log's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.history.fitting.fit import Fitted
from sim.history.fitting.laws import Law, Sample
from sim.history.fitting.summary import Row, notes_of, rows_of, week_of
from sim.report.drawing import DARK, LIGHT, MIDDLE, PALE, STYLE, WIDTH_IN, footnote, headline
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.wording import number

if TYPE_CHECKING:
    import polars as pl

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LABELS = {
    "calls_per_year": "Calls a year",
    "night": "Calls from 01:00 to 09:00",
    "day_factor_cv": "Day-to-day variation beyond chance",
    "growth": "Trend, from the middle of the log to its end",
    "holiday": "Calls on a holiday over other days",
    "withdrawn_per_hour": "Withdrawn, of calls that wait",
    "contact": "Engaged, of calls a team came to",
    "contact_at_once": "Engaged, by a team there at once",
    "odds_ratio": "Odds of engaging, per 10 min later",
    "refused_share": "Refused, of those not engaged",
    "triage": "Received until a team can be sent",
    "travel": "Dispatched to arrived",
    "contact_scene": "On scene, engaged",
    "not_found": "On scene, nobody found",
    "refused": "On scene, refused",
    "transported": "On scene until cleared, transported",
    "arrested": "On scene until cleared, arrested",
    "patrol_arrival": "Received to patrol's arrival",
    "all": "On scene until cleared",
    "on_scene": "Settled on scene, of those engaged",
    "referral": "Referred, of those engaged",
    "voluntary": "Transported voluntarily, of those engaged",
    "hold": "Held involuntarily, of those engaged",
    "arrest": "Arrested, of those engaged",
}
BARS_A_ROW = 2
OF_THE_MEAN = "The band is of the line; points scatter more."
SMALL = 0.5  # a figure with two decimals


def text(fitted: Fitted) -> str:
    """Part of the report in plain text, without a newline at its end."""
    return rendered("fit_fitted.txt", **_values(fitted))


def html(fitted: Fitted) -> str:
    """Part of the report as HTML, to stand in a page."""
    return rendered("fit_fitted.html", **_values(fitted))


def facts(fitted: Fitted) -> list[str]:
    """A line for each of the fitted numbers but those of zones, with its interval."""
    shown = [row for row in rows_of(fitted) if not row.key.startswith("zone:")]
    return [
        f"{label}: {value}{unit if unit == '%' else f' {unit}'} ({span})"
        for label, unit, value, span, _ in map(_cells, shown)
    ]


def _values(fitted: Fitted) -> dict[str, Any]:
    return {
        "fitted": fitted,
        "log": fitted.log,
        "notes": notes_of(fitted),
        "figures": figures_table(fitted),
        "laws": laws_table(fitted),
    }


# --- tables --------------------------------------------------------------------------------------


def tables(fitted: Fitted) -> dict[str, pl.DataFrame]:
    """Every fitted number as a data frame, by the name of its file."""
    import polars as pl  # noqa: PLC0415 - polars is slow to load

    rows = [
        {"figure": _label(row), "unit": row.unit, **_scaled(row), "n": row.estimate.n}
        for row in rows_of(fitted)
    ]
    return {"fitted": pl.DataFrame(rows)}


def _scaled(row: Row) -> dict[str, float]:
    factor = 100 if row.unit == "%" else 1
    return {key: factor * getattr(row.estimate, key) for key in ("value", "low", "high")}


def _label(row: Row) -> str:
    kind, colon, name = row.key.partition(":")  # a zone may have one in its name
    kind, name = (kind, name) if colon else ("", kind)
    if kind == "zone":
        return f"Zone {name}"
    return LABELS[_law_label(name) if kind == "law" else name]


def _law_label(name: str) -> str:
    return "contact_scene" if name == "contact" else name


def figures_table(fitted: Fitted) -> Table:
    """Every fitted number with its 95% interval."""
    head = ["", "unit", "fitted", "95% interval", "from"]
    return Table(head, [Group([_cells(row) for row in rows_of(fitted)])], "llrrr")


def _cells(row: Row) -> list[str]:
    value, low, high = _scaled(row).values()
    like = SMALL if row.unit in {"×", "an hour"} else high
    span = f"{number(low, like)} to {number(high, like)}"
    return [_label(row), row.unit, number(value, like), span, f"{row.estimate.n:,}"]


def laws_table(fitted: Fitted) -> Table | None:
    """The law of each duration, the next best, and how many rows said what."""
    if not fitted.laws:
        return None
    head = ["Minutes", "law", "next best (AIC)", "seen", "censored", "not stated"]
    laws = fitted.laws.items()
    rows = [_law_cells(key, law, fitted.samples[key]) for key, law in laws]
    return Table(head, [Group(rows)], "lllrrr")


def _law_cells(key: str, law: Law, sample: Sample) -> list[str]:
    (best, least), (second, more), *_ = sorted(law.aic.items(), key=lambda pair: pair[1])
    after = f"{second} (+{more - least:,.0f})"
    counts = [_few(n) for n in (law.seen, law.censored, sample.unknown)]
    return [LABELS[_law_label(key)], best, after, *counts]


def _few(n: int) -> str:
    return "under 11" if 0 < n < 11 else f"{n:,}"  # noqa: PLR2004 - the size of a small cell


# --- figures -------------------------------------------------------------------------------------


def figures(fitted: Fitted) -> dict[str, Figure]:
    """Figures by name: calls by hour of week, and the laws of durations, if there are any."""
    with mpl.rc_context(STYLE):
        shown = {"calls_by_hour_of_week": week_figure(fitted)}
        if fitted.laws:
            shown["durations"] = laws_figure(fitted)
        return shown


def week_figure(fitted: Fitted) -> Figure:
    """Calls an hour as they were fitted, with their band, and as they were counted."""
    figure = Figure(figsize=(WIDTH_IN, 3.6), layout="constrained")
    axes, week = figure.add_subplot(), week_of(fitted)
    hours = np.arange(len(week.fitted)) + 0.5
    axes.fill_between(hours, week.low, week.high, color=PALE, label="95% interval")
    if week.block_h:
        axes.plot(week.middle, week.counted, ".", color=LIGHT, label="counted")
    axes.plot(hours, week.fitted, color=DARK, label="fitted")
    top = 1.15 * max(week.high.max(), np.nanmax(week.counted, initial=0.0))  # room for the legend
    axes.set(xlim=(0, 168), ylim=(0, top), ylabel="Calls an hour")
    axes.set_xticks(np.arange(7) * 24, WEEKDAYS, ha="left")
    axes.legend(loc="upper left", frameon=False, fontsize=8, ncols=3)
    headline(figure, f"Calls by hour of week, {fitted.name}")
    footnote(figure, _points(week.block_h))
    return figure


def _points(block_h: int) -> str:
    """What a point of the week stands for; none stands for fewer than 11 calls."""
    if not block_h:
        return "No points: not even blocks of 12 hours have 11 calls each."
    if block_h == 1:
        return f"Points: calls counted in each hour, 11 or more. {OF_THE_MEAN}"
    blocks = f"means of blocks of {block_h} hours, the shortest with 11 calls in each"
    return f"Points: {blocks}. {OF_THE_MEAN}"


def laws_figure(fitted: Fitted) -> Figure:
    """Every duration as it was seen, and its law."""
    rows = -(-len(fitted.laws) // BARS_A_ROW)
    figure = Figure(figsize=(WIDTH_IN, 2.2 * rows + 0.6), layout="constrained")
    places = figure.subplots(rows, BARS_A_ROW, squeeze=False).ravel()
    for axes, (key, law) in zip(places, fitted.laws.items(), strict=False):
        _law_panel(axes, key, law)
    for axes in places[len(fitted.laws) :]:
        axes.set_axis_off()
    headline(figure, f"Durations and their laws, {fitted.name}")
    footnote(figure, "Bars: seen durations above 0, none of fewer than 11 calls. Line: the law.")
    return figure


def _law_panel(axes: Axes, key: str, law: Law) -> None:
    edges, density = law.bars
    axes.stairs(np.nan_to_num(density), edges, fill=True, color=LIGHT)
    minutes = np.linspace(edges[-1] / 400, edges[-1], 400)
    axes.plot(minutes, law.density(minutes), color=MIDDLE)
    axes.set(title=f"{LABELS[_law_label(key)]}: {law.family}", xlabel="Minutes", yticks=[])
