"""The tables of `grant`, a row a month and a row a position; and its answer as plain data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sim.report.comparison.summary import scenario_tree, sides_tree
from sim.report.grant.trees import behind_tree, budget_tree
from sim.report.trees import hash_of, rails_tree, ratio_tree, same_money_tree
from sim.scenarios.answers.grant import (
    CENTS,
    ITEMS,
    Alike,
    GrantAnswer,
    Level,
    Month,
    Outcome,
    Quarter,
    Row,
    Shares,
)
from sim.scenarios.answers.intervals import INTERVAL_LABEL, Quoted
from sim.schema import SCHEMA_VERSION

SIDES = Shares._fields


# --- tables --------------------------------------------------------------------------------------


def month_rows(answer: GrantAnswer) -> str:
    """CSV with a row a month: positions filled, posts, service, and dollars by item and side."""
    roles = list(answer.needed)
    head = [
        "month",
        "calendar_month",
        "quarter",
        "grant_year",
        "fiscal_year",
        *(f"{role}s_filled" for role in roles),
        "posts",
        "posts_that_run",
        "contacts",
        "people_reached",
        "visits",
        *(f"{item.replace('-', '_')}_dollars" for item in ITEMS),
        *(f"{side}_dollars" for side in SIDES),
        "total_dollars",
    ]
    return _csv(head, [_month_row(month, roles) for month in answer.months])


def _month_row(month: Month, roles: Sequence[str]) -> list[str]:
    now, filled = month.moment, month.moment.filled
    return [
        *map(str, (now.month, now.label, now.quarter, now.grant_year, now.fiscal_year)),
        *(str(filled.get(role, 0)) for role in roles),
        str(month.posts),
        month.running,
        f"{month.contacts:.2f}",
        f"{month.people:.2f}",
        f"{month.visits:.2f}",
        *(_dollars(month.items[item]) for item in ITEMS),
        *_sides(month.shares),
    ]


def crosswalk_rows(answer: GrantAnswer) -> str:
    """CSV with a row a position or item, its dollars by side, of each year and of all of them."""
    years = [f"year_{at}" for at in range(1, len(answer.years) + 1)]
    head = [
        "what",
        "role",
        "fte",
        "hire_month",
        *(f"{side}_dollars" for side in (*SIDES, "total")),
        *(f"{year}_{side}_dollars" for year in years for side in (*SIDES, "total")),
    ]
    return _csv(head, map(_crosswalk_row, answer.crosswalk))


def _crosswalk_row(row: Row) -> list[str]:
    seat = row.seat
    who = ["", "", ""] if seat is None else [seat.role, f"{seat.fte:g}", str(seat.hire_month)]
    of_years = [cell for year in row.shares for cell in _sides(year)]
    return [row.what, *who, *_sides(row.total), *of_years]


def _sides(shares: Shares) -> list[str]:
    return [_dollars(x) for x in (*shares, shares.total)]


def _dollars(cents: int) -> str:
    """Amount with its cents, without rounding."""
    return f"{cents // CENTS}.{cents % CENTS:02d}"


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: GrantAnswer) -> dict[str, Any]:
    """Everything of an answer as plain data."""
    return {
        "scenario": scenario_tree(answer),
        "grant": answer.config.costs.grant.model_dump(mode="json"),
        "plan": answer.plan.name,
        "base": None if answer.base is None else answer.base.name,
        "runs": _runs(answer),
        "replications": answer.replications,
        "confidence_level": answer.config.run.confidence_level,
        "interval_label": INTERVAL_LABEL,
        "config_hash": hash_of(answer.config, answer.plans),
        "schema_version": SCHEMA_VERSION,
        "fte_needed": answer.needed,
        "fte_needed_in_all": sum(answer.needed.values()),
        "fte_budgeted": answer.budgeted,
        "fte_needed_of_budgeted": answer.needed_of_budgeted,
        "fte_needed_with_vacancy": answer.needed_with_vacancy,
        "positions": [seat._asdict() for seat in answer.seats],
        "levels": [_level(level, _hours_before(answer)) for level in answer.levels],
        "months": [_month(month) for month in answer.months],
        "outcomes": {name: _outcome(outcome) for name, outcome in answer.outcomes.items()},
        "quarters": [_quarter(quarter) for quarter in answer.quarters],
        "years": [_amounts(year) for year in answer.years],
        "total": {
            "contacts": _outcome(answer.outcomes["contacts_per_year"]),
            "people_reached": _outcome(answer.outcomes["people_reached_per_year"]),
            "visits": _outcome(answer.outcomes["visits_done_per_year"]),
            **_amounts(answer.total),
        },
        "crosswalk": [_row(row) for row in answer.crosswalk],
        "alike": [_alike(alike) for alike in answer.alike],
        "kept": {
            "from": answer.kept.label,
            "month_dollars": answer.kept.month / CENTS,
            "year_dollars": answer.kept.year / CENTS,
        },
        "one_post_dollars": answer.one_post / CENTS,
        **sides_tree(answer.reading),
        "warnings": rails_tree(answer.warnings),
        "same_money": same_money_tree(answer.same_money),
        "dollars": {
            what: _quoted(span, exact=answer.is_exact(what))
            for what, span in answer.dollars.items()
        },
        "price_year_dollars": [cents / CENTS for cents in answer.at_price_year],
        "per_contact": ratio_tree(answer.per_contact),
        "hinges": [hinge._asdict() for hinge in answer.hinges],
        "served_by_year": [
            {name.removesuffix("_per_year"): _outcome(x) for name, x in year.items()}
            for year in answer.served
        ],
        "budget": budget_tree(answer),
        **behind_tree(answer),
    }


def _runs(answer: GrantAnswer) -> dict[str, Any]:
    """What of the plan runs in the end, which the measures of the plan are of."""
    last = next(month for month in reversed(answer.months) if month.moment.running)
    hours = last.moment.running.team_hours_per_day if last.moment.running else 0.0
    return {
        "posts_that_run": last.running,
        "team_hours_per_day": hours,
        "times": last.times,
        "times_before": answer.times_before,
        "plan_is_named": answer.plan_is_named,
    }


def _hours_before(answer: GrantAnswer) -> float:
    """Hours of duty a day of the base."""
    base = answer.base
    return base.team_hours_per_day + base.worker_hours_per_day if base else 0.0


def _amounts(shares: Shares) -> dict[str, float]:
    sides = {f"{side}_dollars": x / CENTS for side, x in shares._asdict().items()}
    return {**sides, "total_dollars": shares.total / CENTS}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    """Outcome of some months, with the range to quote: that of the assumptions if there is one."""
    chance, span = outcome.chance, outcome.quoted
    return {
        "mean": chance.mean,
        "low": span.low,
        "high": span.high,
        "interval": span.kind,
        "chance": {"low": chance.low, "high": chance.high, "n": chance.n},
    }


def _quoted(span: Quoted, *, exact: bool) -> dict[str, Any]:
    """Dollars with the range to quote; exact if no assumption moves them."""
    ends = {"mean": span.mean, "low": span.low, "high": span.high}
    return {**ends, "interval": span.kind, "exact": exact}


def _level(level: Level, hours_before: float) -> dict[str, Any]:
    running = level.first.moment.running
    hours = running.team_hours_per_day + running.worker_hours_per_day if running else hours_before
    return {
        "hours_per_day": hours,
        "hours_per_day_before": hours_before,
        "hours_per_day_beyond": hours - hours_before,
        "times": level.first.times,
        "first_month": level.first.moment.month,
        "first_calendar_month": level.first.moment.label,
        "posts_beyond": level.first.beyond,
        "last_month": level.last.moment.month,
        "posts_that_run": level.first.running,
        "contacts_per_year": asdict(level.contacts_per_year),
        "people_reached_per_year": asdict(level.people_per_year),
        "visits_per_year": asdict(level.visits_per_year),
    }


def _month(month: Month) -> dict[str, Any]:
    now = month.moment
    return {
        "month": now.month,
        "calendar_month": now.label,
        "fiscal_year": now.fiscal_year,
        "filled": now.filled,
        "fte_filled": now.fte,
        "posts": month.posts,
        "posts_beyond": month.beyond,
        "posts_that_run": month.running,
        "contacts": month.contacts,
        "people_reached": month.people,
        "visits": month.visits,
        "dollars_by_item": {item: x / CENTS for item, x in month.items.items()},
        **_amounts(month.shares),
    }


def _quarter(quarter: Quarter) -> dict[str, Any]:
    return {
        "quarter": quarter.number,
        "first_month": quarter.first.moment.label,
        "last_month": quarter.last.moment.label,
        "filled": quarter.last.moment.filled,
        "posts": quarter.last.posts,
        "posts_beyond": quarter.last.beyond,
        "contacts": _outcome(quarter.contacts),
        "people_reached": _outcome(quarter.people),
        "visits": _outcome(quarter.visits),
        **_amounts(quarter.shares),
    }


def _alike(alike: Alike) -> dict[str, Any]:
    """Positions of one role, size and month together."""
    seat = alike.first
    what = {"role": seat.role, "fte": seat.fte, "hire_month": seat.hire_month}
    return {**what, "positions": alike.positions, **_amounts(alike.total)}


def _row(row: Row) -> dict[str, Any]:
    seat = None if row.seat is None else row.seat._asdict()
    years = [_amounts(year) for year in row.shares]
    return {"what": row.what, "position": seat, **_amounts(row.total), "years": years}
