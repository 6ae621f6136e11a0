"""A validated, frozen scenario: samples calls, and joins them with a plan into a world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from sim.arrays import Floats, Ids, Ints
from sim.clock import DAY_S, DAYS_A_YEAR, HOUR_S, MINUTE_S, add_years, hour_of_week_at_start
from sim.config import Config, InputError, StaffingPlan, check_plan
from sim.config.models import Travel as TravelConfig
from sim.config.numbers import numbers
from sim.model.inputs.absence import staffed
from sim.model.inputs.arrivals import hourly_rates
from sim.model.inputs.breaks import BreakTables, break_tables, breaks
from sim.model.inputs.calls import CallTables, call_tables, calls_received, sample_calls
from sim.model.inputs.roster import Schedule, schedule
from sim.model.inputs.sites import knows_places, leaves_bases_open, with_bases
from sim.model.inputs.travel import Travel, compile_travel
from sim.model.inputs.visits import VisitTables, sample_visits, visit_tables
from sim.model.measures.measure import Settings
from sim.model.world import Center, Policy, Window, World
from sim.scenarios.draws import drawn
from sim.scenarios.rules import agency_names, latent_factor, policy, zone_agency
from sim.schema import NONE, Breaks, Calls, Roster
from sim.shown import Shown


@dataclass(frozen=True)
class Arm:
    """One plan made ready to run: what differs between the sides of a comparison.

    `base` is the plan whose team-hours latent demand is counted from; None is the plan itself.
    `plan` has the base zones that were chosen for it, if `bases_chosen`; that is None where it
    does not matter to the drive where a team is based. `breaks` are those of every replication, or
    None if chance has a part in them.
    """

    name: str
    plan: StaffingPlan
    policy: Policy
    schedule: Schedule
    breaks: Breaks | None
    travel: Travel
    settings: Settings
    bases_chosen: bool | None
    base: StaffingPlan | None


@dataclass(frozen=True, repr=False)
class Scenario(Shown):
    """All that the sides of a comparison have in common.

    `base` is the plan whose team-hours latent demand is counted from; without one, a plan's own.

    Examples
    --------
    >>> import sim
    >>> from sim.config import compose
    >>> scenario = sim.Scenario(compose(["run=smoke"]))
    >>> scenario.window_days
    28
    """

    config: Config
    base: StaffingPlan | None = None

    def to_frame(self) -> pl.DataFrame:
        """Return a row a number of the config: key, value, low, high, source and confidence."""
        kept = ("value", "low", "high", "source", "confidence")
        rows = [(key, *(getattr(x, name) for name in kept)) for key, x in numbers(self.config)]
        return pl.DataFrame(rows, schema=["key", *kept], orient="row", infer_schema_length=None)

    def __repr__(self) -> str:
        run = self.config.run
        days = f"{self.window_days} days from {run.window_start}"
        return f"Scenario of {self.config.program.name}: {days}, seed {run.seed}"

    def drawn(self, k: int) -> Scenario:
        """Draw k of the uncertain parameters: the same whatever the plans."""
        return replace(self, config=drawn(self.config, self.config.run.seed, k))

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
        return float(run.window_years) if run.window_days is None else run.window_days / DAYS_A_YEAR

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
    def rates(self) -> Floats:
        """Mean calls in each hour of the run."""
        n_hours = self.window.horizon_s // 3_600
        window_start = self.config.run.window_start
        return hourly_rates(self.config.demand, self.run_start, n_hours, window_start)

    @cached_property
    def break_tables(self) -> BreakTables:
        """Pauses and other work, made ready to be sampled."""
        return break_tables(self.config.service.unavailability, self.rates)

    @cached_property
    def visit_tables(self) -> VisitTables:
        """Visits on a list, made ready to be sampled."""
        return visit_tables(self.config, self.run_start, self.window.horizon_s // DAY_S)

    @cached_property
    def center(self) -> Center:
        """Chairs and opening hours of the crisis center."""
        center = self.config.service.center
        chairs = NONE if center.chairs is None else center.chairs
        return Center(chairs, np.array(center.open.by_hour, np.int8))

    def calls(self, replication: int) -> Calls:
        """Calls of a replication: the same under every plan."""
        run, cv = self.config.run, float(self.config.demand.day_factor_cv)
        first_hour = self.window.first_hour_of_week % 24
        return sample_calls(self.tables, self.rates, cv, first_hour, run.seed, replication)

    def calls_of(self, received_at_s: Ints, zone: Ids, call_type: Ids, replication: int) -> Calls:
        """Calls of a log, as seconds from the start of the run and codes, else as in a replication.

        A code of -1 is not stated, and drawn.
        """
        first_hour, seed = self.window.first_hour_of_week % 24, self.config.run.seed
        drawn = calls_received(self.tables, received_at_s, first_hour, seed, replication)
        kind = np.where(call_type < 0, drawn.initial_type, call_type).astype(np.int8)
        return drawn._replace(
            zone=np.where(zone < 0, drawn.zone, zone).astype(np.int32),
            initial_type=kind,
            final_type=kind,
            priority=self.tables.priority_of_type[kind],
        )

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
        asked, plan = plan, with_bases(plan, config)
        dispatch, agencies = check_plan(plan, config), agency_names(plan, config)
        base = base or self.base
        latent = latent_factor(config, dispatch, plan, base)
        planned, tables = self._schedule(plan, agencies), self.break_tables
        return Arm(
            name=plan.name,
            plan=plan,
            policy=policy(config, dispatch, agencies, latent),
            schedule=planned,
            breaks=None if tables.by_chance else breaks(planned.roster, planned, tables, 0, 0),
            travel=compile_travel(travel, config.demand, max(_most_at_once(planned.roster), 1)),
            settings=self._settings(plan),
            bases_chosen=leaves_bases_open(asked) if knows_places(config) else None,
            base=base,
        )

    def _schedule(self, plan: StaffingPlan, agencies: list[str]) -> Schedule:
        zones, of_zone = self.config.demand.zones, zone_agency(self.config)
        run = self.run_start, self.window.horizon_s, self.config.demand.holidays.dates
        try:
            return schedule(plan, zones, of_zone, agencies, *run)
        except ValueError as error:
            raise InputError(f"staffing plan {plan.name}: {error}") from error

    def _settings(self, plan: StaffingPlan) -> Settings:
        service, standard = self.config.service, self.config.service.standard
        standard_s = round(float(standard.minutes) * MINUTE_S)
        return Settings(
            standard_s=standard_s,
            standard_clock_received=standard.clock == "received",
            booked_given_arrest=float(self.config.outcomes.booked_given_arrest),
            exposure_years=self.exposure_years,
            teams_funded=plan.teams,
            restricted_limit_s=2 * standard_s,
            patrol_officers=float(service.patrol.officers),
            officer_alone_as_patrol=service.absence.officer_alone == "as_patrol",
            visit_late_s=round(float(service.follow_up.late_h) * HOUR_S),
        )

    def world(self, arm: Arm, calls: Calls, replication: int) -> World:
        """World of one side of a comparison and the calls of one replication."""
        absence, seed = self.config.service.absence, self.config.run.seed
        visits = sample_visits(self.visit_tables, calls, seed, replication)
        roster = staffed(arm.schedule, absence, seed, replication)
        taken = arm.breaks
        if taken is None or roster is not arm.schedule.roster:
            taken = breaks(roster, arm.schedule, self.break_tables, seed, replication)
        return World(
            calls=calls,
            visits=visits,
            roster=roster,
            breaks=taken,
            center=self.center,
            travel=arm.travel,
            policy=arm.policy,
            window=self.window,
        )


def _most_at_once(roster: Roster) -> int:
    """Most duties on at one second, of teams and workers; one car may overlap with its relief."""
    changes_at_s = np.concatenate([roster.off_at_s, roster.on_at_s])
    change = np.repeat([-1, 1], len(roster.post))
    in_order = np.argsort(changes_at_s, kind="stable")  # at one second ends come first
    return int(np.cumsum(change[in_order]).max(initial=0))
