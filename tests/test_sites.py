"""Base zones that a plan does not name: the p-median, its lines and shifts, and who is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from time import perf_counter

import numpy as np
import pytest

import sim
from sim.config import StaffingPlan, compose, program_names, staffing
from sim.model.inputs.medians import medians
from sim.model.inputs.sites import FAR_S, spread, with_bases
from sim.report.comparison.bases import bases_lines
from sim.report.comparison.frames import cells
from sim.report.comparison.full import full
from sim.report.comparison.screen import screen
from sim.report.wording import page
from sim.scenarios.answers.comparison import Bases
from sim.scenarios.scenario import Scenario
from tests import money

TOWNS = ("demand=three_towns", "travel=three_towns")
SIX = "z0 (3), z1, z2, z3, z4, z5"
BRIEF = ["run.window_days=7", "run.warm_up_days=0", "run.tail_days=1"]


def streets(dice, n):
    """Demand of some zones, and seconds between random points of a square."""
    at = dice.random((n, 2))
    drive_s = 300 + 3_000 * np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    return np.rint(1e6 * dice.dirichlet(np.ones(n))).astype(np.int64), drive_s.astype(np.int64)


def total(demand, drive_s, sites):
    return int((demand * drive_s[list(sites)].min(axis=0)).sum())


def plan(*lines, **keys):
    named = [{"name": f"line {at}", "count": 1, **line} for at, line in enumerate(lines)]
    return StaffingPlan.model_validate({"name": "mine", "lines": named, **keys})


def posts(count=1, **keys):
    return {"count": count, "pattern": "continuous", **keys}


def shift(start, length_h, count=1, **keys):
    return {"count": count, "pattern": "daily", "starts": [start], "length_h": length_h, **keys}


def bases(of, *overrides):
    return [line.base_zones for line in with_bases(of, compose([*TOWNS, *overrides])).lines]


# --- the p-median --------------------------------------------------------------------------------


def test_the_p_median_is_the_best_of_all_choices_but_for_a_few_in_a_thousand():
    dice, missed = np.random.default_rng(1), []
    for _ in range(1_000):
        n = int(dice.integers(2, 10))
        demand, drive_s = streets(dice, n)
        p = int(dice.integers(1, n + 1))
        found = total(demand, drive_s, medians(demand * drive_s, demand * FAR_S, p))
        best = min(total(demand, drive_s, sites) for sites in combinations(range(n), p))
        missed.append(found / best - 1)
    assert min(missed) >= 0
    assert np.mean(np.array(missed) > 0) < 0.01
    assert max(missed) < 0.1


@pytest.mark.parametrize(
    ("zones", "p", "most_s"), [(21, 17, 0.02), (200, 20, 1.0), (200, 100, 1.0)]
)
def test_bases_are_chosen_at_once(zones, p, most_s):
    demand, drive_s = streets(np.random.default_rng(2), zones)
    start = perf_counter()
    spread(demand, drive_s, np.zeros(zones, np.int64), p)
    assert perf_counter() - start < most_s


def test_teams_that_are_there_count():
    demand, drive_s = streets(np.random.default_rng(3), 9)
    for there in range(9):
        teams = np.bincount([there], minlength=9)
        (site,) = spread(demand, drive_s, teams, 1)
        assert site == min(range(9), key=lambda at: total(demand, drive_s, (there, at)))


def test_a_zone_that_cannot_be_reached_has_a_base_of_its_own():
    demand, drive_s = streets(np.random.default_rng(4), 9)
    demand[8] = 2_000  # two calls in a thousand, yet nobody else can come
    drive_s[:8, 8] = FAR_S
    assert 8 in spread(demand, drive_s, np.zeros(9, np.int64), 3)


def test_bases_are_shared_by_demand_once_every_zone_has_one():
    demand = np.array([600_000, 250_000, 150_000, 0])
    drive_s = np.where(np.eye(4, dtype=bool), 300, 1_500)
    sites = spread(demand, drive_s, np.zeros(4, np.int64), 10)
    assert np.bincount(sites, minlength=4).tolist() == [5, 3, 2, 0]  # 120,000 a team at most


def test_without_any_demand_there_is_a_base_all_the_same():
    nothing = np.zeros(3, np.int64)
    assert spread(nothing, np.full((3, 3), 60), nothing, 2) == [0, 0]


# --- lines ---------------------------------------------------------------------------------------


def test_a_number_of_posts_is_spread_by_demand_and_not_by_the_order_of_the_list():
    assert bases(staffing("1")) == [["middle"]]
    assert bases(staffing("3")) == [["middle", "north", "south"]]
    assert bases(staffing("4")) == [["middle", "north", "south", "middle"]]


def test_bases_that_a_plan_names_stay_and_the_others_go_beside_them():
    named = posts(base_zones=["middle"])
    assert bases(plan(named)) == [["middle"]]
    assert bases(plan(posts(), named)) == [["north"], ["middle"]]


def test_teams_of_other_hours_have_the_best_bases_too():
    day, night = shift("08:00", 12), shift("20:00", 12)
    assert bases(plan(day, night)) == [["middle"], ["middle"]]
    assert bases(plan(day, shift("09:00", 12))) == [["middle"], ["north"]]
    assert bases(plan(day, shift("19:00", 12))) == [["middle"], ["middle"]]  # an hour together
    assert bases(plan(day, day)) == [["middle"], ["north"]]


def test_who_is_on_duty_longest_is_placed_first():
    assert bases(plan(shift("08:00", 12), posts())) == [["north"], ["middle"]]


def test_teams_of_other_seasons_are_not_on_duty_together():
    summer = shift("08:00", 12, valid_until="2024-09-30")
    winter = shift("08:00", 12, valid_from="2024-10-01")
    assert bases(plan(summer, winter)) == [["middle"], ["middle"]]


def test_workers_and_teams_by_video_move_no_team():
    workers, video = posts(2, roles=["peer"]), posts(1, roles=["clinician"], by_video=True)
    assert bases(plan(workers, video, posts(2)))[2] == bases(staffing("2"))[0]


def test_an_agency_is_based_in_its_own_zones():
    assert bases(plan(posts(agency="north"), posts(2, agency="south"))) == [
        ["north"],
        ["south", "south"],
    ]
    assert bases(plan(posts(agency="a clinic"))) == [["middle"]]


def test_closed_districts_have_a_base_each_before_any_has_two():
    two = ("demand.zone_agency=[county,city,city]", "demand.zone_share=[0.02,0.49,0.49]")
    assert bases(staffing("2"), *two) == [["middle", "south"]]
    closed = (*two, "dispatch=districts", "dispatch.scope=closed")
    assert sorted(bases(staffing("2"), *closed)[0]) == ["middle", "north"]
    own = plan(posts(2), dispatch={"scope": "closed", "rule": "closest"})
    assert sorted(bases(own, *two)[0]) == ["middle", "north"]


def test_where_travel_knows_no_places_nothing_is_chosen():
    for travel in ("travel=constant", "travel=square_root"):
        config = compose(["demand=three_towns", travel, "dispatch=officer_request"])
        assert with_bases(staffing("3"), config) == staffing("3")


@pytest.mark.parametrize("program", program_names())
def test_no_base_of_a_programs_own_plans_is_chosen(program):
    towns = Scenario(compose([f"program={program}"]))
    plans = [staffing(name) for name in towns.config.program.plans]
    assert not any(towns.arm(each).bases_chosen for each in plans)


def test_bases_are_chosen_once_and_stay_whatever_is_drawn():
    towns = Scenario(compose(["demand=three_towns", "travel=coordinates"]))
    arm = towns.arm(staffing("2"))
    assert arm.bases_chosen
    drawn = towns.drawn(1).arm(arm.plan)
    assert not drawn.bases_chosen
    assert (drawn.schedule.roster.base_zone == arm.schedule.roster.base_zone).all()


# --- who is told ---------------------------------------------------------------------------------


def test_the_answer_names_the_bases():
    overrides = [*TOWNS, "dispatch=closest", *BRIEF]
    answer = sim.compare(4, 1, overrides=overrides, replications=2, draws=0, check="none")
    (line,) = [x for x in screen(answer).splitlines() if x.startswith("Bases")]
    where = "4: middle (2), north, south. 1: middle (chosen by demand)."
    assert line == f"Bases    {where} The closest free team goes."
    assert "- Bases of 4: middle (2), north, south (chosen by demand). The closest" in full(answer)
    assert cells(answer)["posts"]["base_zone"].to_list()[:4] == [
        "middle",
        "north",
        "south",
        "middle",
    ]
    assert answer.main.plans[0].bases.posts == {"middle": 2, "north": 1, "south": 1}


@pytest.mark.parametrize(
    ("width", "chosen", "line"),
    [
        (
            100,
            (False, False),
            f"17: {SIX}, 9 elsewhere. 12: {SIX}, 4 elsewhere.",
        ),
        (
            80,
            (True, False),
            "17: z0 (3), 14 elsewhere (chosen by demand). 12: z0 (3), 9 elsewhere.",
        ),
        (60, (True, True), "Chosen by demand; --full names them."),
        (60, (False, False), "17: z0 (3), 14 elsewhere. 12: z0 (3), 9 elsewhere."),
    ],
)
def test_bases_stand_in_one_line(width, chosen, line):
    answer = money.found()
    plans = [
        replace(plan, bases=Bases({f"z{at}": 1 + 2 * (at == 0) for at in range(zones)}, by_demand))
        for plan, zones, by_demand in zip(answer.main.plans, (15, 10), chosen, strict=True)
    ]
    answer = replace(answer, main=replace(answer.main, plans=plans))
    with page(width):
        assert any(
            x.startswith(line) for x in bases_lines(plans, 15)[:2]
        )  # after that of all their zones, if this has two lines
        assert "Bases    17: " in screen(answer)
        assert "z14" in " ".join(full(answer).split())


def test_a_plan_of_several_lines_says_where_each_stands():
    """Where the one car of the night stands decides the night; no plan is left out."""
    days = {"a": 1, "b": 1, "c": 1}
    bases = [
        Bases({"a": 2, "b": 1, "c": 1}, True, {"day": days, "night": {"a": 1}}, "closest"),
        Bases({"a": 2, "b": 1}, True, {"day": {"a": 2, "b": 1}}, "closest"),
        Bases(days, True, {"day": days}, "closest"),
    ]
    answer = money.found(names=("17", "12", "9"))
    plans = [replace(x, bases=at) for x, at in zip(answer.main.plans, bases, strict=True)]
    text = screen(replace(answer, main=replace(answer.main, plans=plans)))
    said = "9: a, b, c. 12: a (2), b. 17: day in a, b, c; night in a (chosen by demand)."
    assert f"Bases {said} The closest free" in " ".join(text.split())
    every = bases_lines(plans[2:], 3)[0]
    assert every == "9: one in each zone (chosen by demand). The closest free team goes."


def test_without_places_no_base_is_named():
    overrides = ["demand=three_towns", "travel=constant", *BRIEF]
    answer = sim.run(4, overrides=overrides, replications=2, draws=0, check="none")
    assert "Bases" not in full(answer)
    assert answer.main.plans[0].bases is None
