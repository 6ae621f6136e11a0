"""Composing: which of several files and keys wins, what is kept, and a user's own folder."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hypothesis import given
from hypothesis import strategies as st

from sim.config import Config, InputError, Sourced, compose, program_names, staffing
from sim.config.compose import packaged_configs
from sim.config.models import SquareRootTravel
from tests.folders import Folder

hydra_part = importlib.import_module("sim.config.hydra_part")
compose_room = importlib.import_module("sim.config.compose")  # the package's name is the function


@pytest.fixture
def generic() -> Config:
    return compose([])


@pytest.fixture
def los_angeles() -> Config:
    return compose(["program=los_angeles"])


def test_one_override_needs_no_list_and_other_types_are_one_line() -> None:
    assert compose("program=los_angeles") == compose(["program=los_angeles"])
    for wrong, got in ((None, "null"), ([3], "3"), (["run.seed=1", None], "null")):
        with pytest.raises(InputError, match=f"overrides: expected .* got {got}"):
            compose(wrong)


def test_a_plan_is_a_number_too_and_other_types_are_one_line() -> None:
    assert staffing(12) == staffing("12")
    for wrong, got in ((None, "null"), (2.5, "2.5"), (True, "true"), (-1, "-1")):
        with pytest.raises(InputError, match=f"plan: expected .* got {got}"):
            staffing(wrong)


def test_a_programs_choice_wins_over_the_default(generic: Config, los_angeles: Config) -> None:
    assert (generic.travel.model, los_angeles.travel.model) == ("constant", "square_root")


@pytest.mark.parametrize(
    ("travel", "rule"),
    [
        (["travel=constant"], "longest_idle"),
        (["travel=square_root"], "longest_idle"),
        (["travel=coordinates"], "closest"),
        (["travel=three_towns"], "closest"),
        (["travel=three_towns", "dispatch.rule=least_worked"], "least_worked"),
        (["travel=three_towns", "dispatch.rule=null"], "closest"),
    ],
)
def test_the_closest_team_goes_where_places_are_known(travel: list[str], rule: str) -> None:
    assert compose(["demand=three_towns", *travel]).dispatch.rule == rule


def test_the_command_line_wins_over_the_program() -> None:
    config = compose(["travel=constant", "program=los_angeles", "service=default"])
    assert config.program.name == "los_angeles"
    assert config.travel.model == "constant"
    assert float(config.service.funnel.eligible_share) == 0.75
    assert config.demand.zones == ["city"]


def test_a_key_wins_over_everything_and_drops_what_was_there() -> None:
    gamma = "service.report={distribution: gamma, mean: 20, sd: 5}"
    config = compose(["program=los_angeles", "demand.calls_per_year=30000", gamma])
    assert config.demand.calls_per_year == Sourced(value=30_000)
    assert config.service.report.model_dump(exclude_none=True)["distribution"] == "gamma"


@pytest.fixture
def compositions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """What Hydra was asked for, with nothing kept from before."""
    asked: list[Any] = []
    chosen = hydra_part.chosen

    def counted(*args: Any) -> Any:
        asked.append(args)
        return chosen(*args)

    monkeypatch.setattr(hydra_part, "chosen", counted)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    compose_room._composed.cache_clear()
    return asked


def test_keys_cost_no_second_composition(compositions: list[Any]) -> None:
    compose(["run=smoke", "run.replications=3", "demand.growth_factor=1.2"])
    compose(["run=smoke", "run.replications=4"])
    assert [choices for _, choices in compositions] == [["run=smoke"], []]  # and the program alone


def test_another_process_need_not_compose_again(compositions: list[Any]) -> None:
    before = compose(["run=smoke"])
    compose_room._composed.cache_clear()
    assert compose(["run=smoke"]) == before
    assert [choices for _, choices in compositions] == [["run=smoke"], []]  # and the program alone


def test_a_tree_kept_by_other_rules_is_made_anew(
    compositions: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    compose([])
    monkeypatch.setattr(compose_room, "MERGING", Path(__file__))
    compose([])
    assert len(compositions) == 2


@pytest.mark.parametrize("damage", [b"", b"cos\nsystem", b"\x80\x04."])
def test_a_damaged_file_of_the_cache_is_made_anew(
    damage: bytes, compositions: list[Any], tmp_path: Path
) -> None:
    before = compose(["run=smoke"])
    for file in (tmp_path / "cache" / "coresponder" / "configs").iterdir():
        file.write_bytes(damage)
    compose_room._composed.cache_clear()
    assert compose(["run=smoke"]) == before
    assert len(compositions) == 4


@given(
    st.one_of(
        st.integers().map(str),
        st.floats(allow_nan=False, allow_infinity=False).map(str),
        st.text("aAtTrRuUeEnNlLiIfFsS_0123456789.-+", min_size=1, max_size=6),
    )
)
def test_plain_values_are_read_as_hydra_reads_them(text: str) -> None:
    try:
        value = hydra_part.value_of(f"key={text}")
    except InputError:
        return
    assert repr(compose_room._value(f"key={text}")) == repr(value)


def test_an_edited_file_is_composed_again(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for seed in (3, 4, 50):
        (run / "mine.yaml").write_text(f"defaults: [default]\nseed: {seed}\n")
        assert compose(["run=mine"], tmp_path).run.seed == seed


def test_composing_is_safe_in_threads_and_leaves_another_hydra_alone(
    compositions: list[Any],
) -> None:
    with initialize_config_dir(str(packaged_configs()), version_base="1.3"):
        before = GlobalHydra.instance().hydra
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(compose, [["run=smoke"]] * 4))
        assert GlobalHydra.instance().hydra is before
    assert compositions
    assert [config.run.window_days for config in found] == [28] * 4


# A user's own folder


TOWN = """# @package _global_
defaults:
  - override /travel: mine
  - override /dispatch: officer_request
  - _self_
program: {name: town, title: Town}
demand:
  calls_per_year: {value: 500, low: 400, high: 600, source: ours, year: 2024, confidence: D}
service:
  turnout: {distribution: constant, mean: 2, sd: null}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_an_empty_folder_changes_nothing(folder: Folder, generic: Config) -> None:
    assert folder.compose() == generic


def test_a_users_file_wins_over_the_packaged_one(folder: Folder) -> None:
    folder.write("travel/constant", "{model: constant, minutes: 33, factor_sd: 0}")
    assert folder.compose().travel.model_dump(exclude_none=True)["minutes"]["value"] == 33


def test_a_users_program_adds_to_the_packaged_ones(folder: Folder) -> None:
    folder.write("program/town", TOWN)
    folder.write("travel/mine", "defaults: [square_root, _self_]\narea_sq_mi: 12")
    config = folder.compose("program=town")
    assert program_names(folder.path) == sorted([*program_names(), "town"])
    assert isinstance(config.travel, SquareRootTravel)
    assert config.travel.area_sq_mi.value == 12
    assert config.travel.c.value == 0.627
    assert config.demand.calls_per_year.source == "ours"
    assert config.service.turnout.distribution == "constant"
    assert folder.compose("program=town", "travel=constant").travel.model == "constant"


def test_the_folder_configs_here_is_found_without_being_named(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("staffing/nights", "lines: [{name: night, count: 2, pattern: continuous}]")
    folder.write("run/brief", "defaults: [smoke, _self_]\nwindow_days: 7")
    monkeypatch.chdir(folder.path.parent)
    assert staffing("nights").teams == 2
    assert staffing("unit_shifts_12").teams == 12
    assert compose(["run=brief"]).run.window_days == 7


# Plans
