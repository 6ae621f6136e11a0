"""Follow-up visits that may come to be: those of calls, and those of a list."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from sim.clock import DAY_S, HOUR_S
from sim.config import Config, StaffingPlan, compose
from sim.config.groups.hours import OpenHours
from sim.config.models import Outreach, Persons
from sim.config.values import Constant, Exponential, Sourced
from sim.model.inputs.visits import sample_visits, visit_tables
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, PPM, check_table
from tests.worlds import make_calls, make_demand

SEED, ALIKE = 92, 0.99
MONDAY, FRIDAY = date(2025, 1, 6), date(2025, 1, 3)
OFFICE = {"days": ["mon", "tue", "wed", "thu", "fri"], "from_hour": 9, "until_hour": 17}


def config(per_week, hours=None, frequent_callers=10, length=None, **of_demand) -> Config:
    """A config with a list of so many visits a week."""
    whole = compose(["run.window_days=28"])
    length = length or Constant(distribution="constant", mean=Sourced(value=45))
    outreach = Outreach(per_week=Sourced(value=per_week), length=length)
    follow_up = whole.service.follow_up.model_copy(update={"open": OpenHours(**(hours or {}))})
    given = {"outreach": outreach, "follow_up": follow_up}
    service = whole.service.model_copy(update=given)
    demand = make_demand(persons=Persons(frequent_callers=frequent_callers), **of_demand)
    return whole.model_copy(update={"service": service, "demand": demand})


def listed(of: Config, n_days=700, start=MONDAY, replication=0, calls=None):
    tables = visit_tables(of, start, n_days)
    return sample_visits(tables, make_calls(0) if calls is None else calls, SEED, replication)


def assert_poisson(count, expected):
    low, high = stats.poisson.ppf([(1 - ALIKE) / 2, (1 + ALIKE) / 2], expected)
    assert low <= count <= high


def assert_even(counts, shares=None):
    """A chi-squared test of counts against shares, alike unless said otherwise."""
    n = np.sum(counts)
    expected = np.full(len(counts), n / len(counts)) if shares is None else n * np.array(shares)
    assert stats.chisquare(counts, expected).pvalue > 1 - ALIKE


# --- visits of calls -----------------------------------------------------------------------------


def test_without_visits_there_is_an_empty_table():
    found = listed(config(0), calls=make_calls(5))
    check_table(found)
    assert len(found.zone) == 0


def test_each_call_that_wants_one_has_a_visit_to_its_person_in_its_zone():
    calls = make_calls(
        4,
        person=[7, 8, 7, 9],
        zone=[0, 1, 2, 1],
        visit_wanted=[1, 0, 1, 1],
        visit_lag_s=[60, 0, 30, 0],
        visit_for_s=[100, 0, 200, 0],
    )
    found = listed(config(0), calls=calls)
    check_table(found)
    assert found.call.tolist() == [0, 2, 3]
    assert found.person.tolist() == [7, 7, 9]
    assert found.zone.tolist() == [0, 2, 1]
    assert found.due_at_s.tolist() == [NONE] * 3
    assert found.lag_for_s.tolist() == [60, 30, 0]
    assert found.visit_for_s.tolist() == [100, 200, 0]


def test_visits_of_calls_come_before_those_of_the_list():
    calls = make_calls(3, visit_wanted=[1, 0, 1], visit_for_s=9)
    found = listed(config(5), n_days=70, calls=calls)
    check_table(found)
    assert found.call[:2].tolist() == [0, 2]
    assert set(found.call[2:]) == {NONE}
    assert set(found.lag_for_s[2:]) == {0}
    assert np.all(np.diff(found.due_at_s[2:]) >= 0)


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_week", [0.5, 3, 40])
def test_there_are_so_many_a_week(per_week):
    found = [listed(config(per_week, OFFICE), replication=replication) for replication in range(4)]
    assert_poisson(sum(len(one.zone) for one in found), 4 * 100 * per_week)


def test_they_are_due_as_visiting_hours_open_on_any_visiting_day_alike():
    """The run starts on a Friday, so that days 0, 3, 4, 5 and 6 of each week are weekdays."""
    due_at_s = listed(config(40, OFFICE), start=FRIDAY).due_at_s
    day, second = np.divmod(due_at_s, DAY_S)
    assert set(second) == {9 * HOUR_S}
    of_week = np.bincount(day % 7, minlength=7)
    assert of_week[[1, 2]].tolist() == [0, 0]
    assert_even(of_week[[0, 3, 4, 5, 6]])
    assert_even(np.bincount(day // 70, minlength=10))


def test_hours_around_the_clock_open_at_midnight():
    due_at_s = listed(config(40)).due_at_s
    assert set(due_at_s % DAY_S) == {0}
    assert due_at_s.min() == 0
    assert due_at_s.max() == 699 * DAY_S


def test_a_run_without_a_visiting_day_has_none():
    found = listed(config(40, {"days": ["sun"]}), n_days=6)
    check_table(found)
    assert len(found.zone) == 0


def test_numbers_of_a_day_vary_as_a_poisson_number_does():
    counts = np.bincount(listed(config(21)).due_at_s // DAY_S, minlength=700)
    dispersion = ((counts - 3) ** 2 / 3).sum()
    low, high = stats.chi2.ppf([(1 - ALIKE) / 2, (1 + ALIKE) / 2], 700)
    assert low < dispersion < high


def test_they_are_to_the_frequent_callers_all_as_likely():
    found = listed(config(40, frequent_callers=8))
    assert_even(np.bincount(found.person, minlength=8))
    assert found.person.max() == 7


def test_without_frequent_callers_each_is_to_somebody_who_never_calls():
    calls = make_calls(6, visit_wanted=[1, 0, 0, 0, 0, 0])
    found = listed(config(3, frequent_callers=0), calls=calls)
    n = len(found.zone) - 1
    assert found.person.tolist() == [0, *range(6, 6 + n)]


def test_they_are_in_zones_as_the_calls_are():
    shares = [0.5, 0.0, 0.3, 0.2]
    found = listed(config(40, zones=["a", "b", "c", "d"], zone_share=shares))
    counts = np.bincount(found.zone, minlength=4)
    assert counts[1] == 0
    assert_even(counts[[0, 2, 3]], [0.5, 0.3, 0.2])


def test_their_lengths_have_their_distribution():
    length = Exponential(distribution="exponential", mean=Sourced(value=45))
    found = listed(config(40, length=length))
    edges_s = -2_700 * np.log1p(-np.arange(1, 10) / 10)
    assert_even(np.bincount(np.searchsorted(edges_s, found.visit_for_s), minlength=10))


def test_their_marks_are_independent():
    length = Exponential(distribution="exponential", mean=Sourced(value=45))
    zones = {"zones": ["a", "b"], "zone_share": [0.5, 0.5]}
    found = listed(config(40, frequent_callers=1_000, length=length, **zones))
    marks = [stats.rankdata(x) for x in (found.person, found.zone, found.visit_for_s)]
    limit = stats.norm.ppf(1 - (1 - ALIKE) / 6) / np.sqrt(len(found.zone))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(marks[one], marks[other])[0, 1]) < limit


def test_a_longer_run_has_the_same_visits_first():
    short, long = (listed(config(20, OFFICE), n_days=n_days) for n_days in (70, 700))
    n = len(short.zone)
    assert n > 100
    for name in ("due_at_s", "person", "zone", "visit_for_s"):
        assert np.array_equal(getattr(short, name), getattr(long, name)[:n])


def test_replications_differ_and_can_be_had_again():
    one, again, other = (listed(config(20), replication=r).person.tolist() for r in (0, 0, 1))
    assert one == again
    assert one != other


# --- under plans ---------------------------------------------------------------------------------


def plan(name, count, **given):
    line = {"name": "post", "count": count, "pattern": "continuous"}
    return StaffingPlan.model_validate({"name": name, "lines": [line]} | given)


def test_visits_and_calls_are_the_same_under_two_plans():
    of = Scenario(
        compose(
            [
                "run.window_days=28",
                "travel=constant",
                "dispatch=closest",
                "demand=frequent_callers",
                "service=with_follow_up",
                "service.outreach.per_week=12",
                "outcomes=fewer_repeats",
            ]
        )
    )
    calls = of.calls(2)
    plans = plan("many", 9), plan("few", 2, dispatch={"rule": "longest_idle", "scope": "open"})
    worlds = [of.world(of.arm(one), calls, 2) for one in plans]
    assert worlds[0].calls is worlds[1].calls
    for world in worlds:
        check_table(world.visits)
    assert all(np.array_equal(*pair) for pair in zip(*(w.visits for w in worlds), strict=True))
    wanted = np.flatnonzero(calls.visit_wanted)
    assert worlds[0].visits.call[: len(wanted)].tolist() == wanted.tolist()
    assert len(worlds[0].visits.zone) > len(wanted) > 0
    assert worlds[0].policy.repeat_ppm == worlds[1].policy.repeat_ppm < PPM
