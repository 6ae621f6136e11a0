"""Times of reached calls: their summaries, the same of two plans paired, and their histogram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.arrays import Ints, Positions
from sim.clock import MINUTE_S
from sim.model.measures.coverage import SETTLED, window_calls
from sim.model.world import World
from sim.schema import NONE, Ledger, Status

RESPONSE_BIN_S = 60
LONG_MIN = (15, 60)  # waits that count as long, each in a measure of its own
LONG_S = LONG_MIN[0] * MINUTE_S  # waits that are counted by call type
RESPONSE_BINS = 360  # the last one collects the rest


def mean(values: Ints) -> float:
    """Mean, or nan of nothing."""
    return float(values.sum()) / len(values) if len(values) else np.nan


def reached_calls(world: World, ledger: Ledger) -> Positions:
    """Rows of the reached calls of the window."""
    rows = window_calls(world)
    out: Positions = np.flatnonzero(ledger.calls.status[rows] == Status.SERVED) + rows.start
    return out


class Times(NamedTuple):
    """Times of reached calls in seconds, a row a call."""

    response_for_s: Ints
    request_for_s: Ints
    wait_for_s: Ints


def times_of(world: World, ledger: Ledger, reached: Positions) -> Times:
    """Times of the given reached calls."""
    trip = ledger.calls.trip[reached]
    arrived_at_s = ledger.trips.arrived_at_s[trip]
    dispatchable_at_s = ledger.calls.dispatchable_at_s[reached]
    return Times(
        response_for_s=arrived_at_s - world.calls.received_at_s[reached],
        request_for_s=arrived_at_s - dispatchable_at_s,
        wait_for_s=ledger.trips.assigned_at_s[trip] - dispatchable_at_s,
    )


def summaries(times: Times) -> dict[str, float]:
    """Mean, median and 90th percentile in minutes, by name of measure; nan of nothing."""
    return {
        **_summary("response", times.response_for_s),
        **_summary("request_to_arrival", times.request_for_s),
        "wait_mean_min": mean(times.wait_for_s) / MINUTE_S,
    }


def _summary(name: str, seconds: Ints) -> dict[str, float]:
    median_s, p90_s = quantiles(seconds, 0.5, 0.9)
    return {
        f"{name}_mean_min": mean(seconds) / MINUTE_S,
        f"{name}_median_min": median_s / MINUTE_S,
        f"{name}_p90_min": p90_s / MINUTE_S,
    }


def quantiles(seconds: Ints, *shares: float) -> list[float]:
    """Quantiles by linear interpolation; nan of nothing."""
    if len(seconds) == 0:
        return [np.nan] * len(shares)
    found: list[float] = np.quantile(seconds, shares).tolist()
    return found


class PairedTimes(NamedTuple):
    """Minutes by name of measure, of two plans on the same calls."""

    a: dict[str, float]
    b: dict[str, float]


def paired_times(world_a: World, ledger_a: Ledger, world_b: World, ledger_b: Ledger) -> PairedTimes:
    """Times of reached calls of two plans, each on the calls reached under both.

    Parameters
    ----------
    world_a, ledger_a, world_b, ledger_b
        One replication of two plans on the same calls.

    Returns
    -------
    PairedTimes
        Minutes by name: `response_*`, `request_to_arrival_*` (mean, median, p90) and
        `wait_mean_min`. nan if there is no common call.

    Raises
    ------
    ValueError
        If the two worlds do not have the same calls and window.
    """
    received = world_a.calls.received_at_s, world_b.calls.received_at_s
    if world_a.window != world_b.window or not np.array_equal(*received):
        raise ValueError("worlds: expected the same calls and window in both, got different ones")
    rows = window_calls(world_a)
    both = ledger_a.calls.status[rows] == Status.SERVED
    both &= ledger_b.calls.status[rows] == Status.SERVED
    common = np.flatnonzero(both) + rows.start
    return PairedTimes(
        summaries(times_of(world_a, ledger_a, common)),
        summaries(times_of(world_b, ledger_b, common)),
    )


def left_line_at_s(world: World, ledger: Ledger) -> Ints:
    """Second at which each call left the line: its team set out, it was over, or the run was.

    Shape (calls,); of calls that asked for no team it says nothing.
    """
    calls = ledger.calls
    over_s = np.where(calls.ended_at_s == NONE, world.window.horizon_s, calls.ended_at_s)
    assigned_at_s = np.append(ledger.trips.assigned_at_s, 0)[calls.trip]  # the last of no trip
    out: Ints = np.where(calls.trip == NONE, over_s, assigned_at_s)
    return out


def delays(world: World, ledger: Ledger) -> dict[str, float]:
    """Waits of settled requests, whether a team came or not: mean, any at all, and long ones."""
    rows = window_calls(world)
    settled = SETTLED[ledger.calls.status[rows]]
    waited_for_s = left_line_at_s(world, ledger) - ledger.calls.dispatchable_at_s
    waited_for_s = waited_for_s[rows][settled]
    over = {f"delay_over_{m}_min_share": waited_for_s > m * MINUTE_S for m in LONG_MIN}
    shares = {"delay_any_share": waited_for_s > 0, **over}
    return {
        "delay_mean_min": mean(waited_for_s) / MINUTE_S,
        **{name: mean(one.astype(np.int64)) for name, one in shares.items()},
    }


def clear(world: World, ledger: Ledger) -> dict[str, float]:
    """Received to the last unit clear, of teams or patrol, of settled requests."""
    rows = window_calls(world)
    settled = SETTLED[ledger.calls.status[rows]]
    clear_for_s = (ledger.calls.cleared_at_s[rows] - world.calls.received_at_s[rows])[settled]
    (median_s,) = quantiles(clear_for_s, 0.5)
    return {
        "time_to_clear_mean_min": mean(clear_for_s) / MINUTE_S,
        "time_to_clear_median_min": median_s / MINUTE_S,
    }


def response_histogram(world: World, ledger: Ledger) -> Ints:
    """Reached calls of the window by response time (received to team on scene).

    Returns
    -------
    NDArray
        Counts by minute, shape (RESPONSE_BINS,), int64; the last one collects the rest.
    """
    response_for_s = times_of(world, ledger, reached_calls(world, ledger)).response_for_s
    minute = np.minimum(response_for_s // RESPONSE_BIN_S, RESPONSE_BINS - 1)
    counts: Ints = np.bincount(minute, minlength=RESPONSE_BINS)
    return counts
