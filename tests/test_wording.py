"""Findings in words: every form the leading sentence takes, and the figures in it."""

from dataclasses import replace
from typing import Any

import pytest

from sim.report import findings, wording
from sim.report.sections import FATES, GROUPS, IF_ANY, KEY_MEASURES, aligned, shown
from sim.scenarios.answers import Difference, Fairness, Group, PlanResult, Reading
from sim.scenarios.intervals import INTERVAL_LABEL, DifferenceInterval, Interval

NOWHERE = Interval(None, None, None, 0)
NO_SAMPLE: Any = None  # a sentence is made of intervals alone


def plan(name: str, teams: int, reach: float | None, median: float | None):
    measures = {
        "reach_share": NOWHERE if reach is None else Interval(reach, reach - 0.01, reach + 0.01, 9),
        "response_median_min": NOWHERE if median is None else Interval(median, None, None, 9),
    }
    return PlanResult(name, "", teams, 24.0 * teams, 0.0, measures, NO_SAMPLE, NO_SAMPLE, NO_SAMPLE)


def difference(low: float | None, high: float | None) -> DifferenceInterval:
    if low is None or high is None:
        return DifferenceInterval(None, None, None, 0, excludes_zero=False, percent=None)
    told = not low <= 0 <= high
    return DifferenceInterval((low + high) / 2, low, high, 9, excludes_zero=told, percent=None)


def sentence(one: PlanResult, other: PlanResult, reach, response=(None, None)) -> str:
    measures = {"reach_share": difference(*reach), "response_median_min": difference(*response)}
    pair = Difference(one.name, other.name, measures)
    (said,) = wording.answers(Reading("", "", [one, other], [pair]), 0.95)
    return said


def test_sentence_gives_the_answer_with_its_interval_and_label():
    said = sentence(plan("17", 17, 0.68, 21), plan("12", 12, 0.55, 27), (0.128, 0.134), (-7, -5))
    assert said == (
        "17 posts reach 68 % of requested calls, against 55 % with 12 posts: 13 points more (95 % "
        f"interval 12.8 to 13.4; {INTERVAL_LABEL}), and the median response is 6 minutes shorter "
        "on calls reached under both."
    )


def test_sentence_says_so_if_nothing_is_told_from_chance():
    said = sentence(plan("day_cars", 3, 0.55, 21), plan("1", 1, 0.55, 21), (-0.01, 0.02), (-1, 2))
    assert said.startswith("day_cars reaches 55 %")
    assert "no difference that can be told from chance (95 % interval −1.0 to 2.0 points;" in said
    assert said.endswith("no difference in the median response that can be told from chance.")


def test_sentence_about_fewer_and_later():
    said = sentence(plan("1", 1, 0.50, 31), plan("2", 2, 0.51, 30), (-0.012, -0.01), (0.2, 0.6))
    assert said.startswith("1 post reaches 50 % of requested calls, against 51 % with 2 posts: ")
    assert "1 point fewer" in said
    assert "less than a minute longer" in said


@pytest.mark.parametrize("swapped", [False, True])
def test_sentence_reads_well_without_teams(swapped):
    sides = [plan("4", 4, 0.6, 20), plan("0", 0, 0.0, None)]
    said = sentence(*(sides[::-1] if swapped else sides), (0.5, 0.7))
    assert "patrol alone" in said.lower()
    assert "none" in said
    assert "patrol alone has no response time" in said
    assert "None" not in said


def test_sentence_without_any_request():
    said = sentence(plan("4", 4, None, None), plan("3", 3, None, None), (None, None))
    assert said == "4 posts reach no calls: no team was requested in the window."


@pytest.mark.parametrize(
    ("teams", "reach", "median", "expected"),
    [
        (12, 0.55, 21.2, "12 posts reach 55 % of requested calls (95 % interval 54.0 to 56.0 %; "),
        (0, 0.0, None, "Patrol alone reaches none of the requested calls."),
    ],
)
def test_sentence_about_one_plan(teams, reach, median, expected):
    one = plan(str(teams), teams, reach, median)
    (said,) = wording.answers(Reading("", "", [one], []), 0.95)
    assert said.startswith(expected)
    assert ("median response of 21 minutes" in said) == (median is not None)


def test_several_comparisons_are_said_to_be_adjusted():
    plans = [plan("4", 4, 0.6, 20), plan("0", 0, 0.0, None), plan("3", 3, 0.5, 25)]
    measures = {"reach_share": difference(0.1, 0.2), "response_median_min": difference(-3, -2)}
    pairs = [Difference(one.name, "3", measures) for one in plans[:2]]
    said = wording.answers(Reading("", "", plans, pairs), 0.95)
    assert len(said) == 2
    assert all("95 % interval, adjusted for 2 comparisons" in one for one in said)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0.0, "0"),
        (-0.001, "0.00"),
        (0.5, "0.50"),
        (-4.25, "−4.2"),
        (12345.6, "12,346"),
    ],
)
def test_numbers_have_the_decimals_of_their_size(value, shown):
    assert wording.number(value) == shown


def exactly(value: float | None) -> Interval:
    """Figure that is the same in every replication."""
    return Interval(value, value, value, 9)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Interval(0.68, 0.678, 0.682, 9), "68.0 (67.8–68.2)"),
        (Interval(-0.6, -0.7, -0.5, 9), "−60.0 (−70.0 to −50.0)"),
        (exactly(0.17), "17"),
        (exactly(0.175), "17.5"),
        (Interval(0.1, 0.1 - 1e-17, 0.1 + 1e-17, 9), "10"),
        (exactly(0.0), "0"),
        (Interval(0.17, None, None, 1), "17.0"),
        (NOWHERE, "–"),
    ],
)
def test_a_figure_has_its_interval_unless_it_never_varies(found, said):
    assert wording.mean_and_range(found, 100) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reach_share", "Reached, %"),
        ("hours_over_60pct_share", "Hours over 60 % busy, %"),
        ("teams_filled_mean", "Teams filled, mean"),
        ("calls_per_team_day", "Calls a team-day"),
        ("contacts_per_year", "Contacts, contacts/year"),
        ("evenings_nobody_on_per_month", "Evenings with nobody on duty, evenings/month"),
        ("sworn_hours_net_per_year", "Sworn hours, net, 1,000 h/year"),
        ("cost_per_year", "Cost, $1,000/year"),
        ("avoided_county_per_year", "Avoided, by the county, $1,000/year"),
        ("cost_per_contact", "Cost of a contact, $/contact"),
        ("fte_clinician", "Clinicians at work, FTE"),
    ],
)
def test_a_label_has_its_unit_unless_it_says_it(name, said):
    assert wording.label(name) == said


def test_hours_and_dollars_by_the_thousand_are_shown_as_such():
    assert wording.scale("sworn_hours_net_per_year") == 0.001
    assert wording.scale("overtime_hours_per_year") == 1
    assert wording.scale("net_benefit_per_year") == 0.001
    assert wording.scale("cost_per_contact") == 1


# --- why calls are missed ------------------------------------------------------------------------


def missed(came: float, **shares: float) -> PlanResult:
    names = ["reach_share", *findings.MISSED]
    measures = {name: exactly(shares.get(name, 0.0)) for name in names}
    measures["came_off_duty_share"] = exactly(came)
    return PlanResult("night", "", 2, 48.0, 0.0, measures, NO_SAMPLE, NO_SAMPLE, NO_SAMPLE)


def why(*plans: PlanResult) -> str:
    return " ".join(findings.why_missed(plans).split())


def test_missed_calls_are_told_by_cause_also_where_there_are_none():
    shares = {"reach_share": 0.382, "cancelled_en_route_share": 0.454, "missed_busy_share": 0.164}
    assert why(missed(0.0, **shares)) == (
        "Of 100 requested calls with night: 38 reached; missed: 45 cancelled en route (over before "
        "the team that was sent arrived), 16 with all teams busy, none out of range, none with "
        "nobody on duty. None came while nobody was on duty."
    )


def test_calls_that_came_to_nobody_are_told_apart_from_those_missed_for_it():
    said = why(missed(0.625, reach_share=0.5, missed_off_duty_share=0.5))
    assert said.endswith(
        "50 with nobody on duty. 62 came while nobody was on duty, whether or not a team came on "
        "in time."
    )


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "none"), (0.004, "less than 1"), (0.006, "1"), (0.996, "more than 99"), (1, "all")],
)
def test_none_and_all_are_told_from_what_rounds_to_them(share, said):
    assert f": {said} reached;" in why(missed(0.0, reach_share=share))
    assert f" {said.capitalize()} came while nobody was on duty" in why(missed(share))


def test_nothing_is_said_of_a_plan_that_nobody_asked():
    nobody = missed(0.0)
    nobody.measures["reach_share"] = NOWHERE
    assert findings.why_missed([nobody]) == ""


# --- who is reached less -------------------------------------------------------------------------


def fair(zones: int = 3, compared: int = 3, *, alike: bool = False, reach: float = 0.5) -> str:
    def group(name: str, share: float) -> Group:
        return Group(name, Interval(share, share - 0.01, share + 0.01, 9), NOWHERE)

    ends = (group("north", 0.7), group("south", 0.3))
    if alike or compared < 2:
        ends = (None, None)
    night, day = group("22:00 to 06:00", 0.6), group("06:00 to 22:00", 0.4)
    found = Fairness(night, day, zones, compared, alike, *ends)
    measures = {"reach_share": exactly(reach)}
    plan = PlanResult("4", "", 4, 96.0, 0.0, measures, NO_SAMPLE, NO_SAMPLE, found)
    return " ".join(findings.fairness([plan], 0.95).split())


def test_fairness_tells_night_day_and_the_ends_of_the_zones():
    assert fair() == (
        f"Fairness: reached, % of requested calls (95 % interval: {INTERVAL_LABEL}), by night "
        "(22:00 to 06:00) and by day. 4 posts: night 60.0 (59.0–61.0), day 40.0 (39.0–41.0); of 3 "
        "zones best north 70.0 (69.0–71.0), worst south 30.0 (29.0–31.0)."
    )


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("of 15 zones with a call a week or more best north", {"zones": 17, "compared": 15}),
        ("; zones differ by chance only, as travel knows no places.", {"alike": True}),
        ("; zones have too few calls to be compared.", {"compared": 1}),
        ("day 40.0 (39.0–41.0).", {"zones": 1, "compared": 1, "alike": True}),
    ],
)
def test_fairness_says_how_many_zones_are_compared_and_why_none(said, given):
    assert said in fair(**given)


def test_fairness_is_silent_where_nobody_is_reached():
    assert fair(reach=0.0) == ""


# --- rows ----------------------------------------------------------------------------------------


def test_rows_that_are_ruled_out_are_left_out():
    always = [name for group in GROUPS if not group.only_if for name in group.measures]
    assert named(having(calls_per_duty=None)) == [name for name in always if name not in IF_ANY]
    assert "calls_per_duty" in named(having(), having(calls_per_duty=2.0))


def having(**figures: float | None) -> PlanResult:
    """Return a plan that has nothing but these."""
    measures = dict.fromkeys(KEY_MEASURES, exactly(0.0))
    measures |= {name: NOWHERE if x is None else exactly(x) for name, x in figures.items()}
    return PlanResult("4", "", 4, 96.0, 0.0, measures, NO_SAMPLE, NO_SAMPLE, NO_SAMPLE)


def named(*plans: PlanResult) -> list[str]:
    return [name for group in shown(plans) for name in group.measures]


def section(heading: str, *plans: PlanResult) -> tuple[str, ...]:
    """Rows under a heading; none if it is left out."""
    return next((group.measures for group in shown(plans) if group.heading == heading), ())


def test_fates_stand_where_anyone_was_engaged():
    nobody = having(**dict.fromkeys(FATES))
    assert section("What became of contacts", nobody) == ()
    found = section("What became of contacts", nobody, having(hold_share=0.9, on_scene_share=0.1))
    assert found == ("on_scene_share", "hold_share")


def test_a_center_stands_where_it_has_a_limit_or_turns_somebody_away():
    open_to_all = having(taken_to_center_per_year=900, chairs_taken_mean=2)
    assert section("Crisis center", open_to_all) == ()
    limited = section("Crisis center", having(chair_occupancy_share=0.2))
    assert limited[:2] == ("taken_to_center_per_year", "center_turned_away_per_year")
    shut = section("Crisis center", open_to_all, having(center_turned_away_per_year=3))
    assert shut == tuple(name for name in limited if name != "chair_occupancy_share")


def test_that_no_visit_is_late_is_told_where_visits_are_due():
    assert section("Follow-up", having(connected_share=0.3)) == ()
    found = section("Follow-up", having(), having(visits_due_per_year=5))
    assert {"visits_late_per_year", "visits_expired_per_year", "connected_share"} < set(found)


def test_people_are_told_apart_where_some_call_again():
    assert section("Repeat calls", having(people_reached_per_year=5)) == ()
    again = section("Repeat calls", having(frequent_callers_share=0.1))
    assert again == ("frequent_callers_share", "people_reached_per_year")
    assert "calls_averted_per_year" in named(having(calls_averted_per_year=1))


def test_a_plan_without_teams_that_makes_visits_has_its_name():
    visitors = replace(having(visit_hours_per_year=9), name="peers", teams=0)
    assert wording.plan_words(visitors) == "peers"
    assert wording.plan_words(replace(having(), name="peers", teams=0)) == "patrol alone"


def test_columns_stand_under_a_ruled_head_and_headings():
    table = aligned(["", "a"], [("", [["Teams", "3"]]), ("Times", [["Response", "12.5"]])])
    assert table.splitlines() == [
        "             a",
        "--------------",
        "Teams        3",
        "Times --------",
        "Response  12.5",
    ]
