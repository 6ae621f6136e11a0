"""What follows the scene, as configs say it: hours, chairs, visits, and people who call again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.config import Config, compose, staffing
from sim.config.groups.aftercare import Transport
from sim.config.groups.demand import Persons
from sim.config.groups.hours import DAYS, OpenHours
from sim.config.groups.outcomes import Repeat
from sim.config.values import Lognormal, Triangular
from sim.model.inputs.callers import caller_weights
from sim.model.inputs.durations import quantile_minutes

NEW = {
    "service": ("follow_up", "outreach"),
    "service.center": ("stay", "chairs", "open"),
    "service.hospital": ("custody_share", "custody"),
    "service.transport.hold": ("splits",),
    "demand": ("persons",),
    "outcomes": ("repeat",),
}


@cache
def shipped(*overrides: str) -> Config:
    return compose(list(overrides))


# Hours


def test_hours_left_out_are_around_the_clock() -> None:
    assert OpenHours().by_hour == (True,) * 168


def test_hours_are_from_monday_midnight_up_to_the_last() -> None:
    hours = OpenHours(days=["tue", "sun"], from_hour=22, until_hour=24)
    assert [hour for hour, is_open in enumerate(hours.by_hour) if is_open] == [46, 47, 166, 167]
    assert hours.in_words == "tue, sun from 22:00 to 24:00"


@pytest.mark.parametrize("day", range(7))
def test_a_day_is_24_hours_of_the_week(day: int) -> None:
    on = np.flatnonzero(OpenHours(days=[DAYS[day]]).by_hour)
    assert on.tolist() == list(range(24 * day, 24 * day + 24))


def test_the_order_of_days_says_nothing() -> None:
    assert OpenHours(days=["fri", "mon"]).by_hour == OpenHours(days=["mon", "fri"]).by_hour


# What is left out is off


def test_a_config_written_before_these_keys_is_one_without_them() -> None:
    old = shipped().model_dump(mode="json")
    for group, keys in NEW.items():
        node = old
        for part in group.split("."):
            node = node[part]
        for key in keys:
            del node[key]
    config = Config.model_validate(old)
    service = config.service
    assert [service.follow_up.share.value, service.outreach.per_week.value] == [0, 0]
    assert service.hospital.custody_share.value == 0
    assert (service.center.chairs, service.center.open) == (None, OpenHours())
    assert not service.transport.hold.splits
    assert config.demand.persons == Persons()
    assert config.outcomes.repeat == Repeat()
    assert (Persons().frequent_callers, Repeat().risk_ratio.value) == (0, 1)


def test_a_config_read_back_from_what_it_says_is_the_same() -> None:
    config = shipped("service=with_follow_up", "demand=frequent_callers")
    assert Config.model_validate(config.model_dump(mode="json")) == config


# Transport


@pytest.mark.parametrize(
    ("by", "team_follows", "busy"),
    [("team", False, True), ("patrol", True, True), ("patrol", False, False)],
)
def test_who_keeps_the_team_busy(by, team_follows, busy) -> None:
    way = Transport.model_validate({"by": by, "team_follows": team_follows, "splits": busy})
    assert way.keeps_team_busy == busy


# Figures of the shipped choices


def test_a_stay_is_at_most_as_long_as_its_source_says() -> None:
    stay = shipped().service.center.stay
    assert isinstance(stay, Triangular)
    n = 20_000
    minutes = quantile_minutes(stay, (np.arange(n) + 0.5) / n)
    assert minutes.max() <= 23 * 60
    assert "a mean of 14 h 20 min" in stay.mode.source
    assert minutes.mean() == pytest.approx(14 * 60 + 20, abs=0.5)


def test_a_crisis_center_has_fewer_chairs_than_the_one_it_is_after() -> None:
    service = shipped("service=with_crisis_center").service
    assert service.center.chairs is not None
    assert 1 <= service.center.chairs <= 15
    assert service.center.stay == shipped().service.center.stay
    assert float(service.voluntary_to_center_share) == 1


def test_follow_up_is_the_default_with_visits_switched_on() -> None:
    off, on = shipped().service.follow_up, shipped("service=with_follow_up").service.follow_up
    assert (on.share.value, on.share.low, on.share.high) == (0.3, 0.1, 1.0)
    assert on.by_teams
    assert on.model_copy(update={"share": off.share, "by_teams": False}) == off
    assert isinstance(on.length, Lognormal)
    assert (on.length.mean.low, on.length.mean.value, on.length.mean.high) == (20, 45, 60)
    assert on.after == ["on_scene", "referral", "voluntary"]
    assert on.expires_h.value > on.late_h.value


def test_one_key_switches_visits_on_for_the_workers_of_a_plan() -> None:
    follow_up = shipped("service.follow_up.share=0.3").service.follow_up
    plan = staffing("12_and_3_case_managers")
    assert (follow_up.share.value, follow_up.by_teams) == (0.3, False)
    assert (plan.teams, plan.workers) == (12, 3)
    (line,) = plan.worker_lines
    assert line.by_hour == follow_up.open.by_hour


def test_fewer_repeats_lie_between_what_was_reported_and_nothing() -> None:
    ratio = shipped("outcomes=fewer_repeats").outcomes.repeat.risk_ratio
    assert (ratio.low, ratio.value, ratio.high) == (0.75, 0.9, 1.0)
    days = shipped("outcomes=fewer_repeats").outcomes.repeat.effect_days
    assert days == shipped().outcomes.repeat.effect_days
    assert shipped("outcomes=none").outcomes.repeat.risk_ratio.low is None


def followed_within(days: float, share: float, config: Config) -> float:
    """Share of calls with another of the same person in so many days, at constant rates."""
    persons = config.demand.persons
    weights = caller_weights(persons.frequent_callers, float(persons.spread))
    per_year = weights * share * float(config.demand.calls_per_year)
    return share * float(weights @ -np.expm1(-per_year * days / 365))


def test_frequent_callers_call_again_as_often_as_their_source_says() -> None:
    config = shipped("demand=frequent_callers")
    share = config.demand.persons.frequent_share
    assert "650 people" in share.source
    assert config.demand.persons.frequent_callers == 650
    assert followed_within(30, share.value, config) == pytest.approx(0.12, abs=0.005)
    assert share.low is not None
    assert share.high is not None
    assert followed_within(30, share.low, config) == pytest.approx(0.05, abs=0.005)
    assert followed_within(30, share.high, config) == pytest.approx(0.25, abs=0.005)
