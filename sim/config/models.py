"""The whole config as one pydantic model; an error names the key of a wrong value."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from sim.config.agreement import (
    check_calls,
    check_contact,
    check_dispatch,
    check_funnel,
    check_holidays,
    check_outreach,
)
from sim.config.groups.aftercare import (
    CrisisCenter,
    FollowUp,
    Hospital,
    Outreach,
    Receiving,
    Transport,
    Transports,
)
from sim.config.groups.conditioned import Conditioned
from sim.config.groups.costs import (
    Avoided,
    AvoidedCosts,
    Costs,
    CrisisNow,
    Grant,
    OfficerSource,
    PerFte,
    Positions,
    Training,
    Vehicle,
)
from sim.config.groups.demand import Demand, Holidays, Persons
from sim.config.groups.dispatch import Cutoff, Dispatch, LatentDemand, ModeShares, Reserve
from sim.config.groups.hours import OpenHours
from sim.config.groups.outcomes import (
    Effect,
    FateShares,
    KindOutcomes,
    Outcomes,
    OutcomesByKind,
    Repeat,
)
from sim.config.groups.program import Calibrated, Figure, History, Program
from sim.config.groups.service import (
    Absence,
    ContactOdds,
    Contacts,
    Funnel,
    OnScene,
    OnSceneByKind,
    Patrol,
    Pause,
    PulledAway,
    RoleAbsence,
    Service,
    Standard,
    StandingWork,
    TypeContact,
    TypeFunnel,
    Unavailability,
)
from sim.config.groups.shapes import Evidence, Shape
from sim.config.groups.travel import (
    ConstantTravel,
    CoordinatesTravel,
    MatrixTravel,
    SquareRootTravel,
    Travel,
)
from sim.config.values import Positive, Strict, Whole, Within

__all__ = [
    "Absence",
    "Avoided",
    "AvoidedCosts",
    "Calibrated",
    "Conditioned",
    "Config",
    "ConstantTravel",
    "ContactOdds",
    "Contacts",
    "CoordinatesTravel",
    "Costs",
    "CrisisCenter",
    "CrisisNow",
    "Cutoff",
    "Demand",
    "Dispatch",
    "Effect",
    "Evidence",
    "FateShares",
    "Figure",
    "FollowUp",
    "Funnel",
    "Grant",
    "History",
    "Holidays",
    "Hospital",
    "KindOutcomes",
    "LatentDemand",
    "MatrixTravel",
    "ModeShares",
    "OfficerSource",
    "OnScene",
    "OnSceneByKind",
    "OpenHours",
    "Outcomes",
    "OutcomesByKind",
    "Outreach",
    "Patrol",
    "Pause",
    "PerFte",
    "Persons",
    "Positions",
    "Precision",
    "Program",
    "PulledAway",
    "Receiving",
    "Repeat",
    "Reserve",
    "RoleAbsence",
    "Run",
    "Service",
    "Shape",
    "SquareRootTravel",
    "Standard",
    "StandingWork",
    "Training",
    "Transport",
    "Transports",
    "Travel",
    "TypeContact",
    "TypeFunnel",
    "Unavailability",
    "Vehicle",
]


class Precision(Strict):
    """Rule that adds replications until an interval is narrow enough, up to a maximum.

    The interval is of a plan's measure, or of its paired difference from `versus`. The half-width
    is in the measure's unit, or relative to its mean.
    """

    measure: str
    plan: str | None = None
    versus: str | None = None
    half_width: Annotated[Positive, Within(1e-9, 1e12)] | None = None
    relative_half_width: Annotated[Positive, Within(1e-6, 100)] | None = None
    maximum: Annotated[Whole, Field(ge=2, le=1_000_000)] = 1_000

    @field_validator("plan", "versus", mode="before")
    @classmethod
    def _name(cls, entry: object) -> object:
        return str(entry) if isinstance(entry, int) else entry

    @model_validator(mode="after")
    def _one_target(self) -> Precision:
        if (self.half_width is None) == (self.relative_half_width is None):
            got = "neither" if self.half_width is None else "both"
            raise ValueError(
                f"expected exactly one of half_width and relative_half_width, got {got}"
            )
        return self


class Run(Strict):
    """How long, how often, and with which seed; `draws` are of the uncertain parameters.

    A file names the `conditioned` draws that these are taken from, if they are.
    """

    window_start: Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
    window_years: Annotated[Whole, Field(ge=0, le=50)] = 1
    window_days: Annotated[Whole, Field(ge=1, le=20_000)] | None = None
    warm_up_days: Annotated[Whole, Field(ge=0, le=366)]
    tail_days: Annotated[Whole, Field(ge=1, le=366)]
    seed: Annotated[Whole, Field(ge=0, lt=2**63)]
    replications: Annotated[Whole, Field(ge=2, le=1_000_000)]
    cores: Annotated[Whole, Field(ge=1, le=4_096)] | None = None
    confidence_level: Annotated[float, Field(ge=0.5, le=0.9999)]
    precision: Precision | None = None
    draws: Annotated[Whole, Field(ge=0, le=100_000)] = 0
    conditioned: Annotated[Conditioned | None, Field(exclude_if=lambda draws: draws is None)] = None

    @field_validator("draws")
    @classmethod
    def _none_or_several(cls, draws: int) -> int:
        if draws == 1:
            raise ValueError("expected 2 or more draws, or 0 for none, got 1")
        return draws

    @model_validator(mode="after")
    def _window_not_empty(self) -> Run:
        if self.window_days is None and self.window_years == 0:
            raise ValueError(
                "expected window_years of 1 or more, or window_days, got window_years 0"
            )
        if self.precision is not None and self.precision.maximum < self.replications:
            raise ValueError(
                f"expected precision.maximum of at least replications {self.replications}, got "
                f"{self.precision.maximum}"
            )
        return self


class Config(Strict):
    """Everything a scenario is made of, except the staffing plan."""

    program: Program
    demand: Demand
    service: Service
    travel: Travel
    dispatch: Dispatch
    outcomes: Outcomes
    costs: Costs
    run: Run

    @model_validator(mode="after")
    def _groups_agree(self) -> Config:
        check_calls(self.demand)
        check_holidays(self.demand, self.run.window_start, self.run.window_years)
        check_funnel(self.service.funnel, self.demand)
        check_contact(self.service.contact, self.demand)
        check_dispatch(self.dispatch, self.travel, self.demand)
        check_outreach(self.service.outreach, self.demand)
        return self
