"""Rows about growth: how the kernel's time a call changes when calls or teams are doubled."""

from __future__ import annotations

from itertools import pairwise

from benchmarks import frozen
from benchmarks.checks import with_kernel, world_of
from benchmarks.frozen import POSTS
from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_most
from benchmarks.timing import Times, duration, in_turn, timed
from sim.model.measures import measure
from sim.schema import Ledger

BOUND = 2.2
OVERLOADED_REACH = 0.5


class _Trial:
    """A world of the plain scenario with other calls or teams."""

    def __init__(self, days: int | None, growth: float, teams: int) -> None:
        self.given = frozen.load("plain", days=days, growth=growth, teams=teams)
        self.world = world_of(self.given)
        self.n_calls = len(self.world.calls.zone)

    def run(self) -> Ledger:
        """Prepare, loop and ledger."""
        return with_kernel(self.world)

    def reach_share(self) -> float:
        """Share of requested calls that were reached."""
        return measure(self.world, self.run(), self.given[1].settings)["reach_share"]


def rows(sizes: Sizes) -> list[Row]:
    """Worst doubling of calls, worst doubling of teams, and an overload against the plain."""
    calls = {f"{growth:g}×": _Trial(sizes.days, growth, POSTS) for growth in sizes.growths}
    teams = {f"{number} teams": _Trial(sizes.days, 1, number) for number in sizes.teams}
    plain = next(iter(calls.values()))
    over = _Trial(sizes.days, sizes.overload, POSTS)
    reach = over.reach_share()
    assert reach < OVERLOADED_REACH, f"no overload: {reach:.2f} reached"
    beside = {"plain": plain, f"{sizes.overload:g}×": over}
    overload = f"overload, {100 * reach:.0f} % reached, against the plain: time a call"
    return [
        _row("twice the calls, 17 teams: time a call, worst doubling", calls, sizes),
        _row(f"twice the teams, to {sizes.teams[-1]}: time a call, worst doubling", teams, sizes),
        _row(overload, beside, sizes),
    ]


def _row(what: str, trials: dict[str, _Trial], sizes: Sizes) -> Row:
    sides = {name: timed(trial.run) for name, trial in trials.items()}
    times = in_turn(sides, sizes.short)
    steps = pairwise(trials)
    worst = max(_step(times, trials, one, other) for one, other in steps)
    a_call = [
        f"{name} {duration(times.median_s(name) / trial.n_calls)}" for name, trial in trials.items()
    ]
    return at_most(what, worst, BOUND, f"a call: {', '.join(a_call)}")


def _step(times: Times, trials: dict[str, _Trial], one: str, other: str) -> float:
    """Time a call of the other as a multiple of the first's."""
    return times.ratio(other, one) * trials[one].n_calls / trials[other].n_calls
