"""The four measures of the Stepping Up initiative, as far as the model reaches them."""

from __future__ import annotations

from collections.abc import Callable

from sim.report.money.claims import two_figures
from sim.report.money.sides import Side, difference_sides, drawn, plan_sides
from sim.report.wording import percent
from sim.scenarios.answers import Comparison

REACH = {
    "booked": "bookings, not people: who is booked twice counts twice, and nobody is screened for "
    "serious mental illness",
    "connected": "at the end of a contact, and by visits that were made; not whether anybody stays "
    "in treatment",
    "recidivism": "only calls that did not come because their person had been visited; not arrests "
    "or bookings that come later",
}


def stepping_up(found: Comparison) -> list[tuple[str, list[str]]]:
    """Each measure with what the model does not reach of it, and what every side gives for it."""
    sides = [*plan_sides(found), *difference_sides(found)]
    return [
        (f"1. People booked into jail: {REACH['booked']}.", _each(sides, _booked)),
        ("2. Length of stay: not modeled.", [_stay(found)]),
        (f"3. Connected to treatment: {REACH['connected']}.", _each(sides, _connected)),
        (f"4. Recidivism: {REACH['recidivism']}.", _each(sides, _averted)),
    ]


def _each(sides: list[Side], told: Callable[[Side], str]) -> list[str]:
    return [f"{_words(side)}: {told(side)}." for side in sides]


def _words(side: Side) -> str:
    return side.name if side.is_difference else f"Plan {side.name}"


def _booked(side: Side) -> str:
    net, gross = (f"jail_diversions_{x}_per_year" for x in ("net", "gross"))
    return (
        f"{_figure(side, net)} bookings fewer a year than with patrol alone (net), "
        f"{_figure(side, gross)} contacts not booked (gross)"
    )


def _connected(side: Side) -> str:
    gross, net = "treatment_connections_per_year", "treatment_connections_net_per_year"
    share = side.measures["connected_share"].mean
    of = "" if share is None or side.is_difference else f", {percent(share)} with visits counted"
    return (
        f"{_figure(side, gross)} contacts connected a year (gross){of}, {_figure(side, net)} more "
        "than with patrol alone (net)"
    )


def _averted(side: Side) -> str:
    return f"{_figure(side, 'calls_averted_per_year')} repeat calls averted a year"


def _figure(side: Side, name: str) -> str:
    """Mean with two figures, and its range over the draws if there are any."""
    mean, around = two_figures(side.mean(name)), drawn(side, name)
    if around is None or around.low is None or around.high is None or around.low == around.high:
        return mean
    return f"{mean} (assumptions {two_figures(around.low)} to {two_figures(around.high)})"


def _stay(found: Comparison) -> str:
    days = found.config.costs.avoided.jail_days_per_booking
    around = "" if days.low is None or days.high is None else f" ({days.low:g} to {days.high:g})"
    return (
        f"Every booking is taken to be {float(days):g}{around} days in jail, whoever came "
        "(costs.avoided.jail_days_per_booking)."
    )
