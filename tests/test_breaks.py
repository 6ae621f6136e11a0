"""When a team on duty takes no call: pauses by the clock, standing work, other police work."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import stats

from sim.config.models import Absence, RoleAbsence, Unavailability
from sim.config.plans import Line, StaffingPlan
from sim.model.inputs.absence import staffed
from sim.model.inputs.breaks import break_tables, breaks
from sim.model.inputs.roster import schedule
from sim.schema import BreakKind, Kind, check_table

HOUR_S, DAY_S = 3_600, 86_400
MONDAY = date(2025, 1, 6)
SEED, ALIKE = 83, 0.999
MEAL = {"after_h": 4, "minutes": 30}


def constant(minutes):
    return {"distribution": "constant", "mean": minutes}


def planned(*lines, days):
    plan = StaffingPlan(name="plan", lines=[Line(**line) for line in lines])
    return schedule(plan, ["city"], [""], [""], MONDAY, days * DAY_S)


def daily(name="shifts", count=1, starts=("08:00",), length_h=8, **given_too):
    given = {"pattern": "daily", "starts": list(starts), "length_h": length_h}
    return {"name": name, "count": count, **given, **given_too}


def held(name="posts", count=1, **given_too):
    return {"name": name, "count": count, "pattern": "continuous", **given_too}


def tables(days, rates=None, **given):
    return break_tables(
        Unavailability(**given), np.ones(24 * days) if rates is None else np.array(rates, float)
    )


def drawn(of, given, replication=0, roster=None):
    return breaks(of.roster if roster is None else roster, of, given, SEED, replication)


def rows(found):
    """(duty, hour due) of each break."""
    return list(zip(found.duty.tolist(), (found.due_at_s / HOUR_S).tolist(), strict=True))


def assert_poisson(count, expected):
    tail = (1 - ALIKE) / 2
    low, high = stats.poisson.ppf([tail, 1 - tail], expected)
    assert low <= count <= high


# --- pauses --------------------------------------------------------------------------------------


def test_nothing_asked_for_is_an_empty_table():
    found = drawn(planned(held(), days=2), tables(2))
    check_table(found)
    assert len(found.duty) == 0


def test_a_meal_is_due_so_long_after_the_start_of_each_duty():
    of = planned(daily(count=2, starts=["06:00", "14:00"]), days=2)
    found = drawn(of, tables(2, meal=MEAL))
    check_table(found)
    assert rows(found) == [
        *((0, 10), (1, 10), (2, 18), (3, 18)),
        *((4, 34), (5, 34), (6, 42), (7, 42)),
    ]
    assert set(found.break_for_s) == {1_800}
    assert set(found.why) == {BreakKind.MEAL}
    assert set(found.waits) == {1}


@pytest.mark.parametrize(
    ("after_h", "every_h", "due"),
    [
        (4, None, [4]),
        (4, 4, [4]),  # the second would be due as the duty ends
        (4, 3.9, [4, 7.9]),
        (1, 2, [1, 3, 5, 7]),
        (8, 1, []),
        (7.5, 0.25, [7.5, 7.75]),
        (9, None, []),
    ],
)
def test_pauses_go_on_until_the_end_of_the_duty(after_h, every_h, due):
    given = {"after_h": after_h, "every_h": every_h, "minutes": 10}
    found = drawn(planned(daily(starts=["00:00"]), days=1), tables(1, meal=given))
    assert found.due_at_s.tolist() == [round(hour * HOUR_S) for hour in due]


def test_a_post_held_around_the_clock_has_pauses_all_along():
    found = drawn(planned(held(), days=2), tables(2, meal={**MEAL, "every_h": 12}))
    assert rows(found) == [(0, 4), (0, 16), (0, 28), (0, 40)]


def test_posts_that_start_together_take_their_pauses_by_turns():
    of = planned(daily(count=5, starts=["06:00"]), days=1)
    found = drawn(of, tables(1, meal={**MEAL, "turns": 3}))
    assert rows(found) == [(0, 10), (3, 10), (1, 10.5), (4, 10.5), (2, 11)]


def test_breaks_are_sorted_by_second_duty_and_reason():
    documentation = {"after_h": 2, "every_h": 2, "minutes": 15}
    found = drawn(
        planned(daily(count=2), days=1), tables(1, meal=MEAL, documentation=documentation)
    )
    assert list(zip(rows(found), found.why.tolist(), strict=True)) == [
        ((0, 10), BreakKind.DOCUMENTATION),
        ((1, 10), BreakKind.DOCUMENTATION),
        ((0, 12), BreakKind.MEAL),
        ((0, 12), BreakKind.DOCUMENTATION),
        ((1, 12), BreakKind.MEAL),
        ((1, 12), BreakKind.DOCUMENTATION),
        ((0, 14), BreakKind.DOCUMENTATION),
        ((1, 14), BreakKind.DOCUMENTATION),
    ]


def test_a_duty_that_does_not_serve_has_no_breaks():
    of = planned(daily(count=3), days=1)
    there = of.roster.clinician_present.copy()
    there[1] = 0
    found = drawn(of, tables(1, meal=MEAL), roster=of.roster._replace(clinician_present=there))
    assert found.duty.tolist() == [0, 2]


# --- standing work -------------------------------------------------------------------------------


def standing(per_week, from_hour=0, until_hour=24, length=60):
    hours = {"from_hour": from_hour, "until_hour": until_hour}
    return {"standing_work": {"per_week": per_week, "length": constant(length), **hours}}


def test_standing_work_comes_so_often_a_week_within_its_hours():
    days = 70
    of, given = planned(held(count=3), days=days), tables(days, **standing(20, 9, 17))
    found = [drawn(of, given, replication) for replication in range(10)]
    assert_poisson(sum(len(one.duty) for one in found), 20 * 10 * 10)
    for one in found:
        check_table(one)
        assert set(one.why) == {BreakKind.STANDING_WORK}
        assert set(one.break_for_s) == {HOUR_S}
        assert set(one.waits) == {1}
    hour = np.concatenate([one.due_at_s for one in found]) // HOUR_S % 24
    counts = np.bincount(hour, minlength=24)
    assert counts[:9].sum() == counts[17:].sum() == 0
    assert stats.chisquare(counts[9:17]).pvalue > 1 - ALIKE
    weekday = np.concatenate([one.due_at_s for one in found]) // DAY_S % 7
    assert stats.chisquare(np.bincount(weekday, minlength=7)).pvalue > 1 - ALIKE


def test_standing_work_is_given_to_somebody_on_duty_each_as_often():
    """Days of two, nights of one, a clinician away: only those there, in equal parts."""
    days = 200
    of = planned(daily("d", 2), daily("n", 1, starts=["16:00"], length_h=16), days=days)
    away = np.where((of.roster.post == 1) & (of.roster.on_at_s // DAY_S % 2 == 0), 0, 1)
    roster = of.roster._replace(clinician_present=away.astype(np.int8))
    found = drawn(of, tables(days, **standing(200)), roster=roster)
    assert np.all(roster.on_at_s[found.duty] <= found.due_at_s)
    assert np.all(found.due_at_s < roster.off_at_s[found.duty])
    assert np.all(roster.clinician_present[found.duty] == 1)
    hour, day = found.due_at_s // HOUR_S % 24, found.due_at_s // DAY_S
    by_day = (hour >= 8) & (hour < 16)
    both = roster.post[found.duty[by_day & (day % 2 == 1)]]
    counts = np.bincount(both, minlength=3)
    assert counts[2] == 0
    assert stats.chisquare(counts[:2]).pvalue > 1 - ALIKE
    assert set(roster.post[found.duty[by_day & (day % 2 == 0)]]) == {0}
    assert set(roster.post[found.duty[~by_day]]) == {2}


def test_standing_work_with_nobody_on_duty_is_lost():
    days = 100
    of = planned(daily(starts=["08:00"], length_h=12), days=days)
    found = [drawn(of, tables(days, **standing(50)), replication) for replication in range(5)]
    assert_poisson(sum(len(one.duty) for one in found), 5 * 50 * days / 7 / 2)


def test_standing_work_comes_at_the_same_seconds_under_every_plan():
    given = tables(50, **standing(10))
    few, many = (drawn(planned(held(count=n), days=50), given) for n in (1, 9))
    assert few.due_at_s.tolist() == many.due_at_s.tolist()
    assert set(few.duty) == {0}
    assert len(set(many.duty)) > 5


def test_a_shorter_run_has_the_same_standing_work():
    short, long = (
        drawn(planned(held(), days=days), tables(days, **standing(10))) for days in (20, 60)
    )
    assert short.due_at_s.tolist() == long.due_at_s[: len(short.duty)].tolist()
    assert len(short.duty) > 10


def test_standing_work_is_that_of_teams_and_a_worker_has_pauses_only():
    """A case manager more takes no work off the teams, and is pulled away to none."""
    worker = daily("w", 2, roles=["case_manager"])
    given = tables(50, meal=MEAL, **standing(30), **pulled(1))
    alone, beside = (
        drawn(planned(*lines, days=50), given) for lines in ([held()], [held(), worker])
    )
    of_team = beside.duty == 0
    for name in ("due_at_s", "break_for_s", "why"):
        assert np.array_equal(getattr(alone, name), getattr(beside, name)[of_team])
    assert set(beside.why[~of_team]) == {BreakKind.MEAL}
    assert np.count_nonzero(~of_team) == 100
    assert len(drawn(planned(worker, days=50), tables(50, **standing(30), **pulled(1))).duty) == 0


# --- pulled away ---------------------------------------------------------------------------------


def pulled(per_team_day, length=45):
    return {"pulled_away": {"per_team_day": per_team_day, "length": constant(length)}}


def test_teams_are_pulled_away_so_often_in_a_day_on_duty():
    days = 100
    of = planned(held(count=4), daily("d", 6), days=days)
    found = drawn(of, tables(days, **pulled(0.5)))
    check_table(found)
    assert set(found.why) == {BreakKind.PULLED_AWAY}
    assert set(found.waits) == {0}
    assert set(found.break_for_s) == {2_700}
    by_post = np.bincount(of.roster.post[found.duty], minlength=10)
    assert_poisson(by_post[:4].sum(), 4 * days * 0.5)
    assert_poisson(by_post[4:].sum(), 6 * days * 0.5 / 3)
    assert np.all(of.roster.on_at_s[found.duty] <= found.due_at_s)
    assert np.all(found.due_at_s < of.roster.off_at_s[found.duty])


def test_the_rate_rises_with_the_demand_of_the_hour():
    """By hour of day as the calls come, and so often a day at the mean rate."""
    days, by_hour = 200, np.arange(24) / 4 + 1
    of = planned(held(count=10), days=days)
    given = tables(days, rates=np.tile(by_hour, days), **pulled(2))
    found = [drawn(of, given, replication) for replication in range(3)]
    hour = np.concatenate([one.due_at_s for one in found]) // HOUR_S % 24
    expected = 3 * 10 * days * 2 / 24 * by_hour / by_hour.mean()
    counts = np.bincount(hour, minlength=24)
    statistic = ((counts - expected) ** 2 / expected).sum()
    low, high = stats.chi2.ppf([(1 - ALIKE) / 2, (1 + ALIKE) / 2], 24)
    assert low < statistic < high


def test_more_demand_at_every_hour_pulls_nobody_away_more():
    rates = np.tile(np.arange(24) / 4 + 1, 30)
    of = planned(held(count=2), days=30)
    one, other = (drawn(of, tables(30, rates=rates * x, **pulled(1))) for x in (1, 2))
    assert np.array_equal(one.duty, other.duty)
    assert np.allclose(one.due_at_s, other.due_at_s, atol=1)


def test_without_demand_nobody_is_pulled_away():
    given = tables(5, rates=np.zeros(120), **pulled(5))
    assert not given.by_chance
    assert len(drawn(planned(held(), days=5), given).duty) == 0


def test_only_teams_with_an_officer_are_pulled_away():
    of = planned(held("a"), held("b", roles=["clinician"]), days=60)
    found = drawn(of, tables(60, **pulled(2)))
    assert set(of.roster.kind[found.duty]) == {Kind.CO_RESPONDER}
    none = planned(held("b", roles=["clinician"]), days=60)
    assert len(drawn(none, tables(60, **pulled(2))).duty) == 0


def test_a_post_is_pulled_away_at_the_same_seconds_under_every_plan_that_has_it():
    given = tables(60, **pulled(1))
    few = planned(daily("early", 2), daily("late", 3, starts=["14:00"]), days=60)
    more = planned(held("other", 2), daily("late", 5, starts=["14:00"]), days=60)
    times = []
    for of, first in ((few, 2), (more, 2)):
        found = drawn(of, given)
        post = of.roster.post[found.duty]
        times.append([found.due_at_s[post == first + number].tolist() for number in range(3)])
    assert times[0] == times[1]
    assert min(map(len, times[0])) > 5


def test_in_an_overlap_both_cars_of_a_post_are_pulled_away():
    """So that the rate is that of a team-hour: 30 hours of duty a day, six of them twice."""
    days = 400
    of = planned({"name": "p", "count": 5, "pattern": "3x10"}, days=days)
    found = drawn(of, tables(days, **pulled(1)))
    once, times = np.unique(found.due_at_s * 5 + of.roster.post[found.duty], return_counts=True)
    assert_poisson(len(once), 5 * days)
    assert_poisson(np.sum(times == 2), 5 * days * 6 / 24)
    assert times.max() == 2


# --- all together --------------------------------------------------------------------------------


def test_breaks_follow_who_is_there():
    """With absence a post held around the clock has several duties; each has its own pauses."""
    of = planned(held(count=2), days=100)
    sick = RoleAbsence(
        vacancy_share=0,
        vacancy_weeks=1,
        leave_weeks_per_year=0,
        leave_covered_share=0,
        sick_days_per_year=30,
        sick_covered_share=0,
    )
    roster = staffed(of, Absence(clinician=sick), SEED, 0)
    found = drawn(of, tables(100, meal=MEAL, **standing(20), **pulled(1)), roster=roster)
    check_table(found)
    assert set(found.why) == {BreakKind.MEAL, BreakKind.STANDING_WORK, BreakKind.PULLED_AWAY}
    assert np.all(roster.clinician_present[found.duty] == 1)
    assert np.all(found.due_at_s >= roster.on_at_s[found.duty])
    assert np.all(found.due_at_s < roster.off_at_s[found.duty])
    meals = found.why == BreakKind.MEAL
    assert np.all((found.due_at_s - roster.on_at_s[found.duty])[meals] == 4 * HOUR_S)
    there = roster.clinician_present == 1
    assert found.duty[meals].tolist() == np.flatnonzero(there).tolist()
    keys = list(zip(found.due_at_s, found.duty, found.why, strict=True))
    assert keys == sorted(keys)


def test_what_is_by_chance_is_known_beforehand():
    assert not tables(1, meal=MEAL, **standing(0), **pulled(0)).by_chance
    assert tables(1, **standing(1)).by_chance
    assert tables(1, **pulled(1)).by_chance


def test_replications_differ_and_can_be_had_again():
    of, given = planned(held(count=3), days=30), tables(30, **standing(20), **pulled(1))
    one, again, other = (drawn(of, given, replication) for replication in (0, 0, 1))
    assert rows(one) == rows(again)
    assert rows(one) != rows(other)
