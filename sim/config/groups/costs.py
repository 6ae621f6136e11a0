"""The group `costs`: what positions, cars and training cost, what is avoided, and the grant."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from sim.config.values import (
    NotNegative,
    Positive,
    Share,
    Sourced,
    Strict,
    Whole,
    Within,
    all_bounds,
    check_sum_is_one,
)

GRANT_MONTHS = 36
GRANT_YEARS = 3

Payer = Literal["city", "county", "hospital", "state"]
StaffRole = Literal["officer", "clinician", "case_manager", "peer", "supervisor"]
Month = Annotated[Whole, Field(ge=1, le=GRANT_MONTHS)]


def _of_a_whole_year(dollars: Sourced) -> Sourced:
    if dollars.year is None:  # of the price year
        return dollars
    if not isinstance(dollars.year, int) or not 1900 <= dollars.year <= 2100:
        raise ValueError(
            "expected the year of these dollars like 2023, or null for the price year, got "
            f"{dollars.year!r}"
        )
    return dollars


def _below_one(share: Sourced) -> Sourced:
    if max(all_bounds(share)) >= 1:
        raise ValueError(f"expected a share below 1, got {max(all_bounds(share)):g}")
    return share


Amount = Annotated[NotNegative, Within(0, 1e12, "dollars")]
Dollars = Annotated[Amount, AfterValidator(_of_a_whole_year)]
Price = Annotated[Positive, Within(0.01, 1e12, "dollars"), AfterValidator(_of_a_whole_year)]
HoursAYear = Annotated[NotNegative, Within(0, 366 * 24, "hours per year")]
Days = Annotated[NotNegative, Within(0, 3_660, "days")]
Factor = Annotated[NotNegative, Within(0, 10)]
Headcount = Annotated[Positive, Within(0.01, 10_000, "positions")]


class Positions(Strict):
    """From hours of duty to positions: paid hours of a position, and those it does not work.

    Leave is vacation and holidays. Each duty is followed by `overlap_minutes_per_duty`, paid for
    the handover; a post held around the clock is staffed in duties of `continuous_duty_h`.
    """

    paid_hours_per_year: Annotated[Positive, Within(1, 366 * 24, "hours per year")]
    leave_hours_per_year: HoursAYear
    sick_hours_per_year: HoursAYear
    training_hours_per_year: HoursAYear
    overlap_minutes_per_duty: Annotated[NotNegative, Within(0, 24 * 60, "minutes")]
    continuous_duty_h: Annotated[Positive, Within(0.1, 24, "hours")]
    vacancy_share: Annotated[Share, AfterValidator(_below_one)]
    staff_per_supervisor: Annotated[Positive, Within(0.1, 1e12)]  # as good as none

    @model_validator(mode="after")
    def _leaves_hours(self) -> Positions:
        if self.worked_hours_per_year <= 0:
            raise ValueError(
                "expected leave_hours_per_year, sick_hours_per_year and training_hours_per_year "
                f"to sum to less than paid_hours_per_year {float(self.paid_hours_per_year):g}, "
                f"got {self.away_hours_per_year:g}"
            )
        return self

    @property
    def away_hours_per_year(self) -> float:
        """Paid hours per year that the holder of a position does not work."""
        away = (self.leave_hours_per_year, self.sick_hours_per_year, self.training_hours_per_year)
        return sum(map(float, away))

    @property
    def worked_hours_per_year(self) -> float:
        """Hours per year that the holder of a position works."""
        return float(self.paid_hours_per_year) - self.away_hours_per_year


class OfficerSource(Strict):
    """Where officers of teams come from; shares that sum to one.

    A new hire adds a position, and so does backfill, to the post that an officer left; reassignment
    adds none, and leaves that post empty.
    """

    new_hire: Share
    backfill: Share
    reassignment: Share

    @model_validator(mode="after")
    def _whole(self) -> OfficerSource:
        shares = [float(self.new_hire), float(self.backfill), float(self.reassignment)]
        check_sum_is_one(shares, "new_hire, backfill and reassignment")
        return self


class PerFte(Strict):
    """Salary and benefits of one full-time position, dollars a year."""

    clinician: Dollars
    officer: Dollars
    case_manager: Dollars
    peer: Dollars
    supervisor: Dollars


class Vehicle(Strict):
    """Dollars of a team's car: its purchase, spread over its life, and its running costs.

    If `held_in_officer_pay`, the figure of an officer includes the car, which is not counted again.
    """

    purchase: Dollars
    life_years: Annotated[Positive, Within(0.1, 100, "years")]
    running_per_year: Dollars
    held_in_officer_pay: bool


class Training(Strict):
    """Dollars to train each hire, and the share of positions that are filled anew each year."""

    clinician: Dollars
    officer: Dollars
    worker: Dollars
    turnover_share_per_year: Share


class Avoided(Strict):
    """What one event fewer saves, and whom; `claimed` if only a program says so.

    The cashable share is money that is not spent; the rest is capacity, free for other use.
    """

    dollars: Dollars
    payer: Payer
    claimed: bool
    cashable_share: Share


class AvoidedCosts(Strict):
    """What each event that did not happen saves, and how many events follow from others.

    If `booking_is_total`, the figure of a booking covers the whole arrest: the jail days and patrol
    hours of a booking are taken out of it, as they are counted in lines of their own.
    """

    booking: Avoided
    jail_day: Avoided
    ed_visit: Avoided
    inpatient_day: Avoided
    patrol_hour: Avoided
    booking_is_total: bool
    jail_days_per_booking: Days
    patrol_hours_per_booking: Annotated[NotNegative, Within(0, 1_000, "hours")]
    admitted_given_hold: Share
    admitted_given_voluntary: Share
    inpatient_days_per_admission: Days


class Grant(Strict):
    """A grant of 36 months: its start, the match of each year, its ceiling, and when staff come.

    A match is a share of what federal money and match pay together in its year; the ceiling is on
    the grant's own part, which is drawn `evenly` (each year an equal part of what is left) or
    `until_spent`. The grant pays people of `paid_roles` alone; of all, if there are none. It funds
    `positions` (FTE at work by role), or those that the plan needs, if there are none;
    `base_positions` are people who are there today, in place of a base plan. Months count
    from 1; a role that `hire_months` leaves out comes in the first month after planning.
    `other_years` is a sentence on how the terms of other years differ.
    """

    name: str
    start_month: str
    planning_months: Annotated[Whole, Field(ge=0, lt=GRANT_MONTHS)]
    match_shares: list[Share]
    ceiling_dollars: Amount | None = None
    draw: Literal["evenly", "until_spent"] = "evenly"
    paid_roles: list[StaffRole] = []
    positions: dict[StaffRole, Headcount] = {}
    base_positions: dict[StaffRole, Headcount] = {}
    hire_months: dict[StaffRole, list[Month]] = {}
    other_years: str = ""

    @field_validator("start_month", mode="before")
    @classmethod
    def _a_month(cls, month: object) -> object:
        if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", str(month)):
            raise ValueError(f"expected a month like '2027-10', got {month!r}")
        return month

    @field_validator("match_shares")
    @classmethod
    def _of_each_year(cls, shares: list[Sourced]) -> list[Sourced]:
        if len(shares) != GRANT_YEARS:
            raise ValueError(
                f"expected {GRANT_YEARS} shares, one per grant year, got {len(shares)}"
            )
        return shares


class CrisisNow(Strict):
    """The Crisis Now calculator: mobile teams from population alone; none without a population."""

    population: Annotated[Positive, Within(1, 10_000_000_000, "people")] | None = None
    episodes_per_100k_per_month: Annotated[NotNegative, Within(0, 100_000, "episodes")]
    mobile_share: Share
    served_per_team_per_day: Annotated[Positive, Within(0.01, 1_000, "people")]


class Alternative(Strict):
    """What else money could buy: dollars of a unit a year and of a contact, what it cannot do.

    `unit` and `counts` name units and contacts in the plural. `takes_share` is the share of all
    mental-health calls that it may take. `cannot` and `evidence` are whole sentences.
    """

    title: str
    unit: str
    counts: str
    dollars_per_unit: Price
    dollars_per_contact: Price
    takes_share: Share
    cannot: str
    evidence: str


class Costs(Strict):
    """Dollars of people and things, and of what is avoided.

    Each figure is in dollars of its own year, and brought to `price_year` (or another fiscal year)
    by the inflation; one without a year is in those of `price_year`. The fiscal year is named by
    the calendar year in which it ends.
    """

    name: str
    price_year: Annotated[Whole, Field(ge=1990, le=2100)]
    fiscal_year_start_month: Annotated[Whole, Field(ge=1, le=12)]
    inflation_per_year: Share
    positions: Positions
    officers: OfficerSource
    per_fte: PerFte
    overtime_pay_factor: Factor
    vehicle: Vehicle
    training: Training
    start_up_per_team: Dollars
    overhead_share: Factor
    avoided: AvoidedCosts
    grant: Grant
    crisis_now: CrisisNow
    alternatives: dict[str, Alternative] = {}
