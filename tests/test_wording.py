"""Numbers in words, who is reached less, and which rows a table has."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sim.model.measures.dictionary import MEASURES
from sim.report import wording
from sim.report.comparison import findings
from sim.report.comparison.sections import GROUPS, KEY_MEASURES, shown
from sim.scenarios.answers.comparison import Fairness, Group, PlanResult
from sim.scenarios.answers.intervals import Interval

IF_ANY = {name for name, measure in MEASURES.items() if measure.if_any}
NOWHERE = Interval(None, None, None, 0)
NO_SAMPLE: Any = None  # a sentence is made of intervals alone


def exactly(value: float | None) -> Interval:
    """Figure that is the same in every replication."""
    return Interval(value, value, value, 9)


def between(low: float, high: float) -> Interval:
    return Interval((low + high) / 2, low, high, 9)


def percent(interval: Interval) -> str:
    return wording.mean_and_range(interval, 100)


SAID: list[tuple[Callable[[Any], object], list[Any], str]] = [
    (
        wording.points,
        [between(0.067, 0.14), between(-0.02, 0.004), between(-0.3, -0.1)],
        "+7 to +14 | −2.0 to +0.4 | −30 to −10",
    ),
    (wording.minutes, [-0.4, -0.6, 6.4], "less than a minute | 1 minute | 6 minutes"),
    (
        wording.two_figures,
        [0, 0.0804, 0.996, 9.96, 42.4, 1_249, -12_600, -0.0],
        "0 | 0.080 | 1.0 | 10 | 42 | 1,200 | −13,000 | 0",
    ),
    (
        wording.dollars,
        [0, -1_240, 999_600, 36_400_000, 2.5e9],
        "$0 | −$1,200 | $1.0 million | $36 million | $2.5 billion",
    ),
    (
        wording.number,
        [None, 0.0, -0.001, 0.5, -4.25, 12345.6],
        "– | 0 | 0.00 | 0.50 | −4.2 | 12,346",
    ),
    (wording.counted, [0, 0.004, 0.006, 0.996, 1], "none | under 1 | 1 | over 99 | all"),
    (
        percent,
        [Interval(0.68, 0.678, 0.682, 9), Interval(-0.6, -0.7, -0.5, 9)],
        "68.0 (67.8–68.2) | −60.0 (−70.0 to −50.0)",
    ),
    (
        percent,
        [exactly(0.17), exactly(0.175), between(0.1 - 1e-17, 0.1 + 1e-17), exactly(0.0)],
        "17 | 17.5 | 10 | 0",
    ),
    (percent, [Interval(0.17, None, None, 1), NOWHERE], "17.0 | –"),
    (
        wording.label,
        ["reach_share", "hours_over_60pct_share", "teams_filled_mean", "calls_per_team_day"],
        "Reached, % | Hours over 60% busy, % | Teams filled, mean | Calls per team-day",
    ),
    (
        wording.label,
        ["contacts_per_year", "sworn_hours_net_per_year", "cost_per_year"],
        "Contacts, contacts/year | Sworn hours, net, 1,000 h/year | Cost, $1,000/year",
    ),
    (
        wording.scale,
        ["sworn_hours_net_per_year", "overtime_hours_per_year", "net_benefit_per_year"],
        "0.001 | 1.0 | 0.001",
    ),
]


@pytest.mark.parametrize(("say", "values", "expected"), SAID)
def test_numbers_in_words(say, values, expected):
    assert " | ".join(str(say(value)) for value in values) == expected


# --- who is reached less -------------------------------------------------------------------------


def fair(zones: int = 3, compared: int = 3, *, alike: bool = False, reach: float = 0.5):
    def group(name: str, share: float) -> Group:
        return Group(name, Interval(share, share - 0.01, share + 0.01, 9), NOWHERE)

    ends = (group("north", 0.7), group("south", 0.3))
    if alike or compared < 2:
        ends = (None, None)
    night, day = group("22:00 to 06:00", 0.6), group("06:00 to 22:00", 0.4)
    groups = Fairness(night, day, zones, compared, alike, *ends)
    return replace(having(reach_share=reach), fairness=groups)


def test_golden_fairness_in_every_form(golden):
    plans = [fair(), fair(17, 15), fair(alike=True), fair(compared=1), fair(1, 1, alike=True)]
    golden(findings.fairness(plans) + "\n", "fairness.txt")
    assert findings.fairness([fair(reach=0.0)]) == ""


# --- rows ----------------------------------------------------------------------------------------


def having(**figures: float | None) -> PlanResult:
    """Return a plan that has nothing but these."""
    measures = dict.fromkeys(KEY_MEASURES, exactly(0.0))
    measures |= {name: NOWHERE if x is None else exactly(x) for name, x in figures.items()}
    return PlanResult("4", "", 4, 96.0, 0.0, measures, NO_SAMPLE, NO_SAMPLE, NO_SAMPLE)


@pytest.mark.parametrize("group", sorted({measure.group for measure in MEASURES.values()}))
def test_the_rows_of_a_group_have_the_places_from_one(group):
    places = sorted(x.shown for x in MEASURES.values() if x.group == group and x.shown)
    assert places == list(range(1, len(places) + 1))


NOBODY = having(
    **dict.fromkeys(
        ("on_scene_share", "referral_share", "voluntary_share", "hold_share", "arrest_share")
    )
)
OPEN_TO_ALL = having(taken_to_center_per_year=900, chairs_taken_mean=2)
PLANS = {
    "nothing of what is shown if there is any": [having(calls_per_duty=None)],
    "duties of one plan": [having(), having(calls_per_duty=2.0)],
    "calls averted": [having(calls_averted_per_year=1)],
    "nobody engaged": [NOBODY],
    "some engaged": [NOBODY, having(hold_share=0.9, on_scene_share=0.1)],
    "a center without a limit": [OPEN_TO_ALL],
    "a center with a limit": [having(chair_occupancy_share=0.2)],
    "a center that turns somebody away": [OPEN_TO_ALL, having(center_turned_away_per_year=3)],
    "connected without visits": [having(connected_share=0.3)],
    "no visit is late": [having(), having(visits_due_per_year=5)],
    "people reached once": [having(people_reached_per_year=5)],
    "people who call again": [having(frequent_callers_share=0.1)],
}


def test_golden_rows_that_are_ruled_out_are_left_out(golden):
    always = {(group.heading, x) for group in GROUPS if not group.only_if for x in group.measures}
    always = {(heading, name) for heading, name in always if name not in IF_ANY}
    told = ""
    for about, plans in PLANS.items():
        rows = [(group.heading, name) for group in shown(plans) for name in group.measures]
        assert always <= set(rows), about
        more = [f"{heading}: {name}" for heading, name in rows if (heading, name) not in always]
        told += f"{about}:\n" + "".join(f"  {row}\n" for row in more)
    golden(told, "rows.txt")


def test_a_plan_without_teams_that_makes_visits_has_its_name():
    visitors = replace(having(visit_hours_per_year=9), name="peers", teams=0)
    assert wording.plan_words(visitors) == "peers"
    assert wording.plan_words(replace(having(), name="peers", teams=0)) == "patrol alone"
