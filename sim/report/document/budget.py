"""The lines behind a grant's budget as the document has them: prices, quantities, fiscal years."""

from __future__ import annotations

from calendar import month_name

from sim.report.document.facts import Fact, marked, value_of
from sim.report.document.result import Result
from sim.scenarios.answers.grant import MONTHS_A_YEAR

ROUNDING = 1e-9  # FTE
DECIMALS, MOST_DECIMALS = 2, 4  # of a quantity
LARGE = 1_000  # from which on a quantity has no decimals


def prices_rise_in(result: Result) -> str:
    """Month in which a fiscal year begins, if a grant's years begin in another; else empty."""
    first, months = result.config["costs"]["fiscal_year_start_month"], result.tree.get("months")
    if months is None:
        return ""
    number, start = value_of(first), str(value_of(months[0]["calendar_month"]))
    return "" if start.endswith(f"-{number:02d}") else marked(first, month_name[number])


def price_of(config: Fact, price: Fact) -> Fact:
    """Price of the config that a line of prices is of, with its source."""
    node = config
    for name in str(value_of(price["key"])).split("."):
        node = node[name]
    return node


def quantity(row: Fact, unit: str) -> str:
    """Quantity of a line with its unit, "60.75 months", "1 team".

    It has two decimals, or more where quantity times price is not the dollars of the line else.
    """
    fact, each = row["quantity"], value_of(row["each"])
    value = value_of(fact)
    least = 0 if value >= LARGE else DECIMALS
    price = each / MONTHS_A_YEAR if value_of(row["item"]) == "pay" else each
    decimals = next(
        (x for x in range(least, MOST_DECIMALS) if abs(round(value, x) - value) * price < 1),
        MOST_DECIMALS,
    )
    words = f"{value:,.{decimals}f}"
    words = words.rstrip("0").rstrip(".") if "." in words else words
    return marked(fact, f"{words} {unit.removesuffix('s') if words == '1' else unit}")


def tenth(fact: Fact) -> str:
    """Number to a tenth, "3.4"."""
    return marked(fact, f"{value_of(fact):,.1f}")


def has_officers(tree: Fact) -> bool:
    """Whether a grant has positions of officers."""
    return any(
        role["role"] == "officer" and role["fte"] for role in value_of(tree).get("roles", ())
    )


def has_item(tree: Fact, item: str) -> bool:
    """Whether a grant's budget has anything of an item."""
    return any(row["item"] == item for row in value_of(tree).get("budget_items", ()))


def of_budgeted_roles(tree: Fact) -> str:
    """What FTE are said of, where posts also need roles that nobody budgets; else empty."""
    node = value_of(tree)
    all_of_them = node.get("fte_needed_in_all", 0) - node.get("fte_needed_of_budgeted", 0)
    return " in the roles that are budgeted" if all_of_them > ROUNDING else ""


def is_trained_in_duty(tree: Fact) -> bool:
    """Whether somebody who is trained is hired in a month in which posts run already."""
    levels = value_of(tree).get("levels", ())
    running = [x["first_month"] for x in levels if x["hours_per_day_beyond"] > 0]
    hired = [seat["hire_month"] for seat in value_of(tree).get("positions", ())]
    return has_item(tree, "training") and any(month >= min(running) for month in hired if running)
