"""How calls are lost, where dispositions say so: withdrawn, nobody found, refused.

The rate of withdrawing is calls over the time they waited: from when a team could be sent, which is
the mean triage after received, until a team arrived or the call was withdrawn. The chance of
engaging the person falls with the delay of a team by an odds ratio: a logistic regression on calls
that were sent at once, whose delay is the drive.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats
from sim.config.values import Z975
from sim.history.cells import LEAST_CELL
from sim.history.fitting.estimates import (
    LEAST_FITTED,
    Estimate,
    positive,
    share,
    shareable,
)
from sim.history.fitting.laws import Law
from sim.history.fitting.stamps import CONTACTS, REACHED, Outcome, Stamps

MINUTES_AN_HOUR = 60
PER_MIN = 10  # the odds ratio is for so many minutes
LEAST_ODDS = 0.01
ROUNDS, CLOSE = 30, 1e-9


class Losses(NamedTuple):
    """Rates and shares of losing a call; None: dispositions do not say, or too few calls do.

    `withdrawn_per_hour` is of waiting calls. `contact` is the share engaged of the calls that a
    team is known to have come to; `contact_at_once` and `odds_ratio` are of those of them that were
    sent at once, and `refused_share` is of those not engaged. `counts` are calls by outcome,
    without those of fewer than 11.
    """

    withdrawn_per_hour: Estimate | None
    contact: Estimate | None
    contact_at_once: Estimate | None
    odds_ratio: Estimate | None
    refused_share: Estimate | None
    counts: dict[str, int]


def fit_losses(stamps: Stamps, at_once: Bools, triage: Law | None) -> Losses:
    """Fit how calls are lost.

    Parameters
    ----------
    stamps
        Of the calls, with outcomes.
    at_once
        Calls that were sent while a team was free.
    triage
        Law of the time until a team can be sent.
    """
    counts = {outcome.value: int(stamps.are(outcome).sum()) for outcome in Outcome}
    reached = stamps.reached
    engaged, refused = reached & stamps.are(*CONTACTS), reached & stamps.are(Outcome.REFUSED)
    missed, turned = int((reached & ~engaged).sum()), int(refused.sum())
    codes = missed >= LEAST_CELL and int(engaged.sum()) >= LEAST_CELL
    at_zero, ratio = _contact_odds(stamps, at_once & reached) if codes else (None, None)
    return Losses(
        _withdrawn(stamps, triage),
        share(int(engaged.sum()), int(reached.sum())) if codes else None,
        at_zero,
        ratio,
        share(turned, missed) if shareable(turned, missed) else None,
        {name: n for name, n in counts.items() if n >= LEAST_CELL},
    )


def _withdrawn(stamps: Stamps, triage: Law | None) -> Estimate | None:
    """Calls withdrawn an hour of waiting; the mean triage is taken off the wait of each."""
    coded = ~stamps.are(Outcome.UNRECORDED)
    withdrawn = stamps.are(Outcome.WITHDRAWN)
    until = _until_reached(stamps)
    used = coded & (until > 0)
    n, events = int(used.sum()), int((used & withdrawn).sum())
    if triage is None or events < LEAST_CELL:
        return None
    hours = (float(until[used].sum()) - n * triage.mean_of_all) / MINUTES_AN_HOUR
    if hours <= 0:
        return None
    rate = events / hours
    relative = math.hypot(1 / math.sqrt(events), n * triage.se_of_all / MINUTES_AN_HOUR / hours)
    return positive(rate, rate * relative, events)


def _until_reached(stamps: Stamps) -> Floats:
    """Minutes from received until arrived or withdrawn.

    Reached calls without a stamp of arrival waited as long as the others on average: until cleared
    they were not waiting, and left out the rate would be of too few calls.
    """
    until = stamps.arrived - stamps.received
    blank = np.isnan(until)
    usual = float(until[~blank].mean()) if (~blank).any() else np.nan
    ended = np.where(stamps.are(*REACHED), usual, stamps.cleared - stamps.received)
    return np.where(blank, ended, until)


def _contact_odds(stamps: Stamps, which: Bools) -> tuple[Estimate | None, Estimate | None]:
    """Share engaged by a team that is there at once, and the odds ratio of 10 minutes' delay.

    No delay raises the odds in the model: a ratio above 1 is put at 1, and the share is then that
    of all of these calls, with the error that it has at no delay.
    """
    delay = (stamps.arrived - stamps.dispatched)[which]
    engaged = stamps.are(*CONTACTS)[which][delay >= 0]
    delay = delay[delay >= 0]
    k, n = int(engaged.sum()), len(engaged)
    if n < LEAST_FITTED or not shareable(k, n):
        return None, None
    at, covariance = _logistic(delay / PER_MIN, engaged)
    ratio, se = math.exp(at[1]), math.sqrt(covariance[1, 1])
    low, high = (min(ratio * math.exp(sign * Z975 * se), 1.0) for sign in (-1, 1))
    low = max(low, LEAST_ODDS)
    p = k / n if ratio >= 1 else 1 / (1 + math.exp(-at[0]))
    worth = max(round(1 / (p * (1 - p) * covariance[0, 0])), 1)  # calls a count would need
    middle = min(max(ratio, low), 1.0)
    return share(round(p * worth), worth), Estimate(middle, low, high, n)


def _logistic(x: Floats, success: Bools) -> tuple[Floats, Floats]:
    """Intercept and slope of a logistic regression, by Newton's method, and their covariance."""
    design = np.column_stack([np.ones(len(x)), x])
    at = np.array([math.log(success.sum() / (~success).sum()), 0.0])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-design @ at))
        information = design.T @ (design * (p * (1 - p))[:, None])
        step = np.linalg.solve(information, design.T @ (success - p))
        at = at + step
        if np.abs(step).max() < CLOSE:
            break
    return at, np.linalg.inv(information)
