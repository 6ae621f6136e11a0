"""Rows about growth: how the kernel's time a call changes when calls or teams are doubled."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from benchmarks import frozen
from benchmarks.checks import check_ledgers, with_kernel, world_of
from benchmarks.frozen import POSTS, Frozen
from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_most
from benchmarks.timing import Times, duration, in_turn, timed
from sim.model.measures.measure import measure
from sim.schema import Ledger, VisitStatus

BOUND = 2.2
OVERLOADED_REACH = MADE_AT_MOST = 0.5


class _Trial:
    """A world of a frozen scenario, maybe with other calls or teams."""

    def __init__(self, given: Frozen) -> None:
        self.given = given
        self.world = world_of(given)
        self.n_calls = len(self.world.calls.zone)

    def run(self) -> Ledger:
        """Prepare, loop and ledger."""
        return with_kernel(self.world)

    def reach_share(self) -> float:
        """Share of requested calls that were reached: below a half, as most are missed."""
        found = measure(self.world, self.run(), self.given[1].settings)["reach_share"]
        assert found < OVERLOADED_REACH, f"no overload: {found:.2f} reached"
        return found

    def made_share(self) -> float:
        """Share of the visits due that were made: below a half, as most are not."""
        status = self.run().visits.status
        found = float(np.mean(status[status != VisitStatus.NEVER_DUE] == VisitStatus.DONE))
        assert found < MADE_AT_MOST, f"no backlog: {found:.2f} made"
        return found


Trials = dict[str, _Trial]


def rows(sizes: Sizes) -> list[Row]:
    """Worst doubling of calls and of teams, plain and with everything on, and overloads."""
    plain, full = _growing("plain", sizes), _growing("full", sizes)
    to = f"{POSTS * sizes.growths[-1]:g}"
    return [
        _row("twice the calls, 17 teams: time a call, worst doubling", plain, sizes),
        _row(
            f"twice the teams, to {sizes.teams[-1]}: time a call, worst doubling",
            _with_teams("plain", sizes.teams, sizes),
            sizes,
        ),
        _overload(plain, sizes),
        _row(
            "everything on, twice the calls, 17 teams: time a call, worst doubling",
            full,
            sizes,
        ),
        _row(
            f"everything on, twice the teams, to {to}: time a call, worst doubling",
            _with_teams("full", [int(POSTS * growth) for growth in sizes.growths], sizes),
            sizes,
        ),
        _closed(plain, sizes),
        _overdue(full, sizes),
    ]


def _growing(name: str, sizes: Sizes) -> Trials:
    return {
        f"{growth:g}×": _Trial(frozen.load(name, days=sizes.days, growth=growth))
        for growth in sizes.growths
    }


def _with_teams(name: str, teams: Iterable[int], sizes: Sizes) -> Trials:
    return {
        f"{number} teams": _Trial(frozen.load(name, days=sizes.days, teams=number))
        for number in teams
    }


def _overload(plain: Trials, sizes: Sizes) -> Row:
    over = _Trial(frozen.load("plain", days=sizes.days, growth=sizes.overload))
    reached = f"{100 * over.reach_share():.0f}% reached"
    beside = {"plain": next(iter(plain.values())), f"{sizes.overload:g}×": over}
    return _row(f"overload, {reached}, against the plain: time a call", beside, sizes)


def _closed(plain: Trials, sizes: Sizes) -> Row:
    """One team has nine calls in ten and sixteen stand idle, to be looked at again and again."""
    closed = _Trial(frozen.load_closed(days=sizes.days))
    check_ledgers(closed.world)
    reached = f"{100 * closed.reach_share():.0f}% reached"
    beside = {"plain": next(iter(plain.values())), "closed": closed}
    what = f"closed districts, one overloaded, {reached}, against the plain: time a call"
    return _row(what, beside, sizes)


def _overdue(full: Trials, sizes: Sizes) -> Row:
    """Many more visits wait than can be made, to be looked at again and again."""
    growth = sizes.growths[-1]
    overdue = _Trial(frozen.load_overdue(days=sizes.days, growth=growth))
    check_ledgers(overdue.world)
    beside = {"full": next(iter(full.values())), "overdue": overdue}
    made = f"{100 * overdue.made_share():.0f}% made"
    what = f"visits wanted after all of {growth:g}× the calls, {made}, against everything on"
    return _row(f"{what}: time a call", beside, sizes)


def _row(what: str, trials: Trials, sizes: Sizes) -> Row:
    sides = {name: timed(trial.run) for name, trial in trials.items()}
    times = in_turn(sides, sizes.short)
    steps = pairwise(trials)
    worst = max(_step(times, trials, one, other) for one, other in steps)
    a_call = [
        f"{name} {duration(times.median_s(name) / trial.n_calls)}" for name, trial in trials.items()
    ]
    return at_most(what, worst, BOUND, f"a call: {', '.join(a_call)}")


def _step(times: Times, trials: Trials, one: str, other: str) -> float:
    """Time a call of the other as a multiple of the first's."""
    return times.ratio(other, one) * trials[one].n_calls / trials[other].n_calls
