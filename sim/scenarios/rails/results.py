"""Guard rails on results: what is open, loaded, few, or read off some calls alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import NamedTuple

from sim.clock import WEEKDAYS
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.answers.caveats import DIVERSIONS
from sim.scenarios.answers.comparison import UNFINISHED_SHARE, Difference, Load, PlanResult
from sim.scenarios.answers.economics import Pair
from sim.scenarios.answers.intervals import DifferenceInterval, quoted
from sim.scenarios.answers.rails import Facts
from sim.scenarios.answers.words import counted, listed, number, plan_words, plans_by, tenths
from sim.scenarios.intervals import of_each, t_quantile
from sim.scenarios.rails.seen import Seen, pair_words

OPEN = "unfinished_share"
EXPIRED_SHARE = 0.1
CLAIMED = ("reach_share", "within_standard_share", "request_to_arrival_restricted_mean_min")
NAMED = 2  # other plans, of many
ENOUGH = 0.5  # half-width of a difference, of the difference, which is asked for
NOTHING = 0.05  # points or minutes: less than this is 0.0 on the screen, and no difference
MOST = 1_000_000  # replications
FEW = 5  # replications: a quantile of Student's t is 2.8 or more for fewer, 2.1 for twenty
APART = 0.01  # of reached shares, from which on times are of other calls


# --- calls open at the end -----------------------------------------------------------------------


def overload(seen: Seen) -> Iterator[Facts]:
    """Plans whose queue grows without end."""
    for plan in seen.main.plans:
        if plan.is_overloaded:
            yield {
                "plan": plan_words(plan),
                "amounts": _amounts(plan),
                "open": counted(_mean(plan, OPEN)),
            }


def _amounts(plan: PlanResult) -> str:
    load = plan.load
    if load is None:
        return ""
    return f" (work for {number(load.mean)}, {number(load.teams_mean)} on duty on average)"


def _mean(plan: PlanResult, name: str) -> float:
    return plan.measures[name].mean or 0.0


def still_open(seen: Seen) -> Iterator[Facts]:
    """Plans with more than one call in 1,000 open at the end, without overload; or the worst."""
    for plan in seen.main.plans:
        share = _mean(plan, OPEN)
        if share > UNFINISHED_SHARE and not plan.is_overloaded:
            yield {"where": f"with {plan_words(plan)}", "share": f"{100 * share:.1f}%"}
    looked = {where: x.open_share for where, x in seen.looked.items()}
    many = {where: share for where, share in looked.items() if share > UNFINISHED_SHARE}
    if many:
        worst, rest = max(many, key=lambda where: many[where]), len(many) - 1
        share_words = f"{100 * many[worst]:.1f}%"
        yield {
            "where": f"{worst} and {rest} more" if rest else worst,
            "share": f"Up to {share_words}" if rest else share_words,
        }


# --- load ----------------------------------------------------------------------------------------


def loaded(seen: Seen) -> Iterator[Facts]:
    """Plans with more work than teams on average: the worst, and how many others."""
    if seen.targets and all(target.confirmed for target in seen.targets):
        return  # a plan that is asked for no more need not serve all
    full = [(where, of) for where, of in _loads(seen) if of.mean >= of.teams_mean]
    full.sort(key=lambda each: -each[1].mean / each[1].teams_mean)
    for where, most in full[:1]:
        others = [f"{number(of.mean)} {other}" for other, of in full[1:]]
        yield {
            "where": where,
            "load": number(most.mean),
            "teams": number(most.teams_mean),
            "others": f" ({_few_of(others)})" if others else "",
        }


def load(seen: Seen) -> Iterator[Facts]:
    """The plan with most hours in which the load is at or above the teams, and the others."""
    some = [(where, of) for where, of in _loads(seen) if of.hours_over and of.mean < of.teams_mean]
    some.sort(key=lambda each: -each[1].hours_over)
    for where, most in some[:1]:
        others = [f"{other} in {of.hours_over}" for other, of in some[1:]]
        yield {
            "where": where,
            "over": str(most.hours_over),
            "hours": str(most.hours),
            "worst": f"{WEEKDAYS[most.worst_hour // 24]} {most.worst_hour % 24:02d}:00",
            "load": f"{most.worst:.1f}",
            "teams": f"{most.worst_teams:.1f}",
            "others": f"; {_few_of(others)}" if others else "",
        }


def _few_of(others: Sequence[str]) -> str:
    """Other plans, or the first of many."""
    rest = len(others) - NAMED
    return listed([*others[:NAMED], f"{rest} more"] if rest > 0 else others)


def _loads(seen: Seen) -> list[tuple[str, Load]]:
    """Loads that are known, by where that is; none of a plan whose calls stay open for it."""
    plans = [(x, x.load) for x in seen.main.plans if not x.is_overloaded]
    of_plans = [(f"with {plan_words(plan)}", load) for plan, load in plans if load]
    return of_plans + [(where, x.load) for where, x in seen.looked.items() if x.load]


# --- claims --------------------------------------------------------------------------------------


def replications(seen: Seen) -> Iterator[Facts]:
    """Differences whose interval of chance holds zero, and how many runs would do.

    Half-widths fall as the root of the replications, and with the quantile of Student's t. Of a
    difference that is practically none no number of them is asked for.
    """
    confidence = of_each(seen.config.run.confidence_level, len(seen.main.differences))
    for pair in seen.main.differences:
        unsure = [x for x in _claimed(pair) if not x.is_none]
        if unsure:
            needed, most = max(
                ((x.needed(confidence), x) for x in unsure), key=lambda each: each[0]
            )
            yield {**most.facts, **_plans_of(pair, seen), **_most(needed)}


def few(seen: Seen) -> Iterator[Facts]:
    """Whether ranges of chance rest on so few replications that they are themselves uncertain.

    Where more are asked for in any case, to find a difference, it is not said a second time.
    """
    made = [plan.measures["calls_per_year"].n for plan in seen.main.plans]
    n = min(made, default=seen.fresh_years or seen.config.run.replications)
    if n < FEW and not any(replications(seen)) and not any(points(seen)):
        yield {"n": f"{n} replication{'' if n == 1 else 's'}"}


def points(seen: Seen) -> Iterator[Facts]:
    """Whether the widest difference that is claimed could be by chance."""
    if seen.widest is not None:
        name, difference = seen.widest
        for unsure in _unsure({name: difference}):
            if not unsure.is_none:
                yield {**unsure.facts, **_most(unsure.needed(seen.config.run.confidence_level))}


def alike(seen: Seen) -> Iterator[Facts]:
    """Plans of which every difference that is claimed is practically none."""
    for pair in seen.main.differences:
        unsure = _claimed(pair)
        if len(unsure) == len(CLAIMED) and all(x.is_none for x in unsure):
            yield {**unsure[0].facts, **_plans_of(pair, seen)}


def _plans_of(pair: Difference, seen: Seen) -> Facts:
    plans = {plan.name: plan_words(plan) for plan in seen.main.plans}
    return {"plan": plans[pair.plan], "base": plans[pair.versus]}


def _most(needed: int) -> Facts:
    beyond = needed > MOST
    words = f"more than {MOST:,}, if it is one at all," if beyond else f"about {needed:,}"
    return {"needed": words, "most": str(min(needed, MOST))}


class _Unsure(NamedTuple):
    """A difference that is less than its half-width of chance."""

    name: str
    mean: float
    half: float
    n: int

    @property
    def factor(self) -> float:
        """Points of a share, minutes of a time."""
        return 100.0 if MEASURES[self.name].unit == "share" else 1.0

    @property
    def is_none(self) -> bool:
        """Whether the difference is one that the screen shows as zero."""
        return self.factor * abs(self.mean) < NOTHING

    @property
    def facts(self) -> Facts:
        """Figures of the sentence."""
        size = self.factor * self.half
        unit = "points" if self.factor > 1 else "minutes"
        return {
            "n": str(self.n),
            "what": f'"{MEASURES[self.name].label}"',
            "change": f"{number(self.factor * self.mean, size, sign=True)} {unit}",
            "half": number(size),
        }

    def needed(self, confidence: float) -> int:
        """Replications that would make the half-width half of the difference."""
        return _needed(self.half, abs(self.mean), self.n, confidence)


def _claimed(pair: Difference) -> list[_Unsure]:
    """Differences of those claimed that chance alone could make, of any size."""
    return _unsure({name: pair.measures[name] for name in CLAIMED})


def _unsure(differences: Mapping[str, DifferenceInterval]) -> list[_Unsure]:
    """Differences by measure that chance alone could make, of any size."""
    unsure = []
    for name, difference in differences.items():
        mean, low, high, n = astuple(difference)[:4]
        if mean is not None and low is not None and (high - low) / 2 > abs(mean):
            unsure.append(_Unsure(name, mean, (high - low) / 2, n))
    return unsure


def _needed(half: float, mean: float, n: int, confidence: float) -> int:
    """Replications at which the half-width is half of the difference, by Student's t."""
    error = half / t_quantile(confidence, n - 1) * n**0.5  # standard deviation of a replication
    needed = n
    while needed <= MOST:
        quantile = t_quantile(confidence, needed - 1)
        following = math.ceil((quantile * error / (ENOUGH * mean)) ** 2)
        if following <= needed:
            break
        needed = max(needed + 1, min(following, 2 * needed))
    return needed


def diverted(seen: Seen) -> Iterator[Facts]:
    """From where net diversions may be none or fewer, of the pair that the finding is of."""
    pair = seen.main.lead(seen.economics) if seen.main.plans else None
    sides: Sequence[Difference | PlanResult] = seen.main.differences or seen.main.plans
    of_pair = [x for x in sides if isinstance(x, Difference) and (x.plan, x.versus) == pair]
    for side in (of_pair or sides)[:1]:
        spans = {place: quoted(side, name) for place, name in DIVERSIONS.items()}
        held = [
            place for place, span in spans.items() if span.includes_zero and span.low != span.high
        ]
        if held:
            places = [place.removeprefix("from ") for place in held]
            ranges = "the net range includes" if len(held) == 1 else "the net ranges include"
            shown = Pair(side.plan, side.versus) if isinstance(side, Difference) else Pair("", "")
            of = pair_words(seen, shown)
            yield {"places": f"to {listed(places)}", "ranges": ranges, "of": of}


def reached_only(seen: Seen) -> Iterator[Facts]:
    """Whether plans that reach other shares of the calls have response times side by side."""
    shares = {plan_words(x): x.measures["reach_share"].mean for x in seen.main.plans}
    reaching = {plan: share for plan, share in shares.items() if share}
    differ = any(_is_apart(pair) for pair in seen.main.differences)
    if differ and len(reaching) > 1:
        words = [f"{plan} {counted(share)}" for plan, share in reaching.items()]
        yield {"reached": f"of 100 requested, {listed(words)}"}


def _is_apart(pair: Difference) -> bool:
    reach: DifferenceInterval = pair.measures["reach_share"]
    return reach.excludes_zero and abs(reach.mean or 0.0) >= APART


def tuned(seen: Seen) -> Iterator[Facts]:
    """Targets that a plan met on the years of its search alone."""
    failed = [
        f"{MEASURES[x.measure].label} {'at least' if x.sense == '>=' else 'at most'} {x.value:g}"
        for x in seen.targets
        if not x.confirmed
    ]
    if failed:
        yield {"targets": listed(failed), "years": str(seen.fresh_years)}


# --- visits --------------------------------------------------------------------------------------


def no_visits(seen: Seen) -> Iterator[Facts]:
    """Plans under which visits are due and nobody makes any."""
    for plan in plans_by((plan_words(x), _nobody(x)) for x in seen.main.plans).values():
        yield {"plan": plan}


def _nobody(plan: PlanResult) -> str:
    due, hours = (_mean(plan, x) for x in ("visits_due_per_year", "visit_hours_per_year"))
    return "nobody" if due and not hours else ""


def visits_expire(seen: Seen) -> Iterator[Facts]:
    """Plans under which visits are made, but more than a tenth of those due expire first."""
    for share, plan in plans_by((plan_words(x), _expired(x)) for x in seen.main.plans).items():
        yield {"plan": plan, "share": share}


def _expired(plan: PlanResult) -> str:
    due, hours = (_mean(plan, x) for x in ("visits_due_per_year", "visit_hours_per_year"))
    expired = _mean(plan, "visits_expired_per_year")
    return tenths(expired / due) if due and hours and expired > EXPIRED_SHARE * due else ""
