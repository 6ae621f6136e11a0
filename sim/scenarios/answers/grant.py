"""What `grant` answers: months, quarters, years and positions, with who pays what in cents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from sim.clock import MONTHS_A_YEAR
from sim.config import Config, StaffingPlan
from sim.model.money.grant import CENTS, Shares, summed
from sim.scenarios.answers.budget import Bridged, Justified, Price, Role
from sim.scenarios.answers.comparison import Reading
from sim.scenarios.answers.economics import Ratio, SameMoney
from sim.scenarios.answers.intervals import Interval, Quoted, Spread
from sim.scenarios.answers.rails import Rail
from sim.scenarios.answers.rounded import Rounded, Whole, rounded
from sim.scenarios.answers.rows import Row as FigureRow
from sim.scenarios.answers.rows import Tabled, frame, lines, measured
from sim.scenarios.checking import TwinCheck
from sim.scenarios.request import Request

__all__ = [
    "CENTS",
    "ITEMS",
    "MONTHS_A_YEAR",
    "Alike",
    "Bridged",
    "GrantAnswer",
    "Hinge",
    "Justified",
    "Kept",
    "Level",
    "Moment",
    "Month",
    "Outcome",
    "Price",
    "Quarter",
    "Role",
    "Row",
    "Seat",
    "Shares",
]

MONTHS_A_QUARTER = 3
TODAY = "today"  # the plan of the people who are there already
WEEKS_A_YEAR, DAYS_A_WEEK = 52, 7
ITEMS = ("pay", "training", "start-up", "cars", "overtime", "overhead")


class Seat(NamedTuple):
    """A position to be funded: the one of its number in its role, from the month it is filled."""

    role: str
    number: int
    fte: float
    hire_month: int


class Moment(NamedTuple):
    """A month of a grant: who is there, and the plan that runs (None: no team of the grant does).

    `label` is the calendar month, "2028-04"; `fiscal_year` is named by the year in which it ends.
    """

    month: int
    label: str
    fiscal_year: int
    seats: tuple[Seat, ...]
    running: StaffingPlan | None

    @property
    def of_year(self) -> int:
        """Calendar month, 0 is January."""
        return int(self.label.partition("-")[2]) - 1

    @property
    def grant_year(self) -> int:
        """Year of the grant, from 1."""
        return (self.month - 1) // MONTHS_A_YEAR + 1

    @property
    def quarter(self) -> int:
        """Quarter of the grant, from 1."""
        return (self.month - 1) // MONTHS_A_QUARTER + 1

    @property
    def filled(self) -> dict[str, int]:
        """Positions filled, by role."""
        roles = [seat.role for seat in self.seats]
        return {role: roles.count(role) for role in dict.fromkeys(roles)}

    @property
    def fte(self) -> dict[str, float]:
        """FTE of the positions filled, by role, in tenths."""
        roles = dict.fromkeys(seat.role for seat in self.seats)
        return {x: round(sum(s.fte for s in self.seats if s.role == x), 1) for x in roles}


class Month(NamedTuple):
    """A month: its posts beyond the base, whom they serve on average, and who pays, in cents.

    `beyond` are the posts in words, those of a part of the day with their hours, and `times` are
    the times of day of such posts. `items` has the cents spent on each of `ITEMS`.
    """

    moment: Moment
    running: str
    posts: int
    beyond: str
    times: str
    contacts: float
    people: float
    visits: float
    items: dict[str, int]
    shares: Shares


class Outcome(NamedTuple):
    """What some months come to beyond the base: by chance, and over the draws if there are any.

    `drawn` is None where the assumptions were not drawn.
    """

    chance: Interval
    drawn: Spread | None

    @property
    def quoted(self) -> Quoted:
        """Mean with the range to quote."""
        return Quoted.of(self.chance, self.drawn)


class Quarter(NamedTuple):
    """A quarter: its months, whom its posts serve, and who pays."""

    number: int
    first: Month
    last: Month
    contacts: Outcome
    people: Outcome
    visits: Outcome
    shares: Shares


class Level(NamedTuple):
    """Months, the first and the last, in which the same posts run, and what they do in a year."""

    first: Month
    last: Month
    contacts_per_year: Interval
    people_per_year: Interval
    visits_per_year: Interval


class Row(NamedTuple):
    """A line of the crosswalk: a position with its training, or an item of nobody's own.

    `shares` are the cents of each grant year.
    """

    what: str
    seat: Seat | None
    shares: tuple[Shares, ...]

    @property
    def total(self) -> Shares:
        """Cents of all years."""
        return summed(self.shares)


class Alike(NamedTuple):
    """Positions of one role, size and month: the first of them, how many, and their cents."""

    first: Seat
    positions: int
    total: Shares


class Kept(NamedTuple):
    """Cents of keeping the positions: of the month after the grant, and of a year from then on."""

    label: str
    month: int
    year: int


class Hinge(NamedTuple):
    """Assumption that a figure goes along with most: its ends, letter, and rank correlation.

    `what` is "contacts" or "dollars"; the correlation is over so many `draws`.
    """

    what: str
    label: str
    low: float
    high: float
    confidence: str
    correlation: float
    draws: int


@dataclass(frozen=True, repr=False)
class GrantAnswer(Tabled):
    """The whole answer of `grant`: money in cents, service beyond that of the base plan.

    Printed it is a few lines.

    `replaces_base` if the plan has other posts than the base, and not only more of them. `needed`
    are FTE at work by role for the posts that run in the end, and `needed_by_plan` for all of the
    plan, before they are rounded to positions; `hours_beyond` are the hours of duty a day of the
    posts that run, beyond those of the base; `times_before` are the times of day of posts of the
    base that are held for a part of the day. `outcomes` are of all months, by measure of a year;
    `served` has contacts and people by grant year. `one_post` is what one
    post around the clock costs over the three years, without its start-up. `reading` is a year of
    the plan as it runs in the end, and of the base, of `window_days`; `warnings` are of it.
    `dollars` are those of all months by who pays, of each year and of the year after, with their
    ranges; `at_price_year` are the cents of each grant year as if bought in the price year of the
    costs. `per_contact` and `per_call` are dollars of that year for each contact, and each call
    reached, beyond the base. `hinges` are what contacts and dollars hinge on, where draws tell.
    `prices` are the unit costs of the budget, `justified` its lines by price, and `bridge` holds
    its second year against the cost of a year.

    Examples
    --------
    >>> import sim
    >>> answer = sim.grant(2, 1, overrides=["run=smoke"], replications=2)
    >>> answer.plan.name, answer.base.name
    ('2', '1')
    """

    request: Request
    config: Config
    plan: StaffingPlan
    base: StaffingPlan | None
    replaces_base: bool
    needed: dict[str, float]
    needed_by_plan: dict[str, float]
    hours_beyond: float
    times_before: str
    seats: list[Seat]
    months: list[Month]
    levels: list[Level]
    quarters: list[Quarter]
    contacts: Interval
    people: Interval
    visits: Interval
    outcomes: dict[str, Outcome]
    served: list[dict[str, Outcome]]
    years: list[Shares]
    crosswalk: list[Row]
    kept: Kept
    one_post: int
    replications: int
    check: TwinCheck | None
    window_days: int
    reading: Reading
    warnings: list[Rail]
    dollars: dict[str, Quoted]
    at_price_year: list[int]
    per_contact: Ratio
    per_call: Ratio | None
    hinges: list[Hinge]
    prices: list[Price]
    justified: list[Justified]
    bridge: list[Bridged]

    @property
    def plans(self) -> list[StaffingPlan]:
        """The plan, and the base if there is one."""
        return [self.plan, *([self.base] if self.base else [])]

    @property
    def readings(self) -> list[Reading]:
        """The one reading there is of the plans."""
        return [self.reading]

    @property
    def total(self) -> Shares:
        """Cents of the whole grant."""
        return summed(self.years)

    @property
    def base_words(self) -> str:
        """The base as a sentence calls it; empty without one."""
        name = "" if self.base is None else self.base.name
        return {"": "", TODAY: "today's staffing"}.get(name, f"plan {name}")

    @property
    def plan_words(self) -> str:
        """The plan as a sentence begins with it; what runs of it, where only people were named."""
        running = self.months[-1].running
        is_part = not self.plan_is_named and self.months[-1].times
        return f"{running[:1].upper()}{running[1:]}" if is_part else f"Plan {self.plan.name}"

    @property
    def alike(self) -> list[Alike]:
        """Positions of the crosswalk, those of one role, size and month together."""
        rows: dict[tuple[str, float, int], list[Row]] = {}
        for row in self.crosswalk:
            if row.seat is not None:
                key = row.seat.role, row.seat.fte, row.seat.hire_month
                rows.setdefault(key, []).append(row)
        return [
            Alike(of_kind[0].seat, len(of_kind), summed(row.total for row in of_kind))
            for of_kind in rows.values()
            if of_kind[0].seat is not None
        ]

    @property
    def same_money(self) -> SameMoney | None:
        """What else a year of the plan, beyond its base, would buy."""
        return self.reading.same_money(self.config)

    @property
    def needed_of_budgeted(self) -> float:
        """FTE at work that the posts need of the roles that are budgeted."""
        roles = {seat.role for seat in self.seats}
        return sum(fte for role, fte in self.needed.items() if role in roles)

    @property
    def needed_with_vacancy(self) -> float:
        """FTE to be funded of the roles budgeted, so that as many are at work as are needed."""
        return self.needed_of_budgeted / (1 - float(self.config.costs.positions.vacancy_share))

    @property
    def plan_is_named(self) -> bool:
        """Whether the user or the program named the plan, and not only the people there are."""
        return bool(self.request.plans or self.config.program.plans)

    @property
    def budgeted(self) -> float:
        """FTE of all positions together."""
        return sum(seat.fte for seat in self.seats)

    @property
    def full(self) -> int:
        """Whole positions."""
        return sum(seat.fte >= 1 for seat in self.seats)

    @property
    def parts(self) -> int:
        """Parts of a position, which are none that somebody could be hired for."""
        return len(self.seats) - self.full

    @property
    def roles(self) -> list[Role]:
        """Positions by role, of every role that the posts need or that is budgeted."""
        names = dict.fromkeys([*self.needed, *(seat.role for seat in self.seats)])
        return [self._role(name) for name in names]

    def _role(self, name: str) -> Role:
        seats = [seat for seat in self.seats if seat.role == name]
        full, months = sum(x.fte >= 1 for x in seats), sorted({x.hire_month for x in seats})
        part = round(sum(x.fte for x in seats if x.fte < 1), 1)
        paid_h = float(self.config.costs.positions.paid_hours_per_year)
        ends = tuple(dict.fromkeys((*months[:1], *months[-1:])))
        hours = part * paid_h / WEEKS_A_YEAR
        return Role(name, self.needed.get(name, 0.0), full, part, hours, ends)

    @cached_property
    def rounded(self) -> Rounded:
        """Whole dollars and whole contacts, as every table shows them; lines as of `lines`."""
        each = [(month.contacts, month.people, month.visits) for month in self.months]
        totals = (x.mean or 0.0 for x in (self.contacts, self.people, self.visits))
        return rounded(
            [month.shares for month in self.months],
            [shares for _, shares in self.lines],
            list(zip(zip(*each, strict=True), totals, strict=True)),
        )

    @property
    def in_all(self) -> Whole:
        """Whole dollars and contacts of all months."""
        return self.rounded.total

    def is_exact(self, what: str) -> bool:
        """Whether dollars by their name are moved by no assumption, as those at a ceiling."""
        ceiling, span = self.config.costs.grant.ceiling_dollars, self.dollars[what]
        at_ceiling = ceiling is not None and self.total.federal == round(CENTS * float(ceiling))
        if not any(x.kind == "assumptions" for x in self.dollars.values()):
            return at_ceiling and what in ("federal", "match")
        return span.low == span.high

    @property
    def lines(self) -> list[tuple[Alike | Row, Shares]]:
        """Lines of the budget with their cents: positions that are alike, and each other item."""
        others = [row for row in self.crosswalk if row.seat is None]
        kinds: list[Alike | Row] = [*self.alike, *others]
        return [(x, x.total) for x in kinds]

    @property
    def funded_share(self) -> float | None:
        """Part of the cost that federal money and match pay together; None if nothing is spent."""
        total = self.total
        return (total.federal + total.match) / total.total if total.total else None

    @property
    def federal_share(self) -> float | None:
        """Part of the cost that the federal side pays; None if nothing is spent."""
        return self.total.federal / self.total.total if self.total.total else None

    @property
    def ceiling_share(self) -> float | None:
        """Part of one post around the clock that the ceiling buys; None without one."""
        ceiling = self.config.costs.grant.ceiling_dollars
        if ceiling is None or not self.one_post:
            return None
        return round(CENTS * float(ceiling)) / self.one_post

    def to_frame(self) -> pl.DataFrame:
        """Return a row a figure of the 36 months: whom they serve, positions, and who pays.

        Columns are as of a comparison; `versus` is the base plan.
        """
        return frame(self._rows())

    def _rows(self) -> list[FigureRow]:
        sides = self.plan.name, None if self.base is None else self.base.name
        served = {
            ("contacts", "contacts"): self.contacts,
            ("people_reached", "people"): self.people,
            ("visits", "visits"): self.visits,
        }
        money = {**self.total._asdict(), "total": self.total.total}
        return [
            *(measured(*sides, *name, interval) for name, interval in served.items()),
            FigureRow(*sides, "positions", "positions", self.full),
            FigureRow(*sides, "fte_budgeted", "FTE", self.budgeted),
            *(FigureRow(*sides, f"{who}_dollars", "$", x / CENTS) for who, x in money.items()),
        ]

    def __repr__(self) -> str:
        months = f"{self.months[0].moment.label} to {self.months[-1].moment.label}"
        return lines(f"{self.config.costs.grant.name}, {months}", self._rows())
