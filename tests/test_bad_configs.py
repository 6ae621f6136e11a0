"""Bad input is refused in one line that names its key; its nearest good neighbor is read."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.config import InputError, compose
from sim.config.compose import packaged_configs
from tests.folders import Folder

compose_room = importlib.import_module("sim.config.compose")  # the package's name is the function


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        call()
    text = str(caught.value)
    assert text == text.strip()
    assert len(text.splitlines()) == 1
    return text


@cache
def composed(*choices: str) -> Any:
    return compose_room._compose_groups(list(choices), [packaged_configs()])


@pytest.fixture
def one_composition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hydra's part once for all tests of single keys, as these only act on what it gave."""
    composed()
    monkeypatch.setattr(
        compose_room, "_compose_groups", lambda choices, _: copy.deepcopy(composed(*choices))
    )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# Bad files in a user's own folder


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "--config-dir" in refusal(lambda: compose([], tmp_path / "none"))


USER_FAULTS = {
    "interpolation": ("name: x\ntitle: ${oc.env:HOME}", "program.title: interpolations"),
    "instantiation": ("name: x\ntitle: x\n_target_: os.system", "program._target_"),
    "interpolated default": (
        "# @package _global_\ndefaults:\n  - override /travel: ${oc.env:HOME}",
        "bad.yaml: defaults.0.override /travel: interpolations",
    ),
    "option that is not there": (
        "# @package _global_\ndefaults:\n  - override /travel: nowhere",
        "travel/nowhere",
    ),
    "unknown key": ("name: x\ntittle: x", "program.tittle: unknown key; did you mean 'title'?"),
    "unknown group": ("# @package _global_\nprogramme: {name: x}", "did you mean 'program'?"),
    "missing value": ("name: x\ntitle: ???", "program.title: a value is missing"),
    "missing key": ("name: x", "program.title: Field required"),
    "not YAML": ("name: [", "bad.yaml"),
    "key twice": ("name: x\nname: y", "duplicate key name"),
    "list": ("- x", "program: a mapping is wanted"),
    "Hydra's own keys": ("# @package _global_\nhydra: {searchpath: [x]}", "hydra.searchpath"),
}


@pytest.mark.parametrize(("text", "said"), USER_FAULTS.values(), ids=USER_FAULTS)
def test_bad_file_of_a_user(folder: Folder, text: str, said: str) -> None:
    folder.write("program/bad", text)
    assert said in refusal(lambda: folder.compose("program=bad"))


def test_file_that_is_not_utf_8(folder: Folder) -> None:
    folder.write("program/bad", "")
    (folder.path / "program/bad.yaml").write_bytes("title: Zürich".encode("latin-1"))
    assert "bad.yaml: not UTF-8" in refusal(lambda: folder.compose("program=bad"))


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
        (["city"], [[5, 9], [9, 5]], "travel.minutes: 2 rows for 1 zones"),
        (["city", "beyond"], [[5, 9], [9]], "travel.minutes: row 'beyond': 1 columns for 2 zones"),
        (["city", "beyond"], [[5, 9], None], "travel.minutes: row 'beyond': no columns for 2"),
        (["city", "city"], [[5, 9], [9, 5]], "travel.zones: 'city' is there twice"),
        (["beyond"], [[5]], "travel.zones misses 'city'"),
        (["city", "beyond"], [[5, None], [9, 5]], "from 'city' to 'beyond': null; zero or more"),
        (["city", "beyond"], [[5, 9], ["", 5]], "from 'beyond' to 'city': ''; zero or more"),
        (["city"], [[-5]], "travel.minutes: from 'city' to 'city': -5; zero or more is wanted"),
        (["city"], [[float("nan")]], "travel.minutes: from 'city' to 'city': nan; zero or more"),
        (["city"], [[float("inf")]], "travel.minutes: from 'city' to 'city': inf; zero or more"),
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
    ("word", "'word' is neither a plan nor key=value"),
    ("=3", "'=3' is neither"),
    ("travle=constant", "'travle'; did you mean 'travel'?"),
    ("travel=constnat", "travel 'constnat'; did you mean 'constant'?"),
    ("program=../generic", "unknown program '../generic'"),
    ("travel.minuts=3", "travel.minuts: unknown key; did you mean 'minutes'?"),
    ("travel.speed_mph=3", "travel.speed_mph: unknown key; there are: factor_sd, minutes, model"),
    ("demand.call_per_year=3", "demand.call_per_year: unknown key; did you mean 'calls_per_year'?"),
    ("service.hospital.hand_over=3", "service.hospital.hand_over: unknown key; did you mean 'hand"),
    ("service.report.sdd=3", "service.report.sdd: unknown key; did you mean 'sd'?"),
    ("service.report.mean.vale=3", "service.report.mean.vale: unknown key; did you mean 'value'?"),
    ("run.cores.x=3", "run.cores"),
    ("demand.zone_share.99=1", "demand.zone_share.99"),
    ("+run.seeds=3", "'+run.seeds' is not a key"),
    ("~run.seed=3", "'~run.seed' is not a key"),
    ("hydra.verbose=true", "unknown key 'hydra.verbose'"),
    ("run.seed=${oc.env:HOME}", "run.seed: interpolations and _target_ are not read"),
    ("run.seed={_target_: os.getpid}", "run.seed: interpolations and _target_ are not read"),
    ("run.seed={_args_: 1}", "run.seed._args_: keys that begin with _"),
    ("run.seed=1,2", "run.seed: one value is wanted"),
    ("run.seed='", "run.seed: "),
    ("demand.calls_per_year=-1", "demand.calls_per_year: -1 is negative"),
    ("demand.calls_per_year=nan", "demand.calls_per_year"),
    ("demand.calls_per_year=inf", "demand.calls_per_year"),
    ("demand.calls_per_year=-inf", "demand.calls_per_year"),
    ("demand.calls_per_year=6e6", "demand.calls_per_year: 6e+06 is more than 5,000,000"),
    ("demand.calls_per_year=many", "demand.calls_per_year: a number"),
    ("demand.calls_per_year=", "demand.calls_per_year: a number"),
    ("demand.calls_per_year=null", "demand.calls_per_year: a number"),
    ("demand.calls_per_year=[1]", "demand.calls_per_year: a number"),
    ("demand.calls_per_year=true", "demand.calls_per_year: a number is wanted here"),
    ("demand.calls_per_year={value: 3, low: 4}", "demand.calls_per_year: 3 is not between"),
    ("demand.calls_per_year={value: 3, confidence: A}", "demand.calls_per_year: an assumption"),
    ("demand.hour_of_week_shape=[1, 2]", "demand.hour_of_week_shape"),
    ("demand.zone_share=[0.5, 0.5]", "zone_share: 2 for 17 zones"),
    ("demand.zone_share.0=0.5", "zone_share: shares sum to 1.43"),
    ("demand.priority_by_type={fire: 1}", "priority_by_type: no call type 'fire'"),
    ("demand.priority_by_type={overdose: 0}", "demand.priority_by_type.overdose"),
    ("service.contact_share=1.1", "service.contact_share: 1.1 is not a share"),
    ("service.report=30", "service.report: a mapping is wanted, with distribution"),
    ("service.report={mean: 30}", "service.report: a mapping is wanted, with distribution"),
    ("service.report={distribution: gama, mean: 3, sd: 1}", "did you mean 'gamma'?"),
    ("service.report={distribution: gamma, mean: 30}", "service.report.sd: Field required"),
    ("service.report={distribution: gamma, mean: 30, sd: 0}", "service.report.sd: 0: more than"),
    ("service.report.mean=-3", "service.report.mean: -3: more than zero"),
    ("service.report.median=3", "service.report: exactly one of sd, median and p95"),
    ("service.report={distribution: uniform, low: 3, high: 2}", "service.report: low is above"),
    ("service.transport.hold.by=bus", "service.transport.hold.by: Input should be 'team'"),
    ("service.standard.minutes=0", "service.standard.minutes: 0: more than zero"),
    ("travel.minutes=-1", "travel.minutes: -1 is negative"),
    ("service.funnel.by_type={fire: {}}", "service.funnel.by_type: no call type 'fire'; there are"),
    ("service.funnel.by_type.overdose=1", "service.funnel.by_type.overdose: a mapping is wanted"),
    (
        "service.funnel.by_type.overdose.eligible_shar=1",
        "service.funnel.by_type.overdose.eligible_shar: unknown key; did you mean 'eligible_share'",
    ),
    ("service.patrol.officers=0", "service.patrol.officers: 0: more than zero"),
    (
        "service.absence.officer.vacancy_share=2",
        "service.absence.officer.vacancy_share: 2 is not",
    ),
    ("service.absence.officer.vacancy_weeks=0", "vacancy_weeks: 0: more than zero is wanted"),
    ("service.absence.officer.leave_weeks_per_year=53", "53 is more than 52 weeks a year"),
    ("service.absence.clinician.sick_days_per_year=366", "366 is more than 365 days a year"),
    ("service.absence.officer_alone=away", "officer_alone: Input should be 'idle' or 'as_patrol'"),
    ("service.absence.officer={vacancy_share: 0.1}", "officer.vacancy_weeks: Field required"),
    ("service.unavailability.meal={after_h: 4}", "service.unavailability.meal.minutes: Field requ"),
    ("service.unavailability.meals={after_h: 4}", "unknown key; did you mean 'meal'?"),
    (f"{STANDING}, from_hour: 17, until_hour: 9}}", "from_hour 17 is not before until_hour 9; hou"),
    (f"{STANDING}, from_hour: 9, until_hour: 9}}", "from_hour 9 is not before until_hour 9"),
    (f"{STANDING}, from_hour: 9, until_hour: 25}}", "service.unavailability.standing_work.until_h"),
    ("outcomes.by_kind.clinician_only={}", "exactly one of team_shares and effect is wanted"),
    ("dispatch.patrol_attends=true", "dispatch.patrol_attends: unknown key"),
    ("dispatch.mode_share.direct=0.5", "dispatch.mode_share: the shares sum to 1.2; 1 is wanted"),
    ("dispatch.mode_share.direct=1.5", "dispatch.mode_share.direct: 1.5 is not a share; 0 to 1"),
    ("dispatch.mode_share.secondary=0.5", "dispatch.mode_share.secondary: unknown key; there are"),
    ("dispatch.scope=near", "dispatch.scope: Input should be 'open', 'own_first' or 'closed'"),
    ("dispatch.scope=closed", "dispatch.scope=closed needs demand.zone_agency"),
    ("dispatch.scope=own_first", "dispatch.scope=own_first needs demand.zone_agency"),
    ("dispatch.borrow_minutes=-1", "dispatch.borrow_minutes: -1 is negative"),
    ("dispatch.after_call=base", "dispatch.after_call: Input should be 'stay' or 'home'"),
    ("dispatch.cutoff.minuts=30", "dispatch.cutoff.minuts: unknown key; did you mean 'minutes'?"),
    ("dispatch.cutoff.overriding_priority=10", "dispatch.cutoff.overriding_priority"),
    ("dispatch.reserve.teams=-1", "dispatch.reserve.teams"),
    ("dispatch.reserve.teams=1.5", "dispatch.reserve.teams"),
    ("dispatch.latent_demand.elasticity=-1", "dispatch.latent_demand.elasticity: -1 is negative"),
    ("demand.zone_agency=[a, b]", "zone_agency: 2 for 17 zones; one each is wanted"),
    ("demand.zone_latitude=[1, 2]", "zone_latitude: 2 for 17 zones"),
    ("demand.zone_longitude=[181]", "demand.zone_longitude.0"),
    ("demand.zones=[a, a]", "demand.zones: 'a' is there twice; names have to differ"),
    ("demand.zone_file=x", "demand.zone_file: unknown key; did you mean 'zones_file'?"),
    ("dispatch.rule=closet", "dispatch.rule: Input should be 'closest'"),
    ("dispatch.rule=preference", "dispatch.preference has to list"),
    (f"outcomes.patrol_shares={SHARES}", "outcomes: exactly two of patrol_shares, team_shares"),
    ("outcomes.effect=null", "outcomes: exactly two of patrol_shares, team_shares and effect"),
    ("outcomes.team_shares.hold=0.9", "outcomes.team_shares: the shares sum to 1.73"),
    ("outcomes.effect.hold_odds_ratio=0", "outcomes.effect.hold_odds_ratio: 0: more than zero"),
    ("run.replications=1", "run.replications"),
    ("run.replications=2.5", "run.replications"),
    ("run.window_start=soon", "run.window_start"),
    ("run.window_years=0", "run: the window is empty"),
    ("run.confidence_level=1", "run.confidence_level"),
    ("run.seed=-1", "run.seed"),
]


@pytest.mark.usefixtures("one_composition")
@pytest.mark.parametrize(("override", "said"), FAULTS, ids=[override for override, _ in FAULTS])
def test_bad_override(override: str, said: str) -> None:
    assert said in refusal(lambda: compose([override]))


@pytest.mark.parametrize("choice", ["program=los_angeles", "travel=square_root"])
def test_closest_with_square_root_travel(choice: str) -> None:
    said = refusal(lambda: compose([choice, "dispatch=closest"]))
    assert "dispatch.rule=closest with square-root travel" in said


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("scope=own_first", "open is wanted"),
        ("after_call=home", "stay is wanted"),
        (
            "mode_share.self_dispatch=0",
            "0 is wanted, as in dispatch=officer_request",
        ),
    ],
)
def test_what_knows_places_with_square_root_travel(key: str, right: str) -> None:
    choice, setting = "dispatch=officer_request", f"dispatch.{key}"
    if key.startswith("mode_share"):
        choice, setting = "dispatch=default", "dispatch.mode_share.self_dispatch=0.1"
    said = refusal(lambda: compose(["travel=square_root", choice, setting]))
    assert f"{setting} with square-root travel, which knows no places" in said
    assert right in said


def test_coordinates_that_are_not_there() -> None:
    said = refusal(lambda: compose(["travel=coordinates"]))
    assert "travel.model=coordinates needs demand.zone_latitude and demand.zone_longitude" in said


@pytest.mark.usefixtures("one_composition")
@pytest.mark.parametrize("unused", ["borrow_minutes=30", "self_dispatch_radius_minutes=0"])
def test_a_figure_that_nothing_reads_is_harmless(unused: str) -> None:
    assert compose([f"dispatch.{unused}"]).dispatch.scope == "open"


@pytest.mark.usefixtures("one_composition")
def test_patrol_shares_in_place_of_the_effect() -> None:
    outcomes = compose([f"outcomes.patrol_shares={SHARES}", "outcomes.effect=null"]).outcomes
    assert outcomes.patrol_shares is not None
    assert outcomes.effect is None
