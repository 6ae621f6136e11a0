"""The results folder of `grant`, and its answer as one JSON object."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim import provenance
from sim.config import StaffingPlan
from sim.model.money.grant import CENTS, Shares
from sim.report.folder import Draft, Request, config_yaml
from sim.report.grant.grant import render
from sim.report.summary import config_tree, hash_of, plan_trees
from sim.scenarios.api import chosen
from sim.scenarios.grant import GrantAnswer, Level, Month, Quarter, Row
from sim.scenarios.grant.spending import ITEMS
from sim.scenarios.intervals import INTERVAL_LABEL, Interval
from sim.schema import SCHEMA_VERSION

SIDES = Shares._fields


def write(into: Draft, request: Request, found: GrantAnswer) -> Path:
    """Write everything, publish the folder, and return where it is.

    Parameters
    ----------
    into
        From `folder.draft`.
    request
        What was asked.
    found
        What was found.
    """
    texts = {
        "grant.txt": render(found) + "\n",
        "grant.csv": month_rows(found),
        "crosswalk.csv": crosswalk_rows(found),
        "config.yaml": config_yaml(found.config, plans_of(found)),
        "run.json": json.dumps(_run_record(request, found, into.began_at), indent=2) + "\n",
    }
    for name, text in texts.items():
        (into.path / name).write_text(text, encoding="utf-8", newline="\n")
    stamp = f"{into.began_at:%Y%m%dT%H%M%SZ}"
    return into.publish(f"grant-{stamp}-{hash_of(found.config, plans_of(found))}")


def plans_of(found: GrantAnswer) -> list[StaffingPlan]:
    """Return the plan, and the base if there is one."""
    return [found.plan, *([found.base] if found.base else [])]


def _run_record(request: Request, found: GrantAnswer, began_at: datetime) -> dict[str, Any]:
    plans = plans_of(found)
    return {
        "command": request.command,
        "engine": chosen(request.engine),
        "engines_compared": None if found.check is None else asdict(found.check),
        "seed": found.config.run.seed,
        "replications": found.replications,
        "config_hash": hash_of(found.config, plans),
        "inputs": provenance.input_checksums(config_tree(found.config), plan_trees(plans)),
        "versions": provenance.versions(),
        "commit": provenance.commit(),
        "platform": provenance.platform_facts(),
        "began_at": began_at.isoformat(timespec="seconds"),
        "wall_time_s": round((datetime.now(UTC) - began_at).total_seconds(), 3),
    }


# --- tables --------------------------------------------------------------------------------------


def month_rows(found: GrantAnswer) -> str:
    """CSV with a row a month: positions filled, posts, service, and dollars by item and side."""
    roles = list(found.wanted)
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
    return _csv(head, [_month_row(month, roles) for month in found.months])


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


def crosswalk_rows(found: GrantAnswer) -> str:
    """CSV with a row a position or item, its dollars by side, of each year and of all of them."""
    years = [f"year_{at}" for at in range(1, len(found.years) + 1)]
    head = [
        "what",
        "role",
        "fte",
        "hire_month",
        *(f"{side}_dollars" for side in (*SIDES, "total")),
        *(f"{year}_{side}_dollars" for year in years for side in (*SIDES, "total")),
    ]
    return _csv(head, map(_crosswalk_row, found.crosswalk))


def _crosswalk_row(row: Row) -> list[str]:
    seat = row.seat
    who = ["", "", ""] if seat is None else [seat.role, f"{seat.fte:g}", str(seat.hire_month)]
    of_years = [cell for year in row.shares for cell in _sides(year)]
    return [row.what, *who, *_sides(row.total), *of_years]


def _sides(of: Shares) -> list[str]:
    return [_dollars(x) for x in (*of, of.total)]


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


def as_json(found: GrantAnswer) -> str:
    """One JSON object with everything that was found, with a newline at its end."""
    return json.dumps(_tree(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _tree(found: GrantAnswer) -> dict[str, Any]:
    given = found.config.costs.grant
    return {
        "grant": given.model_dump(mode="json"),
        "plan": found.plan.name,
        "base": None if found.base is None else found.base.name,
        "replications": found.replications,
        "confidence_level": found.config.run.confidence_level,
        "interval_label": INTERVAL_LABEL,
        "config_hash": hash_of(found.config, plans_of(found)),
        "schema_version": SCHEMA_VERSION,
        "fte_wanted": found.wanted,
        "positions": [seat._asdict() for seat in found.seats],
        "levels": [_level(level) for level in found.levels],
        "months": [_month(month) for month in found.months],
        "quarters": [_quarter(quarter) for quarter in found.quarters],
        "years": [_amounts(year) for year in found.years],
        "total": {
            "contacts": asdict(found.contacts),
            "people_reached": asdict(found.people),
            "visits": asdict(found.visits),
            **_amounts(found.total),
        },
        "crosswalk": [_row(row) for row in found.crosswalk],
        "kept": {
            "from": found.kept.label,
            "month_dollars": found.kept.month / CENTS,
            "year_dollars": found.kept.year / CENTS,
        },
        "one_post_dollars": found.one_post / CENTS,
    }


def _amounts(of: Shares) -> dict[str, float]:
    sides = {f"{side}_dollars": x / CENTS for side, x in of._asdict().items()}
    return {**sides, "total_dollars": of.total / CENTS}


def _level(level: Level) -> dict[str, Any]:
    return {
        "first_month": level.first.moment.month,
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
        "posts": month.posts,
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
        "contacts": _interval(quarter.contacts),
        "people_reached": _interval(quarter.people),
        "visits": _interval(quarter.visits),
        **_amounts(quarter.shares),
    }


def _interval(found: Interval) -> dict[str, Any]:
    return asdict(found)


def _row(row: Row) -> dict[str, Any]:
    seat = None if row.seat is None else row.seat._asdict()
    years = [_amounts(year) for year in row.shares]
    return {"what": row.what, "position": seat, **_amounts(row.total), "years": years}
