"""Bad input is refused in one line that names its key; its nearest good neighbor is read."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from sim.config import InputError, compose, staffing
from tests.folders import Folder

compose_room = importlib.import_module("sim.config.compose")  # the package's name is the function


def begins(text: str, override: str, said: str) -> bool:
    key = override.partition("=")[0]
    return text.startswith((f"{key}: {said}", said))


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        call()
    text = str(caught.value)
    assert text == text.strip()
    assert len(text.splitlines()) == 1
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# What Python may hand over


@pytest.mark.parametrize("overrides", ["program=los_angeles", None, {"program": "aurora"}, [3], 12])
def test_overrides_that_are_no_list_of_texts(overrides: Any) -> None:
    for call in (compose, lambda them: sim.compare(2, 1, overrides=them)):
        assert re.match(
            r'overrides: expected (a list|texts) such as \["program=los_angeles"\], got ',
            refusal(partial(call, overrides)),
        )


def test_plans_that_are_one_list() -> None:
    plans: Any = [4, 3]
    said = "plans: expected one after another, such as 4, 3, got [4, 3] as one"
    assert refusal(lambda: sim.compare(plans, overrides=["run=smoke"])) == said


@pytest.mark.parametrize("name", [None, True, 12.5, [12], b"12"])
def test_plans_that_are_no_name_and_no_number(name: Any) -> None:
    text = refusal(lambda: staffing(name))
    assert text.startswith("plan: expected the name of a plan or a number of 24/7 posts, got ")


# Bad files in a user's own folder


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    text = refusal(lambda: compose([], tmp_path / "none"))
    assert text.startswith("--config-dir: expected a folder, got '")


WITHOUT = "service.contact.without_patrol"
USER_FAULTS = {
    "interpolation": (
        "name: x\ntitle: ${oc.env:HOME}",
        "program.title: expected plain data, not an inter",
    ),
    "instantiation": ("name: x\ntitle: x\n_target_: os.system", "program._target_"),
    "interpolated default": (
        "# @package _global_\ndefaults:\n  - override /travel: ${oc.env:HOME}",
        "bad.yaml: defaults.0.override /travel: expected plain data, not an interpolation",
    ),
    "option that is not there": (
        "# @package _global_\ndefaults:\n  - override /travel: nowhere",
        "travel/nowhere",
    ),
    "unknown key": ("name: x\ntittle: x", "program.tittle: unknown key; did you mean 'title'?"),
    "unknown group": ("# @package _global_\nprogramme: {name: x}", "did you mean 'program'?"),
    "missing value": ("name: x\ntitle: ???", "program.title: expected a value, got '???'"),
    "missing key": ("name: x", "program.title: expected a value, got none"),
    "not YAML": ("name: [", "bad.yaml"),
    "key twice": ("name: x\nname: y", "duplicate key name"),
    "part in itself": ("name: x\ntitle: &a [*a]", "program/bad.yaml: expected a tree"),
    "billions": (
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"{x}: &{x} [{f'*{y}, ' * 8}]\n" for y, x in pairwise("abcdefghi")),
        "program/bad.yaml: expected at most 1,000,000 values",
    ),
    "list": ("- x", "program/bad.yaml: expected a mapping of keys, got a list"),
    "Hydra's own keys": ("# @package _global_\nhydra: {searchpath: [x]}", "hydra: unknown key"),
}


@pytest.mark.parametrize(("text", "said"), USER_FAULTS.values(), ids=USER_FAULTS)
def test_bad_file_of_a_user(folder: Folder, text: str, said: str) -> None:
    folder.write("program/bad", text)
    assert said in refusal(lambda: folder.compose("program=bad"))


def test_file_that_is_not_utf_8(folder: Folder) -> None:
    folder.write("program/bad", "")
    (folder.path / "program/bad.yaml").write_bytes("title: Zürich".encode("latin-1"))
    assert "bad.yaml: expected UTF-8 text" in refusal(lambda: folder.compose("program=bad"))


def matrix(zones: list[str], minutes: list[list[float]]) -> str:
    travel = {
        "model": "matrix",
        "zones": zones,
        "minutes": minutes,
        "traffic_by_hour": [1.0] * 24,
        "factor_sd": 0.3,
    }
    return yaml.safe_dump(travel)


def test_a_matrix_that_fits_the_zones(folder: Folder) -> None:
    folder.write("travel/streets", matrix(["city", "beyond"], [[5, 9], [9, 5]]))
    config = folder.compose("demand=flat", "travel=streets", "dispatch=closest")
    assert config.travel.model == "matrix"


@pytest.mark.parametrize(
    ("zones", "minutes", "said"),
    [
        (["city"], [[5, 9], [9, 5]], "travel.minutes: expected 1 rows, one per zone, got 2"),
        (
            ["city", "beyond"],
            [[5, 9], [9]],
            "row 'beyond': expected 2 columns, one per zone, got a list",
        ),
        (["city", "beyond"], [[5, 9], None], "travel.minutes: row 'beyond': expected 2 columns"),
        (
            ["city", "city"],
            [[5, 9], [9, 5]],
            "travel.zones: expected each zone once, got 'city' twice",
        ),
        (["beyond"], [[5]], "travel.zones: expected every zone of demand.zones, got no 'city'"),
        (
            ["city", "beyond"],
            [[0, None], [None, None]],
            "travel.minutes: expected minutes above 0, got no way or 0 for every drive",
        ),
        (
            ["city", "beyond"],
            [[5, 9], ["", 5]],
            "from 'beyond' to 'city': expected 0 or more, got ''",
        ),
        (["city"], [[-5]], "travel.minutes: from 'city' to 'city': expected 0 or more, got -5"),
        (["city"], [[float("nan")]], "from 'city' to 'city': expected 0 or more, got nan"),
        (["city"], [[float("inf")]], "from 'city' to 'city': expected 0 or more, got inf"),
    ],
)
def test_a_matrix_that_does_not(
    folder: Folder, zones: list[str], minutes: list[list[float]], said: str
) -> None:
    folder.write("travel/streets", matrix(zones, minutes))
    assert said in refusal(lambda: folder.compose("demand=flat", "travel=streets"))


# Bad keys and values on the command line

SHARES = "{on_scene: 0.2, referral: 0.2, voluntary: 0.2, hold: 0.2, arrest: 0.2}"
STANDING = (
    "service.unavailability.standing_work={per_week: 1, length: {distribution: constant, mean: 1}"
)
FAULTS = [
    ("word", "expected a plan or key=value, got 'word'"),
    ("=3", "expected a plan or key=value, got '=3'"),
    ("travle=constant", "unknown key 'travle'; did you mean 'travel'?"),
    ("travel=constnat", "unknown travel 'constnat'; did you mean 'constant'?"),
    ("program=../generic", "unknown program '../generic'; did you mean 'generic'?"),
    ("travel.minuts=3", "unknown key; did you mean 'minutes'?"),
    (
        "travel.speed_mph=3",
        "unknown key; expected one of factor_sd, form, minutes, model, other_forms",
    ),
    ("demand.call_per_year=3", "unknown key; did you mean 'calls_per_year'?"),
    ("service.hospital.hand_over=3", "unknown key; did you mean 'handover'?"),
    ("service.report.sdd=3", "unknown key; did you mean 'sd'?"),
    ("service.report.mean.vale=3", "unknown key; did you mean 'value'?"),
    ("run.cores.x=3", "run.cores: expected a whole number, got a mapping with x"),
    ("demand.zone_share.99=1", "expected an index from 0 to 16, got 99"),
    ("+run.seeds=3", "expected a key like demand.calls_per_year, got '+run.seeds'"),
    ("~run.seed=3", "expected a key like demand.calls_per_year, got '~run.seed'"),
    ("hydra.verbose=true", "unknown key 'hydra.verbose'; expected one of program, demand,"),
    ("run.seed=${oc.env:HOME}", "expected plain data, got an interpolation or _target_"),
    ("run.seed={_target_: os.getpid}", "expected plain data, got an interpolation or _target_"),
    ("run.seed={_args_: 1}", "run.seed._args_: expected plain data, got a key that begins with _"),
    ("run.seed=1,2", "expected one value, or a list like [1, 2], got several"),
    ("run.seed='", "expected a number, a word, a 'quoted text', a [list] or a {name: value},"),
    ("demand.calls_per_year=-1", "expected 0 or more, got -1"),
    ("demand.calls_per_year=0", "demand.calls_per_year: expected 1 or more, times demand.growth_"),
    ("demand.growth_factor=0", "demand.calls_per_year: expected 1 or more, times demand.growth_fa"),
    ("demand.calls_per_year=nan", "demand.calls_per_year.value: expected a finite number, got"),
    ("demand.calls_per_year=inf", "demand.calls_per_year.value: expected a finite number, got"),
    ("demand.calls_per_year=-inf", "demand.calls_per_year.value: expected a finite number, got"),
    ("demand.calls_per_year=6e6", "expected at most 5,000,000 calls per year, got 6,000,000"),
    ("demand.calls_per_year=many", "expected a number or {value, low, high, source, year,"),
    ("demand.calls_per_year=", "expected a number or {value, low, high, source, year,"),
    ("demand.calls_per_year=null", "expected a number or {value, low, high, source, year,"),
    ("demand.calls_per_year=[1]", "expected a number or {value, low, high, source, year,"),
    ("demand.calls_per_year=true", "expected a number or {value, low, high, source, year,"),
    ("demand.calls_per_year={value: 3, low: 4}", "expected low <= value <= high, got 4, 3 and 3"),
    (
        "demand.calls_per_year={value: 3, confidence: A}",
        "expected low and high of an assumption (confidence A), got no low",
    ),
    ("demand.hour_of_week_shape=[1, 2]", "expected at least 168 entries, got a list of 2"),
    ("demand.zone_share=[0.5, 0.5]", "demand: zone_share: expected 17, one per zone, got 2"),
    ("demand.zone_share.0=0.5", "demand: expected zone_share to sum to 1, got 1.43632"),
    ("demand.priority_by_type={fire: 1}", "demand: priority_by_type: unknown call type 'fire';"),
    (
        "demand.priority_by_type={overdose: 0}",
        "demand.priority_by_type.overdose: expected 1 or more, got 0",
    ),
    ("service.contact_share=1.1", "unknown key; did you mean 'contact'?"),
    (f"{WITHOUT}.share_at_once=1.1", "expected a share from 0 to 1, got 1.1"),
    (f"{WITHOUT}.odds_ratio_per_10_min=1.01", "expected at most 1, got 1.01"),
    (f"{WITHOUT}.odds_ratio_per_10_min=0", "expected more than 0, got 0"),
    (f"{WITHOUT}.share_at_onse=0.5", "unknown key; did you mean 'share_at_once'?"),
    (
        f"{WITHOUT}.by_type={{fire: {{share_at_once: 0.5}}}}",
        "service.contact.without_patrol.by_type: unknown call type 'fire';",
    ),
    ("service.contact.refused_share=-0.1", "expected a share from 0 to 1, got -0.1"),
    ("service.withdrawn_per_hour=-1", "expected 0 or more, got -1"),
    ("service.withdrawn_per_hour=61", "expected at most 60 an hour, got 61"),
    ("service.patrol_settles=30", "expected a mapping with distribution, got 30"),
    ("service.patrol_waits_share=1.2", "expected a share from 0 to 1, got 1.2"),
    ("service.queue_limit=0", "expected more than 0, got 0"),
    ("service.handoff_delay=3", "expected a mapping with distribution, got 3"),
    ("service.handoff_delay.mean=-1", "service.handoff_delay.mean: expected more than 0, got -1"),
    ("service.handoff_delay.mean=1e9", "expected at most 43,200 minutes, got 1,000,000,000"),
    ("service.handoff=3", "unknown key; did you mean 'handoff_delay'?"),
    ("dispatch.hold_for_duty=-5", "expected 0 or more, got -5"),
    ("dispatch.hold_for_duty=2000", "expected at most 1,440 minutes, got 2,000"),
    ("service.report=30", "expected a mapping with distribution, got 30"),
    ("service.report={mean: 30}", "expected a mapping with distribution, got a mapping with mean"),
    (
        "service.report={distribution: gama, mean: 3, sd: 1}",
        "unknown name 'gama'; did you mean 'gamma'?",
    ),
    (
        "service.report={distribution: gamma, mean: 30}",
        "service.report.sd: expected a value, got none",
    ),
    (
        "service.report={distribution: gamma, mean: 30, sd: 0}",
        "service.report.sd: expected more than 0, got 0",
    ),
    ("service.report.mean=-3", "expected more than 0, got -3"),
    ("service.report.median=3", "service.report: expected exactly one of sd, median and p95,"),
    (
        "service.report={distribution: uniform, low: 3, high: 2}",
        "expected low to be at most high, got 3 and 2",
    ),
    ("service.transport.hold.by=bus", "expected 'team', 'patrol' or 'ambulance', got 'bus'"),
    ("service.standard.minutes=0", "expected more than 0, got 0"),
    ("travel.minutes=-1", "expected 0 or more, got -1"),
    ("service.funnel.by_type={fire: {}}", "unknown call type 'fire'; expected one of overdose,"),
    ("service.funnel.by_type.overdose=1", "expected a mapping with eligible_share,"),
    (
        "service.funnel.by_type.overdose.eligible_shar=1",
        "unknown key; did you mean 'eligible_share'?",
    ),
    ("service.patrol.officers=0", "expected more than 0, got 0"),
    ("service.absence.officer.vacancy_share=2", "expected a share from 0 to 1, got 2"),
    ("service.absence.officer.vacancy_weeks=0", "expected more than 0, got 0"),
    (
        "service.absence.officer.leave_weeks_per_year=53",
        "expected at most 52 weeks per year, got 53",
    ),
    (
        "service.absence.clinician.sick_days_per_year=366",
        "expected at most 365 days per year, got 366",
    ),
    ("service.absence.officer_alone=away", "expected 'idle' or 'as_patrol', got 'away'"),
    (
        "service.absence.officer={vacancy_share: 0.1}",
        "service.absence.officer.vacancy_weeks: expected a value, got none",
    ),
    (
        "service.unavailability.meal={after_h: 4}",
        "service.unavailability.meal.minutes: expected a value, got none",
    ),
    ("service.unavailability.meals={after_h: 4}", "unknown key; did you mean 'meal'?"),
    (
        f"{STANDING}, from_hour: 17, until_hour: 9}}",
        "expected from_hour before until_hour on one day, like 9 and 17, got 17 and 9",
    ),
    (
        f"{STANDING}, from_hour: 9, until_hour: 9}}",
        "expected from_hour before until_hour on one day, like 9 and 17, got 9 and 9",
    ),
    (
        f"{STANDING}, from_hour: 9, until_hour: 25}}",
        "service.unavailability.standing_work.until_hour: expected at most 24, got 25",
    ),
    ("outcomes.by_kind.clinician_only={}", "expected exactly one of team_shares and effect, got"),
    (
        "dispatch.patrol_attends=true",
        "unknown key; expected one of after_call, ageing, borrow_minutes,",
    ),
    ("dispatch.mode_share.direct=0.5", "dispatch.mode_share: expected the shares to sum to 1,"),
    ("dispatch.mode_share.direct=1.5", "expected a share from 0 to 1, got 1.5"),
    ("dispatch.mode_share.secondary=0.5", "unknown key; expected one of co_dispatch, direct,"),
    ("dispatch.scope=near", "expected 'open', 'own_first' or 'closed', got 'near'"),
    ("dispatch.scope=closed", "expected open without demand.zone_agency, got closed"),
    ("dispatch.scope=own_first", "expected open without demand.zone_agency, got own_first"),
    ("dispatch.borrow_minutes=-1", "expected 0 or more, got -1"),
    ("dispatch.after_call=base", "expected 'stay' or 'home', got 'base'"),
    ("dispatch.cutoff.minuts=30", "unknown key; did you mean 'minutes'?"),
    ("dispatch.cutoff.overriding_priority=10", "expected at most 9, got 10"),
    ("dispatch.reserve.teams=-1", "expected 0 or more, got -1"),
    ("dispatch.reserve.teams=1.5", "expected a whole number, got 1.5"),
    ("dispatch.ageing.after=0", "expected 1 or more, got 0"),
    ("dispatch.ageing.after=1441", "expected at most 1440, got 1441"),
    ("dispatch.ageing.after=7.5", "expected a whole number, got 7.5"),
    ("dispatch.ageing.steps=9", "expected at most 8, got 9"),
    ("dispatch.ageing.steps=-1", "expected 0 or more, got -1"),
    ("dispatch.ageing.most_urgent=0", "expected 1 or more, got 0"),
    ("dispatch.ageing.most_urgent=10", "expected at most 9, got 10"),
    ("dispatch.ageing.steps=true", "expected a whole number, got true"),
    ("dispatch.reserve.teams=true", "expected a whole number, got true"),
    ("run.replications=true", "expected a whole number, got true"),
    ("dispatch.ageing.step=1", "unknown key; did you mean 'steps'?"),
    ("dispatch.ageing=30", "dispatch.ageing: expected"),
    ("dispatch.latent_demand.elasticity=-1", "expected 0 or more, got -1"),
    ("demand.zone_agency=[a, b]", "demand: zone_agency: expected 17, one per zone, got 2"),
    ("demand.zone_latitude=[1, 2]", "demand: zone_latitude: expected 17, one per zone, got 2"),
    ("demand.zone_longitude=[181]", "demand.zone_longitude.0: expected at most 180.0, got 181"),
    ("demand.zones=[a, a]", "expected each name once, got 'a' twice"),
    ("demand.zone_file=x", "unknown key; did you mean 'zones_file'?"),
    ("demand.calls=4100", "unknown key; did you mean 'calls_per_year'?"),
    ("demand.growth=1.1", "unknown key; did you mean 'growth_factor'?"),
    ("dispatch.rule=closet", "expected 'closest', 'preference', 'longest_idle' or"),
    ("dispatch.rule=preference", "dispatch.preference: expected base zones in order for every"),
    (f"outcomes.patrol_shares={SHARES}", "outcomes: expected exactly two of patrol_shares,"),
    ("outcomes.effect=null", "outcomes: expected exactly two of patrol_shares, team_shares and"),
    ("outcomes.team_shares.hold=0.9", "outcomes.team_shares: expected the shares to sum to 1,"),
    ("outcomes.effect.hold_odds_ratio=0", "expected more than 0, got 0"),
    ("run.replications=1", "expected 2 or more, got 1"),
    ("run.replications=2.5", "expected a whole number, got 2.5"),
    ("run.window_start=soon", "expected a date like 2025-01-31, got 'soon'"),
    ("run.window_years=0", "run: expected window_years of 1 or more, or window_days, got"),
    ("run.confidence_level=1", "expected at most 0.9999, got 1"),
    ("run.seed=-1", "expected 0 or more, got -1"),
]


@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[override for override, _ in FAULTS])
def test_bad_override(override: str, said: str) -> None:
    assert begins(refusal(lambda: compose([override])), override, said)


OLD_KEYS = {
    "service.centre.chairs=1": "service.centre: unknown key; did you mean 'center'?",
    "service.funnel.recognised_share=0.5": "unknown key; did you mean 'recognized_share'?",
    "service.funnel.by_type.overdose.recognised_share=1": "did you mean 'recognized_share'?",
    "service.voluntary_to_centre_share=0.1": "did you mean 'voluntary_to_center_share'?",
    "service=with_crisis_centre": "unknown service 'with_crisis_centre'; did you mean 'with_cri",
}


@pytest.mark.parametrize(("override", "said"), OLD_KEYS.items(), ids=OLD_KEYS)
def test_an_old_key_gets_the_name_of_the_new_one(override: str, said: str) -> None:
    assert said in refusal(lambda: compose([override]))


@pytest.mark.parametrize("choice", ["program=los_angeles", "travel=square_root"])
def test_closest_with_square_root_travel(choice: str) -> None:
    said = refusal(lambda: compose([choice, "dispatch=closest"]))
    assert "dispatch.rule: expected longest_idle or least_worked with square-root travel" in said
    assert said.endswith("got closest")


@pytest.mark.parametrize(
    ("choice", "key", "value", "right"),
    [
        ("officer_request", "scope", "own_first", "open"),
        ("officer_request", "after_call", "home", "stay"),
    ],
)
def test_what_knows_places_with_square_root_travel(choice, key, value, right) -> None:
    overrides = ["travel=square_root", f"dispatch={choice}", f"dispatch.{key}={value}"]
    text = refusal(lambda: compose(overrides))
    assert text.startswith(f"dispatch.{key}: expected {right} with square-root travel, which knows")
    assert text.endswith(f"got {value}")


def test_coordinates_that_are_not_there() -> None:
    said = refusal(lambda: compose(["travel=coordinates"]))
    right = "expected demand.zone_latitude and demand.zone_longitude, one per zone in degrees"
    assert said.startswith(f"travel.model=coordinates: {right}, got none")


@pytest.mark.parametrize("unused", ["borrow_minutes=30", "self_dispatch_radius_minutes=0"])
def test_a_figure_that_nothing_reads_is_harmless(unused: str) -> None:
    assert compose([f"dispatch.{unused}"]).dispatch.scope == "open"


def test_patrol_shares_in_place_of_the_effect() -> None:
    outcomes = compose([f"outcomes.patrol_shares={SHARES}", "outcomes.effect=null"]).outcomes
    assert outcomes.patrol_shares is not None
    assert outcomes.effect is None
