"""A validated, frozen scenario: samples calls, and joins them with a plan into a world."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_S, MINUTE_S, add_years, hour_of_week_at_start
from sim.config import Config, Dispatch, InputError, Sourced, StaffingPlan, check_plan
from sim.config.models import ModeShares, Transports, TypeFunnel
from sim.config.models import Travel as TravelConfig
from sim.model.absence import staffed
from sim.model.breaks import BreakTables, break_tables, breaks
from sim.model.calls import CallTables, call_tables, sample_calls
from sim.model.demand import hourly_rates
from sim.model.measures import Settings
from sim.model.roster import Schedule, schedule
from sim.model.travel import Travel, compile_travel
from sim.model.world import Policy, Window, World
from sim.schema import PPM, Breaks, Calls, Fate, Kind, Rule, Scope, Visits, empty

MAX_AGENCIES = 127  # agencies are numbered in eight bits
LARGEST_LOG = 700.0  # exp of more is no finite number
DRIVEN = {"voluntary": Fate.VOLUNTARY, "hold": Fate.HOLD, "arrest": Fate.ARREST}


@dataclass(frozen=True)
class Arm:
    """One plan made ready to run: what differs between the sides of a comparison.

    `breaks` are those of every replication, or None if chance has a part in them.
    """

    name: str
    plan: StaffingPlan
    policy: Policy
    schedule: Schedule
    breaks: Breaks | None
    travel: Travel
    settings: Settings


@dataclass(frozen=True)
class Scenario:
    """All that the sides of a comparison have in common.

    `base` is the plan whose team-hours latent demand is counted from; without one, a plan's own.
    """

    config: Config
    base: StaffingPlan | None = None

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
    def break_tables(self) -> BreakTables:
        """Pauses and other work, made ready to be sampled."""
        return break_tables(self.config.service.unavailability, self.rates)

    def calls(self, replication: int) -> Calls:
        """Calls of a replication: the same under every plan."""
        run, cv = self.config.run, float(self.config.demand.day_factor_cv)
        first_hour = self.window.first_hour_of_week % 24
        return sample_calls(self.tables, self.rates, cv, first_hour, run.seed, replication)

    def arm(
        self,
        plan: StaffingPlan,
        travel: TravelConfig | None = None,
        base: StaffingPlan | None = None,
    ) -> Arm:
        """Make a plan ready to run, under the scenario's travel and base plan or others.

        Raises
        ------
        InputError
            If the plan does not fit the config: its rules, zones or agencies.
        """
        travel = travel or self.config.travel
        config = self.config.model_copy(update={"travel": travel})
        dispatch, agencies = check_plan(plan, config), _agencies(plan, config)
        latent = _latent(config, dispatch, plan, base or self.base)
        planned, tables = self._schedule(plan, agencies), self.break_tables
        return Arm(
            name=plan.name,
            plan=plan,
            policy=_policy(config, dispatch, agencies, latent),
            schedule=planned,
            breaks=None if tables.by_chance else breaks(planned.roster, planned, tables, 0, 0),
            travel=compile_travel(travel, config.demand, max(plan.teams, 1)),
            settings=self._settings(plan),
        )

    def _schedule(self, plan: StaffingPlan, agencies: list[str]) -> Schedule:
        zones = self.config.demand.zones
        try:
            return schedule(plan, zones, agencies, self.run_start, self.window.horizon_s)
        except ValueError as error:
            raise InputError(f"staffing plan {plan.name}: {error}") from error

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
            patrol_officers=float(self.config.service.patrol.officers),
            officer_alone_as_patrol=self.config.service.absence.officer_alone == "as_patrol",
        )

    def world(self, arm: Arm, calls: Calls, replication: int) -> World:
        """World of one side of a comparison and the calls of one replication."""
        visits: Visits = empty(Visits)
        absence, seed = self.config.service.absence, self.config.run.seed
        roster = staffed(arm.schedule, absence, seed, replication)
        taken = arm.breaks
        if taken is None or roster is not arm.schedule.roster:
            taken = breaks(roster, arm.schedule, self.break_tables, seed, replication)
        return World(calls, visits, roster, taken, arm.travel, arm.policy, self.window)


# --- the rules of a plan -------------------------------------------------------------------------


def _agencies(plan: StaffingPlan, config: Config) -> list[str]:
    """Agencies of the zones and of the lines, in the order of their ids."""
    names = sorted({*_zone_agency(config), *(line.agency for line in plan.lines)})
    if len(names) > MAX_AGENCIES:
        raise InputError(
            f"staffing plan {plan.name}: {len(names)} agencies of zones and lines; at most "
            f"{MAX_AGENCIES} are wanted"
        )
    return names


def _zone_agency(config: Config) -> list[str]:
    return config.demand.zone_agency or [""] * len(config.demand.zones)


def _latent(
    config: Config, dispatch: Dispatch, plan: StaffingPlan, base: StaffingPlan | None
) -> float:
    """Factor of the requested share: calls that come forward as there are more teams to ask for.

    One if either plan has no team-hours, of which no ratio can be made.
    """
    of_all, of_plan = config.dispatch.latent_demand, dispatch.latent_demand
    if of_plan.base_plan != of_all.base_plan:
        raise InputError(
            f"staffing plan {plan.name}: dispatch.latent_demand.base_plan is one for all plans; "
            "set it in the program or on the command line"
        )
    hours = plan.team_hours_per_day, (base or plan).team_hours_per_day
    if not all(hours):
        return 1.0
    log = float(of_plan.elasticity) * (math.log(hours[0]) - math.log(hours[1]))
    return math.exp(min(log, LARGEST_LOG))


def _policy(config: Config, dispatch: Dispatch, agencies: list[str], latent: float) -> Policy:
    return Policy(
        rule=int(Rule[dispatch.rule.upper()]),
        scope=int(Scope[dispatch.scope.upper()]),
        goes_home=int(dispatch.after_call == "home"),
        recalls=int(dispatch.recall_for_priority),
        radius_s=_seconds(dispatch.self_dispatch_radius_minutes),
        borrow_s=_seconds(dispatch.borrow_minutes),
        cutoff_s=_seconds(dispatch.cutoff.minutes),
        cutoff_priority=dispatch.cutoff.overriding_priority,
        reserve=dispatch.reserve.teams,
        reserve_priority=dispatch.reserve.overriding_priority,
        funnel_ppm=_funnel(config, dispatch, latent),
        mode_ppm=_modes(dispatch.mode_share),
        agency_of_zone=np.array([agencies.index(x) for x in _zone_agency(config)], np.int32),
        preference=_preference(config.demand.zones, dispatch.preference),
        goes_along=_goes_along(config.service.transport),
        patrol_takes=_patrol_takes(config.service.transport),
    )


def _seconds(minutes: Sourced) -> int:
    return round(float(minutes) * MINUTE_S)


def _funnel(config: Config, dispatch: Dispatch, latent: float) -> NDArray[np.int32]:
    """Shares of all calls of a type that are left after each stage; shape (5, call types)."""
    recognised, eligible, requested = (
        _by_type(config, f"{stage}_share") for stage in ("recognised", "eligible", "requested")
    )
    not_by_phone = 1 - float(dispatch.phone_resolved_share)
    not_by_another = 1 - float(dispatch.other_responder_share)
    asked = np.minimum(requested * latent, 1)
    ones = np.ones_like(asked)
    stages = (recognised, eligible, not_by_phone * ones, not_by_another * ones, asked)
    return _ppm(np.multiply.accumulate(np.array(stages), axis=0))


def _ppm(shares: NDArray[np.floating]) -> NDArray[np.int32]:
    whole: NDArray[np.int32] = np.rint(shares * PPM).astype(np.int32)
    return whole


def _by_type(config: Config, name: str) -> NDArray[np.float64]:
    """Share of the funnel for each call type: its own, or that of all."""
    funnel, of_all = config.service.funnel, TypeFunnel()
    own = [getattr(funnel.by_type.get(x, of_all), name) for x in config.demand.call_types]
    return np.array([float(getattr(funnel, name) if x is None else x) for x in own])


def _modes(shares: ModeShares) -> NDArray[np.int32]:
    """Cumulated shares of all modes but the last; exact where the config's sum is nearly one."""
    cumulated = np.cumsum(shares.central())
    return _ppm(cumulated[:-1] / cumulated[-1])


def _preference(zones: list[str], order: dict[str, list[str]]) -> NDArray[np.int32]:
    """Place of each base zone (column) in each zone's ordered list; those left out come last."""
    out = np.full((len(zones), len(zones)), len(zones), np.int32)
    for row, zone in enumerate(zones):
        for place, name in enumerate(order.get(zone, [])):
            out[row, zones.index(name)] = place
    return out


def _goes_along(transport: Transports) -> NDArray[np.int8]:
    """Whether the team stays with the person: only one that has an officer can; (kinds, fates)."""
    out = np.zeros((len(Kind), len(Fate)), np.int8)
    for name, fate in DRIVEN.items():
        out[Kind.CO_RESPONDER, fate] = getattr(transport, name).keeps_team_busy
    return out


def _patrol_takes(transport: Transports) -> NDArray[np.int8]:
    """Whether patrol takes the person; it does so for a team without an officer as well."""
    out = np.zeros((len(Kind), len(Fate)), np.int8)
    for name, fate in DRIVEN.items():
        by = getattr(transport, name).by
        out[:, fate] = by in {"team", "patrol"}
        out[Kind.CO_RESPONDER, fate] = by == "patrol"
    return out
