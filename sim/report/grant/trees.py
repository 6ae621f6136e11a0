"""A grant's budget as plain data: whole numbers that add up, and what stands behind its lines."""

from __future__ import annotations

from typing import Any

from sim.report.trees import ratio_tree
from sim.scenarios.answers.grant import CENTS, DAYS_A_WEEK, Alike, GrantAnswer, Role, Row, Shares
from sim.scenarios.answers.rounded import Whole, footed


def budget_tree(answer: GrantAnswer) -> dict[str, Any]:
    """Whole dollars and contacts by month, quarter, year and line, which all sum alike."""
    rounded = answer.rounded
    lines = zip((line for line, _ in answer.lines), rounded.lines, strict=True)
    return {
        "lines": [{**_line(line), **amounts(shares)} for line, shares in lines],
        "months": list(map(_whole, rounded.months)),
        "quarters": list(map(_whole, rounded.quarters)),
        "years": list(map(_whole, rounded.years)),
        "total": _whole(rounded.total),
    }


def _line(line: Alike | Row) -> dict[str, Any]:
    if isinstance(line, Row):
        return {"what": line.what}
    seat = line.first
    what = {"role": seat.role, "fte": seat.fte, "hire_month": seat.hire_month}
    return {**what, "positions": line.positions}


def _whole(row: Whole) -> dict[str, int]:
    counts = {"contacts": row.contacts, "people_reached": row.people, "visits": row.visits}
    return {**amounts(row.dollars), **counts}


def amounts(dollars: Shares) -> dict[str, int]:
    """Whole dollars by who pays, and in all."""
    sides = {f"{side}_dollars": x for side, x in dollars._asdict().items()}
    return {**sides, "total_dollars": dollars.total}


def behind_tree(answer: GrantAnswer) -> dict[str, Any]:
    """Positions by role, lines of the budget by price, and what the grant's money would pay for."""
    return {
        "positions_full": answer.full,
        "positions_in_part": answer.parts,
        "roles": [_role(answer, role) for role in answer.roles],
        "fte_needed_by_plan": sum(answer.needed_by_plan.values()),
        "prices": [x._asdict() for x in answer.prices],
        **_justified(answer),
        "planning_ends": _planning_ends(answer),
        "bridge": [_dollars(x._asdict(), "a_year", "budget") for x in answer.bridge],
        "per_call": None if answer.per_call is None else ratio_tree(answer.per_call),
        "funded": _funded(answer),
    }


def _planning_ends(answer: GrantAnswer) -> str | None:
    """Calendar month of the last month of planning; None if there is none."""
    months = answer.config.costs.grant.planning_months
    return answer.months[months - 1].moment.label if months else None


def _justified(answer: GrantAnswer) -> dict[str, Any]:
    """Lines of the budget by price, with whole dollars that sum to the total, and by item."""
    lines = answer.justified
    whole = _as_in_budget(answer)
    items: dict[str, int] = {}
    for line, amount in zip(lines, whole, strict=True):
        items[line.item] = items.get(line.item, 0) + amount
    rows = [_dollars(x._asdict(), "cents") for x in lines]
    return {
        "justified": [{**x, "shown_dollars": y} for x, y in zip(rows, whole, strict=True)],
        "budget_items": [{"item": item, "dollars": amount} for item, amount in items.items()],
    }


def _as_in_budget(answer: GrantAnswer) -> list[int]:
    """Whole dollars of the lines by price, which sum to those of the lines of the budget."""
    targets: dict[str, int] = {}
    for (line, _), shares in zip(answer.lines, answer.rounded.lines, strict=True):
        name = line.what if isinstance(line, Row) else ""
        targets[name] = targets.get(name, 0) + shares.total
    out = [0] * len(answer.justified)
    for name, total in targets.items():
        places = [at for at, x in enumerate(answer.justified) if name in ("", x.item)]
        places = [at for at in places if name or answer.justified[at].item not in targets]
        amounts = footed([answer.justified[at].cents / CENTS for at in places], total)
        for at, amount in zip(places, amounts, strict=True):
            out[at] = amount
    return out


def _role(answer: GrantAnswer, role: Role) -> dict[str, Any]:
    ends = (role.months[0], role.months[-1]) if role.months else ()
    months: dict[str, Any] = dict(zip(("first_month", "last_month"), ends, strict=False))
    if ends:
        months["last_calendar_month"] = answer.months[ends[1] - 1].moment.label
    return {
        "role": role.role,
        "fte_needed": role.needed,
        "full": role.full,
        "part": role.part,
        "part_hours_per_week": role.part_hours,
        "fte": role.full + role.part,
        **months,
    }


def _dollars(row: dict[str, Any], *cents: str) -> dict[str, Any]:
    """Row whose cents are dollars."""
    named = {("dollars" if name == "cents" else f"{name}_dollars"): row[name] for name in cents}
    kept = {name: value for name, value in row.items() if name not in cents}
    return {**kept, **{name: amount / CENTS for name, amount in named.items()}}


def _funded(answer: GrantAnswer) -> dict[str, float] | None:
    """What federal money and its match would pay for, in proportion; None if they pay for all."""
    share, hours = answer.funded_share, answer.hours_beyond
    if share is None or answer.in_all.dollars.local == 0:
        return None
    return {
        "federal_share": answer.federal_share or 0.0,
        "share": share,
        "of_hours_per_day": hours,
        "hours_per_day": share * hours,
        "hours_per_week": share * hours * DAYS_A_WEEK,
        "fte": share * answer.budgeted,
    }
