"""Who was reached, and what became of them, by the dispositions of a team's own log."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sim.config import compose
from sim.history.fitting import Options, fit_log
from sim.history.fitting.fates import NAMES
from sim.history.fitting.nodes import SHIPPED_ARREST
from sim.history.fitting.stamps import Outcome, stamps_of
from sim.history.fitting.summary import notes_of, rows_of
from sim.history.log import CallLog
from tests.test_fitting_laws import team_log


def fates_log(words: list[str], shares: list[float], unserved: int = 0) -> CallLog:
    """A team's log of 3,000 calls with some dispositions, and calls that nobody was sent to."""
    log = team_log()
    said = np.random.default_rng(2).choice(words, log.calls.height, p=shares)
    calls = log.calls.with_columns(pl.Series("disposition", said, pl.String))
    blank = pl.int_range(pl.len()) < unserved
    stamps = ("dispatched_at", "arrived_at", "cleared_at")
    unsaid = pl.when(blank).then(pl.lit("NO TEAM FREE")).otherwise(pl.col("disposition"))
    seen = (pl.when(~blank).then(pl.col(name)).alias(name) for name in stamps)
    calls = calls.with_columns(*seen, unsaid.alias("disposition"))
    return log._replace(calls=calls)


TOLD = [
    *("RESOLVED", "REFERRED", "VOLUNTARY TRANSPORT", "INVOLUNTARY HOLD", "ARREST"),
    *("GOA", "REFUSED"),
]
SHARES = [0.4, 0.15, 0.1, 0.12, 0.03, 0.12, 0.08]


def test_a_call_that_nobody_was_sent_to_is_not_engaged(tmp_path):
    log = fates_log(TOLD, SHARES, unserved=1_000)
    fitted = fit_log(log, name="x", options=Options(stamps="team", teams=3))
    contact = fitted.losses.contact
    assert contact.n == 2_000
    assert contact.low < 0.8 < contact.high
    assert stamps_of(log.calls).are(Outcome.UNRECORDED).sum() == 1_000


def test_outcomes_are_counted_from_the_dispositions_of_people_engaged(tmp_path):
    fitted = fit_log(fates_log(TOLD, SHARES), name="x", options=Options(stamps="team", teams=3))
    fitted.write(tmp_path)
    team = compose(["outcomes=x"], tmp_path).outcomes.team_shares
    for name, share in zip(NAMES, SHARES, strict=False):
        assert float(getattr(team, name)) == pytest.approx(share / 0.8, abs=0.03), name
        assert getattr(team, name).n == fitted.losses.contact.k
    assert {row.key for row in rows_of(fitted)} >= {"fate:hold", "fate:referral"}


def test_with_few_arrests_their_share_stays_as_shipped(tmp_path):
    words, shares = [*TOLD[:4], "GOA", "REFUSED"], [0.4, 0.15, 0.12, 0.13, 0.12, 0.08]
    fitted = fit_log(fates_log(words, shares), name="x", options=Options(stamps="team", teams=3))
    fitted.write(tmp_path)
    team = compose(["outcomes=x"], tmp_path).outcomes.team_shares
    shipped = compose([]).outcomes.team_shares
    assert float(team.arrest) == float(shipped.arrest) == SHIPPED_ARREST
    assert float(team.hold) == pytest.approx(0.98 * 0.13 / 0.8, abs=0.03)
    assert sum(team.central()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["RESOLVED", "REFERRED", "TRANSPORTED", "GOA"], "voluntary or a hold"),
        (["RESOLVED", "VOLUNTARY TRANSPORT", "INVOLUNTARY HOLD", "GOA"], "coded as referred"),
        (["RESOLVED", "DONE", "REFUSED", "GOA"], ""),
    ],
)
def test_outcomes_that_are_not_told_apart_are_not_used_and_it_is_said(words, said):
    log = fates_log(words, [0.4, 0.2, 0.2, 0.2])
    fitted = fit_log(log, name="x", options=Options(stamps="team", teams=3))
    assert "outcomes" not in fitted.texts
    assert said in fitted.fates.why_not
    assert ("no_fates" in notes_of(fitted)) == bool(said)
