"""The week of a plan at a glance: its teams against the calls of the week, its people and cost."""

from __future__ import annotations

from typing import NamedTuple

from sim.config import Config, StaffingPlan, check_plan
from sim.model.money.costs import total, yearly_cost
from sim.model.money.positions import bridges
from sim.scenarios.experiments.formulas import calls_by_hour, teams_by_hour
from sim.scenarios.scenario import Scenario


class Week(NamedTuple):
    """Calls an hour and teams on duty by hour of week, from Monday 00:00; 168 of each.

    `positions` are to be funded, by role; `cost_per_year` is without overtime, which has to be
    simulated.
    """

    calls: list[float]
    teams: list[float]
    team_hours_per_day: float
    positions: dict[str, float]
    cost_per_year: float


def week_of(plan: StaffingPlan, config: Config) -> Week:
    """Week of a plan.

    Raises
    ------
    InputError
        If the plan does not fit the config.
    """
    check_plan(plan, config)
    costs = config.costs
    lines = yearly_cost(plan, costs, 0.0, costs.price_year)
    return Week(
        calls_by_hour(Scenario(config)).tolist(),
        teams_by_hour(plan).tolist(),
        plan.team_hours_per_day,
        {bridge.role: bridge.positions for bridge in bridges(plan, costs.positions)},
        total(line.dollars for line in lines),
    )
