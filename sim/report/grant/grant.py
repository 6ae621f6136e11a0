"""What `grant` prints: positions, whom they serve, who pays, and what is left to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.report.answer import Answer, Basis
from sim.report.comparison import frames
from sim.report.grant import tables
from sim.report.grant.screen import (
    COUNTS,
    SIDES,
    calendar,
    ceiling_buys,
    counted_range,
    in_words,
    outcomes,
    paid_for,
    positions_in_words,
    screen,
    whole,
)
from sim.report.people.bridges import plural, role_words
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.wording import (
    BLANK,
    interval_name,
    mean_and_range,
    mean_of,
    percent,
    range_of,
)
from sim.scenarios.answers.grant import (
    Alike,
    GrantAnswer,
    Level,
    Outcome,
    Quarter,
    Row,
    Seat,
    Shares,
)
from sim.scenarios.answers.intervals import INTERVAL_LABEL, Interval
from sim.scenarios.answers.rounded import Whole

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

MANY = 4  # months in which positions are filled, beyond which only the first and last are shown


@dataclass(frozen=True)
class GrantReport(Answer):
    """A plan under a grant as it is published."""

    grant: GrantAnswer

    def basis(self) -> Basis:
        """Return the config and plans, and how they were run."""
        made = self.grant
        return Basis(made.config, made.plans, made.replications, made.check)

    def summary(self) -> str:
        """Return the first screen."""
        return screen(self.grant)

    def full(self) -> str:
        """Return everything as text."""
        return render(self.grant)

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tables.tree(self.grant)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, a row a month and a position, and hours and zones of a year."""
        cells = frames.cells(self.grant)
        return {
            "full.txt": f"{self.full()}\n",
            "grant.csv": tables.month_rows(self.grant),
            "crosswalk.csv": tables.crosswalk_rows(self.grant),
            **{f"{name}.csv": as_csv(cells[name]) for name in ("hours", "hours_of_day", "zones")},
        }

    def figures(self) -> dict[str, Figure]:
        """Return whom the posts serve and who pays, by quarter."""
        from sim.report.grant.figures import drawn  # noqa: PLC0415 - matplotlib is slow to load

        return drawn(self.grant)


def render(answer: GrantAnswer) -> str:
    """Whole answer as text."""
    name = interval_name(answer.config.run.confidence_level)
    return rendered(
        "grant.txt",
        answer=answer,
        visits=_has_visits(answer),
        budgeted=positions_in_words(answer),
        drawn=any(outcome.drawn for outcome in answer.outcomes.values()),
        positions=_positions(answer),
        levels=_levels(answer),
        service=_service(answer),
        money=_money(answer),
        crosswalk=_crosswalk(answer),
        paid_for=paid_for(answer),
        ceiling_buys=ceiling_buys(answer),
        federal_share=_share(answer.federal_share),
        outcomes=outcomes(answer),
        paid=" and ".join(map(plural, answer.config.costs.grant.paid_roles)),
        interval=name,
        label=INTERVAL_LABEL,
        figure=lambda interval: _figure(interval, name),
        whole=whole,
        in_words=partial(in_words, answer),
        calendar=calendar,
    )


def _has_visits(answer: GrantAnswer) -> bool:
    """Whether anybody visits people, so that visits are shown."""
    return any(level.visits_per_year.mean for level in answer.levels)


# --- figures in words ----------------------------------------------------------------------------


def _figure(interval: Interval, name: str) -> str:
    """Mean, and its interval with its name unless every replication is the same."""
    ends = range_of(interval)
    if ends == BLANK or interval.low == interval.high:
        return mean_of(interval)
    return f"{mean_of(interval)} ({name} {ends}; {INTERVAL_LABEL})"


def quarter_label(quarter: Quarter) -> str:
    """Quarter with its months, " 3 Apr–Jun 2028"."""
    first, last = (calendar(month.moment.label) for month in (quarter.first, quarter.last))
    start, _, year = first.partition(" ")
    since = start if last.endswith(year) else first
    return f"{quarter.number:2d} {since}–{last}"


def positions(full: float, part: float) -> str:
    """Positions of one role in words, "25 and 0.5 of one"."""
    parts = [f"{part:g} of one"] if part else []
    return " and ".join([*([f"{full:g}"] if full else []), *parts]) or "none"


def _shares(shares: Shares) -> list[str]:
    """Whole dollars by who pays, and in all."""
    return [f"${dollars:,}" for dollars in (*shares, shares.total)]


def _share(share: float | None) -> str:
    return BLANK if share is None else percent(share)


# --- positions and posts -------------------------------------------------------------------------


def _positions(answer: GrantAnswer) -> Table:
    rows = []
    for role in answer.roles:
        seats = [seat for seat in answer.seats if seat.role == role.role]
        budgeted = positions(role.full, role.part)
        rows.append([plural(role.role), f"{role.needed:.2f}", budgeted, _hired(seats)])
    head = ["Positions budgeted", "FTE needed at work", "positions", "filled in month"]
    return Table(head, [Group(rows)])


def _hired(seats: Sequence[Seat]) -> str:
    """Months in which positions are filled: "7", "7 (20), 10 (6)" or "7 to 32"."""
    months = sorted(seat.hire_month for seat in seats)
    if not months:
        return BLANK
    counts = {month: months.count(month) for month in months}
    if len(counts) == 1:
        return str(months[0])
    if len(counts) > MANY:
        return f"{months[0]} to {months[-1]}"
    return ", ".join(f"{month} ({count})" for month, count in counts.items())


def _levels(answer: GrantAnswer) -> Table:
    columns = 5 if _has_visits(answer) else 4
    rows = [_level(level)[:columns] for level in answer.levels]
    head = ["Posts running", "months", "contacts a year", "people a year", "visits a year"]
    return Table(head[:columns], [Group(rows)])


def _level(level: Level) -> list[str]:
    first, last = level.first.moment.month, level.last.moment.month
    months = str(first) if first == last else f"{first} to {last}"
    served = level.contacts_per_year, level.people_per_year, level.visits_per_year
    return [level.first.running, months, *map(mean_and_range, served)]


# --- by quarter ----------------------------------------------------------------------------------


def _service(answer: GrantAnswer) -> Table:
    roles = list(dict.fromkeys(seat.role for seat in answer.seats))
    served = ["contacts", "people reached", *(["visits"] if _has_visits(answer) else [])]
    head = ["Quarter", *map(plural, roles), "posts", *served]
    rows = [
        [quarter_label(quarter), *_filled(quarter, roles), *_counts(row, _served(quarter))][
            : len(head)
        ]
        for quarter, row in zip(answer.quarters, answer.rounded.quarters, strict=True)
    ]
    ends = [answer.outcomes[name] for name in COUNTS]
    in_all = ["36 months", *[""] * (len(roles) + 1), *_counts(answer.in_all, ends)][: len(head)]
    return Table(head, [Group(rows), Group([in_all], "Total")])


def _filled(quarter: Quarter, roles: Sequence[str]) -> list[str]:
    filled = quarter.last.moment.fte
    return [*(f"{filled.get(role, 0):g}" for role in roles), quarter.last.beyond]


def _served(quarter: Quarter) -> list[Outcome]:
    return [quarter.contacts, quarter.people, quarter.visits]


def _counts(row: Whole, outcomes: Sequence[Outcome]) -> list[str]:
    """Whole contacts, people and visits, which add up, each with the range to quote."""
    counts = row.contacts, row.people, row.visits
    return [
        counted_range(count, outcome.quoted)
        for count, outcome in zip(counts, outcomes, strict=True)
    ]


def _money(answer: GrantAnswer) -> Table:
    rounded = answer.rounded
    quarters = [
        [quarter_label(quarter), *_shares(row.dollars)]
        for quarter, row in zip(answer.quarters, rounded.quarters, strict=True)
    ]
    matches = answer.config.costs.grant.match_shares
    years = [
        [f"year {at}, match {percent(float(match))}", *_shares(year.dollars)]
        for at, (match, year) in enumerate(zip(matches, rounded.years, strict=True), 1)
    ]
    groups = [Group(quarters), Group(years, "Grant years"), _total(answer)]
    return Table(["Quarter", *SIDES], groups)


def _total(answer: GrantAnswer) -> Group:
    return Group([["36 months", *_shares(answer.in_all.dollars)]], "Total")


# --- crosswalk -----------------------------------------------------------------------------------


def _crosswalk(answer: GrantAnswer) -> Table:
    lines = zip((line for line, _ in answer.lines), answer.rounded.lines, strict=True)
    rows: dict[bool, list[list[str]]] = {True: [], False: []}
    for line, shares in lines:
        what = line.what if isinstance(line, Row) else _alike(line)
        rows[isinstance(line, Row)].append([what, *_shares(shares)])
    groups = [Group(rows[False]), Group(rows[True], "Not of one position"), _total(answer)]
    return Table(["Crosswalk", *SIDES], groups)


def _alike(alike: Alike) -> str:
    """Positions of one role, size and month, together."""
    seat, count = alike.first, alike.positions
    until = f" to {seat.number + count - 1}" if count > 1 else ""
    part = f" of {seat.fte:g}" if seat.fte < 1 else ""
    return f"{role_words(seat.role)} {seat.number}{until}{part}, month {seat.hire_month}"
