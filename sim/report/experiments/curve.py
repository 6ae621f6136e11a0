"""The answer of `curve`: the screen, everything as text, JSON, tables and figures."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.config.groups.service import Standard
from sim.provenance import rerun_command
from sim.report.answer import Answer, Basis
from sim.report.pages.alone import FILE, alone, inside
from sim.report.rendering import as_many_as_fit, rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import FOLD, Group, Table
from sim.report.trees import hash_of, rails_tree, ratio_tree, same_money_tree
from sim.report.wording import (
    BLANK,
    CLOCKS,
    label,
    number,
    plural,
    price,
    range_of,
    scale,
    size_of,
)
from sim.scenarios.answers.curve import Curve, FirstMet, Point, Step
from sim.scenarios.answers.intervals import Quoted, quoted
from sim.scenarios.answers.rails import without_shortcuts

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

MOST_ROWS, FEWEST_ROWS = 10, 4  # points on the first screen
LINES = 28  # of a screen of 30, of which two are the results folder and a blank line
MOST_COLUMNS = 3  # measures beside the first one, which fit the width of the screen
NARROW = 13  # letters of a heading
REACH, COST, GAP = "reach_share", "cost_per_year", "gap_hours_per_week"
DEAR = 10_000.0  # dollars of a call more from which they are in thousands
THOUSANDTH = 1e-3
COLUMNS = {
    "within_standard_share": f"in {{minutes:g}} min{FOLD}of {{clock}}, %",
    GAP: f"no team{FOLD}free, h",
    COST: f"cost,{FOLD}$1,000",
}


@dataclass(frozen=True)
class CurveReport(Answer):
    """A curve as it is published."""

    curve: Curve

    def basis(self) -> Basis:
        """Return the config and plans, and how they were run."""
        curve = self.curve
        plans = [point.plan for point in curve.points]
        return Basis(curve.config, plans, curve.replications, curve.check)

    def summary(self) -> str:
        """Return the first screen."""
        return as_many_as_fit(self._screen, MOST_ROWS, LINES)[0]

    def full(self) -> str:
        """Return every measure at every point, and what one more adds, the screen at the top."""
        standard = self.curve.config.service.standard
        tables = [(label(name, standard), _table(self.curve, name)) for name in self.curve.names]
        text = _text(self.curve, "curve_full.txt", tables=tables, of_formulas=_formulas(self.curve))
        return f"{self.summary()}\n\n{text}"

    def _screen(self, rows: int) -> str:
        table = _screen_table(self.curve, max(rows, FEWEST_ROWS))
        return _text(self.curve, "curve_screen.txt", table=table)

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tree(self.curve)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, and points and steps as rows."""
        frame = self.curve.to_frame()
        files: dict[str, str | pl.DataFrame] = {
            "full.txt": f"{self.full()}\n",
            "curve.parquet": frame,
            "curve.csv": as_csv(frame),
        }
        return files | (_page(self.curve) if self.curve.request.html else {})

    def figures(self) -> dict[str, Figure]:
        """Return the curve of what is reached, and what it costs."""
        from sim.report.experiments.curve_figures import drawn  # noqa: PLC0415 - slow to load

        return drawn(self.curve)


def _text(curve: Curve, template: str, **more: Any) -> str:  # noqa: ANN401 - as templates call it
    return rendered(template, **_values(curve), next=_following(curve), **more)


def _values(curve: Curve) -> dict[str, Any]:
    return {
        "curve": curve,
        "first": curve.steps[0],
        "last": curve.steps[-1],
        "leading": label(_leading(curve)),
        "ends": _ends(curve),
        "hours": GAP in _columns(curve),
        "priced": _is_priced(curve),
        "planned": planned(curve),
        "quoted": quoted,
        "change": _change,
        "unpriced": any(x.per_call and x.per_call.mean is None for x in curve.steps),
        "plural": plural,
        "words": partial(target_words, curve.config.service.standard),
    }


def _page(curve: Curve) -> dict[str, str]:
    """Return the file that stands alone, by its name."""
    from sim.report.experiments.curve_figures import drawn  # noqa: PLC0415 - slow to load

    figures = inside(drawn(curve))
    section = section_of(curve, figures)
    body = rendered("curve_body.html", **_values(curve), section=section, figures=figures)
    first, last = curve.points[0].posts, curve.points[-1].posts
    return {FILE: alone(f"{first} to {last} posts: how many?", body, curve.request)}


def _change(step: Step) -> str:
    """Calls of 100 that one more post adds, with the range."""
    span = quoted(step, REACH)
    size = abs(100 * (span.mean or 0.0))
    mean = number(None if span.mean is None else 100 * span.mean, size)
    return f"{mean} ({range_of(span, 100)})"


def _ends(curve: Curve) -> list[str]:
    """Measure that the table leads with at the first and at the last point, each with its range."""
    points = (curve.points[0], curve.points[-1])
    return [
        f"{_together(x, None, _leading(curve))[0]} with {plural(x.posts, 'post')}" for x in points
    ]


def target_words(standard: Standard, target: FirstMet) -> str:
    """Target as a sentence calls it, "Reached, %: at least 90"."""
    factor, sense = scale(target.measure), "at least" if target.sense == ">=" else "at most"
    return f"{label(target.measure, standard)}: {sense} {number(factor * target.value)}"


def planned(curve: Curve) -> int | None:
    """Posts to plan with: those that meet every target in the draws of the assumptions."""
    counts = [target.in_draws for target in curve.targets]
    known = [count for count in counts if count is not None]
    return max(known) if known and len(known) == len(counts) else None


def _following(curve: Curve) -> str:
    """Compare the count that the targets ask for with the one before; of a line, look closer."""
    request, draws = curve.request, curve.config.run.draws
    overrides = without_shortcuts(request.overrides, draws, curve.warnings)
    if request.own.get("plan"):
        plan = [str(request.own["plan"])]
        return rerun_command("sensitivity", plan, overrides, request.place)
    met = [x for x in (y.in_draws or y.at_central for y in curve.targets) if x is not None]
    counts = [point.posts for point in curve.points]
    at = max(counts.index(max(met, default=counts[-1])), 1)
    names = [str(counts[at]), str(counts[at - 1])]
    return rerun_command("compare", names, overrides, request.place)


def section_of(curve: Curve, figures: Mapping[str, str], posts: int | None = None) -> str:
    """HTML of what each post more buys, as a part of a page.

    `figures` are addresses by name; the slider begins at a number of posts, if that is a point.
    """
    from sim.report.experiments.curve_figures import finding, note  # noqa: PLC0415 - slow to load

    asked = [point.posts for point in curve.points]
    return rendered(
        "curve_section.html",
        figures=figures,
        alternative=finding(curve) if REACH in curve.names else "",
        points=curve.points,
        start=asked.index(posts) if posts in asked else 0,
        table=_screen_table(curve, len(curve.points)),
        note=note(curve) if figures else "",
    )


# --- tables --------------------------------------------------------------------------------------


def _screen_table(curve: Curve, most: int = MOST_ROWS) -> Table:
    """Points with a measure and what one more adds, up to three others, and the price of a call."""
    steps = {step.posts: step for step in curve.steps}
    first, names, (unit, factor) = _leading(curve), _columns(curve), _unit_of_price(curve)
    named = [_heading(curve, name) for name in (first, *names)]
    head = ["posts", named[0], "the last one adds", *named[1:]]
    head += [unit] if _is_priced(curve) else []
    rows = [
        [
            str(point.posts),
            *_together(point, steps.get(point.posts), first),
            *(_mean(point, name) for name in names),
            _per_call(steps.get(point.posts), factor),
        ][: len(head)]
        for point in _thinned(curve, most)
    ]
    return Table(head, [Group(rows)], "r" * len(head))


def _leading(curve: Curve) -> str:
    """Measure of which the table says what one more post adds."""
    return REACH if REACH in curve.names else curve.names[0]


def _columns(curve: Curve) -> list[str]:
    """Measures beside the first one: those asked for by name, else the usual ones."""
    if not curve.request.own.get("measures"):
        return [name for name in COLUMNS if name in curve.names]
    return [name for name in curve.names if name != _leading(curve)][:MOST_COLUMNS]


def _heading(curve: Curve, name: str) -> str:
    """Heading of a measure, in lines of few letters."""
    if name == REACH:
        return "reached, %"
    standard = curve.config.service.standard
    facts = {"minutes": float(standard.minutes), "clock": CLOCKS[standard.clock]}
    folded = FOLD.join(textwrap.wrap(label(name, standard), NARROW, break_long_words=False))
    return COLUMNS[name].format(**facts) if name in COLUMNS else folded


def _is_priced(curve: Curve) -> bool:
    """Whether a call more has a price, that is if both calls and costs were asked for."""
    return any(step.per_call is not None for step in curve.steps)


def _together(point: Point, step: Step | None, name: str) -> list[str]:
    """Measure and what each post more adds, each with its range behind it."""
    cells = _cells(point, step, name)
    return [
        mean if span == BLANK else f"{mean} ({span})"
        for mean, span in zip(cells[::2], cells[1::2], strict=True)
    ]


def _thinned(curve: Curve, most: int) -> list[Point]:
    """So many points, the first and the last among them."""
    every = -(-(len(curve.points) - 1) // (most - 1))
    last = len(curve.points) - 1
    return [point for at, point in enumerate(curve.points) if at == last or at % every == 0]


def _table(curve: Curve, name: str) -> Table:
    """Measure at every point, and what each post more changes from the point before."""
    steps = {step.posts: step for step in curve.steps}
    rows = [
        [str(point.posts), *_cells(point, steps.get(point.posts), name)] for point in curve.points
    ]
    return Table(["posts", "mean", "range", "the last one adds", "range"], [Group(rows)], "rrrrr")


def _cells(point: Point, step: Step | None, name: str) -> list[str]:
    factor = scale(name)
    of_step = [BLANK, BLANK] if step is None else _of(quoted(step, name), factor, sign=True)
    return [*_of(quoted(point, name), factor), *of_step]


def _of(span: Quoted, factor: float, *, sign: bool = False) -> list[str]:
    size = size_of(span, factor)
    mean = None if span.mean is None else factor * span.mean
    return [number(mean, size, sign=sign), range_of(span, factor, "–")]


def _mean(point: Point, name: str) -> str:
    value = point.measures[name].mean
    return number(None if value is None else scale(name) * value)


def _unit_of_price(curve: Curve) -> tuple[str, float]:
    """Dollars, or thousands of them if a call more costs that many; and the factor to it."""
    prices = [x.per_call.mean or 0.0 for x in curve.steps if x.per_call is not None]
    dear = max(prices, default=0.0) >= DEAR
    return (f"$1,000{FOLD}per call", THOUSANDTH) if dear else ("$ per call", 1.0)


def _per_call(step: Step | None, factor: float) -> str:
    """Dollars for each call a year that one more post reaches, with the range."""
    known = None if step is None else step.per_call
    return BLANK if known is None else price(known.quoted, factor)


def _formulas(curve: Curve) -> Table | None:
    if curve.formulas is None:
        return None
    rows = [
        [str(point.posts), _mean(point, REACH), number(100 * a, 10), number(100 * b, 10)]
        for point, a, b in zip(
            curve.points, curve.formulas.erlang_a, curve.formulas.time_varying, strict=True
        )
    ]
    head = ["posts", "simulated, %", "Erlang A by hour, %", "with time-varying load, %"]
    return Table(head, [Group(rows)], "rrrr")


# --- as JSON -------------------------------------------------------------------------------------


def tree(curve: Curve) -> dict[str, Any]:
    """Everything of a curve as plain data; nan is None."""
    plans = [point.plan for point in curve.points]
    return {
        "scenario": {
            "program": curve.config.program.name,
            "title": curve.config.program.title,
            "requests_per_year": curve.requests_per_year,
            "window_days": curve.window_days,
            "replications": curve.replications,
            "draws": curve.draws,
            "seed": curve.config.run.seed,
            "counted": curve.counted,
            "config_hash": hash_of(curve.config, plans),
        },
        "points": [{"posts": x.posts, "measures": _measures(x)} for x in curve.points],
        "steps": [
            {
                "posts": x.posts,
                "versus": x.versus,
                "measures": _measures(x),
                "per_call": None if x.per_call is None else ratio_tree(x.per_call),
            }
            for x in curve.steps
        ],
        "targets": [target._asdict() for target in curve.targets],
        "knee": None if curve.knee is None else curve.knee._asdict(),
        "formulas": None if curve.formulas is None else curve.formulas._asdict(),
        "warnings": rails_tree(curve.warnings),
        "same_money": same_money_tree(curve.same_money),
    }


def _measures(side: Point | Step) -> dict[str, Any]:
    return {name: _interval(side, name) for name in side.measures}


def _interval(side: Point | Step, name: str) -> dict[str, Any]:
    span, chance = quoted(side, name), side.measures[name]
    return {
        "mean": span.mean,
        "low": span.low,
        "high": span.high,
        "interval": span.kind,
        "chance": {"low": chance.low, "high": chance.high, "n": chance.n},
    }
