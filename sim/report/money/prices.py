"""Prices of people, things and what is avoided, each with its source."""

from __future__ import annotations

from sim.config.groups.costs import Costs, PerFte
from sim.config.values import Sourced
from sim.report.people.bridges import role_words
from sim.report.rendering import rendered

TRAINED = ("clinician", "officer", "worker")


def prices(costs: Costs) -> str:
    """Every price with its range, year, letter and source: what is paid, and what is avoided."""
    training, vehicle, avoided = costs.training, costs.vehicle, costs.avoided
    items = {name: getattr(avoided, name) for name in type(avoided).model_fields}
    return rendered(
        "money_prices.txt",
        costs=costs,
        paid={
            **{
                f"{role_words(x)}, per year": getattr(costs.per_fte, x) for x in PerFte.model_fields
            },
            **{f"training, {x}": getattr(training, x) for x in TRAINED},
            "car, purchase": vehicle.purchase,
            "car, per year": vehicle.running_per_year,
            "start-up of a team": costs.start_up_per_team,
        },
        avoided={x.replace("_", " "): item for x, item in items.items() if hasattr(item, "payer")},
        source=_source,
    )


def _source(price: Sourced) -> str:
    """Price with its range, year, confidence and source."""
    dollars = f"${float(price):,.0f}"
    if price.low is not None and price.high is not None:
        dollars += f" ({price.low:,.0f} to {price.high:,.0f})"
    parts = (dollars, price.year, price.confidence, price.source)
    return ", ".join(str(part) for part in parts if part)
