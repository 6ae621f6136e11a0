"""What is read off one replication to be held against theory: from its tables alone.

Counts are of the calls received in the window, times and teams of the window itself.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.clock import DAY_S, HOUR_S, HOURS_A_WEEK, MINUTE_S, WEEK_S
from sim.model.measures.cells import by_type
from sim.model.measures.coverage import window_calls
from sim.model.measures.funnel import funnel
from sim.model.measures.start import number_at
from sim.model.measures.teams import trips
from sim.model.measures.times import delays, left_line_at_s, reached_calls
from sim.model.world import World, requested
from sim.schema import NONE, Ledger

A_YEAR = 1.0  # of exposure: only shares are read
EVERY_S = 7 * MINUTE_S  # between two looks at the line
HOURS = {"Tue 04": 28, "Tue 10": 34, "Tue 14": 38, "Tue 20": 44, "Sat 14": 134, "Sun 04": 148}
PEAK = ("Tue 10", "Tue 14", "Tue 20")


def lost_share(world: World, ledger: Ledger) -> list[float]:
    """Share of calls that found no team free."""
    return [funnel(world, ledger, A_YEAR)["missed_busy_share"]]


# --- waits ---------------------------------------------------------------------------------------


def waits(world: World, ledger: Ledger) -> list[float]:
    """Share of calls that wait, mean minutes, share that wait over 15 minutes."""
    delay = delays(world, ledger)
    return [delay[f"delay_{x}"] for x in ("any_share", "mean_min", "over_15_min_share")]


def mean_wait(world: World, ledger: Ledger) -> list[float]:
    """Mean minutes waited."""
    return waits(world, ledger)[1:2]


def waits_and_losses(world: World, ledger: Ledger) -> list[float]:
    """Share of calls that wait, share that give up, mean minutes of all of them."""
    share, mean, _ = waits(world, ledger)
    return [share, *lost_share(world, ledger), mean]


def waits_by_priority(world: World, ledger: Ledger) -> list[float]:
    """Mean minutes waited by calls of each priority, which are those of one type each."""
    table = by_type(world, ledger)
    means: list[float] = (table.waited_for_s / table.requested / MINUTE_S).tolist()
    return means


def waits_by_hour(world: World, ledger: Ledger) -> list[float]:
    """Share of calls that wait, mean minutes, and calls a week that wait, of three hours."""
    share, mean, _ = waits(world, ledger)
    received_at_s = world.calls.received_at_s[window_calls(world)]
    hour = (received_at_s // HOUR_S + world.window.first_hour_of_week) % HOURS_A_WEEK
    waited_s = (left_line_at_s(world, ledger) - ledger.calls.dispatchable_at_s)[window_calls(world)]
    waited = np.bincount(hour[waited_s > 0], minlength=HOURS_A_WEEK)
    weeks = (world.window.end_s - world.window.start_s) / WEEK_S
    return [share, mean, *(float(waited[HOURS[name]]) / weeks for name in PEAK)]


# --- how many at a time --------------------------------------------------------------------------


def _or_horizon(world: World, at_s: Ints) -> Ints:
    """Seconds, the end of the run for what never came."""
    return np.where(at_s == NONE, world.window.horizon_s, at_s)


def _busy_at(at_s: Ints, world: World, ledger: Ledger) -> Ints:
    trips = ledger.trips
    return number_at(at_s, trips.assigned_at_s, _or_horizon(world, trips.end_at_s))


def busy_by_hour(world: World, ledger: Ledger) -> list[float]:
    """Mean teams busy in the middle of six hours of the week."""
    window = world.window
    half_past_s = np.arange(window.start_s + HOUR_S // 2, window.end_s, HOUR_S)
    busy = _busy_at(half_past_s, world, ledger)
    hour = (half_past_s // HOUR_S + window.first_hour_of_week) % HOURS_A_WEEK
    return [float(busy[hour == each].mean()) for each in HOURS.values()]


def line_over_waits(world: World, ledger: Ledger) -> list[float]:
    """Calls in line over rate times wait, by priority, and mean teams busy.

    The line is counted every seven minutes, whoever stands in it; rate and wait are the calls' own.
    """
    window, calls = world.window, ledger.calls
    at_s = np.arange(window.start_s, window.end_s, EVERY_S)
    left_at_s, ratios = left_line_at_s(world, ledger), list[float]()
    for each, waited_in_all_s in enumerate(by_type(world, ledger).waited_for_s):
        one = world.calls.initial_type == each
        line = float(number_at(at_s, calls.dispatchable_at_s[one], left_at_s[one]).mean())
        ratios.append(line * (window.end_s - window.start_s) / float(waited_in_all_s))
    return [*ratios, float(_busy_at(at_s, world, ledger).mean())]


# --- who goes ------------------------------------------------------------------------------------


def who_goes(world: World, ledger: Ledger) -> list[float]:
    """Lost share, share served by another team than the district's own, workload of each team."""
    of_trips = trips(world, ledger, reached_calls(world, ledger), A_YEAR)
    other = of_trips["other_district_share"]
    return [*lost_share(world, ledger), other, *_workload(world, ledger).tolist()]


def who_goes_and_where(world: World, ledger: Ledger) -> list[float]:
    """The same, and the calls of the first district that each team takes, of all calls."""
    rows = window_calls(world)
    trip = ledger.calls.trip[rows][(world.calls.zone[rows] == 0)]
    goes = world.roster.post[ledger.trips.duty[trip[trip != NONE]]]
    taken = np.bincount(goes, minlength=_teams(world)) / (rows.stop - rows.start)
    return [*who_goes(world, ledger), *taken.tolist()]


def _teams(world: World) -> int:
    return int(world.roster.post.max()) + 1


def _workload(world: World, ledger: Ledger) -> Floats:
    """Share of the window in which each team is busy."""
    window, trips = world.window, ledger.trips
    until_s = np.minimum(_or_horizon(world, trips.end_at_s), window.end_s)
    busy_s = until_s - np.maximum(trips.assigned_at_s, window.start_s)
    team = world.roster.post[trips.duty]
    total = np.bincount(team, np.maximum(busy_s, 0), _teams(world))
    return np.asarray(total / (window.end_s - window.start_s), np.float64)


# --- travel, streams and duties ------------------------------------------------------------------


def travel_by_free(world: World, ledger: Ledger) -> list[float]:
    """Mean minutes of travel by the number of teams free before the assignment, from 1 up."""
    trips, teams = ledger.trips, _teams(world)
    end_at_s = np.sort(_or_horizon(world, trips.end_at_s))
    ended = np.searchsorted(end_at_s, trips.assigned_at_s, side="right")
    free = teams - (np.arange(len(ended)) - ended)
    travel_s = trips.arrived_at_s - trips.assigned_at_s
    inside = _in_window(world, trips.assigned_at_s) & (trips.arrived_at_s != NONE)
    return [
        float(travel_s[inside & (free == number)].mean()) / MINUTE_S
        for number in range(1, teams + 1)
    ]


def _in_window(world: World, at_s: Ints) -> Bools:
    inside: Bools = (at_s >= world.window.start_s) & (at_s < world.window.end_s)
    return inside


def streams(world: World, _: Ledger) -> list[float]:
    """Calls a day of one type and zone that ask for a team, their dispersion, two correlations.

    The first correlation is with another type in another zone, the second with the calls of the
    same type and zone that do not ask.
    """
    calls, asks = world.calls, requested(world)
    one = (calls.initial_type == 0) & (calls.zone == 0)
    other = (calls.initial_type == 2) & (calls.zone == 1)  # noqa: PLR2004 - the third type
    a_day, beside, not_asking = (
        _a_day(world, each) for each in (one & asks, other & asks, one & ~asks)
    )
    return [
        float(a_day.mean()),
        float(a_day.var(ddof=1) / a_day.mean()),
        float(np.corrcoef(a_day, beside)[0, 1]),
        float(np.corrcoef(a_day, not_asking)[0, 1]),
    ]


def _a_day(world: World, which: Bools) -> Ints:
    """Calls of each day of the window that are of a kind."""
    window, at_s = world.window, world.calls.received_at_s
    day = (at_s[which & _in_window(world, at_s)] - window.start_s) // DAY_S
    return np.bincount(day, minlength=(window.end_s - window.start_s) // DAY_S)


def duties(world: World, ledger: Ledger) -> list[float]:
    """Mean calls begun in a duty, and mean minutes by which it overruns."""
    inside = _in_window(world, world.roster.on_at_s)
    begun, over_s = ledger.duties.trips[inside], ledger.duties.overtime_for_s[inside]
    return [float(begun.mean()), float(over_s.mean()) / MINUTE_S]
