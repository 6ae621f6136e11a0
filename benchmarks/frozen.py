"""The frozen scenarios: files that hold a whole config and its plan, so that no preset moves them.

`plain.yaml` is a Los Angeles year with 17 posts held around the clock; `rostered.yaml` is the same
year with 51 duties a day. Both were made once; `python -m benchmarks.frozen` makes them anew, which
moves the yardstick. `full.yaml` is written by hand over `plain.yaml`: everything at once.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import yaml

from sim.config import Config, StaffingPlan
from sim.scenarios.scenario import Arm, Scenario

HERE = Path(__file__).parent
POSTS, N_ZONES, COLUMNS = 17, 17, 5
NAMES = ("plain", "rostered", "full")
BUSY_SHARE = 0.9  # of the calls, in the one district that is overloaded
AREA_SQ_MI, SPEED_MPH, START_MINUTES = 469.1, 20.0, 3.0
Frozen = tuple[Scenario, Arm]


# --- reading -------------------------------------------------------------------------------------


def load(
    name: str, *, days: int | None = None, growth: float = 1.0, teams: int | None = None
) -> Frozen:
    """Scenario and plan of a file; cut to so many days, calls times `growth`, other team number."""
    config, plan = read(name)
    return _joined(config, plan if teams is None else _with_teams(plan, teams), days, growth)


def load_closed(*, days: int | None = None, growth: float = 1.0) -> Frozen:
    """Scenario `plain` with a closed district a post; nine in ten calls are in the first."""
    config, plan = read("plain")
    zones, (line,) = config.demand.zones, plan.lines
    shares = [BUSY_SHARE] + [(1 - BUSY_SHARE) / (len(zones) - 1)] * (len(zones) - 1)
    demand = config.demand.model_copy(update={"zone_share": shares, "zone_agency": zones})
    dispatch = config.dispatch.model_copy(update={"scope": "closed"})
    lines = [
        line.model_copy(update={"name": zone, "count": 1, "agency": zone, "base_zones": [zone]})
        for zone in zones
    ]
    config = config.model_copy(update={"demand": demand, "dispatch": dispatch})
    return _joined(config, plan.model_copy(update={"lines": lines}), days, growth)


def load_overdue(*, days: int | None = None, growth: float = 1.0) -> Frozen:
    """Scenario `full` with a visit wanted after every contact, given up after ten days only."""
    config, plan = read("full")
    tree = config.model_dump()
    tree["service"]["follow_up"] |= {"share": 1.0, "expires_h": 240.0}
    return _joined(Config.model_validate(tree), plan, days, growth)


def _joined(config: Config, plan: StaffingPlan, days: int | None, growth: float) -> Frozen:
    """Scenario and plan, cut to so many days, with calls times `growth`."""
    run: dict[str, Any] = {} if days is None else {"window_days": days, "warm_up_days": 0}
    tree = config.model_dump() | {"run": config.run.model_dump() | run}
    tree["demand"] |= {"growth_factor": growth * float(config.demand.growth_factor)}
    scenario = Scenario(Config.model_validate(tree))
    return scenario, scenario.arm(plan)


def _with_teams(plan: StaffingPlan, teams: int) -> StaffingPlan:
    """Plan with so many posts, each line's in proportion."""
    counts = [line.count * teams // plan.teams for line in plan.lines]
    lines = zip(plan.lines, counts, strict=True)
    scaled = [line.model_copy(update={"count": count}) for line, count in lines]
    return plan.model_copy(update={"lines": scaled})


def read(name: str) -> tuple[Config, StaffingPlan]:
    """Config and plan of a frozen file, as they stand in it."""
    tree = _tree(name)
    return Config.model_validate(tree["config"]), StaffingPlan.model_validate(tree["plan"])


def _tree(name: str) -> dict[str, Any]:
    tree: dict[str, Any] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    if "over" in tree:
        tree["config"] = _over(_tree(tree["over"])["config"], tree["config"])
    return tree


def _over(below: dict[str, Any], tree: dict[str, Any]) -> dict[str, Any]:
    """Tree over another: a distribution is replaced whole, other branches key by key."""
    joined = dict(below)
    for key, value in tree.items():
        is_branch = isinstance(value, dict) and "distribution" not in value
        joined[key] = _over(below.get(key, {}), value) if is_branch else value
    return joined


# --- making --------------------------------------------------------------------------------------


def zone_minutes() -> list[list[float]]:
    """Mean minutes between 17 square districts of the city's area, five in a row.

    Right-angle streets: side times (columns plus rows apart), and two thirds of the side within a
    district, at 20 miles an hour, plus 3 minutes to park and find the door.
    """
    side = math.sqrt(AREA_SQ_MI / N_ZONES)

    def minutes(one: int, other: int) -> float:
        apart = abs(one % COLUMNS - other % COLUMNS) + abs(one // COLUMNS - other // COLUMNS)
        return round(START_MINUTES + side * (apart or 2 / 3) / SPEED_MPH * 60, 2)

    return [[minutes(one, other) for other in range(N_ZONES)] for one in range(N_ZONES)]


def traffic_by_hour() -> list[float]:
    """Travel by hour of day: 15% less than the mean at 03:00, 15% more at 15:00, a cosine."""
    return [round(1 - 0.15 * math.cos(math.tau * (hour - 3) / 24), 3) for hour in range(24)]


def made_config() -> dict[str, Any]:
    """Los Angeles as shipped on the day of freezing, on 17 zones, with a matrix and `closest`."""
    from sim.config import compose  # noqa: PLC0415 - Hydra is for making only

    tree: dict[str, Any] = _bare(compose(["program=los_angeles"]).model_dump(mode="json"))
    zones = [f"z{number:02d}" for number in range(1, N_ZONES + 1)]
    tree["program"] = {"name": "frozen", "title": "Los Angeles year, frozen for benchmarks"}
    tree["dispatch"] = {"rule": "closest", "mode_share": tree["dispatch"]["mode_share"]}
    tree["demand"] |= {
        "source": {"title": "frozen copy; its sources stand in configs/"},
        "zones": zones,
        "zone_share": compose(["demand=toronto_2014_15"]).demand.zone_share,
    }
    tree["travel"] = {
        "model": "matrix",
        "zones": list(zones),
        "minutes": zone_minutes(),
        "traffic_by_hour": traffic_by_hour(),
        "factor_sd": tree["travel"]["factor_sd"],
    }
    return tree


def _bare(node: Any) -> Any:  # noqa: ANN401 - a tree of YAML
    """Return the tree with each sourced number as its central value, and without blanks."""
    if isinstance(node, list):
        return [_bare(value) for value in node]
    if not isinstance(node, dict):
        return node
    if "confidence" in node:
        return node["value"]
    return {key: _bare(value) for key, value in node.items() if value not in (None, "")}


PLANS: dict[str, dict[str, Any]] = {
    "plain": {
        "name": "17",
        "title": "17 posts held around the clock, one a zone",
        "lines": [{"name": "post", "count": POSTS, "pattern": "continuous"}],
    },
    "rostered": {
        "name": "rostered_17",
        "title": "51 duties of 8 hours a day: 17 posts in place, one a zone, three starts each",
        "lines": [
            {
                "name": "post",
                "count": POSTS,
                "pattern": "daily",
                "starts": ["06:00", "14:00", "22:00"],
                "length_h": 8,
                "relief": "in_place",
            }
        ],
    },
}


def make() -> None:
    """Write the frozen files anew."""
    config = made_config()
    Config.model_validate(config)
    for name, plan in PLANS.items():
        text = yaml.safe_dump(
            {"plan": plan, "config": config}, sort_keys=False, width=100, default_flow_style=None
        )
        head = f"# Frozen by `python -m benchmarks.frozen`: {plan['title']}.\n"
        (HERE / f"{name}.yaml").write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    make()
