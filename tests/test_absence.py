"""Who is away: long-run shares, the same days under every plan, and what it does to duties."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.config.models import Absence, RoleAbsence
from sim.config.plans import Line, StaffingPlan
from sim.model.inputs.absence import staffed
from sim.model.inputs.roster import schedule, serves
from sim.schema import NONE, Kind, check_table
from sim.streams import Stream, generator, key_of

HOUR_S, DAY_S = 3_600, 86_400
MONDAY, THURSDAY = date(2025, 1, 6), date(2025, 1, 9)
YEAR_DAYS, SEED = 364, 82
NEVER = {
    "vacancy_share": 0,
    "vacancy_weeks": 26,
    "leave_weeks_per_year": 0,
    "leave_covered_share": 0,
    "sick_days_per_year": 0,
    "sick_covered_share": 0,
}
ALWAYS_SICK = {"sick_days_per_year": 365}


def absence(clinician=None, officer=None):
    of_role = {"clinician": clinician or {}, "officer": officer or {}}
    return Absence(**{role: RoleAbsence(**(NEVER | given)) for role, given in of_role.items()})


def planned(*lines, days=YEAR_DAYS, start=MONDAY):
    plan = StaffingPlan(name="plan", lines=[Line(**line) for line in lines])
    return schedule(plan, ["city"], [""], [""], start, days * DAY_S)


def daily(name="shifts", count=1, starts=("08:00",), length_h=8, **given_too):
    given = {"pattern": "daily", "starts": list(starts), "length_h": length_h}
    return {"name": name, "count": count, **given, **given_too}


def held(name="posts", count=1, **given_too):
    return {"name": name, "count": count, "pattern": "continuous", **given_too}


def middle_of(values, level=0.99):
    """Interval of the mean by Student's t, over independent replications."""
    half = stats.t.ppf(0.5 + level / 2, len(values) - 1) * stats.sem(values)
    return np.mean(values) - half, np.mean(values) + half


def away_shares(of, given, replications=400):
    """Share of duties without their clinician, one a replication."""
    found = (staffed(of, given, SEED, replication) for replication in range(replications))
    return [1 - roster.clinician_present.mean() for roster in found]


# --- nobody away ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [{}, {"leave_weeks_per_year": 5, "leave_covered_share": 1}, {"vacancy_weeks": 1}],
)
def test_without_absence_the_table_is_the_schedules_own(given):
    of = planned(daily(), held())
    assert staffed(of, absence(given, given), SEED, 0) is of.roster


def test_the_absence_of_a_role_that_no_line_has_changes_nothing():
    of = planned(daily(roles=["clinician"]))
    roster = staffed(of, absence(officer=ALWAYS_SICK), SEED, 0)
    assert all(np.array_equal(*pair) for pair in zip(roster, of.roster, strict=True))


def test_no_posts():
    roster = staffed(planned(daily(count=0)), absence(ALWAYS_SICK, {"vacancy_share": 1}), SEED, 0)
    check_table(roster)
    assert len(roster.post) == 0


# --- long-run shares -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ({"leave_weeks_per_year": 5.2}, 0.1),
        ({"leave_weeks_per_year": 26, "leave_covered_share": 0.4}, 0.3),
        ({"sick_days_per_year": 36.5}, 0.1),
        ({"sick_days_per_year": 73, "sick_covered_share": 0.75}, 0.05),
        ({"vacancy_share": 0.25, "vacancy_weeks": 4}, 0.25),
        ({"vacancy_share": 0.02, "vacancy_weeks": 30}, 0.02),
        ({"vacancy_share": 0.6, "vacancy_weeks": 30}, 0.6),
        ({"vacancy_share": 0.5, "leave_weeks_per_year": 26, "sick_days_per_year": 182.5}, 0.875),
    ],
)
def test_people_are_away_for_their_share_of_duties(given, share):
    low, high = middle_of(away_shares(planned(daily(count=2)), absence(given)))
    assert low < share < high
    assert high - low < 0.1


def test_a_vacancy_is_as_likely_on_the_first_day_as_on_any():
    of = planned(daily(count=40), days=1)
    shares = away_shares(of, absence({"vacancy_share": 0.3, "vacancy_weeks": 26}))
    low, high = middle_of(shares)
    assert low < 0.3 < high


def test_vacancies_last_as_long_as_is_said():
    """A position is filled between two days by the two-state Markov process of its mean times."""
    share, weeks, posts = 0.25, 6, 50
    of = planned(daily(count=posts))
    given = absence({"vacancy_share": share, "vacancy_weeks": weeks})
    filled = []
    for replication in range(40):
        by_post = staffed(of, given, SEED, replication).filled.reshape(-1, posts).astype(int)
        filled.append(np.mean(np.diff(by_post, axis=0) == 1))
    changes_a_day = (1 / weeks + share / (1 - share) / weeks) / 7
    low, high = middle_of(filled)
    assert low < share * (1 - share) * (1 - np.exp(-changes_a_day)) < high
    assert high / low < 1.2


@pytest.mark.parametrize(("share", "present"), [(1, 0), (0, 1)])
def test_vacancies_may_be_certain(share, present):
    given = absence({"vacancy_share": share, "sick_days_per_year": 0.001})
    roster = staffed(planned(daily(count=3)), given, SEED, 0)
    assert set(roster.filled) == {present}


def test_leave_is_a_whole_week_of_the_calendar():
    """The run starts on a Thursday, and a night of the day before reaches into it."""
    line = daily(starts=["20:00"], length_h=10, count=30)
    of = planned(line, start=THURSDAY, days=60)
    roster = staffed(of, absence({"leave_weeks_per_year": 26}), SEED, 0)
    # first the night of Wednesday, then Thursday to Sunday: days of one week, by post
    by_post = roster.clinician_present.reshape(-1, 30)
    assert len(by_post) == 61
    edges = [0, *range(5, 61, 7), 61]
    weeks = [by_post[first:last] for first, last in pairwise(edges)]
    assert all((week == week[0]).all() for week in weeks)
    assert any((one[0] != other[0]).any() for one, other in pairwise(weeks))


def test_sickness_is_of_a_day_and_not_of_a_post():
    """The three people of a post on one day are sick on their own."""
    of = planned(daily(starts=["00:00", "08:00", "16:00"], count=20))
    roster = staffed(of, absence({"sick_days_per_year": 182.5}), SEED, 0)
    starts = [
        roster.clinician_present[roster.on_at_s // HOUR_S % 24 == hour] for hour in (0, 8, 16)
    ]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert abs(np.corrcoef(starts[one], starts[other])[0, 1]) < 4 / np.sqrt(len(starts[0]))


# --- who is away, and what is left ---------------------------------------------------------------


def test_flags_say_which_role_is_away_and_whether_its_position_is_open():
    sick = staffed(planned(daily()), absence(officer=ALWAYS_SICK), SEED, 0)
    assert (set(sick.officer_present), set(sick.clinician_present), set(sick.filled)) == (
        {0},
        {1},
        {1},
    )
    open_position = staffed(planned(daily()), absence(officer={"vacancy_share": 1}), SEED, 0)
    assert (set(open_position.officer_present), set(open_position.filled)) == ({0}, {0})
    assert set(open_position.clinician_present) == {1}


def test_a_clinician_alone_needs_no_officer():
    of = planned(daily(roles=["clinician"]), daily("both"))
    roster = staffed(of, absence(officer={"vacancy_share": 1}), SEED, 0)
    alone = roster.kind == Kind.CLINICIAN_ONLY
    assert set(roster.filled[alone]) == {1}
    assert set(roster.filled[~alone]) == {0}
    assert set(roster.officer_present) == {0}
    assert serves(roster).tolist() == alone.tolist()


def test_workers_are_away_as_clinicians_are():
    """By the clinician's figures and not by the officer's, on the days that a clinician would."""
    manager = planned(daily(roles=["case_manager"], count=3))
    clinician = planned(daily(roles=["clinician"], count=3))
    given = absence(GIVEN, officer=ALWAYS_SICK)
    found, other = (staffed(of, given, SEED, 0) for of in (manager, clinician))
    check_table(found)
    assert set(found.kind) == {Kind.FOLLOW_UP}
    assert set(found.officer_present) == {0}
    assert np.array_equal(found.clinician_present, other.clinician_present)
    assert np.array_equal(found.filled, other.filled)
    assert np.array_equal(serves(found), found.clinician_present == 1)
    assert 0 < found.clinician_present.mean() < 1


def test_a_worker_has_the_share_of_days_off_of_a_clinician():
    of = planned(daily(roles=["peer"], count=2))
    low, high = middle_of(away_shares(of, absence({"sick_days_per_year": 36.5}, ALWAYS_SICK), 100))
    assert low < 0.1 < high


def test_roles_are_away_on_their_own():
    of = planned(daily(count=20))
    half = {"sick_days_per_year": 182.5}
    roster = staffed(of, absence(half, half), SEED, 0)
    flags = roster.officer_present, roster.clinician_present
    assert abs(np.corrcoef(*flags)[0, 1]) < 4 / np.sqrt(len(roster.post))


def test_duties_of_a_daily_line_stay_in_the_table():
    of = planned(daily(starts=["08:00", "20:00"], count=2))
    roster = staffed(of, absence({"sick_days_per_year": 100}), SEED, 0)
    check_table(roster)
    flags = {"clinician_present": of.roster.clinician_present}
    assert all(
        np.array_equal(*pair) for pair in zip(roster._replace(**flags), of.roster, strict=True)
    )


# --- common random numbers -----------------------------------------------------------------------


GIVEN = {"vacancy_share": 0.3, "leave_weeks_per_year": 6, "sick_days_per_year": 20}


def days_away(roster, posts):
    """(post, second on) of duties without a clinician or an officer, of some posts."""
    away = (roster.officer_present == 0) | (roster.clinician_present == 0)
    rows = np.flatnonzero(away & np.isin(roster.post, posts))
    return [(posts.index(roster.post[row]), int(roster.on_at_s[row])) for row in rows]


def test_a_post_is_away_on_the_same_days_under_every_plan_that_has_it():
    few = planned(daily("early", 2), daily("late", 3, starts=["16:00"]))
    more = planned(daily("other", 4), daily("late", 5, starts=["16:00"]))
    rosters = [staffed(of, absence(GIVEN, GIVEN), SEED, 3) for of in (few, more)]
    one, other = days_away(rosters[0], [2, 3, 4]), days_away(rosters[1], [4, 5, 6])
    assert one == other
    assert len(one) > 50


def test_a_shorter_run_has_the_same_days():
    short, long = planned(daily(count=3), days=40), planned(daily(count=3))
    one, other = (staffed(of, absence(GIVEN, GIVEN), SEED, 0) for of in (short, long))
    n = len(one.post)
    assert np.array_equal(one.clinician_present, other.clinician_present[:n])
    assert np.array_equal(one.filled, other.filled[:n])


def test_posts_roles_and_replications_differ():
    of = planned(daily("a", 2), daily("b", 1))
    first, second = (staffed(of, absence(GIVEN, GIVEN), SEED, r) for r in (0, 1))
    patterns = [
        tuple(getattr(roster, role)[roster.post == post])
        for roster in (first, second)
        for role in ("officer_present", "clinician_present")
        for post in (0, 1, 2)
    ]
    assert len(set(patterns)) == 12


def test_what_is_covered_is_a_part_of_what_was_not():
    of = planned(daily(count=5))
    bare, covered = (
        staffed(of, absence({"sick_days_per_year": 60, "sick_covered_share": share}), SEED, 0)
        for share in (0, 0.5)
    )
    assert np.all(covered.clinician_present >= bare.clinician_present)
    assert covered.clinician_present.sum() > bare.clinician_present.sum()


# --- posts held around the clock -----------------------------------------------------------------


def test_a_post_held_around_the_clock_is_one_duty_while_the_same_people_are_there():
    of = planned(held(count=4))
    sick = {"sick_days_per_year": 20}
    roster = staffed(of, absence(sick, sick), SEED, 0)
    check_table(roster)
    assert len(of.roster.post) == 4
    assert len(roster.post) > 100
    for post in range(4):
        rows = np.flatnonzero(roster.post == post)
        on, off = roster.on_at_s[rows], roster.off_at_s[rows]
        assert on[0] == 0
        assert off[-1] == YEAR_DAYS * DAY_S
        assert np.array_equal(on[1:], off[:-1])
        assert np.all(on % (8 * HOUR_S) == 0)
        flags = np.array([roster.filled, roster.officer_present, roster.clinician_present])[:, rows]
        assert np.all(np.any(flags[:, 1:] != flags[:, :-1], axis=0))
        assert roster.predecessor[rows].tolist() == [NONE, *rows[:-1].tolist()]
        assert (off - on).max() > 2 * DAY_S


def test_stretches_are_those_of_three_people_a_day():
    """Each eight hours have the flags of a daily line of the same name with those three starts."""
    three = daily("posts", 2, starts=["00:00", "08:00", "16:00"], length_h=8)
    rosters = [
        staffed(planned(line), absence(GIVEN, GIVEN), SEED, 5) for line in (held(count=2), three)
    ]
    times = np.arange(0, YEAR_DAYS * DAY_S, 8 * HOUR_S)
    for post in range(2):
        flags = []
        for roster in rosters:
            rows = np.flatnonzero(roster.post == post)
            at = rows[np.searchsorted(roster.on_at_s[rows], times, side="right") - 1]
            flags.append((roster.officer_present[at], roster.clinician_present[at]))
        assert np.array_equal(*flags)


def test_a_post_that_is_always_short_is_one_duty_that_does_not_serve():
    roster = staffed(planned(held()), absence({"vacancy_share": 1}), SEED, 0)
    assert len(roster.post) == 1
    assert not serves(roster).any()


# --- streams -------------------------------------------------------------------------------------


def test_parts_of_a_stream_are_streams_of_their_own():
    keys = [(), (0,), (1,), (0, 0), (0, 1), (key_of("a"),), (key_of("b"),)]
    first = [generator(SEED, 0, Stream.ABSENCE, *key).random() for key in keys]
    assert len(set(first)) == len(keys)
    again = np.random.SeedSequence(SEED, spawn_key=(0, 27, 5))
    expected = np.random.Generator(np.random.PCG64(again)).random()
    assert generator(SEED, 0, Stream.ABSENCE, 5).random() == expected


def test_the_key_of_a_name_is_the_same_everywhere():
    assert key_of("post") == 12687358332858143346
