"""Numbers in words, who is reached less, and which rows a table has."""

from dataclasses import replace
from typing import Any

import pytest

from sim.model.measures.dictionary import MEASURES
from sim.report import wording
from sim.report.comparison import findings
from sim.report.comparison.sections import GROUPS, KEY_MEASURES, shown
from sim.scenarios.answers.comparison import Fairness, Group, PlanResult
from sim.scenarios.answers.intervals import Interval

FATES = ("on_scene_share", "referral_share", "voluntary_share", "hold_share", "arrest_share")
IF_ANY = {name for name, measure in MEASURES.items() if measure.if_any}
NOWHERE = Interval(None, None, None, 0)
NO_SAMPLE: Any = None  # a sentence is made of intervals alone


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.067, 0.14, "+7 to +14"), (-0.02, 0.004, "−2.0 to +0.4"), (-0.3, -0.1, "−30 to −10")],
)
def test_ranges_of_differences_of_shares_are_in_points(low, high, shown):
    assert wording.points(Interval(0.0, low, high, 9)) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(-0.4, "less than a minute"), (-0.6, "1 minute"), (6.4, "6 minutes")]
)
def test_minutes_are_whole_and_without_a_sign(value, shown):
    assert wording.minutes(value) == shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (0.0804, "0.080"),
        (0.996, "1.0"),
        (9.96, "10"),
        (42.4, "42"),
        (1_249, "1,200"),
        (-12_600, "−13,000"),
        (-0.0, "0"),
    ],
)
def test_prose_has_two_significant_figures(value, expected):
    assert wording.two_figures(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "$0"),
        (-1_240, "−$1,200"),
        (999_600, "$1.0 million"),
        (36_400_000, "$36 million"),
        (2.5e9, "$2.5 billion"),
    ],
)
def test_dollars_have_two_significant_figures(value, expected):
    assert wording.dollars(value) == expected


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
        ("calls_per_team_day", "Calls per team-day"),
        ("contacts_per_year", "Contacts, contacts/year"),
        ("evenings_nobody_on_per_month", "Evenings without a team, evenings/month"),
        ("sworn_hours_net_per_year", "Sworn hours, net, 1,000 h/year"),
        ("cost_per_year", "Cost, $1,000/year"),
        ("avoided_county_per_year", "Costs avoided by the county, $1,000/year"),
        ("cost_per_contact", "Cost per contact, $/contact"),
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


# --- who is reached less -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "none"), (0.004, "under 1"), (0.006, "1"), (0.996, "over 99"), (1, "all")],
)
def test_none_and_all_are_told_from_what_rounds_to_them(share, said):
    assert wording.counted(share) == said


def fair(zones: int = 3, compared: int = 3, *, alike: bool = False, reach: float = 0.5):
    def group(name: str, share: float) -> Group:
        return Group(name, Interval(share, share - 0.01, share + 0.01, 9), NOWHERE)

    ends = (group("north", 0.7), group("south", 0.3))
    if alike or compared < 2:
        ends = (None, None)
    night, day = group("22:00 to 06:00", 0.6), group("06:00 to 22:00", 0.4)
    groups = Fairness(night, day, zones, compared, alike, *ends)
    measures = {"reach_share": exactly(reach)}
    return PlanResult("4", "", 4, 96.0, 0.0, measures, NO_SAMPLE, NO_SAMPLE, groups)


def test_golden_fairness_in_every_form(golden):
    plans = [fair(), fair(17, 15), fair(alike=True), fair(compared=1), fair(1, 1, alike=True)]
    golden(findings.fairness(plans) + "\n", "fairness.txt")


def test_fairness_is_silent_where_nobody_is_reached():
    assert findings.fairness([fair(reach=0.0)]) == ""


# --- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", sorted({measure.group for measure in MEASURES.values()}))
def test_the_rows_of_a_group_have_the_places_from_one(group):
    places = sorted(x.shown for x in MEASURES.values() if x.group == group and x.shown)
    assert places == list(range(1, len(places) + 1))


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
