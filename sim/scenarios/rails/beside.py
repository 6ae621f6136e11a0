"""Guard rails on what an answer rests on: other travel, history, assumptions, another reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.config import compose
from sim.config.compose import GROUPS, packaged_configs
from sim.config.numbers import numbers
from sim.scenarios.answers.comparison import HistoryCheck, PlanResult, Reading
from sim.scenarios.answers.economics import Tornado, TornadoBar
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
from sim.scenarios.rails.seen import Seen

MOST_OF_IT = 0.5  # share of a difference that one assumption of form makes
NET_BENEFIT = "net_benefit_per_year"
FOREMOST = 3  # bars of a tornado that an answer leans on
ASSUMED = "A"
SHARP = "consistent and sharp"


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


def _share(plan: PlanResult) -> str:
    return counted(plan.measures["reach_share"].mean or 0.0)


# --- history -------------------------------------------------------------------------------------


def history(seen: Seen) -> Iterator[Facts]:
    """Whether a published figure is anything but consistent and sharp."""
    check = seen.history
    if check is None or check.verdict in {None, SHARP}:
        return
    verdict = str(check.verdict)
    vague = verdict == "consistent but vague"
    simulated, published = _held(check)
    yield {
        "verdict": f"{verdict} (weak evidence)" if vague else verdict,
        "simulated": f"{_posts(check)} {simulated}",
        "published": published,
        "year": check.year,
    }


def _posts(check: HistoryCheck) -> str:
    return f"{check.plan} posts" if check.plan.isdigit() else check.plan


def _held(check: HistoryCheck) -> tuple[str, str]:
    """The figure that decides, simulated and published."""
    posts, reach, handled = check.plan.isdigit(), check.reach_share, check.handled_per_day
    if check.reach_decides:
        verb = "reach" if posts else "reaches"
        return f"{verb} {range_of(reach.predicted, 100)} %", percent(reach.published)
    verb = "handle" if posts else "handles"
    return f"{verb} {range_of(handled.predicted)} calls a day", number(handled.published)


def history_open(seen: Seen) -> Iterator[Facts]:
    """Whether a published figure could not be held against the run."""
    check = seen.history
    if check is not None and check.verdict is None:
        why = "" if seen.config.run.draws else " without draws (run.draws=0)"
        yield {"plan": _posts(check), "year": check.year, "why": why}


# --- assumptions ---------------------------------------------------------------------------------


def leans(seen: Seen) -> Iterator[Facts]:
    """The largest bars of the net benefit, where they are assumptions that nobody has replaced."""
    for tornado in _tornados(seen)[:1]:
        assumed = _assumed(seen)
        bars = [bar for bar in tornado.bars[:FOREMOST] if bar.name in assumed]
        if bars:
            yield _leaning(bars[0], tornado, seen) | {"others": _others(bars[1:])}


def hinges(seen: Seen) -> Iterator[Facts]:
    """The largest bar of the net benefit, where it is no assumption as shipped."""
    for tornado in _tornados(seen)[:1]:
        for bar in tornado.bars[:1]:
            if bar.name not in _assumed(seen):
                yield _leaning(bar, tornado, seen)


def _tornados(seen: Seen) -> list[Tornado]:
    all_of = [] if seen.economics is None else seen.economics.tornado
    return [tornado for tornado in all_of if tornado.measure == NET_BENEFIT]


def _assumed(seen: Seen) -> set[str]:
    """Keys of the assumptions that are as the shipped configs have them."""
    choices = [x for x in seen.overrides if x.partition("=")[0] in GROUPS and _is_file(x)]
    shipped = dict(numbers(compose(choices, packaged_configs())))
    return {
        key
        for key, number in numbers(seen.config)
        if number.confidence == ASSUMED and shipped.get(key) == number
    }


def _is_file(choice: str) -> bool:
    """Whether a choice of a group is a file that travels with the package."""
    group, _, name = choice.partition("=")
    return (packaged_configs() / group / f"{name}.yaml").is_file()


def _leaning(bar: TornadoBar, tornado: Tornado, seen: Seen) -> dict[str, str]:
    low, high = tornado.changes(bar)
    plans = seen.main.plans
    several = len(plans) > 2  # noqa: PLR2004 - of two
    first = next(plan for plan in plans if plan.name == seen.leading)
    return {
        "label": bar.label,
        "of": f" of {plan_words(first)} against {plan_words(plans[-1])}" if several else "",
        "low": _change(low, bar.low_value),
        "high": _change(high, bar.high_value),
    }


def _change(change: float, end: float) -> str:
    return f"{'+' if change > 0 else ''}{dollars(change)} at {_end(end)}"


def _end(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"  # noqa: PLR2004


def _others(bars: Sequence[TornadoBar]) -> str:
    labels = [bar.label for bar in bars]
    return f" So it does on {listed(labels)}." if labels else ""
