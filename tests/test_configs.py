"""Every shipped config composes and is sourced; the nearer of two choices wins."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from pydantic import BaseModel

from sim.config import Config, Sourced, compose, names, program_names, staffing
from sim.config.compose import GROUPS, packaged_configs
from sim.config.values import Lognormal
from sim.model.inputs.fates import resolve

hydra_part = importlib.import_module("sim.config.hydra_part")
compose_room = importlib.import_module("sim.config.compose")  # the package's name is the function
SIX_KEYS = {"value", "low", "high", "source", "year", "confidence"}
COUNT = {"k", "n"}
# A system of queueing theory takes the place of a program, and its numbers are set by definition.
PARTS = [group for group in GROUPS if group not in ("program", "verify")]
OPTIONS = [f"{group}={name}" for group in PARTS for name in names(group)]
# What an option needs beside it; an option that needs nothing goes with constant travel.
TOWNS = ["demand=three_towns", "travel=three_towns"]
WEST_EAST = [
    "demand.zones=[west, east]",
    "demand.zone_share=[0.5, 0.5]",
    "demand.zone_agency=[]",
]
NEEDS = {
    "service=arlington": ["demand=arlington"],
    "service=dauphin": ["demand=dauphin"],
    "service=johnson": ["demand=johnson"],
    "travel=boulder": ["demand=boulder"],
    "travel=dauphin": ["demand=dauphin"],
    "travel=johnson": ["demand=johnson"],
    "travel=st_louis": ["dispatch=officer_request"],
    "dispatch=districts": TOWNS,
    "dispatch=embedded": TOWNS,
    "travel=coordinates": ["demand=three_towns"],
    "travel=los_angeles": ["dispatch=officer_request"],
    "travel=matrix": ["travel.zones=[west, east]", "travel.minutes=[[5, 9], [9, 5]]", *WEST_EAST],
    "travel=square_root": ["dispatch=officer_request"],
    "travel=three_towns": ["demand=three_towns"],
}
PROGRAMS = program_names()
# A program's own files go with it and with none; those of no program with one of each kind: without
# a program, and with travel by area, by towns, alike from anywhere, and with visits on a list.
KINDS = ("generic", "los_angeles", "dauphin", "mobile", "arlington")
ALONE = ("outcomes", "costs", "run")  # groups that no other group needs anything of


def options_with(program: str) -> tuple[list[str], list[str]]:
    """Options that a program is tried with, those of groups that stand alone apart."""
    tried = [
        option
        for option in OPTIONS
        if program == (name := option.partition("=")[2])
        or program in (KINDS if name not in PROGRAMS else KINDS[:1])
    ]
    alone = [option for option in tried if option.partition("=")[0] in ALONE]
    return [option for option in tried if option not in alone], alone or ["run=default"]


def together(program: str) -> Iterator[tuple[str, str, str]]:
    """A program, one of its options, and one of a group that stands alone: each of them once."""
    options, alone = options_with(program)
    yield from zip(repeat(program), options, islice(cycle(alone), len(options)), strict=False)
    yield from zip(repeat(program), cycle(options), alone[len(options) :], strict=False)


TRIED = [case for program in PROGRAMS for case in together(program)]
LISTS = ("arlington", "dauphin", "johnson")  # they visit people on a list, whom few demands have
FILES = sorted(packaged_configs().rglob("*.yaml"))
# Numbers that are dials or criteria, not facts: they need no source.
DIALS = {"demand.growth_factor"}
# Shares that sum to one: their ranges are drawn together, one of them being the remainder. And what
# is published, of a program or by a study, which nobody draws.
NOT_ALONE = (
    "program.",
    "outcomes.evidence",
    "outcomes.patrol_shares",
    "outcomes.team_shares",
    "dispatch.mode_share",
)


def sourced(node: Any, path: str = "") -> Iterator[tuple[str, Sourced]]:
    if isinstance(node, Sourced):
        yield path, node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from sourced(getattr(node, name), f"{path}.{name}".lstrip("."))
    elif isinstance(node, list | tuple):
        for number, item in enumerate(node):
            yield from sourced(item, f"{path}.{number}")
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from sourced(item, f"{path}.{name}")


@cache
def shipped(*overrides: str) -> Config:
    return compose(list(overrides))


@pytest.fixture
def generic() -> Config:
    return shipped()


@pytest.fixture
def los_angeles() -> Config:
    return shipped("program=los_angeles")


# What is shipped


@pytest.mark.parametrize(("program", "option", "alone"), TRIED)
def test_every_option_composes_with_every_kind_of_program(
    program: str, option: str, alone: str
) -> None:
    beside = NEEDS.get(option, ["travel=constant"] if "travel" not in option else [])
    if program in LISTS and any(item.startswith("demand") for item in (option, *beside)):
        beside = [*beside, "service=default"]
    config = shipped(f"program={program}", option, alone, *beside)
    assert config.program.name == program
    unsourced = {path for path, number in sourced(config) if not number.source}
    unsure = {path for path, number in sourced(config) if not number.confidence}
    assert unsourced | unsure <= DIALS


@pytest.mark.parametrize("name", names("staffing"))
def test_every_staffing_plan_is_sourced(name: str) -> None:
    plan = staffing(name)
    lengths = [line.length_h for line in plan.lines if line.length_h is not None]
    assert plan.name == name
    assert plan.title
    assert all(length.source and length.confidence for length in lengths)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sourced_mapping_states_all_six_keys(path: Path) -> None:
    # Hydra merges a mapping into the one it overrides: a key left out would keep a stale value
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            assert not {"value", *COUNT} & set(node) or set(node) in (SIX_KEYS, SIX_KEYS | COUNT)
            assert "k" not in node or node["value"] is node["low"] is node["high"] is None
            node = list(node.values())
        for below in node if isinstance(node, list) else []:
            walk(below)

    walk(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sources_are_named_not_linked(path: Path) -> None:
    assert "://" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("program", PROGRAMS)
def test_any_corner_of_the_ranges_is_valid(program: str) -> None:
    config = shipped(f"program={program}")
    ranged = [
        (path, number)
        for path, number in sourced(config)
        if number.low is not None and number.high is not None and not path.startswith(NOT_ALONE)
    ]
    draw = np.random.default_rng(1)
    for _ in range(100):
        tree = config.model_dump()
        for path, number in ranged:
            node = tree
            for part in path.split("."):
                node = node[part]
            node["value"] = draw.choice([number.low, number.value, number.high])
        Config.model_validate(tree)


@pytest.mark.parametrize("name", names("outcomes"))
def test_remainders_have_no_range_of_their_own(name: str) -> None:
    outcomes = shipped(f"outcomes={name}").outcomes
    for shares in (outcomes.patrol_shares, outcomes.team_shares):
        without = [] if shares is None else [p for p, n in sourced(shares) if n.low is None]
        assert without in ([], ["referral"])


def test_programs_name_plans_and_travel_that_exist() -> None:
    for name in PROGRAMS:
        config = shipped(f"program={name}")
        for plan in [*config.program.other_reading.values(), *config.program.plans]:
            assert plan.isdigit() or plan in names("staffing")
        assert config.program.travel_beside in (None, *names("travel"))
        assert 4 <= len(config.program.notes) <= 8  # what a reader gets through


def test_no_effect_means_no_effect() -> None:
    shares = resolve(shipped("outcomes=none").outcomes)
    np.testing.assert_allclose(shares.patrol, shares.team, atol=1e-12)


def test_every_study_says_what_it_measured_and_where_it_is_from() -> None:
    evidence = shipped().outcomes.evidence
    for study in (*evidence.hold, *evidence.arrest):
        assert study.outcome
        assert study.source
        assert (study.n_team is None) == (study.n_patrol is None)


@pytest.mark.parametrize("name", names("outcomes"))
def test_every_option_keeps_the_studies_it_could_pool(name: str) -> None:
    assert shipped(f"outcomes={name}").outcomes.evidence == shipped().outcomes.evidence


def test_counts_of_ones_own_are_those_published() -> None:
    shares = shipped("outcomes=own_counts").outcomes.team_shares
    assert shares is not None
    counts = {fate: (number.k, number.n) for fate, number in sourced(shares)}
    assert {n for _, n in counts.values()} == {7_584}
    k = {fate: k or 0 for fate, (k, _) in counts.items()}
    assert k["arrest"] == 7_584 - 7_490
    assert k["hold"] + k["voluntary"] == 7_584 - 6_937
    assert k["referral"] / (k["on_scene"] + k["referral"]) == pytest.approx(16 / 61, abs=1e-4)


def test_one_count_is_a_share_beside_others_with_ranges() -> None:
    one, without = (shipped(f"outcomes={name}").outcomes for name in ("one_count", "dauphin"))
    assert one.team_shares is not None
    assert without.team_shares is not None
    arrest, wider = one.team_shares.arrest, without.team_shares.arrest
    assert (arrest.value, arrest.k, arrest.n) == (133 / 3_096, 133, 3_096)
    assert None not in (wider.low, wider.high, arrest.low, arrest.high)
    assert wider.low < arrest.low < arrest.high < wider.high


def test_any_share_may_be_a_count_on_the_command_line() -> None:
    found = compose(["outcomes.booked_given_arrest={k: 133, n: 3096}"]).outcomes
    assert found.booked_given_arrest.value == 133 / 3_096


def test_outcomes_of_selected_calls_say_so() -> None:
    seen = {name: shipped(f"outcomes={name}").outcomes.observed_on for name in names("outcomes")}
    assert {name for name, on in seen.items() if on == "officer_request"} == {"los_angeles"}


def test_the_hopeful_hold_odds_ratios_are_the_published_risk_ratios_at_their_base() -> None:
    effect = shipped("outcomes=optimistic").outcomes.effect
    assert effect is not None
    odds = [0.36 * ratio / (1 - 0.36 * ratio) / (0.36 / 0.64) for ratio in (0.36, 0.84)]
    assert (effect.hold_odds_ratio.low, effect.hold_odds_ratio.value) == pytest.approx(
        odds, abs=1e-3
    )


def test_the_other_reading_of_a_number_of_teams_is_as_many_duties_a_day() -> None:
    program = shipped("program=los_angeles").program
    for number, name in program.other_reading.items():
        plan = staffing(name)
        duties = sum(line.count * len(line.starts) for line in plan.lines)
        assert (plan.teams, duties) == (int(number), int(number))
        on = np.zeros(24)
        for line in plan.lines:
            for start_s in line.start_seconds:
                on[(start_s // 3600 + np.arange(line.length_s // 3600)) % 24] += line.count
        assert on.min() > 0  # the program is said to run around the clock
        assert set(np.flatnonzero(on == on.max())) >= {13, 14, 15}


# The programs


def test_the_calls_and_the_history_of_los_angeles_are_the_published_ones(
    los_angeles: Config,
) -> None:
    funnel, history = los_angeles.service.funnel, los_angeles.program.history
    assert los_angeles.demand.calls_per_year.value == 9_725 + 12_500
    assert [float(share) for _, share in sourced(funnel)] == [1, 1, 1]
    assert history is not None
    assert history.handled_per_day.value == pytest.approx(9_725 / 366, abs=0.05)
    assert history.reach_share.value == pytest.approx(9_725 / 22_225, abs=0.005)


def test_los_angeles_has_patrol_beside_every_team_and_teams_always_there(
    los_angeles: Config,
) -> None:
    dispatch, service = los_angeles.dispatch, los_angeles.service
    assert dispatch.mode_share.central() == [0, 1, 0, 0]
    assert (dispatch.scope, dispatch.after_call) == ("open", "stay")
    assert (dispatch.cutoff.minutes.value, dispatch.reserve.teams) == (0, 0)
    assert not dispatch.recall_for_priority
    off = dispatch.phone_resolved_share, dispatch.other_responder_share
    assert [float(share) for share in (*off, dispatch.latent_demand.elasticity)] == [0, 0, 0]
    absences = [service.absence.officer, service.absence.clinician]
    assert not any(float(role.vacancy_share) for role in absences)
    assert not any(float(role.leave_weeks_per_year) for role in absences)
    assert not any(float(role.sick_days_per_year) for role in absences)
    assert set(service.unavailability.model_dump().values()) == {None}


@pytest.mark.parametrize("program", ["generic", "los_angeles"])
def test_nothing_but_calls_until_it_is_asked_for(program: str) -> None:
    config = shipped(f"program={program}")
    service, persons = config.service, config.demand.persons
    assert not any(way.splits for way in dict(service.transport).values())
    assert (service.center.chairs, set(service.center.open.by_hour)) == (None, {True})
    off = [service.hospital.custody_share, service.follow_up.share, service.outreach.per_week]
    assert [(x.value, x.low, x.high) for x in (*off, persons.frequent_share)] == [
        (0, None, None)
    ] * 4
    assert persons.frequent_callers == 0
    assert not service.follow_up.by_teams
    assert float(config.outcomes.repeat.risk_ratio) == 1


def test_patrol_alone_takes_as_long_as_its_source_gives(generic: Config) -> None:
    alone = generic.service.patrol.alone
    assert isinstance(alone, Lognormal)
    assert alone.median is not None
    sigma = np.log(642 / 2) / (2 * 2.746)  # the expected range of 200 normals is 2 x 2.746
    assert alone.median.value == 43
    assert alone.mean.value == pytest.approx(43 * np.exp(sigma**2 / 2), abs=0.5)
    assert alone.mean.low == pytest.approx(43 * np.exp(0.596**2 / 2), abs=0.5)


# Who wins


@pytest.mark.parametrize("number", ["0", "1", "12", "1000"])
def test_a_number_is_that_many_posts_around_the_clock(number: str) -> None:
    plan = staffing(number)
    assert (plan.name, plan.teams, plan.team_hours_per_day) == (
        number,
        int(number),
        24 * int(number),
    )
