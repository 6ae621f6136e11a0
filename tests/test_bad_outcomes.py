"""Bad probabilities, counts and studies end the command with 2 and one line that names the key."""

from __future__ import annotations

import copy

import pytest

from sim import cli
from tests.test_bad_configs import compose_room, composed

OF_KIND, BOOKED = "outcomes.by_kind.clinician_only", "outcomes.booked_given_arrest"
SEVEN = (
    "on_scene: {k: 3, n: 7}, referral: {k: 1, n: 7}, voluntary: {k: 1, n: 7}, hold: {k: 1, n: 7}"
)
FAULTS = [
    (f"{BOOKED}=1.1", f"{BOOKED}: 1.1 is not a share; 0 to 1 is wanted"),
    (f"{BOOKED}=-0.1", f"{BOOKED}: -0.1 is not a share; 0 to 1 is wanted"),
    (f"{BOOKED}={{value: 0.9, low: 0.5, high: 1.1}}", f"{BOOKED}: 0.9 is not a share"),
    ("outcomes.team_shares.arrest=1.5", "outcomes.team_shares.arrest: 1.5 is not a share"),
    ("service.contact_share=-1", "service.contact_share: -1 is not a share"),
    (f"{BOOKED}={{k: 134, n: 133}}", f"{BOOKED}: k 134 is above n 133; k counts some of the n"),
    (f"{BOOKED}={{k: 134}}", f"{BOOKED}: k without n; a count is like {{k: 133, n: 3096}}"),
    (f"{BOOKED}={{n: 134}}", f"{BOOKED}: n without k; a count is like {{k: 133, n: 3096}}"),
    (f"{BOOKED}.k=3", f"{BOOKED}: k without n"),
    (f"{BOOKED}={{k: 1.5, n: 3}}", f"{BOOKED}: k 1.5: a whole number of 0 or more is wanted"),
    (f"{BOOKED}={{k: -1, n: 3}}", f"{BOOKED}: k -1: a whole number of 0 or more is wanted"),
    (f"{BOOKED}={{k: true, n: 3}}", f"{BOOKED}: k True: a whole number of 0 or more is wanted"),
    (f"{BOOKED}={{k: 0, n: 0}}", f"{BOOKED}: n 0: a whole number of 1 or more is wanted"),
    (f"{BOOKED}={{k: 1, n: {'9' * 400}}}", f"{BOOKED}: n is more than 1,000,000,000"),
    (f"{BOOKED}={{k: 1, n: 2, value: 0.6}}", f"{BOOKED}: value 0.6 is not k 1 in n 2; value: null"),
    (f"{BOOKED}={{k: 1, n: 2, low: 0.6}}", f"{BOOKED}: 0.5 is not between its low 0.6 and high"),
    ("demand.calls_per_year={k: 1, n: 2}", "demand.calls_per_year: k in n is a share, and this"),
    (
        "outcomes.effect.hold_odds_ratio={k: 1, n: 2}",
        "outcomes.effect.hold_odds_ratio: k in n is a share, and this is none; a number is wanted",
    ),
    (
        f"outcomes.team_shares={{{SEVEN}, arrest: {{k: 1, n: 8}}}}",
        "outcomes.team_shares: n 7 and n 8: five counts have to be of one n",
    ),
    (
        f"outcomes.team_shares={{{SEVEN}, arrest: {{k: 2, n: 7}}}}",
        "outcomes.team_shares: the five k sum to 8; their n 7 is wanted",
    ),
    (
        "outcomes.effect.voluntary_odds_ratio=pooled",
        "outcomes.effect.voluntary_odds_ratio: pooled, and there is no study to pool; studies with",
    ),
    ("outcomes.evidence.hold=[]", "outcomes.effect.hold_odds_ratio: pooled, and there is no study"),
    ("outcomes.evidence={}", "outcomes.effect.hold_odds_ratio: pooled, and there is no study to"),
    (
        f"{OF_KIND}={{effect: {{voluntary_odds_ratio: 1, hold_odds_ratio: pooled}}}}",
        f"{OF_KIND}.effect.hold_odds_ratio: pooled, and there is no study to pool; studies with",
    ),
    (
        "outcomes.effect.hold_odds_ratio=pool",
        "outcomes.effect.hold_odds_ratio: a number, or {value",
    ),
    (
        "outcomes.evidence.hold.0.odds_ratio=null",
        "outcomes.evidence.hold.0: Indianapolis MCAT trial: a pooled study has to state its odds_r",
    ),
    (
        "outcomes.evidence.hold.0.odds_ratio=0",
        "outcomes.evidence.hold.0.odds_ratio: 0: more than zero is wanted",
    ),
    (
        "outcomes.evidence.arrest.0.design=randomised",
        "outcomes.evidence.arrest.0.design: Input should be 'randomized', 'quasi_experiment'",
    ),
    ("outcomes.evidence.arrest.0.n_team=0", "outcomes.evidence.arrest.0.n_team: Input should be"),
    (
        "outcomes.evidence.arests=[]",
        "outcomes.evidence.arests: unknown key; did you mean 'arrest'?",
    ),
    (
        "outcomes.observed_on=some",
        "outcomes.observed_on: Input should be 'all' or 'officer_request'",
    ),
]


@pytest.fixture(autouse=True)
def one_composition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hydra's part once for all tests of single keys, as these only act on what it gave."""
    composed()
    monkeypatch.setattr(
        compose_room, "_compose_groups", lambda choices, _: copy.deepcopy(composed(*choices))
    )


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[override for override, _ in FAULTS])
def test_bad_outcomes_end_with_2_and_name_the_key(
    override: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "1", override]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == 1
