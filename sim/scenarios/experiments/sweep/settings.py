"""Configs of a sweep: each composed once, packed to be sent, and known by the calls that it has."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim.config import Config, InputError, StaffingPlan, compose, staffing
from sim.config.groups.travel import in_force
from sim.scenarios.experiments.sweep.axes import PLAN, Words
from sim.scenarios.experiments.sweep.design import Design
from sim.scenarios.keeping import RUN
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import key_of

NOBODY = "0"  # plan without teams, where a program has none of its own
QUICK = 1  # level of zlib
TABLES = ("tables", "rates", "break_tables", "visit_tables", "center")  # of a scenario


class Setting(NamedTuple):
    """A config and what its points have in common.

    `digest` tells it from others; `packed` is the config and the base plan of latent demand.
    Points of one `calls` are served by the same calls. `expected_calls` are those of one
    replication, warm-up and tail included.
    """

    digest: str
    packed: bytes
    calls: bytes
    expected_calls: float


class Point(NamedTuple):
    """A point of a sweep; `setting` is the place of its config, and None where it has none.

    `fault` is what is wrong with it, in one line, and else empty.
    """

    values: tuple[str, ...]
    setting: int | None
    plan: StaffingPlan | None
    fault: str = ""


class Points(NamedTuple):
    """Points of a sweep, and the configs that they are in."""

    points: list[Point]
    settings: list[Setting]
    first: Config


def points_of(design: Design, words: Words, config_dir: Path | None, *, keep_going: bool) -> Points:
    """Compose the config of every point, each once however many plans it has.

    Parameters
    ----------
    design, words
        What varies, and what does not.
    config_dir
        The user's configs.
    keep_going
        Whether a point with a fault is left out; otherwise it is an error.

    Raises
    ------
    InputError
        Names the first point whose config is not valid, and what is wrong with it; or no point is
        left.
    """
    makers = _Makers(words.fixed, config_dir)
    points = [_point(values, design.keys, words.plan, makers) for values in design.points]
    faulty = [point for point in points if point.fault]
    if faulty and (len(faulty) == len(points) or not keep_going):
        raise InputError(fault_line(design.keys, faulty[0].values, faulty[0].fault))
    assert makers.first is not None  # noqa: S101 - some point has no fault
    return Points(points, makers.settings, makers.first)


def fault_line(keys: Sequence[str], values: Sequence[str], fault: str) -> str:
    """Line about a point with a fault: "point demand.growth_factor=-1: ..."."""
    words = " ".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
    return f"point {words}: {fault} (--keep-going leaves such points out)"


class _Makers:
    """Configs and plans by their words, each made once.

    `base` is the first plan of the sweep: latent demand is counted from it, unless the config names
    another.
    """

    def __init__(self, fixed: tuple[str, ...], config_dir: Path | None) -> None:
        self.fixed, self.config_dir = fixed, config_dir
        self.settings: list[Setting] = []
        self.first: Config | None = None
        self.base: StaffingPlan | None = None
        self.places: dict[tuple[str, ...], tuple[int | None, str, str]] = {}
        self.plans: dict[str, StaffingPlan | str] = {}

    def setting(self, overrides: tuple[str, ...], name: str) -> tuple[int | None, str, str]:
        """Place of a config, the plan to run in it, and what is wrong with it."""
        if overrides not in self.places:
            try:
                self.places[overrides] = self._composed(overrides, name)
            except InputError as error:
                self.places[overrides] = None, "", str(error)
        place, usual, fault = self.places[overrides]
        return place, name or usual, fault

    def _composed(self, overrides: tuple[str, ...], name: str) -> tuple[int, str, str]:
        config = compose([*self.fixed, *overrides], self.config_dir)
        usual = (config.program.plans or [""])[0]
        if self.base is None:
            self.base = staffing(name or usual or NOBODY, self.config_dir)
        self.settings.append(_setting(config, latent_base(config, self.base, self.config_dir)))
        self.first = self.first or config
        return len(self.settings) - 1, usual, ""

    def plan(self, name: str) -> StaffingPlan | str:
        """Return the plan of a name, or what is wrong with it."""
        if name not in self.plans:
            try:
                self.plans[name] = staffing(name, self.config_dir)
            except InputError as error:
                self.plans[name] = str(error)
        return self.plans[name]


def _point(
    values: tuple[str, ...], keys: Sequence[str], plan: str | None, makers: _Makers
) -> Point:
    named = dict(zip(keys, values, strict=True))
    asked = named.pop(PLAN, plan) or ""
    overrides = tuple(f"{key}={value}" for key, value in named.items())
    setting, name, fault = makers.setting(overrides, asked)
    if setting is None:
        return Point(values, None, None, fault)
    if not name:
        without = "expected a plan, such as 'staffing.count=8..12', as the program has none"
        return Point(values, setting, None, f"{without}, got none")
    made = makers.plan(name)
    if isinstance(made, str):
        return Point(values, setting, None, made)
    return Point(values, setting, made)


def _setting(config: Config, base: StaffingPlan) -> Setting:
    one_core = config.model_copy(update={"run": config.run.model_copy(update={"cores": 1})})
    packed = zlib.compress(pickle.dumps((one_core, base)), QUICK)
    scenario = Scenario(config)
    digest = key_of(one_core.model_dump_json(), base.model_dump_json()).hex()
    return Setting(digest, packed, _calls_key(config), float(scenario.rates.sum()))


def _calls_key(config: Config) -> bytes:
    """Key of all that calls are drawn from: neither costs, nor rules, nor where teams are."""
    drawn = config.model_dump_json(
        include={"demand": True, "outcomes": True, "service": True, "run": RUN},
        exclude={"service": {"standard"}},
    )
    return key_of(drawn, float(in_force(config.travel).factor_sd))


@lru_cache(maxsize=16)
def scenario_of(packed: bytes) -> Scenario:
    """Scenario of a packed config with its tables, which take as long as two runs of a month."""
    config, base = pickle.loads(zlib.decompress(packed))  # noqa: S301 - packed by this program
    scenario = Scenario(config, base)
    for table in TABLES:
        getattr(scenario, table)
    return scenario
