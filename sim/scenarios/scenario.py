"""A validated, frozen scenario: samples calls, and joins them with a plan into a world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_S, MINUTE_S, add_years, hour_of_week_at_start
from sim.config import Config, InputError, StaffingPlan
from sim.config.models import Travel as TravelConfig
from sim.model.calls import CallTables, call_tables, sample_calls
from sim.model.demand import hourly_rates
from sim.model.measures import Settings
from sim.model.roster import build_roster
from sim.model.travel import Travel, compile_travel
from sim.model.world import Policy, Window, World
from sim.schema import PPM, Calls, Fate, Roster, Rule, Visits, empty


@dataclass(frozen=True)
class Arm:
    """One plan made ready to run: what differs between the sides of a comparison."""

    name: str
    plan: StaffingPlan
    roster: Roster
    travel: Travel
    settings: Settings


@dataclass(frozen=True)
class Scenario:
    """All that the sides of a comparison have in common."""

    config: Config

    @cached_property
    def window_days(self) -> int:
        """Days that are measured."""
        run = self.config.run
        if run.window_days is not None:
            return run.window_days
        return (add_years(run.window_start, run.window_years) - run.window_start).days

    @cached_property
    def exposure_years(self) -> float:
        """Years that are measured: whole ones as such, days as parts of 365."""
        run = self.config.run
        return float(run.window_years) if run.window_days is None else run.window_days / 365

    @cached_property
    def run_start(self) -> date:
        """Date of the first second of the run."""
        return self.config.run.window_start - timedelta(days=self.config.run.warm_up_days)

    @cached_property
    def window(self) -> Window:
        """Window and horizon in seconds from the start of the run."""
        run = self.config.run
        start_s = run.warm_up_days * DAY_S
        end_s = start_s + self.window_days * DAY_S
        first_hour = hour_of_week_at_start(self.run_start)
        return Window(start_s, end_s, end_s + run.tail_days * DAY_S, first_hour)

    @cached_property
    def tables(self) -> CallTables:
        """Quantile tables and shares, computed once."""
        return call_tables(self.config)

    @cached_property
    def rates(self) -> NDArray[np.float64]:
        """Mean calls in each hour of the run."""
        n_hours = self.window.horizon_s // 3_600
        window_start = self.config.run.window_start
        return hourly_rates(self.config.demand, self.run_start, n_hours, window_start)

    @cached_property
    def policy(self) -> Policy:
        """The rules of dispatch and the shares of the funnel."""
        service, rule = self.config.service, self.config.dispatch.rule
        funnel = service.funnel
        recognised = float(funnel.recognised_share)
        eligible = recognised * float(funnel.eligible_share)
        requested = eligible * float(funnel.requested_share)
        return Policy(
            rule=int(Rule[rule.upper()]),
            patrol_attends=int(self.config.dispatch.patrol_attends),
            recognised_ppm=round(recognised * PPM),
            eligible_ppm=round(eligible * PPM),
            requested_ppm=round(requested * PPM),
            preference=_preference(self.config),
            goes_along=_goes_along(self.config),
        )

    def calls(self, replication: int) -> Calls:
        """Calls of a replication: the same under every plan."""
        run, cv = self.config.run, float(self.config.demand.day_factor_cv)
        first_hour = self.window.first_hour_of_week % 24
        return sample_calls(self.tables, self.rates, cv, first_hour, run.seed, replication)

    def arm(self, plan: StaffingPlan, travel: TravelConfig | None = None) -> Arm:
        """Make a plan ready to run, under the scenario's travel or another.

        Raises
        ------
        InputError
            If the plan names a zone the demand does not have.
        """
        zones = self.config.demand.zones
        try:
            roster = build_roster(plan, zones, self.window.horizon_s)
        except ValueError as error:
            raise InputError(f"staffing plan {plan.name}: {error}") from error
        tables = compile_travel(travel or self.config.travel, zones, max(plan.teams, 1))
        return Arm(plan.name, plan, roster, tables, self._settings(plan))

    def _settings(self, plan: StaffingPlan) -> Settings:
        standard = self.config.service.standard
        standard_s = round(float(standard.minutes) * MINUTE_S)
        return Settings(
            standard_s=standard_s,
            standard_clock_received=standard.clock == "received",
            booked_given_arrest=float(self.config.outcomes.booked_given_arrest),
            exposure_years=self.exposure_years,
            teams_funded=plan.teams,
            restricted_limit_s=2 * standard_s,
        )

    def world(self, arm: Arm, calls: Calls) -> World:
        """World of one side of a comparison and the calls of one replication."""
        visits: Visits = empty(Visits)
        return World(calls, visits, arm.roster, arm.travel, self.policy, self.window)


def _preference(config: Config) -> NDArray[np.int32]:
    """Place of each base zone (column) in each zone's ordered list; those left out come last."""
    zones, order = config.demand.zones, config.dispatch.preference
    out = np.full((len(zones), len(zones)), len(zones), np.int32)
    for row, zone in enumerate(zones):
        for place, name in enumerate(order.get(zone, [])):
            out[row, zones.index(name)] = place
    return out


def _goes_along(config: Config) -> NDArray[np.int8]:
    out = np.zeros(len(Fate), np.int8)
    out[Fate.VOLUNTARY] = config.service.transport.voluntary.keeps_team_busy
    out[Fate.HOLD] = config.service.transport.hold.keeps_team_busy
    out[Fate.ARREST] = config.service.transport.arrest.keeps_team_busy
    return out
