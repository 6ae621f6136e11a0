"""Bad input is refused in one line that names its key; its nearest good neighbour is read."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.config import InputError, compose, staffing
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
        (["city"], [[5, 9], [9, 5]], "travel: minutes has 2 rows for 1 zones"),
        (["city", "beyond"], [[5, 9], [9]], "travel: minutes, row 'beyond': 1 columns for 2 zones"),
        (["beyond"], [[5]], "travel.zones misses 'city'"),
        (["city"], [[-5]], "travel.minutes.0.0"),
        (["city"], [[float("nan")]], "travel.minutes.0.0"),
    ],
)
def test_a_matrix_that_does_not(
    folder: Folder, zones: list[str], minutes: list[list[float]], said: str
) -> None:
    folder.write("travel/streets", matrix(zones, minutes))
    assert said in refusal(lambda: folder.compose("demand=flat", "travel=streets"))


# Bad keys and values on the command line

SHARES = "{on_scene: 0.2, referral: 0.2, voluntary: 0.2, hold: 0.2, arrest: 0.2}"
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


@pytest.mark.usefixtures("one_composition")
def test_patrol_shares_in_place_of_the_effect() -> None:
    outcomes = compose([f"outcomes.patrol_shares={SHARES}", "outcomes.effect=null"]).outcomes
    assert outcomes.patrol_shares is not None
    assert outcomes.effect is None


# Bad plans


@pytest.mark.parametrize("number", ["-1", "1.5", "1001", "nan", "inf", "1e3", "+3", "1,000"])
def test_not_a_number_of_posts(number: str) -> None:
    assert f"plan {number}: a whole number" in refusal(lambda: staffing(number))


@pytest.mark.parametrize("name", ["unit_shift_17", "17 teams", "", "../unit_shifts_17"])
def test_not_a_plan(name: str) -> None:
    assert f"unknown plan {name!r}; " in refusal(lambda: staffing(name))


def test_the_nearest_plan_is_named() -> None:
    assert "did you mean 'unit_shifts_17'?" in refusal(lambda: staffing("unit_shift_17"))


LINE = "name: day, count: 2"
PLAN_FAULTS = [
    (f"{LINE}, pattern: daily, starts: ['07:00', '14:00'], length_h: 8", "line 'day': duties over"),
    (
        f"{LINE}, pattern: daily, starts: ['07:00', '20:00'], length_h: 12",
        "line 'day': duties over",
    ),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 25", "line 'day': duties overlap"),
    (f"{LINE}, pattern: daily, starts: ['07:00']", "line 'day': a daily line needs starts"),
    (f"{LINE}, pattern: continuous, length_h: 8", "line 'day': a continuous line has no"),
    (f"{LINE}, pattern: daily, starts: ['25:00'], length_h: 8", "starts: '25:00' is not a time"),
    (f"{LINE}, pattern: daily, starts: [14:00], length_h: 8", "starts: write times of day in quo"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: 0", "length_h: 0: more than zero"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], length_h: .nan", "lines.0.length_h"),
    (f"{LINE}, pattern: daily, starts: ['07:00'], lenght_h: 8", "did you mean 'length_h'?"),
    (f"{LINE}, pattern: '${{oc.env:HOME}}'", "staffing plan own: lines.0.pattern: interp"),
    ("name: day, count: -1, pattern: continuous", "lines.0.count"),
    ("name: day, count: 1001, pattern: continuous", "lines.0.count"),
    ("name: day, count: 2.5, pattern: continuous", "lines.0.count"),
    (f"{LINE}, pattern: continuous}}, {{{LINE}, pattern: continuous", "two lines are named 'day'"),
]


@pytest.mark.parametrize(("line", "said"), PLAN_FAULTS)
def test_bad_plan(folder: Folder, line: str, said: str) -> None:
    folder.write("staffing/own", f"lines: [{{{line}}}]")
    text = refusal(lambda: staffing("own", folder.path))
    assert text.startswith("staffing plan own: ")
    assert said in text


def test_overlapping_duties_are_two_lines(folder: Folder) -> None:
    day = "{name: day, count: 1, pattern: daily, starts: ['07:00', '19:00'], length_h: 12}"
    late = "{name: late, count: 1, pattern: daily, starts: ['12:00'], length_h: 10}"
    folder.write("staffing/own", f"lines: [{day}, {late}]")
    assert staffing("own", folder.path).team_hours_per_day == 34
