"""What the templates of a document call by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sim.report.document import (
    asked,
    budget,
    evidence,
    facts,
    measured,
    numbers,
    saying,
    served,
    views,
)
from sim.report.document.facts import Fact, value_of
from sim.report.document.parsing import unmarked
from sim.report.document.result import Result
from sim.report.document.units import unit_of
from sim.report.pages.evidence import LETTERS, NOT_MODELED
from sim.report.people.bridges import plural, role_words
from sim.scenarios.answers.keys import key_words
from sim.scenarios.answers.words import MADE_UP

ROWS_OF = "plans as asked"  # the reading of a CSV that the document shows
NET = (
    "jail_diversions_net_per_year",
    "hospital_diversions_net_per_year",
    "treatment_connections_net_per_year",
)
BRIEF = (*NET[:2], "reach_share", "cost_per_year")  # what decides, beside the saving
CHANGES = (
    *NET,
    "reach_share",
    "within_standard_share",
    "response_median_min",
    "request_to_arrival_median_min",
    "gap_hours_per_week",
    "contacts_per_year",
    "cost_per_year",
    "net_benefit_per_year",
)
SHOWN = (
    "reach_share",
    "within_standard_share",
    "response_median_min",
    "request_to_arrival_median_min",
    "gap_hours_per_week",
    "utilization_share",
    "contacts_per_year",
    "people_reached_per_year",
    *NET,
    "cost_per_year",
    "net_benefit_per_year",
)
STAFFED = (
    "fte_clinician",
    "fte_officer",
    "fte_worker",
    "fte_supervisor",
    "cost_per_year",
    "cost_cash_per_year",
    "cost_per_contact",
    "avoided_per_year",
    "avoided_cashable_per_year",
    "sworn_hours_assigned_per_year",
    "patrol_hours_released_per_year",
    "sworn_hours_net_per_year",
)
OTHERS = ("phone_resolved_per_year", "other_responder_per_year")
COST, CASH = "cost_per_year", "cost_cash_per_year"
CONTACTS, PEOPLE = "contacts_per_year", "people_reached_per_year"
GROSS = ("treatment_connections_per_year",)  # counts of a grant that are no effect
COUNTS = {  # outcomes of a grant that are whole, and what the budget calls them
    CONTACTS: "contacts",
    PEOPLE: "people_reached",
    "visits_done_per_year": "visits",
}
NO_TARGET = "measure and report; no target"
TIMES = ("response_median_min", "request_to_arrival_median_min")  # one of them is enough in prose
MOST_COLUMNS = 4  # of plans, beyond which each is a row
MOST_BESIDE = 4  # measures in a row
MANY_ZONES = 12  # rows and columns of a matrix that fit a page
SAID_OF_FACTS: tuple[Callable[..., object], ...] = (  # by their own names
    *(
        facts.text,
        facts.listed_days,
        facts.size,
        facts.size_of,
        facts.sentence_of,
        facts.of,
        facts.unadvised,
    ),
    *(numbers.count, numbers.whole, numbers.decimal, numbers.decimal_short, numbers.money),
    *(
        numbers.share,
        numbers.month,
        numbers.dollars_of,
        numbers.ratio,
        numbers.known_as,
        numbers.decimal_range,
        numbers.named,
        numbers.share_to_a_tenth,
        numbers.stated,
        numbers.spelled,
        numbers.rate,
    ),
    *(numbers.share_range, numbers.clock, numbers.filled, numbers.year_of, numbers.people),
    *(
        numbers.hired,
        numbers.alike,
        measured.figure,
        measured.both,
        measured.change,
        measured.beyond,
    ),
    *(
        measured.dollar_ends,
        measured.left_over,
        measured.summed,
        measured.moved,
        measured.cell,
        measured.signed,
        measured.valued,
    ),
    *(served.in_all, served.counted, served.chance, served.outcome_chance),
    served.at_least,
    *(measured.saving_range, measured.headed, measured.headed_change, evidence.verdict),
    *(
        evidence.is_sure,
        evidence.is_ranged,
        evidence.doubt,
        evidence.is_negative,
        evidence.is_known,
        evidence.is_any,
        evidence.is_parted,
        evidence.is_all,
        evidence.is_unlikely,
    ),
)
WORDS = {
    **{x.__name__: x for x in SAID_OF_FACTS},
    "pairs": facts.named,
    "as_is": value_of,
    "outcome_of": served.outcome,
    "listed": facts.listed,
    "label": measured.label_of,
    "has": views.has,
    "is_part": views.is_part,
    "plainly": unmarked,
    "cap": facts.capitalized,
    "plain": views.plain_number,
    "role_words": role_words,
    "key_words": key_words,
    "plural": plural,
    "quantity": budget.quantity,
    "tenth": budget.tenth,
    "unit_of": unit_of,
}


def context_of(result: Result) -> dict[str, Any]:
    """Names of the templates, each with its value or function."""
    plans, changes = views.plans_of(result), views.changes_of(result)
    base = plans[-1]
    drawn = _is_drawn(plans)
    persons = _has_persons(plans)
    return {
        **WORDS,
        **_tables(result),
        **_run(result, drawn=drawn),
        "kind": result.kind,
        "tree": result.tree,
        "config": result.config,
        "run": result.run,
        "plans": plans,
        "plan": plans[0],
        "base": base,
        "changes": changes,
        "net": NET,
        "by_evidence": by_evidence,
        "target": partial(_target, plans, changes),
        "figures": {path.stem for path in result.folder.glob("*.png")},
        "shown_measures": _shown(plans, persons=persons),
        "persons": persons,
        "has_times": lambda names: not set(TIMES).isdisjoint(names),
        "staffed": _staffed(plans),
        "others": _others(plans[0]),
        "many": len(plans) > MOST_COLUMNS,
        "groups": partial(_groups, many=len(plans) > MOST_COLUMNS),
        "of_ranges": "as the assumptions vary" if drawn else "of chance alone",
        "place": asked.place(result),
        "nameless": asked.is_nameless(result),
        "planned": asked.planned(result.tree),
        "has_ranges": partial(_has_ranges, plans),
        "BRIEF": BRIEF,
        "OVER": asked.OVER,
        "GROSS": GROSS,
        "COUNTS": COUNTS,
        "CLOCKS": saying.CLOCKS,
        "CELLS": saying.CELLS,
        "RULES": saying.RULES,
        "FORMS": saying.FORMS,
        "LOST": saying.LOST,
        "HOLDERS": saying.HOLDERS,
        "SAID": saying.SAID,
        "AIMS": saying.AIMS,
        "LETTERS": LETTERS,
        "NOT_MODELED": NOT_MODELED,
        "one": 1,
        "borrowed": saying.borrowed(result),
        "lent": _is_lent(result.config["demand"]),
        "prices_rise_in": budget.prices_rise_in(result),
        "price_of": partial(budget.price_of, result.config),
        "officers": budget.has_officers(result.tree),
        "of_budgeted_roles": budget.of_budgeted_roles(result.tree),
        "has_start_up": budget.has_item(result.tree, "start-up"),
        "has_overtime": budget.has_item(result.tree, "overtime"),
        "trained_in_duty": budget.is_trained_in_duty(result.tree),
        "travel_rows": _travel_rows(result.config),
        "zone_rows": _zone_rows(result.config),
        "many_zones": MANY_ZONES,
        "is_about_equal": saying.is_about_equal,
        "at_ends": saying.at_ends(plans),
        "made_up": views.made_up_in(result.config["costs"]),
        "per_contact": _per_contact(result.tree, changes),
    }


def by_evidence(measures: Fact, names: Sequence[str] = CHANGES) -> list[str]:
    """Measures that something can be said of: first those of which it cannot be told what."""
    known = [name for name in names if name in measures and evidence.is_known(measures[name])]
    if set(TIMES) <= set(known):
        known.remove(TIMES[1])
    sure = ("rises", "falls")
    return sorted(known, key=lambda name: evidence.verdict(measures[name]) in sure)


def _shown(plans: Sequence[views.Plan], *, persons: bool) -> list[str]:
    """Measures of the table of plans; no people where every contact is with another person."""
    some = [name for name in SHOWN if any(name in plan.measures for plan in plans)]
    return [name for name in some if persons or name != PEOPLE]


def _staffed(plans: Sequence[views.Plan]) -> list[str]:
    """Measures of the table of positions and cost; no cash that is all of the cost."""
    some = [name for name in STAFFED if any(_is_any(plan, name) for plan in plans)]
    all_cash = all(
        value_of(plan.measures[CASH])["mean"] == value_of(plan.measures[COST])["mean"]
        for plan in plans
        if CASH in plan.measures and COST in plan.measures
    )
    return [name for name in some if not (all_cash and name == CASH)]


def _has_ranges(plans: Sequence[views.Plan], names: Sequence[str]) -> bool:
    """Whether any cell of a table of measures has a range."""
    return any(
        "(" in measured.cell(plan.measures[name], close=True)
        for plan in plans
        for name in names
        if name in plan.measures
    )


def _has_persons(plans: Sequence[views.Plan]) -> bool:
    """Whether calls are of persons who call again, so that people are fewer than contacts."""
    means = [
        [value_of(plan.measures[name])["mean"] for name in (CONTACTS, PEOPLE)]
        for plan in plans
        if views.has(plan.measures, CONTACTS) and views.has(plan.measures, PEOPLE)
    ]
    return any(contacts != people for contacts, people in means)


def _others(plan: views.Plan) -> bool | None:
    """Whether others than teams take calls or people; None if the result does not say."""
    if not any(views.has(plan.measures, name) for name in OTHERS):
        return None
    return any(_is_any(plan, name) for name in OTHERS)


def _groups(names: Sequence[str], apart: bool = False, *, many: bool) -> list[Sequence[str]]:
    """Measures of one table each: all together, or as many as fit beside each other."""
    if not (many or apart):
        return [names] if names else []
    return [names[at : at + MOST_BESIDE] for at in range(0, len(names), MOST_BESIDE)]


def _is_any(plan: views.Plan, name: str) -> bool:
    return name in plan.measures and evidence.is_any(plan.measures[name])


def _is_drawn(plans: Sequence[views.Plan]) -> bool:
    kinds = [value.get("interval") for plan in plans for value in value_of(plan.measures).values()]
    return "assumptions" in kinds


def _target(plans: Sequence[views.Plan], changes: Sequence[views.Change], name: str) -> str:
    """What can be held even at the unfavorable end of a range, in words.

    The change of a time is on calls that both plans reach, which no agency counts, so the target
    is a plan's own time, where the worst of its range is below the baseline.
    """
    plan, base = plans[0], plans[-1]
    if changes:
        change = changes[0].measures[name]
        if not evidence.improves(change):
            return NO_TARGET
        if name not in TIMES:
            return f"at least {measured.least(change)}"
        if not evidence.is_beaten(plan.measures[name], base.measures[name]):
            return NO_TARGET
        return f"at most {measured.worst(plan.measures[name])}"
    fact = plan.measures[name]
    if evidence.verdict(fact) not in ("rises", "falls") or (
        name in NET and not evidence.improves(fact)
    ):
        return NO_TARGET
    return f"{'at most' if evidence.is_less(name) else 'at least'} {measured.worst(fact)}"


def _is_lent(demand: Fact) -> bool:
    """Whether the number of calls has a source, but their hours are made up or another city's."""
    source, calls = demand["source"], demand["calls_per_year"]
    title = str(value_of(source["title"])).lower() if "title" in source else ""
    return bool(calls.get("source")) and (MADE_UP in title or "shape of" in title)


def _travel_rows(config: Fact) -> list[tuple[Fact, Fact]]:
    """Zones with the minutes from each to the others; none if they are too many for a page."""
    travel = config["travel"]
    if "minutes" not in travel or not isinstance(value_of(travel["minutes"]), list):
        return []
    return _up_to_a_page(list(zip(travel["zones"], travel["minutes"], strict=True)))


def _zone_rows(config: Fact) -> list[tuple[Fact, Fact]]:
    """Zones with their shares of the calls; none if they are too many for a page."""
    demand = config["demand"]
    return _up_to_a_page(list(zip(demand["zones"], demand["zone_share"], strict=True)))


def _up_to_a_page(rows: list[tuple[Fact, Fact]]) -> list[tuple[Fact, Fact]]:
    return rows if 1 < len(rows) <= MANY_ZONES else []


def _per_contact(tree: Fact, changes: Sequence[views.Change]) -> Fact | None:
    """Dollars for each contact that the leading plan adds; None if they were not worked out."""
    economics = tree.get("economics")
    if economics is None or not changes:
        return tree.get("per_contact")
    return economics["differences"][changes[0].at]["ratios"].get("cost_per_contact")


# --- what only some results have -----------------------------------------------------------------


def _tables(result: Result) -> dict[str, Any]:
    """Tables of the folder and of the answer; empty where a result has none."""
    tree, config = result.tree, result.config
    economics, zones = tree.get("economics"), _of_base(result, "zones.csv")
    return {
        "hours": _of_base(result, "hours_of_day.csv"),
        "zones": zones,
        "zones_differ": len({value_of(zone["gap_share"]) for zone in zones}) > 1,
        "fairness": _fairness(tree),
        "tornado": _tornado(economics),
        "cost_lines": _cost_lines(result, economics),
        "warnings": tree.get("warnings") or [],
        "steps": _steps(tree),
        "roles": ", ".join(plural(x["role"]) for x in value_of(tree).get("roles", ()) if x["fte"]),
        "ledger": views.ledger_of(config),
        "studies": views.studies_of(config),
        "published": views.published_of(config),
    }


def _steps(tree: Fact) -> list[Fact]:
    """First and last step of a curve."""
    steps = list(tree.get("steps") or ())
    return [*steps[:1], *steps[1:][-1:]]


def _of_base(result: Result, name: str) -> list[Fact]:
    """Rows of a CSV of the plan that is there already."""
    if "plans" not in result.tree:
        return []
    base = str(value_of(result.tree["plans"][-1]["name"]))
    return [
        row
        for row in result.rows(name)
        if (value_of(row["reading"]), value_of(row["plan"])) == (ROWS_OF, base)
    ]


def _fairness(tree: Fact) -> Fact | None:
    if "plans" not in tree:
        return None
    fairness = tree["plans"][-1]["fairness"]
    return fairness if evidence.is_known(fairness["night"]["reach_share"]) else None


def _tornado(economics: Fact | None) -> Fact | None:
    if economics is None:
        return None
    bars = [x for x in economics["tornado"] if value_of(x["measure"]) == "net_benefit_per_year"]
    return next((tornado for tornado in bars if tornado["bars"]), None)


def _cost_lines(result: Result, economics: Fact | None) -> list[tuple[views.Plan, Fact]]:
    if economics is None:
        return []
    lines = economics["cost_lines"]
    each = [(plan, lines[plan.name]) for plan in views.plans_of(result)]
    return [(plan, of_plan) for plan, of_plan in each if of_plan]


def _run(result: Result, *, drawn: bool) -> dict[str, Any]:
    """How the result was made."""
    scenario, positions = result.tree["scenario"], result.config["costs"]["positions"]
    runs = "fresh_years" if result.kind == "recommendation" else "replications"
    of_log = result.kind == "validation"
    return {
        "runs": scenario.get(runs),
        "days": scenario.get("window_days"),
        "draws_made": scenario.get("draws")
        if of_log
        else result.config["run"]["draws"]
        if drawn
        else None,
        "checked": result.run.get("engines_compared"),
        "vacancy": views.plain_number(positions["vacancy_share"]),
    }
