"""Which figures of people and money are shown, in which order, and how sure each of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from sim.model.measures.dictionary import MEASURES
from sim.report.money.sides import Side
from sim.report.wording import scale
from sim.scenarios.answers.economics import Ratio
from sim.scenarios.answers.intervals import Interval, Quoted, quoted

BY_THE_THOUSAND = 0.001
FTE = "FTE"
Account = list[tuple[str, list["Figure"]]]
COST_PER = "Cost per "  # which the heading says
OFFICERS = {
    "new_hire": "Officers, newly hired",
    "backfill": "Officers, for backfill",
    "reassignment": "Officers, reassigned",
}


class Row(NamedTuple):
    """A measure, and what it is called under its heading."""

    words: str
    measure: str


class Part(NamedTuple):
    """Rows that stand together under a heading, and which of the other figures follow them.

    Those that are `always` shown are so even if all of them are zero: gross never without net.
    """

    heading: str
    rows: tuple[Row, ...]
    after: str = ""
    always: bool = False


class Figure(NamedTuple):
    """A figure with its interval of chance and its range to quote.

    `factor` is what it is multiplied by to be shown; `fine` figures keep a decimal however large,
    and what something costs `for_each` of what it gets is no difference; some are `always` shown.
    """

    words: str
    chance: Interval
    quoted: Quoted
    factor: float = 1.0
    fine: bool = False
    for_each: bool = False
    always: bool = False

    @classmethod
    def alone(cls, words: str, value: float, factor: float = 1.0, *, fine: bool = False) -> Figure:
        """Figure in which there is no chance and no assumption."""
        only = Quoted(value, None, None, 0, "chance")
        return cls(words, only, only, factor, fine)

    @property
    def is_any(self) -> bool:
        """Whether it is to be shown, as it may be anything but zero."""
        ends = (self.chance.mean, self.quoted.low, self.quoted.high)
        return self.always or any(end not in {None, 0} for end in ends)


PARTS = (
    Part(
        "Diverted from jail",
        (
            Row("Gross: contacts not booked", "jail_diversions_gross_per_year"),
            Row("Net: fewer bookings", "jail_diversions_net_per_year"),
            Row("Gross: contacts not arrested", "arrest_diversions_gross_per_year"),
            Row("Net: fewer arrests", "arrest_diversions_net_per_year"),
        ),
        always=True,
    ),
    Part(
        "Diverted from hospital (each an emergency department visit)",
        (
            Row("Gross: contacts not transported", "hospital_diversions_gross_per_year"),
            Row("Net: fewer transports", "hospital_diversions_net_per_year"),
            Row("Gross: contacts not held", "hold_diversions_gross_per_year"),
            Row("Net: fewer holds", "hold_diversions_net_per_year"),
            Row("Gross: no voluntary transport", "voluntary_hospital_diversions_gross_per_year"),
            Row("Net: fewer voluntary transports", "voluntary_hospital_diversions_net_per_year"),
        ),
        always=True,
    ),
    Part(
        "Connected to treatment",
        (
            Row("Gross: contacts connected", "treatment_connections_per_year"),
            Row("Net: more than patrol alone", "treatment_connections_net_per_year"),
        ),
        always=True,
    ),
    Part(
        "People employed, FTE",
        (
            Row("Clinicians", "fte_clinician"),
            Row("Officers", "fte_officer"),
            Row("Case managers and peers", "fte_worker"),
            Row("Supervisors", "fte_supervisor"),
            Row("Overtime, as people", "fte_overtime"),
        ),
        after="positions",
    ),
    Part(
        "Sworn hours, 1,000 h",
        (
            Row("Assigned", "sworn_hours_assigned_per_year"),
            Row("Released", "patrol_hours_released_per_year"),
            Row("Net", "sworn_hours_net_per_year"),
        ),
    ),
    Part(
        "Cost, $1,000",
        (
            Row("Cost", "cost_per_year"),
            Row("Excluding reassigned officers", "cost_cash_per_year"),
        ),
        after="start_up",
    ),
    Part("Cost per, $", (), after="ratios"),
    Part(
        "Avoided, $1,000",
        (
            Row("Total avoided", "avoided_per_year"),
            Row("Cashable", "avoided_cashable_per_year"),
            Row("Capacity, not cash", "avoided_capacity_per_year"),
        ),
    ),
    Part(
        "Avoided, by payer, $1,000",
        (
            Row("City", "avoided_city_per_year"),
            Row("County", "avoided_county_per_year"),
            Row("Hospital", "avoided_hospital_per_year"),
            Row("State", "avoided_state_per_year"),
            Row("Claimed by programs only", "avoided_claimed_per_year"),
        ),
    ),
    Part(
        "Net benefit, $1,000",
        (
            Row("Total avoided, less cost", "net_benefit_per_year"),
            Row("Cashable, less cost", "net_benefit_cashable_per_year"),
        ),
    ),
)


OF_ACCOUNTS = frozenset(row.measure for part in PARTS for row in part.rows)


def accounts(side: Side) -> Account:
    """Headings, each with the figures of a plan or a difference that stand under it."""
    others: Mapping[str, Callable[[], Iterator[Figure]]] = {
        "": lambda: iter(()),
        "positions": lambda: _positions(side),
        "start_up": lambda: _start_up(side),
        "ratios": lambda: map(_of_ratio, side.economics.ratios.values()),
    }
    return [
        (
            part.heading,
            [*(_of_measure(row, part, side) for row in part.rows), *others[part.after]()],
        )
        for part in PARTS
    ]


def _of_measure(row: Row, part: Part, side: Side) -> Figure:
    fine, factor = MEASURES[row.measure].unit == FTE, scale(row.measure)
    chance, span = side.measures[row.measure], quoted(side, row.measure)
    return Figure(row.words, chance, span, factor, fine, always=part.always)


def _positions(side: Side) -> Iterator[Figure]:
    """Officers by where they come from, and the positions of all roles."""
    for kind, words in OFFICERS.items():
        yield Figure.alone(words, side.books.officers[kind], fine=True)
    yield Figure.alone("Positions, with vacant ones", side.books.positions, fine=True)


def _start_up(side: Side) -> Iterator[Figure]:
    """What is paid once, in dollars of the price year."""
    yield Figure.alone("Start-up, one time", side.books.start_up, BY_THE_THOUSAND)


def _of_ratio(ratio: Ratio) -> Figure:
    chance = Interval(ratio.mean, ratio.low, ratio.high, 0)
    words = ratio.label.removeprefix(COST_PER)
    words = words[0].upper() + words[1:]
    return Figure(words, chance, ratio.quoted, for_each=True, always=True)
