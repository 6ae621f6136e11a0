"""Bad figures of what follows the scene are refused in one line; their good neighbors are read."""

from __future__ import annotations

import copy

import pytest

from sim.config import compose
from tests.test_bad_configs import compose_room, composed, refusal

FAULTS = [
    (
        "service.transport.arrest.splits=true",
        "service.transport.arrest: splits, but the team stays b",
    ),
    (
        "service.transport.hold={by: ambulance, splits: true}",
        "stays behind as ambulance transports",
    ),
    (
        "service.center.chairs=0",
        "service.center.chairs: no chairs; 1 or more, or null for no limit",
    ),
    (
        "service.center.chairs=-1",
        "service.center.chairs: Input should be greater than or equal to 1",
    ),
    ("service.center.chairs=2.5", "service.center.chairs: Input should be a valid integer"),
    ("service.center.open={days: []}", "service.center.open.days: no days; some of mon, tue, wed"),
    (
        "service.center.open={days: [monday]}",
        "service.center.open.days: 'monday' is not a day; some",
    ),
    (
        "service.center.open={from_hour: 8, until_hour: 8}",
        "service.center.open: from_hour 8 is not",
    ),
    ("service.center.open={from_hour: 20, until_hour: 6}", "not before until_hour 6; hours of one"),
    (
        "service.center.open={until_hour: 25}",
        "service.center.open.until_hour: Input should be less",
    ),
    (
        "service.center.open={until: 20}",
        "service.center.open.until: unknown key; did you mean 'until",
    ),
    ("service.center.stay=600", "service.center.stay: a mapping is wanted, with distribution"),
    (
        "service.hospital.custody_share=1.1",
        "service.hospital.custody_share: 1.1 is not a share; 0 to",
    ),
    (
        "service.hospital.custody.mean=0",
        "service.hospital.custody.mean: 0: more than zero is wanted",
    ),
    ("service.hospital.chairs=3", "service.hospital.chairs: unknown key; there are: custody"),
    (
        "service.follow_up.open.days=[]",
        "service.follow_up.open.days: no days; some of mon, tue, wed",
    ),
    (
        "service.follow_up.open.until_hour=9",
        "service.follow_up.open: from_hour 9 is not before until",
    ),
    ("service.follow_up.expires_h=0", "service.follow_up.expires_h: 0: more than zero is wanted"),
    ("service.follow_up.expires_h=-3", "service.follow_up.expires_h: -3: more than zero is wanted"),
    ("service.follow_up.late_h=0", "service.follow_up.late_h: 0: more than zero is wanted"),
    (
        "service.follow_up.share=1.5",
        "service.follow_up.share: 1.5 is not a share; 0 to 1 is wanted",
    ),
    (
        "service.follow_up.after=[jail]",
        "service.follow_up.after.0: Input should be 'on_scene', 'ref",
    ),
    (
        "service.follow_up.after=[]",
        "service.follow_up.after: no fates; some are wanted, or service.",
    ),
    ("service.follow_up.after=[hold, hold]", "after: 'hold' is there twice; each fate once"),
    ("service.follow_up.spare_teams=-1", "service.follow_up.spare_teams"),
    ("service.follow_up={share: 0.3}", "service.follow_up.lag: Field required"),
    (
        "service.follow_up.per_week=3",
        "service.follow_up.per_week: unknown key; there are: after, by",
    ),
    ("service.outreach.per_week=-1", "service.outreach.per_week: -1 is negative; zero or more"),
    (
        "service.outreach.per_week=3",
        "service.outreach.per_week=3 is of visits to frequent callers, a",
    ),
    (
        "demand.persons.frequent_share=0.2",
        "demand.persons: frequent_share 0.2 with 0 frequent_calle",
    ),
    (
        "demand.persons={frequent_callers: 9, frequent_share: 1.2}",
        "frequent_share: 1.2 is not a sh",
    ),
    ("demand.persons.frequent_callers=-1", "demand.persons.frequent_callers"),
    ("demand.persons={frequent_callers: 9, spread: -1}", "demand.persons.spread: -1 is negative"),
    (
        "demand.persons.callers=9",
        "demand.persons.callers: unknown key; did you mean 'freq",
    ),
    (
        "outcomes.repeat.risk_ratio=1.2",
        "outcomes.repeat.risk_ratio: 1.2 is above 1; 0 to 1 is wante",
    ),
    (
        "outcomes.repeat.risk_ratio={value: 1, low: 0.9, high: 1.1}",
        "risk_ratio: 1.1 is above 1; 0 to",
    ),
    (
        "outcomes.repeat.risk_ratio=-0.1",
        "outcomes.repeat.risk_ratio: -0.1 is negative; zero or more",
    ),
    ("outcomes.repeat.effect_days=0", "outcomes.repeat.effect_days: 0: more than zero is wanted"),
]
# Good, though nothing reads them as long as there are no visits and no center.
NEIGHBORS = [
    "service.transport.hold={by: patrol, team_follows: true, splits: true}",
    "service.transport.hold={by: team, splits: true}",
    "service.center.chairs=1",
    "service.center.open={from_hour: 8}",
    "service.center.open={days: [sun], from_hour: 23, until_hour: 24}",
    "service.follow_up.after=[hold]",
    "service.follow_up.expires_h=0.5",
    "service.follow_up.spare_teams=99",
    "demand.persons={frequent_callers: 1, frequent_share: 1}",
    "demand.persons.frequent_callers=9",
    "outcomes.repeat.risk_ratio=0",
]


@pytest.fixture(autouse=True)
def one_composition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hydra's part once for all, as single keys only act on what it gave."""
    composed()
    monkeypatch.setattr(
        compose_room, "_compose_groups", lambda choices, _: copy.deepcopy(composed(*choices))
    )


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[override for override, _ in FAULTS])
def test_bad_override(override: str, said: str) -> None:
    assert said in refusal(lambda: compose([override]))


@pytest.mark.parametrize("override", NEIGHBORS)
def test_its_good_neighbor(override: str) -> None:
    assert compose([override]).program.name == "generic"


def test_visits_on_a_list_with_somebody_on_it() -> None:
    callers = "demand.persons.frequent_callers=40"
    assert float(compose([callers, "service.outreach.per_week=3"]).service.outreach.per_week) == 3
