"""The config groups as pydantic models; a wrong value is an error that names its key."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sim.config.values import Duration, NotNegative, Positive, Share, Sourced, Strict

MAX_CALLS_PER_YEAR = 5_000_000
SHARE_SUM_TOLERANCE = 1e-6

Rate = Annotated[float, Field(ge=0)]


def check_sum_is_one(shares: list[float], what: str) -> None:
    """Raise ValueError unless the shares sum to one."""
    total = sum(shares)
    if abs(total - 1) > SHARE_SUM_TOLERANCE:
        raise ValueError(f"{what} sum to {total:.6g}; 1 is wanted")


class Evidence(Strict):
    """Where a table of demand comes from."""

    title: str
    publisher: str = ""
    licence: str = ""
    period: str = ""
    n_rows: int = 0
    n_used: int = 0
    dropped: str = ""
    command: str = ""


class Demand(Strict):
    """How many calls, when, of what type and where."""

    name: str
    source: Evidence
    calls_per_year: NotNegative
    growth_factor: NotNegative
    day_factor_cv: NotNegative
    hour_of_week_shape: list[Rate] = Field(min_length=168, max_length=168)
    month_factor: list[Rate] = Field(min_length=12, max_length=12)
    call_types: list[str] = Field(min_length=1, max_length=100)
    call_type_share_by_hour: list[list[Rate]] = Field(min_length=24, max_length=24)
    priority_by_type: dict[str, Annotated[int, Field(ge=1, le=9)]] = {}
    zones: list[str] = Field(min_length=1, max_length=1_000)
    zone_share: list[Rate]

    @field_validator("calls_per_year")
    @classmethod
    def _not_absurd(cls, number: Sourced) -> Sourced:
        if number.value > MAX_CALLS_PER_YEAR:
            raise ValueError(f"{number.value:g} is more than {MAX_CALLS_PER_YEAR:,} calls a year")
        return number

    @model_validator(mode="after")
    def _consistent(self) -> Demand:
        if not any(self.hour_of_week_shape) or not any(self.month_factor):
            raise ValueError("hour_of_week_shape and month_factor need a figure above zero")
        for hour, shares in enumerate(self.call_type_share_by_hour):
            if len(shares) != len(self.call_types):
                raise ValueError(
                    f"call_type_share_by_hour, hour {hour}: {len(shares)} shares for "
                    f"{len(self.call_types)} call types"
                )
            check_sum_is_one(shares, f"call_type_share_by_hour, hour {hour}: shares")
        if len(self.zone_share) != len(self.zones):
            raise ValueError(f"zone_share: {len(self.zone_share)} for {len(self.zones)} zones")
        check_sum_is_one(self.zone_share, "zone_share: shares")
        for name in self.priority_by_type:
            if name not in self.call_types:
                known = ", ".join(self.call_types)
                raise ValueError(f"priority_by_type: no call type {name!r}; there are {known}")
        return self


class Funnel(Strict):
    """Each share is of the stage before: all > recognised > eligible > requested."""

    recognised_share: Share
    eligible_share: Share
    requested_share: Share


class OnScene(Strict):
    """Team's time on scene, by whether the person was engaged and by fate."""

    no_contact: Duration
    on_scene: Duration
    referral: Duration
    voluntary: Duration
    hold: Duration
    arrest: Duration


class Transport(Strict):
    """Who transports, and whether the team goes along in its own car if it is not the team."""

    by: Literal["team", "patrol", "ambulance"]
    team_follows: bool = False

    @property
    def keeps_team_busy(self) -> bool:
        """Whether the team is there until the handover is done."""
        return self.by == "team" or self.team_follows


class Transports(Strict):
    """Who transports, by fate."""

    voluntary: Transport
    hold: Transport
    arrest: Transport


class Receiving(Strict):
    """A place that receives people: the drive there, and the handover until the team is free."""

    transport: Duration
    handover: Duration


class Standard(Strict):
    """The response standard: on scene within so many minutes of a stated clock."""

    clock: Literal["dispatchable", "received"]
    minutes: Positive


class Service(Strict):
    """What a call asks of a team: the funnel, the clocks and the durations."""

    funnel: Funnel
    triage_delay: Duration
    subject_leaves: Duration
    patrol_clears: Duration
    turnout: Duration
    contact_share: Share
    on_scene: OnScene
    transport: Transports
    voluntary_to_centre_share: Share
    centre: Receiving
    hospital: Receiving
    booking: Duration
    report: Duration
    standard: Standard


class ConstantTravel(Strict):
    """The same mean minutes between any two places."""

    model: Literal["constant"]
    minutes: NotNegative
    factor_sd: NotNegative


class MatrixTravel(Strict):
    """Mean minutes from zone (row) to zone (column), times a factor by hour of day."""

    model: Literal["matrix"]
    zones: list[str]
    minutes: list[list[Rate]]
    traffic_by_hour: list[Rate] = Field(min_length=24, max_length=24)
    factor_sd: NotNegative

    @model_validator(mode="after")
    def _square(self) -> MatrixTravel:
        n = len(self.zones)
        if len(self.minutes) != n:
            raise ValueError(f"minutes has {len(self.minutes)} rows for {n} zones")
        for zone, row in zip(self.zones, self.minutes, strict=True):
            if len(row) != n:
                raise ValueError(f"minutes, row {zone!r}: {len(row)} columns for {n} zones")
        return self


class SquareRootTravel(Strict):
    """Mean minutes by the square-root law: start + c * sqrt(area / free teams) / speed."""

    model: Literal["square_root"]
    area_sq_mi: Positive
    c: Positive
    mean_distance_c: Positive
    speed_mph: Positive
    start_minutes: NotNegative
    factor_sd: NotNegative


Travel = Annotated[ConstantTravel | MatrixTravel | SquareRootTravel, Field(discriminator="model")]


class Dispatch(Strict):
    """How a team is chosen, and whether patrol is sent as well (so that its clock runs)."""

    rule: Literal["closest", "preference", "longest_idle", "least_worked"]
    patrol_attends: bool
    preference: dict[str, list[str]] = {}


class FateShares(Strict):
    """Shares of the five fates; they sum to one."""

    on_scene: Share
    referral: Share
    voluntary: Share
    hold: Share
    arrest: Share

    @model_validator(mode="after")
    def _whole(self) -> FateShares:
        check_sum_is_one(self.central(), "the shares")
        return self

    def central(self) -> list[float]:
        """Shares in the order of `Fate`."""
        return [float(getattr(self, name)) for name in type(self).model_fields]


class Effect(Strict):
    """Odds ratios of a team against patrol alone, each among those not in a more severe fate."""

    voluntary_odds_ratio: Positive
    hold_odds_ratio: Positive
    arrest_odds_ratio: Positive

    def central(self) -> list[float]:
        """Odds ratios in the order voluntary, hold, arrest."""
        return [float(getattr(self, name)) for name in type(self).model_fields]


class Outcomes(Strict):
    """Exactly two of patrol shares, team shares and effect; the third is computed."""

    patrol_shares: FateShares | None = None
    team_shares: FateShares | None = None
    effect: Effect | None = None
    booked_given_arrest: Share

    @model_validator(mode="after")
    def _exactly_two(self) -> Outcomes:
        names = ("patrol_shares", "team_shares", "effect")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 2:
            said = " and ".join(given) if given else "none"
            raise ValueError(
                f"exactly two of patrol_shares, team_shares and effect are wanted (the third is "
                f"computed); given: {said if len(given) < 3 else 'all three'}"
            )
        return self


class Precision(Strict):
    """Replications go on until an interval is as narrow as wanted, up to a maximum.

    Of a plan's measure, or of its paired difference from `versus`. The half-width is in the
    measure's unit, or relative to its mean.
    """

    measure: str
    plan: str | None = None
    versus: str | None = None
    half_width: Positive | None = None
    relative_half_width: Positive | None = None
    maximum: Annotated[int, Field(ge=2, le=1_000_000)] = 1_000

    @field_validator("plan", "versus", mode="before")
    @classmethod
    def _name(cls, given: object) -> object:
        return str(given) if isinstance(given, int) else given

    @model_validator(mode="after")
    def _one_target(self) -> Precision:
        if (self.half_width is None) == (self.relative_half_width is None):
            raise ValueError("exactly one of half_width and relative_half_width is wanted")
        return self


class Run(Strict):
    """How long, how often, and with which seed."""

    window_start: date
    window_years: Annotated[int, Field(ge=0, le=50)] = 1
    window_days: Annotated[int, Field(ge=1, le=20_000)] | None = None
    warm_up_days: Annotated[int, Field(ge=0, le=366)]
    tail_days: Annotated[int, Field(ge=1, le=366)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    replications: Annotated[int, Field(ge=2, le=1_000_000)]
    cores: Annotated[int, Field(ge=1, le=4_096)] | None = None
    confidence_level: Annotated[float, Field(gt=0, lt=1)]
    precision: Precision | None = None

    @model_validator(mode="after")
    def _window_not_empty(self) -> Run:
        if self.window_days is None and self.window_years == 0:
            raise ValueError("the window is empty; window_years of 1 or more is wanted")
        if self.precision is not None and self.precision.maximum < self.replications:
            raise ValueError("precision.maximum is below replications, the least that are run")
        return self


class History(Strict):
    """A published figure which a plan of the program should give, with its tolerance."""

    plan: str
    year: int | str
    handled_per_day: Positive
    reach_share: Share
    tolerance_share: Positive


class Program(Strict):
    """Who the program is, and what is said beside its answer."""

    name: str
    title: str
    notes: list[str] = []
    other_reading: dict[str, str] = {}
    other_reading_label: str = ""
    other_reading_reason: str = ""
    travel_beside: str | None = None
    history: History | None = None


class Config(Strict):
    """Everything a scenario is made of, except the staffing plan."""

    program: Program
    demand: Demand
    service: Service
    travel: Travel
    dispatch: Dispatch
    outcomes: Outcomes
    run: Run

    @model_validator(mode="after")
    def _travel_fits(self) -> Config:
        if isinstance(self.travel, SquareRootTravel) and self.dispatch.rule in (
            "closest",
            "preference",
        ):
            raise ValueError(
                f"dispatch.rule={self.dispatch.rule} with square-root travel, which knows no "
                "places; longest_idle or least_worked is wanted, or travel=matrix"
            )
        if isinstance(self.travel, MatrixTravel):
            _check_matrix_zones(self.travel, self.demand.zones)
        _check_preference(self.dispatch, self.demand.zones)
        return self


def _check_matrix_zones(travel: MatrixTravel, zones: list[str]) -> None:
    missing = [zone for zone in zones if zone not in travel.zones]
    if missing:
        raise ValueError(f"travel.zones misses {missing[0]!r}, which demand.zones has")


def _check_preference(dispatch: Dispatch, zones: list[str]) -> None:
    if dispatch.rule == "preference" and set(dispatch.preference) != set(zones):
        raise ValueError("dispatch.preference has to list base zones in order for every zone")
    for zone, order in dispatch.preference.items():
        unknown = [name for name in [zone, *order] if name not in zones]
        if unknown:
            raise ValueError(f"dispatch.preference: no zone {unknown[0]!r}")
