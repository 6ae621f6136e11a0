"""Figures of a curve: what is reached by how many posts, and what that costs."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.arrays import Floats
from sim.model.measures.dictionary import MEASURES
from sim.report.drawing import DARK, LIGHT, MIDDLE, STYLE, WIDTH_IN, footnote, headline, run_line
from sim.report.wording import IN_TIME, counted, in_time, number, percent, price, scale
from sim.scenarios.answers.curve import Curve, FirstMet, Point, Step
from sim.scenarios.answers.intervals import quoted

REACH, COST = "reach_share", "cost_per_year"
MILLION = 1e6


def drawn(curve: Curve) -> dict[str, Figure]:
    """Every figure of a curve that there is something to show in, by name."""
    with mpl.rc_context(STYLE):
        shown = {"reach": reach(curve)} if REACH in curve.names else {}
        if {REACH, COST} <= set(curve.names):
            shown["cost"] = cost(curve)
    return shown


def reach(curve: Curve) -> Figure:
    """Share reached with its band and the formulas beside it; below, what one more post adds."""
    figure = Figure(figsize=(WIDTH_IN, 6.4), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    posts = np.array([point.posts for point in curve.points], np.float64)
    _band(above, posts, curve)
    _formulas(above, posts, curve)
    others = _measures_asked(curve)
    for name in others:
        drawn = 100 * _means(curve.points, name)
        label = _asked(name, curve).lower()
        above.plot(posts, drawn, "-s", color=MIDDLE, markersize=3, linewidth=1.2, label=label)
    _targets(above, curve)
    above.set(ylabel=_axis(others), ylim=(min(0.0, above.get_ylim()[0]), 100))
    above.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=8)
    middles = np.array([(step.posts + step.versus) / 2 for step in curve.steps])
    _bars(below, middles, curve.steps)
    below.set(ylabel="One more post adds\n(calls of 100)", xlabel=f"Number of {curve.counted}")
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in (above, below):
        axes.grid(color="0.92", linewidth=0.6)
    headline(figure, finding(curve))
    footnote(figure, f"{note(curve)}\n{run_line(curve)}")
    return figure


def cost(curve: Curve) -> Figure:
    """Share reached against what a year costs, each point named by its posts."""
    figure = Figure(figsize=(WIDTH_IN, 4.6), layout="constrained")
    axes = figure.add_subplot()
    x = _means(curve.points, COST) / MILLION
    _band(axes, x, curve)
    for at, point in zip(x, curve.points, strict=True):
        mean = point.measures[REACH].mean
        if mean is not None:
            axes.annotate(
                str(point.posts), (at, 100 * mean), (0, 6), textcoords="offset points", ha="center"
            )
    axes.set(xlabel="Cost a year ($ million)", ylabel="Requested calls reached (%)")
    axes.grid(color="0.92", linewidth=0.6)
    headline(figure, _price(curve))
    footnote(figure, f"Beside each point: {curve.counted}. {note(curve)}\n{run_line(curve)}")
    return figure


def _means(points: list[Point], name: str) -> Floats:
    return np.array([point.measures[name].mean for point in points], np.float64)


def _ends(sides: list[Point] | list[Step], factor: float) -> tuple[Floats, Floats, Floats]:
    spans = [quoted(side, REACH) for side in sides]
    ends = [[span.mean, span.low, span.high] for span in spans]
    mean, low, high = factor * np.array(ends, np.float64).T
    return mean, low, high


def _band(axes: Axes, x: Floats, curve: Curve) -> None:
    mean, low, high = _ends(curve.points, 100)
    label = "range if assumptions vary" if curve.draws else "range of chance alone"
    axes.fill_between(x, low, high, color=LIGHT, alpha=0.35, linewidth=0, label=label)
    axes.plot(x, mean, "-o", color=DARK, markersize=4, linewidth=1.8, label="simulated")


def _bars(axes: Axes, x: Floats, steps: list[Step]) -> None:
    mean, low, high = _ends(steps, 100)
    axes.axhline(0, color="0.3", linewidth=0.8)
    axes.vlines(x, low, high, color=LIGHT, linewidth=4)
    axes.plot(x, mean, "o", color=DARK, markersize=5)


def _formulas(axes: Axes, posts: Floats, curve: Curve) -> None:
    """Formulas in lines of their own dashes, each with what it leaves out."""
    if curve.formulas is None:
        return
    by_hour, varying = (100 * np.array(x) for x in curve.formulas[:2])
    gone = "without the drive"
    axes.plot(posts, by_hour, "--", color=MIDDLE, linewidth=1.2, label=f"Erlang A by hour, {gone}")
    label = f"Erlang A, time-varying load, {gone}"
    axes.plot(posts, varying, ":", color=MIDDLE, linewidth=1.6, label=label)
    marks = {
        "square-root rule": curve.formulas.square_root,
        "Crisis Now": curve.formulas.crisis_now,
    }
    for place, (name, teams) in enumerate(marks.items()):
        if posts[0] <= teams <= posts[-1]:
            axes.axvline(teams, color="0.55", linewidth=0.9, linestyle=(0, (2, 3)))
            axes.annotate(
                name,
                (teams, 0.03 + 0.07 * place),
                xycoords=("data", "axes fraction"),
                xytext=(3, 0),
                textcoords="offset points",
                fontsize=8,
                color="0.3",
            )


def _targets(axes: Axes, curve: Curve) -> None:
    """A mark where each target is first met: in the draws, the number to plan with, if there are.

    Marks of the formulas stand below.
    """
    middle = (curve.points[0].posts + curve.points[-1].posts) / 2
    for place, target in enumerate(curve.targets):
        at = target.in_draws if curve.draws else target.at_central
        if at is not None:
            draws = f" in {percent(curve.config.run.confidence_level)} of draws"
            axes.axvline(at, color=DARK, linewidth=0.9, linestyle="-.")
            axes.annotate(
                _short(target, curve) + (draws if curve.draws else ""),
                (at, 0.2 + 0.07 * place),
                xycoords=("data", "axes fraction"),
                xytext=(-3 if at > middle else 3, 0),
                textcoords="offset points",
                ha="right" if at > middle else "left",
                fontsize=8,
                color=DARK,
            )


def _measures_asked(curve: Curve) -> list[str]:
    """Shares other than that reached which a target is of: a mark alone would be read as of it."""
    asked = dict.fromkeys(target.measure for target in curve.targets)
    return [x for x in asked if x != REACH and MEASURES[x].unit == "share" and x in curve.names]


def _axis(others: list[str]) -> str:
    return "Share of the requested calls (%)" if others else "Requested calls reached (%)"


def _asked(name: str, curve: Curve) -> str:
    """Label of a measure without its unit; the standard by its minutes, as on the screen."""
    return in_time(curve.config.service.standard) if name == IN_TIME else MEASURES[name].label


def _short(target: FirstMet, curve: Curve) -> str:
    """Target in the few letters that a figure has room for, "Reached ≥ 90%"."""
    measure = MEASURES[target.measure]
    sense = "≥" if target.sense == ">=" else "≤"
    unit = "%" if measure.unit == "share" else measure.unit
    value = number(scale(target.measure) * target.value)
    return f"{_asked(target.measure, curve)} {sense} {value} {unit}"


def finding(curve: Curve) -> str:
    """What the first and the last post of the range add, in a sentence without its full stop."""
    first, last = curve.steps[0], curve.steps[-1]
    adds = [counted(max(step.measures[REACH].mean or 0.0, 0.0)) for step in (first, last)]
    return (
        f"The post after {first.versus} adds {adds[0]} of every 100 requested calls, the one after "
        f"{last.versus} adds {adds[1]}"
    )


def _price(curve: Curve) -> str:
    """What a call more costs where that is known: with the first and the last such step."""
    priced = [x for x in curve.steps if x.per_call is not None and x.per_call.mean is not None]
    if not priced:
        return "What each further call costs is not worked out: there may be none"
    costs = [
        f"${price(step.per_call.quoted)} at {step.posts} posts"
        for step in (priced if len(priced) == 1 else [priced[0], priced[-1]])
        if step.per_call is not None
    ]
    return f"Each further call costs {', and '.join(costs)}"


def note(curve: Curve) -> str:
    """What the band is of."""
    if curve.draws:
        return "Band: how far it goes if the assumptions vary, at all points at once."
    return "Band: chance only, as no assumption was drawn: narrower than what is known."
