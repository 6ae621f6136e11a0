"""Guard rails on what an answer rests on: other travel, history, assumptions, another reading."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.config import Sourced
from sim.config.compose import GROUPS, shipped
from sim.config.numbers import numbers
from sim.scenarios.answers.comparison import HistoryCheck, PlanResult, Reading
from sim.scenarios.answers.economics import Pair, Tornado, TornadoBar
from sim.scenarios.answers.keys import key_words, with_key
from sim.scenarios.answers.rails import Facts
from sim.scenarios.answers.words import (
    counted,
    dollars,
    listed,
    number,
    percent,
    plan_words,
    range_of,
)
from sim.scenarios.rails.seen import Seen, is_shipped, pair_words

MOST_OF_IT = 0.5  # share of a difference that one assumption of form makes
NET_BENEFIT = "net_benefit_per_year"
FOREMOST = 3  # bars of a tornado that an answer leans on
ASSUMED = "A"
SHARP, VAGUE = "consistent and sharp", "consistent but vague"
VERDICTS = Path(__file__).with_name("verdicts.json")


def travel(seen: Seen) -> Iterator[Facts]:
    """Whether most of the first difference in calls reached is gone under the other travel."""
    beside = seen.travel_beside
    if beside is None or not seen.main.differences:
        return
    main, other = (_reach(reading) for reading in (seen.main, beside))
    if main is None or other is None or abs(other) >= (1 - MOST_OF_IT) * abs(main):
        return
    constant = beside.label == "constant travel"
    label = "if a drive takes the same from anywhere" if constant else f"under {beside.label}"
    yield {"label": label, "reached": _reached(beside)}


def _reach(reading: Reading) -> float | None:
    return reading.differences[0].measures["reach_share"].mean


def reading(seen: Seen) -> Iterator[Facts]:
    """Another reading of what a team is."""
    other = seen.other_reading
    if other is not None:
        yield {"label": other.label, "reached": _reached(other)}


def _reached(reading: Reading) -> str:
    """What the first and the last plan of a reading reach."""
    first, *others = {plan.name: plan for plan in (reading.plans[0], reading.plans[-1])}.values()
    verb = "reach" if first.name.isdigit() and first.teams > 1 else "reaches"
    rest = [f"{plan_words(plan)} {_share(plan)}" for plan in others]
    return listed([f"{plan_words(first)} {verb} {_share(first)} of 100 requested calls", *rest])


def _titled(plan: PlanResult) -> str:
    """Plan by its name, and what that stands for where it is not a number of posts."""
    words = plan_words(plan)
    return f"{words} ({plan.title})" if words == plan.name and plan.title else words


def _share(plan: PlanResult) -> str:
    return counted(plan.measures["reach_share"].mean or 0.0)


# --- history -------------------------------------------------------------------------------------


def history(seen: Seen) -> Iterator[Facts]:
    """Whether a published figure is anything but consistent and sharp."""
    check = seen.history
    if check is None or check.verdict in {None, SHARP}:
        return
    verdict = str(check.verdict)
    vague = verdict == VAGUE
    simulated, published = _held(check)
    yield {
        "verdict": f"{verdict} (weak evidence)" if vague else verdict,
        "simulated": f"{_posts(check, seen)} {simulated}",
        "published": published,
        "year": check.year,
    }


def _posts(check: HistoryCheck, seen: Seen) -> str:
    readings = [x for x in (seen.main, seen.other_reading) if x is not None]
    plans = [plan for x in readings for plan in x.plans if plan.name == check.plan]
    posts = f"{check.plan} posts" if check.plan.isdigit() else check.plan
    return _titled(plans[0]) if plans else posts


def _held(check: HistoryCheck) -> tuple[str, str]:
    """The figure that decides, simulated and published."""
    posts, reach, handled = check.plan.isdigit(), check.reach_share, check.handled_per_day
    if check.reach_decides:
        verb = "reach" if posts else "reaches"
        return f"{verb} {range_of(reach.predicted, 100)}%", percent(reach.published)
    verb = "handle" if posts else "handles"
    return f"{verb} {range_of(handled.predicted)} calls a day", number(handled.published)


def history_open(seen: Seen) -> Iterator[Facts]:
    """Whether a published figure was not held against the run, or could not be."""
    check = seen.history
    if check is not None and check.verdict is None:
        why = "" if seen.config.run.draws else ", as nothing was drawn (run.draws=0)"
        program = seen.config.program.name
        yield {"plan": _posts(check, seen), "year": check.year, "why": why, "program": program}


def history_elsewhere(seen: Seen) -> Iterator[Facts]:
    """What came of the program's own published figures, where this run is not held against them.

    A program whose calls were replaced has no figures left, and says nothing.
    """
    program = seen.config.program.name
    is_its_own = any(figure.role == "held_out" for figure in seen.config.program.figures)
    told = verdicts().get(program)
    if seen.history is None and told is not None and is_its_own and told["verdict"] != SHARP:
        verdict = told["verdict"]
        weak = " (weak evidence)" if verdict == VAGUE else ""
        yield told | {"verdict": f"{verdict}{weak}", "program": program}


@cache
def verdicts() -> dict[str, dict[str, str]]:
    """Gravest verdict of each program that was tested, which `make programs` writes."""
    found: dict[str, dict[str, str]] = json.loads(VERDICTS.read_text(encoding="utf-8"))
    return found


# --- assumptions ---------------------------------------------------------------------------------


def leans(seen: Seen) -> Iterator[Facts]:
    """The foremost bars of the net benefit, where they are assumptions that nobody has replaced."""
    for tornado in _tornados(seen)[:1]:
        assumed = _assumed(seen)
        bars = [bar for bar in tornado.by_what_decides[:FOREMOST] if bar.name in assumed]
        if bars:
            yield _leaning(bars[0], tornado, seen) | {"others": _others(bars[1:])}


def hinges(seen: Seen) -> Iterator[Facts]:
    """The foremost bar of the net benefit, where it is no assumption as shipped."""
    for tornado in _tornados(seen)[:1]:
        for bar in tornado.by_what_decides[:1]:
            if bar.name not in _assumed(seen):
                yield _leaning(bar, tornado, seen)


def _tornados(seen: Seen) -> list[Tornado]:
    all_of = [] if seen.economics is None else seen.economics.tornado
    return [tornado for tornado in all_of if tornado.measure == NET_BENEFIT]


def _assumed(seen: Seen) -> set[str]:
    """Keys of the assumptions that are as the shipped configs have them."""
    choices = [x for x in seen.overrides if x.partition("=")[0] in GROUPS and is_shipped(x)]
    tree = shipped(choices)
    return {
        key
        for key, number in numbers(seen.config)
        if number.confidence == ASSUMED and _number(_at(tree, key)) == number
    }


def _at(tree: Any, key: str) -> Any:  # noqa: ANN401 - plain data
    """Return what stands at a dotted key, with an entry of a list by its name; None if nothing."""
    for name in key.split("."):
        if isinstance(tree, list):
            tree = next((x for x in tree if isinstance(x, dict) and x.get("name") == name), None)
        else:
            tree = tree.get(name) if isinstance(tree, dict) else None
    return tree


def _number(node: object) -> Sourced | None:
    """Sourced number that plain data stand for; None if they stand for none."""
    try:
        return Sourced.model_validate(node)
    except ValidationError:
        return None


def _leaning(bar: TornadoBar, tornado: Tornado, seen: Seen) -> dict[str, str]:
    low, high = tornado.changes(bar)
    label = key_words(bar.name, bar.label)
    return {
        "label": label,
        "key": "" if label == bar.label else f" ({bar.name})",
        "of": pair_words(seen, Pair(tornado.plan, tornado.versus)),
        "low": f"{_change(low)} at {_figure(bar.low_value)}",
        "high": f"{_change(high)} at {_end(bar, bar.high_value)}",
        "sign": _sign(bar, tornado),
    }


def _sign(bar: TornadoBar, tornado: Tornado) -> str:
    """Whether the net benefit stays below zero, or above it, or at which end it is not."""
    side, other = ("above", "below") if tornado.central > 0 else ("below", "above")
    if not tornado.turns(bar):
        return f"stays {side} zero"
    ends = ((bar.at_low, bar.low_value), (bar.at_high, bar.high_value))
    at = [_end(bar, value) for answer, value in ends if (answer > 0) != (tornado.central > 0)]
    return f"is {other} zero at {listed(at)}"


def _change(change: float) -> str:
    return f"{'+' if change > 0 else ''}{dollars(change)}"


def _end(bar: TornadoBar, value: float) -> str:
    """End of a bar; that of odds is how many times those of patrol alone they are."""
    text = _figure(value)
    return f"{text} times patrol's" if bar.name.endswith("_odds_ratio") else text


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"  # noqa: PLR2004


def _others(bars: Sequence[TornadoBar]) -> str:
    labels = [with_key(bar.name, bar.label) for bar in bars]
    return f" So it does on {listed(labels)}." if labels else ""
