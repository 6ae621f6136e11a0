"""What `grant` prints: positions, whom they serve, who pays, and what is left to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.answer import Answer, Basis
from sim.report.comparison import frames
from sim.report.grant import tables
from sim.report.grant.screen import SIDES, calendar, in_words, outcomes, screen, whole
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
    Seat,
    Shares,
)
from sim.scenarios.answers.intervals import INTERVAL_LABEL, Interval

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
        drawn=any(outcome.drawn for outcome in answer.outcomes.values()),
        positions=_positions(answer),
        levels=_levels(answer),
        service=_service(answer),
        money=_money(answer),
        crosswalk=_crosswalk(answer),
        ceiling_share=_share(answer.ceiling_share),
        federal_share=_share(answer.federal_share),
        outcomes=outcomes(answer),
        paid=" and ".join(map(plural, answer.config.costs.grant.paid_roles)),
        interval=name,
        label=INTERVAL_LABEL,
        figure=lambda interval: _figure(interval, name),
        whole=whole,
        in_words=in_words,
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


def positions(seats: Sequence[Seat]) -> str:
    """Positions of one role in words, "25 and one of 0.5"."""
    parts = [seat.fte for seat in seats if seat.fte < 1]
    full = len(seats) - len(parts)
    return " and ".join([*([str(full)] if full else []), *(f"one of {part:g}" for part in parts)])


def _shares(shares: Shares) -> list[str]:
    return [whole(cents) for cents in (*shares, shares.total)]


def _share(share: float | None) -> str:
    return BLANK if share is None else percent(share)


# --- positions and posts -------------------------------------------------------------------------


def _positions(answer: GrantAnswer) -> Table:
    rows = []
    for role, fte in answer.needed.items():
        seats = [seat for seat in answer.seats if seat.role == role]
        rows.append([plural(role), f"{fte:.2f}", positions(seats), _hired(seats)])
    head = ["Positions budgeted", "FTE needed at work", "positions", "filled in month"]
    return Table(head, [Group(rows)])


def _hired(seats: Sequence[Seat]) -> str:
    """Months in which positions are filled: "7", "7 (20), 10 (6)" or "7 to 32"."""
    months = sorted(seat.hire_month for seat in seats)
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
    roles = list(answer.needed)
    served = ["contacts", "people reached", *(["visits"] if _has_visits(answer) else [])]
    head = ["Quarter", *map(plural, roles), "posts", *served]
    rows = [
        [quarter_label(quarter), *_filled(quarter, roles), *map(_in_words, _served(quarter))][
            : len(head)
        ]
        for quarter in answer.quarters
    ]
    ends = [
        answer.outcomes[f"{name}_per_year"]
        for name in ("contacts", "people_reached", "visits_done")
    ]
    in_all = ["36 months", *[""] * (len(roles) + 1), *map(_in_words, ends)][: len(head)]
    return Table(head, [Group(rows), Group([in_all], "Total")])


def _filled(quarter: Quarter, roles: Sequence[str]) -> list[str]:
    filled = quarter.last.moment.filled
    return [*(str(filled.get(role, 0)) for role in roles), str(quarter.last.posts)]


def _served(quarter: Quarter) -> list[Outcome]:
    return [quarter.contacts, quarter.people, quarter.visits]


def _in_words(outcome: Outcome) -> str:
    """Mean and the range to quote."""
    return mean_and_range(outcome.quoted)


def _money(answer: GrantAnswer) -> Table:
    quarters = [[quarter_label(quarter), *_shares(quarter.shares)] for quarter in answer.quarters]
    matches = answer.config.costs.grant.match_shares
    years = [
        [f"year {at}, match {percent(float(match))}", *_shares(year)]
        for at, (match, year) in enumerate(zip(matches, answer.years, strict=True), 1)
    ]
    groups = [Group(quarters), Group(years, "Grant years"), _total(answer)]
    return Table(["Quarter", *SIDES], groups)


def _total(answer: GrantAnswer) -> Group:
    return Group([["36 months", *_shares(answer.total)]], "Total")


# --- crosswalk -----------------------------------------------------------------------------------


def _crosswalk(answer: GrantAnswer) -> Table:
    others = [[row.what, *_shares(row.total)] for row in answer.crosswalk if row.seat is None]
    rows = [_alike(alike) for alike in answer.alike]
    groups = [Group(rows), Group(others, "Not of one position"), _total(answer)]
    return Table(["Crosswalk", *SIDES], groups)


def _alike(alike: Alike) -> list[str]:
    """Positions of one role, size and month, together."""
    seat, count = alike.first, alike.positions
    until = f" to {seat.number + count - 1}" if count > 1 else ""
    part = f" of {seat.fte:g}" if seat.fte < 1 else ""
    what = f"{role_words(seat.role)} {seat.number}{until}{part}, month {seat.hire_month}"
    return [what, *_shares(alike.total)]
