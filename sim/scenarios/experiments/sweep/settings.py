"""Configs of a sweep: each composed once, packed to be sent, and known by the calls that it has."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim import interrupts
from sim.config import Config, InputError, StaffingPlan, compose, staffing
from sim.config.groups.travel import in_force
from sim.scenarios.experiments.sweep.axes import PLAN, Words
from sim.scenarios.experiments.sweep.design import Design
from sim.scenarios.keeping import RUN
from sim.scenarios.rules import latent_base
from sim.scenarios.scenario import Scenario
from sim.scenarios.store import key_of

NOBODY = "0"  # plan without teams, where a program has none of its own
MANY, AT_ONCE = 2_000, 25  # configs that are composed in processes, and in one go
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
    asked = [_asked(values, design.keys, words.plan) for values in design.points]
    maker = _Maker(words.fixed, config_dir)
    first = maker.begin(asked)
    places, settings = dict[tuple[str, ...], _Place](), list[Setting]()
    points: list[Point] = []
    overrides = list(dict.fromkeys(of_point.overrides for of_point in asked))
    made = zip(overrides, _made_of(maker, overrides, first.run.cores), strict=True)
    for of_point, values in zip(asked, design.points, strict=True):
        while of_point.overrides not in places:
            key, (setting, usual, fault) = next(made)
            places[key] = _Place(None if setting is None else len(settings), usual, fault)
            settings += [] if setting is None else [setting]
        points.append(_point(values, of_point, places[of_point.overrides], maker))
        if points[-1].fault and not keep_going:
            raise InputError(fault_line(design.keys, values, points[-1].fault))
    if all(point.fault for point in points):
        raise InputError(fault_line(design.keys, points[0].values, points[0].fault))
    return Points(points, settings, first)


def fault_line(keys: Sequence[str], values: Sequence[str], fault: str) -> str:
    """Line about a point with a fault: "point demand.growth_factor=-1: ..."."""
    words = " ".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
    return f"point {words}: {fault} (--keep-going leaves such points out)"


class _Asked(NamedTuple):
    """Overrides of a point, and the name of its plan, empty for the program's usual one."""

    overrides: tuple[str, ...]
    plan: str


class _Made(NamedTuple):
    """A config that was composed, and its program's usual plan; or what is wrong with it."""

    setting: Setting | None
    usual: str
    fault: str


class _Place(NamedTuple):
    """The place of a config among the settings, and the rest of what was made."""

    setting: int | None
    usual: str
    fault: str


def _asked(values: tuple[str, ...], keys: Sequence[str], plan: str | None) -> _Asked:
    named = dict(zip(keys, values, strict=True))
    name = named.pop(PLAN, plan) or ""
    return _Asked(tuple(f"{key}={value}" for key, value in named.items()), name)


class _Maker:
    """Makes configs and plans of their words.

    `base` is the first plan of the sweep: latent demand is counted from it, unless a config names
    another.
    """

    def __init__(self, fixed: tuple[str, ...], config_dir: Path | None) -> None:
        self.fixed, self.config_dir = fixed, config_dir
        self.base = staffing(NOBODY)
        self.plans: dict[str, StaffingPlan | str] = {}

    def begin(self, asked: Sequence[_Asked]) -> Config:
        """Find the first plan, and return the first config; at points without a fault.

        Raises
        ------
        InputError
            If no config is valid; it is about the first.
        """
        for of_point in asked:
            with suppress(InputError):
                first = self.config(of_point.overrides)
                break
        else:
            first = self.config(asked[0].overrides)
        names = dict.fromkeys(of_point.plan or _usual(first) for of_point in asked)
        plans = (self.plan(name) for name in names if name)
        self.base = next((plan for plan in plans if isinstance(plan, StaffingPlan)), self.base)
        return first

    def config(self, overrides: tuple[str, ...]) -> Config:
        """Compose a config."""
        return compose([*self.fixed, *overrides], self.config_dir)

    def made(self, overrides: tuple[str, ...]) -> _Made:
        """Compose and pack a config, or say what is wrong with it."""
        try:
            config = self.config(overrides)
            base = latent_base(config, self.base, self.config_dir)
        except InputError as error:
            return _Made(None, "", str(error))
        return _Made(_setting(config, base), _usual(config), "")

    def plan(self, name: str) -> StaffingPlan | str:
        """Return the plan of a name, or what is wrong with it."""
        if name not in self.plans:
            try:
                self.plans[name] = staffing(name, self.config_dir)
            except InputError as error:
                self.plans[name] = str(error)
        return self.plans[name]


def _usual(config: Config) -> str:
    return (config.program.plans or [""])[0]


def _made_of(
    maker: _Maker, overrides: Sequence[tuple[str, ...]], cores: int | None
) -> Iterator[_Made]:
    """Make configs in their order, many of them in processes."""
    n_cores = cores or len(os.sched_getaffinity(0))
    if len(overrides) < MANY or n_cores == 1:
        yield from map(maker.made, overrides)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_cores, context, interrupts.start_worker) as pool:
        with interrupts.held():  # all processes start with the first task
            found = pool.map(maker.made, overrides, chunksize=AT_ONCE)
        yield from found


def _point(values: tuple[str, ...], asked: _Asked, place: _Place, maker: _Maker) -> Point:
    if place.setting is None:
        return Point(values, None, None, place.fault)
    name = asked.plan or place.usual
    if not name:
        without = "expected a plan, such as 'staffing.count=8..12', as the program has none"
        return Point(values, place.setting, None, f"{without}, got none")
    plan = maker.plan(name)
    if isinstance(plan, str):
        return Point(values, place.setting, None, plan)
    return Point(values, place.setting, plan)


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
