"""What `grant` prints: positions, whom they serve, who pays, and what is left to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from sim.model.money.grant import CENTS, Shares
from sim.report.people.bridges import role_words
from sim.report.sections import aligned
from sim.report.wording import (
    BLANK,
    WIDTH,
    interval_name,
    mean_and_range,
    mean_of,
    percent,
    range_of,
    wrapped,
)
from sim.scenarios.grant import GrantAnswer, Level, Quarter, Row
from sim.scenarios.grant.timeline import Seat
from sim.scenarios.intervals import INTERVAL_LABEL, Interval

MONTH_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
LATER_YEARS = (
    "Other fiscal years differ: FY25 (JMHCP) asked for 20 % of the first two years together and "
    "for 40 % of the third. Read the notice of your own year."
)
MANY = 4  # months in which positions are filled, beyond which they are not told one by one
SIDES = ("federal", "match", "local", "total")


def render(found: GrantAnswer) -> str:
    """Whole answer as text."""
    blocks = [
        "\n".join(wrapped(sentence) for sentence in _finding(found)),
        _positions(found),
        _levels(found),
        _service(found),
        _money(found),
        _crosswalk(found),
        _kept(found),
        "\n".join(["To know", "-------", *(wrapped(x, "- ", "  ") for x in _notes(found))]),
    ]
    return "\n\n".join(blocks)


def _finding(found: GrantAnswer) -> Iterator[str]:
    months, name = found.months, interval_name(found.config.run.confidence_level)
    first, last = (calendar(month.moment.label) for month in (months[0], months[-1]))
    beyond = "" if found.base is None else f" beyond plan {found.base.name}"
    visits = f"; {_figure(found.visits, name)} visits are made" if _has_visits(found) else ""
    yield (
        f"Plan {found.plan.name}{beyond} under {found.config.costs.grant.name}, {first} to {last}: "
        f"{len(found.seats)} positions are filled, {_figure(found.contacts, name)} contacts are "
        f"made, and {mean_of(found.people)} people reached{visits}."
    )
    of = found.total
    yield (
        f"Of {dollars(of.total)} the federal side pays {dollars(of.federal)} and the match "
        f"{dollars(of.match)}; {dollars(of.local)} are local, and so are all of the "
        f"{dollars(found.kept.year)} of the year after."
    )


def _has_visits(found: GrantAnswer) -> bool:
    """Whether anybody visits people, so that visits are shown."""
    return any(level.visits_per_year.mean for level in found.levels)


def _figure(found: Interval, name: str) -> str:
    around = range_of(found)
    chance = (
        ""
        if around == BLANK or found.low == found.high
        else f" ({name} {around}; {INTERVAL_LABEL})"
    )
    return f"{mean_of(found)}{chance}"


# --- figures in words ----------------------------------------------------------------------------


def dollars(cents: int) -> str:
    """Amount to the cent, "$1,234.56"."""
    whole, rest = divmod(abs(cents), CENTS)
    return f"{'−' if cents < 0 else ''}${whole:,}.{rest:02d}"


def calendar(label: str) -> str:
    """Month in words, "Apr 2028" of "2028-04"."""
    year, month = label.split("-")
    return f"{MONTH_NAMES[int(month) - 1]} {year}"


def quarter_label(quarter: Quarter) -> str:
    """Quarter with its months, " 3 Apr–Jun 2028"."""
    first, last = (calendar(x.moment.label) for x in (quarter.first, quarter.last))
    start, _, year = first.partition(" ")
    since = start if last.endswith(year) else first
    return f"{quarter.number:2d} {since}–{last}"


def role_heading(role: str) -> str:
    """Role as the head of a column."""
    return f"{role_words(role)}s"


def positions(seats: Sequence[Seat]) -> str:
    """Positions of one role in words, "25 and one of 0.5"."""
    parts = [seat.fte for seat in seats if seat.fte < 1]
    whole = len(seats) - len(parts)
    return " and ".join([*([str(whole)] if whole else []), *(f"one of {part:g}" for part in parts)])


def _shares(of: Shares) -> list[str]:
    return [dollars(x) for x in (*of, of.total)]


# --- positions and posts -------------------------------------------------------------------------


def _positions(found: GrantAnswer) -> str:
    rows = []
    for role, fte in found.wanted.items():
        seats = [seat for seat in found.seats if seat.role == role]
        rows.append([role_heading(role), f"{fte:.2f}", positions(seats), _hired(seats)])
    head = ["Positions to be funded", "FTE wanted", "positions", "filled in month"]
    return aligned(head, [("", rows)])


def _hired(seats: Sequence[Seat]) -> str:
    """Months in which positions are filled: "7", "7 (20), 10 (6)" or "7 to 32"."""
    months = sorted(seat.hire_month for seat in seats)
    told = {month: months.count(month) for month in months}
    if len(told) == 1:
        return str(months[0])
    if len(told) > MANY:
        return f"{months[0]} to {months[-1]}"
    return ", ".join(f"{month} ({count})" for month, count in told.items())


def _levels(found: GrantAnswer) -> str:
    n = len(_served_heads(found))
    rows = [_level(level)[: 2 + n] for level in found.levels]
    head = ["Posts that run", "months", "contacts a year", "people a year", "visits a year"]
    return aligned(head[: 2 + n], [("", rows)])


def _served_heads(found: GrantAnswer) -> list[str]:
    """Heads of the columns of service: visits only where there are any."""
    return ["contacts", "people reached", *(["visits"] if _has_visits(found) else [])]


def _level(level: Level) -> list[str]:
    first, last = level.first.moment.month, level.last.moment.month
    months = str(first) if first == last else f"{first} to {last}"
    served = level.contacts_per_year, level.people_per_year, level.visits_per_year
    return [level.first.running, months, *map(mean_and_range, served)]


# --- by quarter ----------------------------------------------------------------------------------


def _service(found: GrantAnswer) -> str:
    roles, served = list(found.wanted), _served_heads(found)
    n = len(served)
    rows = [[quarter_label(x), *_there(x, roles), *_served(x)[:n]] for x in found.quarters]
    totals = [mean_and_range(x) for x in (found.contacts, found.people, found.visits)[:n]]
    head = ["Quarter", *map(role_heading, roles), "posts", *served]
    one = aligned(head, [("", rows), ("Total", [["36 months", *[""] * (len(roles) + 1), *totals]])])
    if len(one.partition("\n")[0]) <= WIDTH:
        return f"{one}\n{_how_served(found)}"
    first, second = (
        [[row[0], *row[part]] for row in rows] for part in (slice(1, -n), slice(-n, None))
    )
    both = (
        aligned(head[:-n], [("", first)]),
        aligned([head[0], *served], [("", second), ("Total", [["36 months", *totals]])]),
    )
    return "\n\n".join(both) + f"\n{_how_served(found)}"


def _how_served(found: GrantAnswer) -> str:
    beyond = "" if found.base is None else f", beyond those of plan {found.base.name}"
    name = interval_name(found.config.run.confidence_level)
    return wrapped(
        f"Positions filled and posts that run at the end of a quarter{beyond}; "
        f"{', '.join(_served_heads(found))} in it. Of a simulated year with the same posts a month "
        f"has a twelfth; mean and {name} of {found.replications} replications ({INTERVAL_LABEL})."
    )


def _there(quarter: Quarter, roles: Sequence[str]) -> list[str]:
    filled = quarter.last.moment.filled
    return [*(str(filled.get(role, 0)) for role in roles), str(quarter.last.posts)]


def _served(quarter: Quarter) -> list[str]:
    return [mean_and_range(x) for x in (quarter.contacts, quarter.people, quarter.visits)]


def _money(found: GrantAnswer) -> str:
    quarters = [[quarter_label(one), *_shares(one.shares)] for one in found.quarters]
    given = found.config.costs.grant.match_shares
    years = [
        [f"year {at}, match {percent(float(share))}", *_shares(year)]
        for at, (share, year) in enumerate(zip(given, found.years, strict=True), 1)
    ]
    whole = ["36 months", *_shares(found.total)]
    groups = [("", quarters), ("Grant years", years), ("Total", [whole])]
    return aligned(["Quarter", *SIDES], groups)


def _kept(found: GrantAnswer) -> str:
    kept = found.kept
    return wrapped(
        f"Keeping the positions: month 37 ({calendar(kept.label)}) costs {dollars(kept.month)}, "
        f"the year from then on {dollars(kept.year)}, all of it local. Nothing is started any "
        "more; those who replace others are trained, and a part of the price of the next cars is "
        "set aside."
    )


# --- crosswalk -----------------------------------------------------------------------------------


def _crosswalk(found: GrantAnswer) -> str:
    people = [row for row in found.crosswalk if row.seat is not None]
    others = [[row.what, *_shares(row.total)] for row in found.crosswalk if row.seat is None]
    rows = [_alike(list(group)) for _, group in groupby(people, key=_alike_key)]
    whole = ["36 months", *_shares(found.total)]
    groups = [("", rows), ("Not of one position", others), ("Total", [whole])]
    note = (
        "A position's pay and training; crosswalk.csv has a line for each. Within a year each side "
        "pays the same part of every line."
    )
    return f"{aligned(['Crosswalk', *SIDES], groups)}\n{wrapped(note)}"


def _alike_key(row: Row) -> tuple[object, ...]:
    seat = row.seat
    return () if seat is None else (seat.role, seat.fte, seat.hire_month)


def _alike(rows: Sequence[Row]) -> list[str]:
    """Positions of one role, size and month, together."""
    seat = rows[0].seat
    if seat is None:
        return []
    until = f" to {seat.number + len(rows) - 1}" if len(rows) > 1 else ""
    part = f" of {seat.fte:g}" if seat.fte < 1 else ""
    what = f"{role_words(seat.role)} {seat.number}{until}{part}, month {seat.hire_month}"
    sums = Shares(*(sum(row.total[at] for row in rows) for at in range(3)))
    return [what, *_shares(sums)]


# --- what to know --------------------------------------------------------------------------------


def _notes(found: GrantAnswer) -> Iterator[str]:
    costs = found.config.costs
    given = costs.grant
    yield _ceiling(found)
    if given.planning_months:
        yield f"The {given.planning_months} planning months serve nobody."
    yield "No weights of an application's scores are known; none are applied."
    sources = dict.fromkeys(share.source for share in given.match_shares if share.source)
    yield f"{'; '.join(sources) or 'Match and ceiling are your own'}. {LATER_YEARS}"
    yield (
        "Every cost is taken as allowable, and the federal part is drawn as money is spent until "
        "the ceiling is reached. A grant may not pay for what is paid already (supplanting)."
    )
    yield (
        "A position is one person at work; the last of a role is part-time, in tenths, where that "
        "saves a whole one. None stands vacant once it is filled: with "
        f"{percent(float(costs.positions.vacancy_share))} vacant, fewer posts run, or more have to "
        "be funded."
    )
    yield (
        "Posts run in the plan's order as soon as there are people for them; those left over man a "
        "part of the next one's day."
    )
    if found.base is not None and found.replaces_base:
        yield (
            f"Plan {found.plan.name} has not all posts of plan {found.base.name}: it takes that "
            "plan's people over, as soon as it has more hours a day with them."
        )
    yield _people(found)
    yield from _officers(found)
    yield (
        f"Dollars are those of each fiscal year, with {percent(float(costs.inflation_per_year))} "
        "inflation a year; service is that of the simulated year throughout."
    )


def _ceiling(found: GrantAnswer) -> str:
    ceiling = found.config.costs.grant.ceiling_dollars
    of, post = found.total, dollars(found.one_post)
    if ceiling is None:
        return f"There is no ceiling. One post around the clock costs {post} in three years."
    share = _share_of(round(CENTS * float(ceiling)), found.one_post)
    covered = _share_of(of.federal, of.total)
    return (
        f"A ceiling of ${float(ceiling):,.0f} buys about {share} of one post around the clock (it "
        f"costs {post} in three years); of what is asked here the federal side pays {covered}."
    )


def _people(found: GrantAnswer) -> str:
    if found.people.mean == found.contacts.mean:
        return "Nobody calls twice in this config, so that each contact is another person."
    return (
        "People reached are counted within a year, each once; from year to year some are the same."
    )


def _share_of(part: int, whole: int) -> str:
    return percent(part / whole) if whole else BLANK


def _officers(found: GrantAnswer) -> Iterator[str]:
    reassigned = float(found.config.costs.officers.reassignment)
    if reassigned and "officer" in found.wanted:
        yield (
            f"{percent(reassigned)} of the officers are reassigned from patrol. They count at full "
            "cost here, as patrol goes without them; a grant seldom pays for them."
        )
