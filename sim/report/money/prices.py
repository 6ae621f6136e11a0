"""Prices of people, things and what is avoided, each with its source."""

from __future__ import annotations

from sim.config.groups.costs import Costs, PerFte
from sim.config.values import Sourced
from sim.report.people.bridges import headed, role_words
from sim.report.wording import percent, wrapped

OF_A_BOOKING = (
    "A booking's price is one for all of an arrest: what its jail days and patrol hours cost is "
    "taken out of it, as they are counted in lines of their own."
)
HELD_CARS = (
    "Cars of teams with an officer are held in the officer's figure "
    "(costs.vehicle.held_in_officer_pay), so only teams without one have a line for cars."
)


def prices(costs: Costs) -> list[str]:
    """Every price with its range, year, letter and source: what is paid, and what is avoided."""
    return [_of_costs(costs), _of_what_is_avoided(costs)]


def _of_costs(costs: Costs) -> str:
    """Where each price of people and things is from, with its year and range."""
    training, vehicle = costs.training, costs.vehicle
    named = {
        **{f"{role_words(x)}, a year": getattr(costs.per_fte, x) for x in PerFte.model_fields},
        **{f"training of a {x}": getattr(training, x) for x in ("clinician", "officer", "worker")},
        "car, bought": vehicle.purchase,
        "car, a year": vehicle.running_per_year,
        "start-up of a team": costs.start_up_per_team,
    }
    lines = [f"{name}: {_source(price)}" for name, price in named.items()]
    lines += [HELD_CARS] if vehicle.held_in_officer_pay else []
    return headed("Prices of people and things", [wrapped(x, "- ", "  ") for x in lines])


def _of_what_is_avoided(costs: Costs) -> str:
    """Where each price of what is avoided is from, with its year and range."""
    given = costs.avoided
    named = {
        name.replace("_", " "): of
        for name in type(given).model_fields
        if hasattr(of := getattr(given, name), "payer")
    }
    lines = [
        f"{name}, {of.payer}{', claimed' if of.claimed else ''}: {_source(of.dollars)}; cashable "
        f"{percent(float(of.cashable_share))}"
        for name, of in named.items()
    ]
    lines += [OF_A_BOOKING] if given.booking_is_total else []
    return headed("Prices of what is avoided", [wrapped(x, "- ", "  ") for x in lines])


def _source(price: Sourced) -> str:
    """Price with its range, year, confidence and source."""
    around = (
        ""
        if price.low is None or price.high is None
        else f" ({price.low:,.0f} to {price.high:,.0f})"
    )
    said = ", ".join(str(x) for x in (price.year, price.confidence, price.source) if x)
    return f"${float(price):,.0f}{around}{', ' if said else ''}{said}"
