"""A comparison made by hand, quick and with figures that a reader can follow."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.config import StaffingPlan, compose, staffing
from sim.model.inputs.fates import resolve
from sim.model.measures.dictionary import MEASURES
from sim.model.measures.start import StartTable
from sim.model.money.costs import avoided, priced, yearly_cost
from sim.model.money.positions import bridges
from sim.report.comparison.cells import WAITS
from sim.scenarios.answers.comparison import (
    Comparison,
    Difference,
    Fairness,
    Group,
    HistoryCheck,
    PlanResult,
    Reading,
    TwinCheck,
)
from sim.scenarios.answers.economics import (
    BreakEven,
    Economics,
    Ratio,
    Rung,
    SideEconomics,
    Tornado,
    TornadoBar,
)
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import DifferenceInterval, Interval, Quoted, Ratios, Spread
from sim.scenarios.comparison.cells import Cells
from sim.scenarios.comparison.readings import computed
from sim.scenarios.economics.books import books
from sim.scenarios.rails import Seen, raised
from sim.scenarios.request import Request

NO_SAMPLE: Any = SimpleNamespace(  # a day: no rail reads it
    values=np.zeros((20, 0)), start=StartTable(np.zeros((20, 24)))
)
NOWHERE = Interval(None, None, None, 0)
NIGHT, DAY = (Group(hours, NOWHERE, NOWHERE) for hours in ("22:00 to 06:00", "06:00 to 22:00"))
NOBODY = Fairness(NIGHT, DAY, 1, 0, zones_alike=True, best_zone=None, worst_zone=None)
CONFIG = compose([])
DRAWS = 100
PLANS = ("17", "12")
MEANS = {  # of plan 17; plan 12 has twelve seventeenths of it
    "contacts_per_year": 9_000.0,
    "reach_share": 0.75,
    "response_median_min": 33.0,
    "jail_diversions_gross_per_year": 8_910.0,
    "jail_diversions_net_per_year": 180.0,
    "arrest_diversions_gross_per_year": 8_865.0,
    "arrest_diversions_net_per_year": 210.0,
    "hospital_diversions_gross_per_year": 6_300.0,
    "hospital_diversions_net_per_year": 240.0,
    "hold_diversions_gross_per_year": 7_500.0,
    "hold_diversions_net_per_year": 225.0,
    "voluntary_hospital_diversions_gross_per_year": 7_800.0,
    "voluntary_hospital_diversions_net_per_year": 15.0,
    "treatment_connections_per_year": 3_300.0,
    "treatment_connections_net_per_year": 90.0,
    "connected_share": 0.4,
    "sworn_hours_assigned_per_year": 148_920.0,
    "patrol_hours_released_per_year": 16_200.0,
    "sworn_hours_net_per_year": -132_720.0,
}
COMMON = {  # to all plans
    "calls_per_year": 20_000.0,
    "recognized_share": 0.9,
    "eligible_share": 0.8,
    "requested_share": 0.75,
}
ALWAYS = ("fte_", "cost_", "sworn_hours_assigned")  # no chance in them


def found(draws: int = DRAWS, names: tuple[str, ...] = PLANS) -> Comparison:
    """Return 17 posts against 12: chance 10% to either side, the draws of effects past zero."""
    main, economics = _reading("plans as asked", "", names, draws), _economics(names, draws)
    comparison = Comparison(
        request=Request("compare", names),
        config=CONFIG,
        window_days=365,
        replications=20,
        plans=plans(names),
        main=main,
        computed=computed(resolve(CONFIG.outcomes)),
        economics=economics,
        books=books(plans(names), main, economics, CONFIG.costs),
    )
    return with_rails(comparison)


def with_all_beside(of: Comparison) -> Comparison:
    """Return it with everything that may stand beside an answer."""
    reach, handled = Interval(0.403, 0.369, 0.437, 20), Interval(22.0, 21.3, 22.8, 20)
    history = HistoryCheck(
        *("12", "2020"),
        HeldOut(26.6, 0.1, handled, Spread(20.0, 24.0, 18.2, 25.9, 1.0, DRAWS)),
        HeldOut(0.44, 0.1, reach, Spread(0.35, 0.45, 0.31, 0.46, 1.0, DRAWS)),
    )
    beside = replace(
        of,
        other_reading=_reading("unit-shifts a day", "posts are too many", PLANS, 0),
        travel_beside=_reading("constant travel", "", PLANS, 0),
        history=history,
        check=TwinCheck(2, 8_123, "four_weeks"),
        notes=["A note."],
    )
    return with_rails(beside)


def with_rails(of: Comparison) -> Comparison:
    """Return it with the guard rails that hold in it."""
    return replace(of, warnings=raised(Seen.of(of, [])))


def with_ladder(of: Comparison) -> Comparison:
    """Return it with a ladder of its plans, from the last up: 1,000 calls and $2 million each."""
    assert of.economics is not None
    names = [plan.name for plan in of.main.plans][::-1]
    calls, cost = (Quoted(x, 0.8 * x, 1.2 * x, DRAWS, "assumptions", 1.0) for x in (1_000.0, 2e6))
    price = replace(BLANK, mean=2_000.0, low=1_900.0, high=2_100.0, drawn=True)
    ladder = [Rung(up, down, calls, cost, price) for down, up in pairwise(names)]
    return replace(of, economics=replace(of.economics, ladder=ladder))


def plans(names: tuple[str, ...] = PLANS) -> list[StaffingPlan]:
    """Return the staffing plans of the comparison."""
    return [staffing(name, None) for name in names]


def of_one_plan(of: Comparison) -> Comparison:
    """Return what `run` of its first plan would find."""
    economics = of.economics
    assert economics is not None
    of_one = [replace(tornado, versus="") for tornado in economics.tornado]
    alone = replace(economics, plans=economics.plans[:1], differences=[], tornado=of_one)
    main = replace(of.main, plans=of.main.plans[:1], differences=[])
    return with_rails(replace(of, main=main, economics=alone))


def with_measure(of: Comparison, name: str, low: float, high: float) -> Comparison:
    """Return it with other ends of a difference over the draws."""
    (pair,) = of.main.differences
    spread = pair.spread | {name: replace(pair.spread[name], low=low, high=high)}
    main = replace(of.main, differences=[replace(pair, spread=spread)])
    return with_rails(replace(of, main=main))


def _reading(label: str, reason: str, names: tuple[str, ...], draws: int) -> Reading:
    """Return plans, and each of them less the last."""
    *others, base = (_means(name) for name in names)
    less = [{name: one[name] - base[name] for name in MEASURES} for one in others]
    pairs = [
        Difference(name, names[-1], *_measured(of_pair, draws, paired=True))
        for name, of_pair in zip(names, less, strict=False)
    ]
    return Reading(label, reason, [_plan(name, draws) for name in names], pairs)


def _means(name: str) -> dict[str, float]:
    """Measures of a plan: those of the table above in proportion to posts, and what they cost."""
    share = int(name) / int(PLANS[0])
    means = {measure: share * MEANS.get(measure, 0.0) for measure in MEASURES} | COMMON
    lost = 1 - means["reach_share"]
    means |= {"withdrawn_share": 0.8 * lost, "missed_busy_share": 0.2 * lost}
    means |= {"within_standard_share": 0.9 * means["reach_share"], "gap_hours_per_week": 9 * lost}
    return means | priced(means, staffing(name, None), CONFIG.costs)


def _plan(name: str, draws: int) -> PlanResult:
    teams, title = int(name), staffing(name, None).title
    measures, spread = _measured(_means(name), draws, paired=False)
    rest: Any = (measures, NO_SAMPLE, _cells(measures["reach_share"]), NOBODY)
    return PlanResult(name, title, teams, 24.0 * teams, 0.0, *rest, spread=spread)


def _cells(reach: Interval) -> Cells:
    """Cells of which the page shows hours of the day, zones, types and priorities, all alike."""
    types, priorities = CONFIG.demand.call_types, [1, 2]
    of_day, of_zones, of_types, of_priorities = (
        dict.fromkeys(WAITS, _alike(reach, n))
        for n in (24, len(CONFIG.demand.zones), len(types), len(priorities))
    )
    classes = (of_types, types, of_priorities, priorities)
    return Cells({}, of_day, of_zones, {}, [], *classes)


def _alike(interval: Interval, n: int) -> Ratios:
    ends = (interval.mean, interval.low, interval.high)
    return Ratios(*(np.full(n, end, np.float64) for end in ends))


def _measured(
    means: dict[str, float], draws: int, *, paired: bool
) -> tuple[Any, dict[str, Spread]]:
    """Measures with these means, and their spread if any draws were made."""
    measures = {name: _interval(name, mean, paired=paired) for name, mean in means.items()}
    spread = {name: _spread(name, mean, draws) for name, mean in means.items()} if draws else {}
    for name in [name for name in spread if name.endswith("_share") and not paired]:
        spread[name] = replace(spread[name], high=min(1.0, spread[name].high or 0.0))
    return measures, spread


def _interval(name: str, mean: float, *, paired: bool) -> Interval:
    half = 0.0 if name.startswith(ALWAYS) else 0.1 * abs(mean)
    ends = (mean, mean - half, mean + half, 20)
    if paired:
        return DifferenceInterval(*ends, excludes_zero=mean != 0, percent=None)
    return Interval(*ends)


def _spread(name: str, mean: float, draws: int) -> Spread:
    low, high = (
        sorted((-0.2 * mean, 2.2 * mean)) if "_net_" in name else sorted((0.6 * mean, 1.8 * mean))
    )
    return Spread(low, high, 1.1 * low, 1.1 * high, 0.93 if mean > 0 else 0.0, draws)


def _economics(names: tuple[str, ...], draws: int) -> Economics:
    costs, by_name = CONFIG.costs, {name: staffing(name, None) for name in names}
    ratios = _ratios(4_000.0) | {BLANK.name: BLANK}
    pairs = [f"{name} minus {names[-1]}" for name in names[:-1]]
    return Economics(
        plans=[SideEconomics(name, _ratios(4_000.0), BREAK_EVEN) for name in names],
        differences=[SideEconomics(name, ratios, BREAK_EVEN) for name in pairs],
        tornado=[
            _tornado("net_benefit_per_year", -11e6, names),
            _tornado("net_diversions_per_year", 140, names),
        ],
        unknowns=46,
        draws=draws,
        crisis_now=None,
        bridges={name: bridges(plan, costs.positions) for name, plan in by_name.items()},
        cost_lines={
            name: yearly_cost(plan, costs, 0.0, costs.price_year) for name, plan in by_name.items()
        },
        avoided_lines={name: avoided(_means(name), costs) for name in names},
    )


KEYS = (  # of the assumptions that move the answer, the foremost first
    "outcomes.effect.arrest_odds_ratio",
    "costs.per_fte.officer",
    "service.on_scene.by_kind.co_responder.mean_min",
    "outcomes.booked_given_arrest",
    "costs.positions.vacancy_share",
    "demand.calls_per_year",
)
BREAK_EVEN = BreakEven(None, already=False, central_arrest=0.48, central_hold=0.84)
BLANK = Ratio(
    "cost_per_net_diversion",
    "Cost per net diversion, jail or hospital",
    "$/diversion",
    *(None, None, None, None, None),
    why_blank="net diversions may be zero",
)


def _ratios(each: float) -> dict[str, Ratio]:
    ends = (each, 0.95 * each, 1.05 * each, 0.7 * each, 1.4 * each)
    return {"cost_per_contact": Ratio("cost_per_contact", "Cost per contact", "$/contact", *ends)}


def _tornado(measure: Any, central: float, names: tuple[str, ...]) -> Tornado:
    sizes = [abs(central) * 0.5 / (1 + at) for at in range(len(KEYS))]
    bars = [
        TornadoBar(key, key, 0.25, 0.48, 0.92, "a study", central - size, central + size / 2)
        for key, size in zip(KEYS, sizes, strict=True)
    ]
    return Tornado(measure, central, bars, names[0], names[-1])
