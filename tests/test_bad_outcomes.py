"""Bad probabilities, counts and studies end the command with 2 and one line that names the key."""

from __future__ import annotations

import pytest

from sim import cli
from tests.test_bad_configs import begins

OF_KIND, BOOKED = "outcomes.by_kind.clinician_only", "outcomes.booked_given_arrest"
SEVEN = (
    "on_scene: {k: 3, n: 7}, referral: {k: 1, n: 7}, voluntary: {k: 1, n: 7}, hold: {k: 1, n: 7}"
)
FAULTS = [
    (f"{BOOKED}=1.1", "expected a share from 0 to 1, got 1.1"),
    (f"{BOOKED}=-0.1", "expected a share from 0 to 1, got -0.1"),
    (f"{BOOKED}={{value: 0.9, low: 0.5, high: 1.1}}", "expected a share from 0 to 1, got 1.1"),
    ("outcomes.team_shares.arrest=1.5", "expected a share from 0 to 1, got 1.5"),
    ("service.contact.refused_share=-1", "expected a share from 0 to 1, got -1"),
    (f"{BOOKED}={{k: 134, n: 133}}", "expected k of at most n, got 134 in 133"),
    (f"{BOOKED}={{k: 134}}", "expected a count like {k: 133, n: 3096}, got k alone"),
    (f"{BOOKED}={{n: 134}}", "expected a count like {k: 133, n: 3096}, got n alone"),
    (f"{BOOKED}.k=3", "outcomes.booked_given_arrest: expected a count like {k: 133, n: 3096},"),
    (f"{BOOKED}={{k: 1.5, n: 3}}", "expected k to be a whole number of 0 or more, got 1.5"),
    (f"{BOOKED}={{k: -1, n: 3}}", "expected k to be a whole number of 0 or more, got -1"),
    (f"{BOOKED}={{k: true, n: 3}}", "expected k to be a whole number of 0 or more, got True"),
    (f"{BOOKED}={{k: 0, n: 0}}", "expected n to be a whole number of 1 or more, got 0"),
    (f"{BOOKED}={{k: 1, n: {'9' * 400}}}", "expected n to be at most 1,000,000,000, got a"),
    (
        f"{BOOKED}={{k: 1, n: 2, value: 0.6}}",
        "expected value: null with k 1 and n 2, got value 0.6",
    ),
    (f"{BOOKED}={{k: 1, n: 2, low: 0.6}}", "expected low <= value <= high, got 0.6, 0.5 and"),
    ("demand.calls_per_year={k: 1, n: 2}", "expected a number that is not a share, got a count,"),
    (
        "outcomes.effect.hold_odds_ratio={k: 1, n: 2}",
        "expected a number that is not a share, got a count, k in n",
    ),
    (
        f"outcomes.team_shares={{{SEVEN}, arrest: {{k: 1, n: 8}}}}",
        "expected five counts of the same n, got n 7 and n 8",
    ),
    (
        f"outcomes.team_shares={{{SEVEN}, arrest: {{k: 2, n: 7}}}}",
        "expected the five k to sum to their n 7, got 8",
    ),
    (
        "outcomes.effect.voluntary_odds_ratio=pooled",
        "expected a number, or studies with pooled: true in outcomes.evidence (for hold and",
    ),
    ("outcomes.evidence.hold=[]", "outcomes.effect.hold_odds_ratio: expected a number, or"),
    ("outcomes.evidence={}", "outcomes.effect.hold_odds_ratio: expected a number, or studies"),
    (
        f"{OF_KIND}={{effect: {{voluntary_odds_ratio: 1, hold_odds_ratio: pooled}}}}",
        "outcomes.by_kind.clinician_only.effect.hold_odds_ratio: expected a number, or studies",
    ),
    (
        "outcomes.effect.hold_odds_ratio=pool",
        "expected a number or {value, low, high, source, year, confidence}, got 'pool'",
    ),
    (
        "outcomes.evidence.hold.0.odds_ratio=null",
        "outcomes.evidence.hold.0: Indianapolis MCAT trial: expected an odds_ratio with low",
    ),
    ("outcomes.evidence.hold.0.odds_ratio=0", "expected more than 0, got 0"),
    (
        "outcomes.evidence.arrest.0.design=randomised",
        "expected 'randomized', 'quasi_experiment', 'before_after' or 'descriptive', got",
    ),
    ("outcomes.evidence.arrest.0.n_team=0", "expected 1 or more, got 0"),
    ("outcomes.evidence.arests=[]", "unknown key; did you mean 'arrest'?"),
    ("outcomes.observed_on=some", "expected 'all' or 'officer_request', got 'some'"),
]


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[override for override, _ in FAULTS])
def test_bad_outcomes_end_with_2_and_name_the_key(
    override: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "1", override]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert begins(err.removeprefix("error: "), override, said)
    assert len(err.splitlines()) == 1
