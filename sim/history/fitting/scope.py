"""Which calls of a log were for a team: those it was sent to, and those that say none was there.

A log of teams that codes calls nobody could be sent to, such as "no team available", shows by
itself that these were for a team as well. It is taken to show so only if nearly every call is one
or the other; of any other log the share in scope stays an assumption.
"""

from __future__ import annotations

import polars as pl

from sim.history.cells import LEAST_CELL
from sim.history.fitting.estimates import Estimate, share, shareable

NEARLY_ALL = 0.95  # of the calls
# What says that a team was wanted and none was there, in the words of a disposition.
NONE_THERE = (
    r"\bno\b.*\b(?:avail|available|free)\b|\bno (?:team|unit|units)\b"
    r"|\bunavailable\b|\bnot available\b"
)
NO_INFORMATION = r"\binfo\b|\binformation\b"  # which may be unavailable, too


def for_a_team(calls: pl.DataFrame) -> Estimate | None:
    """Share of the calls of a log that were for a team; None if the log does not show it.

    Parameters
    ----------
    calls
        Of mental health, with the units and stamps of the teams.
    """
    said = calls["disposition"].fill_null("").str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ")
    none_there = said.str.contains(NONE_THERE) & ~said.str.contains(NO_INFORMATION)
    sent = calls["unit"].is_not_null()
    for stamp in ("dispatched_at", "arrived_at"):
        sent = sent | calls[stamp].is_not_null()
    n, k = calls.height, int((sent | none_there).sum())
    if int((none_there & ~sent).sum()) < LEAST_CELL or k < NEARLY_ALL * n:
        return None
    return share(k, n) if shareable(k, n) else share(n, n)  # a few others are not told apart
