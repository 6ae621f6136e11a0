"""What requested calls are lost to under a plan and its base, and which of it is most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.scenarios.answers.comparison import PlanResult

LOST = (
    "withdrawn_share",
    "settled_by_patrol_share",
    "missed_busy_share",
    "missed_out_of_range_share",
    "missed_off_duty_share",
)
A_CALL = 0.005  # of the requested calls, which rounds to one of 100
MAIN = 2 / 3  # of all losses, from which one is said to be what calls are lost to


class Loss(NamedTuple):
    """Share of the requested calls that a measure of `LOST` counts, of a plan and of its base."""

    measure: str
    share: float
    of_base: float


def ways(plan: PlanResult) -> dict[str, float]:
    """Shares of the requested calls by how they ended: engaged, reached in vain, or lost."""
    reached, engaged = _share(plan, "reach_share"), _share(plan, "contact_share")
    of_reached = {"contact_share": reached * engaged, "no_contact": reached * (1 - engaged)}
    return of_reached | {name: _share(plan, name) for name in LOST}


def losses_of(plan: PlanResult, base: PlanResult) -> list[Loss]:
    """What requested calls are lost to under either plan, the most first."""
    losses = [Loss(name, _share(plan, name), _share(base, name)) for name in LOST]
    some = (loss for loss in losses if loss.share or loss.of_base)
    return sorted(some, key=lambda loss: -loss.share)


def noticed(losses: Sequence[Loss]) -> list[Loss]:
    """Losses that come to a call in 100 under either plan; all of them if none does."""
    some = [loss for loss in losses if max(loss.share, loss.of_base) >= A_CALL]
    return some or list(losses)


def _share(plan: PlanResult, name: str) -> float:
    return plan.measures[name].mean or 0.0


def main_loss(losses: Sequence[Loss]) -> Loss | None:
    """The one that makes most of what is lost, under both plans; None if none does."""
    lost, of_base = sum(loss.share for loss in losses), sum(loss.of_base for loss in losses)
    most = (x for x in losses if x.share >= MAIN * lost and x.of_base >= MAIN * of_base)
    return next(most, None)
