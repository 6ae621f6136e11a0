"""All of an answer as text: the screen, a table of each plan and difference, and what is beside."""

from __future__ import annotations

from sim.report.comparison import trace
from sim.report.comparison.bases import all_bases
from sim.report.comparison.cells import cell_tables, wait_tables
from sim.report.comparison.findings import fairness, off_duty
from sim.report.comparison.screen import assumed_shares, screen, unsaid
from sim.report.comparison.sections import shown
from sim.report.comparison.several import ladder
from sim.report.money.accounts import OF_ACCOUNTS, Account, Figure, accounts
from sim.report.money.beside import beside
from sim.report.money.claims import claims
from sim.report.money.sides import Side, difference_sides, plan_sides
from sim.report.money.tornado import tornado_tables
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.wording import (
    BLANK,
    decimals_of,
    interval_name,
    is_paired_time,
    label,
    number,
    outward,
    percent,
    plan_words,
    scale,
    size_of,
)
from sim.scenarios.answers.comparison import Comparison, Computed, PlanResult, Reading
from sim.scenarios.answers.intervals import Interval, quoted
from sim.scenarios.answers.keys import with_key

MILLION = 1e6
FINE = 99.0  # as if a figure were no larger, so that it keeps a decimal
SAME = 1e-9  # relative: what rounding makes of equal figures
TEAM_HOURS = "Team-hours per day"
WORKER_HOURS = "Follow-up staff, hours per day"
OF_A_READING = {
    "reach_share": "reached, %",
    "handled_per_day": "handled per day",
    "response_median_min": "response, median, min",
    "fte_clinician": "clinicians at work",
    "cost_per_year": "cost, $1,000 per year",
}


def full(comparison: Comparison) -> str:
    """Whole answer as text; the screen first."""
    main, config = comparison.main, comparison.config
    happened = comparison.trace
    return rendered(
        "compare_full.txt",
        comparison=comparison,
        config=config,
        screen=screen(comparison),
        unsaid=unsaid(comparison),
        interval=interval_name(config.run.confidence_level),
        pairs=len(main.differences),
        bases=all_bases(main.plans, len(config.demand.zones)),
        ladder=ladder(comparison),
        tables=side_tables(comparison),
        fairness=fairness(main.plans),
        part_of_the_day=any(map(off_duty, main.plans)),
        cells=cell_tables(comparison),
        waits=wait_tables(comparison),
        of_formulas=_formulas(comparison),
        beside=[
            (reading, _reading_table(reading))
            for reading in (comparison.other_reading, comparison.travel_beside)
            if reading is not None
        ],
        assumed=assumed_shares(config),
        with_key=with_key,
        shares=_computed(comparison.computed),
        claims=claims(comparison),
        tornados=tornado_tables(comparison),
        money=beside(comparison),
        trace="" if happened is None else trace.first_day(happened),
        plan_words=plan_words,
    )


# --- a table of each plan and difference ---------------------------------------------------------


def side_tables(comparison: Comparison) -> list[tuple[Side, Table]]:
    """Table of each plan and difference, without the rows that are zero under every plan."""
    sides, differences = plan_sides(comparison), difference_sides(comparison)
    plans = comparison.main.plans
    of_sides = [
        [*_hours(plan), *_measured(side, comparison), *accounts(side)]
        for plan, side in zip(plans, sides, strict=True)
    ]
    kept = {words for account in of_sides for words in _not_zero(account)}
    of_sides += [[*_measured(side, comparison), *accounts(side)] for side in differences]
    return [
        (side, _side_table(side, _only(account, kept)))
        for side, account in zip([*sides, *differences], of_sides, strict=True)
    ]


def _hours(plan: PlanResult) -> Account:
    hours = {TEAM_HOURS: plan.team_hours_per_day, WORKER_HOURS: plan.worker_hours_per_day}
    return [("", [Figure.alone(words, value) for words, value in hours.items() if value])]


def _measured(side: Side, comparison: Comparison) -> Account:
    """Measures of the model; those of people and money stand among the accounts."""
    standard = comparison.config.service.standard
    return [
        (
            group.heading,
            [
                Figure(
                    label(name, standard)
                    + (" *" if side.is_difference and is_paired_time(name) else ""),
                    side.measures[name],
                    quoted(side, name),
                    scale(name),
                    always=True,
                )
                for name in group.measures
                if name not in OF_ACCOUNTS
            ],
        )
        for group in shown(comparison.main.plans)
    ]


def _not_zero(account: Account) -> set[tuple[str, str]]:
    return {(heading, x.words) for heading, figures in account for x in figures if x.is_any}


def _only(account: Account, kept: set[tuple[str, str]]) -> Account:
    """Account without the rows that are zero under every plan."""
    left = [
        (heading, [x for x in figures if x.always or (heading, x.words) in kept])
        for heading, figures in account
    ]
    return [(heading, figures) for heading, figures in left if figures]


def _side_table(side: Side, account: Account) -> Table:
    """Table of a plan or a difference; the range to quote stands before the one of chance."""
    mean = "difference" if side.is_difference else "mean"
    head = [side.title, mean, *(["assumptions"] if side.spread else []), "chance alone"]
    head += ["above 0"] if side.spread else []
    groups = [
        Group([_row(figure, side) for figure in figures], heading) for heading, figures in account
    ]
    return Table(head, groups)


def _row(figure: Figure, side: Side) -> list[str]:
    sign, above = side.is_difference and not figure.for_each, figure.quoted.above_zero
    mean, chance = _shown(figure.chance.mean, figure, sign=sign), _range(figure.chance, figure)
    if not side.spread:
        return [figure.words, mean, chance]
    drawn = _range(figure.quoted, figure) if figure.quoted.kind == "assumptions" else BLANK
    said = percent(above or 0.0) if figure.quoted.is_divided else BLANK
    return [figure.words, mean, drawn, chance, said]


def _shown(value: float | None, figure: Figure, *, sign: bool = False) -> str:
    """Figure with the decimals that all of its row have; in millions, "M", if one is that long."""
    if value is None:
        return BLANK
    size, value = _size(figure), figure.factor * value
    if size >= MILLION:
        return f"{number(value / MILLION, sign=sign)} M"
    return number(value, size, sign=sign)


def _range(interval: Interval, figure: Figure) -> str:
    if interval.low is None or interval.high is None:
        return BLANK
    low, high = interval.low, interval.high
    if abs(high - low) <= SAME * max(abs(high), abs(low)):
        return BLANK
    if _size(figure) < MILLION:
        ends = outward(interval, decimals_of(_size(figure)), figure.factor)
        low, high = (end / figure.factor for end in ends)
    return f"{_shown(low, figure)} to {_shown(high, figure)}"


def _size(figure: Figure) -> float:
    """Largest of a figure and its ends: what sets the decimals of its row."""
    size = max(size_of(interval, figure.factor) for interval in (figure.chance, figure.quoted))
    return min(size, FINE) if figure.fine else size


# --- beside the answer ---------------------------------------------------------------------------


def _reading_table(reading: Reading) -> Table:
    """What the plans come to under another reading or other travel, where nothing is drawn."""
    rows = [
        [words, *(number(_scaled(plan, name)) for plan in reading.plans)]
        for name, words in OF_A_READING.items()
    ]
    hours = [TEAM_HOURS.lower(), *(number(plan.team_hours_per_day) for plan in reading.plans)]
    return Table(["", *(plan.name for plan in reading.plans)], [Group([hours, *rows])])


def _scaled(plan: PlanResult, name: str) -> float | None:
    mean = plan.measures[name].mean
    return None if mean is None else scale(name) * mean


def _formulas(comparison: Comparison) -> Table | None:
    """Shares reached by textbook formulas, and the load, beside the simulation."""
    of = comparison.formulas
    if of is None:
        return None
    rows = [
        [
            plan_words(plan),
            number(_scaled(plan, "reach_share"), FINE),
            number(100 * by_hour, FINE),
            number(100 * varying, FINE),
            BLANK if plan.load is None else number(plan.load.mean),
        ]
        for plan, by_hour, varying in zip(
            comparison.main.plans, of.erlang_a, of.time_varying, strict=True
        )
    ]
    head = ["reached, %", "simulated", "Erlang A by hour", "time-varying load", "load, teams"]
    return Table(head, [Group(rows)])


def _computed(computed: Computed) -> list[str]:
    """Figures of those of patrol shares, team shares and effect that follow from the others."""
    if computed.what == "effect":
        return [f"{fate} {number(ratio)}" for fate, ratio in computed.by_fate.items()]
    return [f"{fate} {100 * share:.1f}%" for fate, share in computed.by_fate.items()]
