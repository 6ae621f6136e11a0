"""The funnel: from all calls to those that a team was asked for, and what became of these."""

from __future__ import annotations

import numpy as np

from sim.arrays import Bools
from sim.clock import DAY_S
from sim.model.ledger.invariants import BrokenError
from sim.model.measures.coverage import SETTLED, window_calls
from sim.model.world import World
from sim.schema import Ledger, Status


def ratio(part: float, whole: float) -> float:
    """Part over whole, nan of nothing."""
    return part / whole if whole else np.nan


def count(rows: Bools) -> int:
    """Number of rows that are true."""
    return int(np.count_nonzero(rows))


def funnel(world: World, ledger: Ledger, years: float) -> dict[str, float]:
    """Stages of the funnel, each a share of the one before, and how the requests ended."""
    rows, window = window_calls(world), world.window
    n_of = np.bincount(ledger.calls.status[rows], minlength=len(Status)).tolist()
    n_all = sum(n_of) - n_of[Status.AVERTED]
    recognized = n_all - n_of[Status.NOT_RECOGNIZED]
    eligible = recognized - n_of[Status.NOT_ELIGIBLE]
    no_car = n_of[Status.PHONE_RESOLVED] + n_of[Status.OTHER_RESPONDER]
    requested = eligible - no_car - n_of[Status.NOT_REQUESTED]
    return {
        "calls_per_year": n_all / years,
        "recognized_share": ratio(recognized, n_all),
        "eligible_share": ratio(eligible, recognized),
        "requested_share": ratio(requested, eligible),
        "phone_resolved_per_year": n_of[Status.PHONE_RESOLVED] / years,
        "other_responder_per_year": n_of[Status.OTHER_RESPONDER] / years,
        "unfinished_share": ratio(n_of[Status.UNFINISHED], requested),
        "reach_of_all_share": ratio(n_of[Status.SERVED], n_all - n_of[Status.UNFINISHED]),
        "handled_per_day": n_of[Status.SERVED] * DAY_S / (window.end_s - window.start_s),
        **_fates_of_requests(n_of),
    }


def _fates_of_requests(n_of: list[int]) -> dict[str, float]:
    """Shares of the settled requests; they sum to one."""
    settled = sum(n_of[status] for status in Status if SETTLED[status])
    if settled != sum(n_of[status] for status in FATES.values()):
        raise BrokenError("shares of the settled requests: they do not sum to one")
    return {name: ratio(n_of[status], settled) for name, status in FATES.items()}


FATES = {
    "reach_share": Status.SERVED,
    "missed_off_duty_share": Status.MISSED_OFF_DUTY,
    "missed_out_of_range_share": Status.MISSED_OUT_OF_RANGE,
    "missed_busy_share": Status.MISSED_BUSY,
    "withdrawn_share": Status.WITHDRAWN,
    "settled_by_patrol_share": Status.SETTLED_BY_PATROL,
}
