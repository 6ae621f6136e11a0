"""Bad figures of what follows the scene are refused in one line; their good neighbors are read."""

from __future__ import annotations

import pytest

from sim.config import compose
from tests.test_bad_configs import begins, refusal

FAULTS = [
    (
        "service.transport.arrest.splits=true",
        "service.transport.arrest: expected by: team or team_follows: true with splits: true,",
    ),
    (
        "service.transport.hold={by: ambulance, splits: true}",
        "expected by: team or team_follows: true with splits: true, got a team that stays",
    ),
    ("service.center.chairs=0", "expected 1 or more, or null for no limit (without a"),
    ("service.center.chairs=-1", "expected 1 or more, got -1"),
    ("service.center.chairs=2.5", "expected a whole number, got 2.5"),
    ("service.center.open={days: []}", "service.center.open.days: expected some of mon, tue,"),
    (
        "service.center.open={days: [monday]}",
        "service.center.open.days: expected some of mon, tue, wed, thu, fri, sat, sun, got",
    ),
    (
        "service.center.open={from_hour: 8, until_hour: 8}",
        "expected from_hour before until_hour on one day, like 9 and 17, got 8 and 8",
    ),
    (
        "service.center.open={from_hour: 20, until_hour: 6}",
        "expected from_hour before until_hour on one day, like 9 and 17, got 20 and 6",
    ),
    (
        "service.center.open={until_hour: 25}",
        "service.center.open.until_hour: expected at most 24, got 25",
    ),
    (
        "service.center.open={until: 20}",
        "service.center.open.until: unknown key; did you mean 'until_hour'?",
    ),
    ("service.center.stay=600", "expected a mapping with distribution, got 600"),
    ("service.hospital.custody_share=1.1", "expected a share from 0 to 1, got 1.1"),
    ("service.hospital.custody.mean=0", "expected more than 0, got 0"),
    ("service.hospital.chairs=3", "unknown key; expected one of custody, custody_share,"),
    (
        "service.follow_up.open.days=[]",
        "expected some of mon, tue, wed, thu, fri, sat, sun, got none",
    ),
    (
        "service.follow_up.open.until_hour=9",
        "service.follow_up.open: expected from_hour before until_hour on one day, like 9 and",
    ),
    ("service.follow_up.expires_h=0", "expected more than 0, got 0"),
    ("service.follow_up.expires_h=-3", "expected more than 0, got -3"),
    ("service.follow_up.late_h=0", "expected more than 0, got 0"),
    ("service.follow_up.share=1.5", "expected a share from 0 to 1, got 1.5"),
    (
        "service.follow_up.missed_share=-0.1",
        "service.follow_up.missed_share: expected a share from 0 to 1, got -0.1",
    ),
    ("service.follow_up.missed_share=some", "expected a number or {value, low, high,"),
    ("service.follow_up.mised_share=0.5", "unknown key; did you mean 'missed_share'?"),
    (
        "service.follow_up.after=[jail]",
        "service.follow_up.after.0: expected 'on_scene', 'referral', 'voluntary', 'hold' or",
    ),
    (
        "service.follow_up.after=[]",
        "expected at least one fate, or service.follow_up.share=0, got none",
    ),
    ("service.follow_up.after=[hold, hold]", "expected each fate once, got 'hold' twice"),
    ("service.follow_up.spare_teams=-1", "expected 0 or more, got -1"),
    ("service.follow_up={share: 0.3}", "service.follow_up.lag: expected a value, got none"),
    (
        "service.follow_up.per_week=3",
        "unknown key; expected one of after, by_teams, expires_h, interruptible, lag, late_h,",
    ),
    ("service.outreach.per_week=-1", "expected 0 or more, got -1"),
    (
        "service.outreach.per_week=3",
        "service.outreach.per_week=3 needs somebody to visit: expected",
    ),
    (
        "demand.persons.frequent_share=0.2",
        "demand.persons: expected frequent_callers of 1 or more, or frequent_share: 0, got",
    ),
    (
        "demand.persons={frequent_callers: 9, frequent_share: 1.2}",
        "demand.persons.frequent_share: expected a share from 0 to 1, got 1.2",
    ),
    ("demand.persons.frequent_callers=-1", "expected 0 or more, got -1"),
    (
        "demand.persons={frequent_callers: 9, spread: -1}",
        "demand.persons.spread: expected 0 or more, got -1",
    ),
    ("demand.persons.callers=9", "unknown key; did you mean 'frequent_callers'?"),
    (
        "outcomes.repeat.risk_ratio=1.2",
        "expected 0 to 1, as visits that bring more calls are not modeled, got 1.2",
    ),
    (
        "outcomes.repeat.risk_ratio={value: 1, low: 0.9, high: 1.1}",
        "expected 0 to 1, as visits that bring more calls are not modeled, got 1.1",
    ),
    ("outcomes.repeat.risk_ratio=-0.1", "expected 0 or more, got -0.1"),
    ("outcomes.repeat.effect_days=0", "expected more than 0, got 0"),
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


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[override for override, _ in FAULTS])
def test_bad_override(override: str, said: str) -> None:
    assert begins(refusal(lambda: compose([override])), override, said)


@pytest.mark.parametrize("override", NEIGHBORS)
def test_its_good_neighbor(override: str) -> None:
    assert compose([override]).program.name == "generic"


def test_visits_on_a_list_with_somebody_on_it() -> None:
    callers = "demand.persons.frequent_callers=40"
    assert float(compose([callers, "service.outreach.per_week=3"]).service.outreach.per_week) == 3
