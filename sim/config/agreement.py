"""Checks between groups of the config: whether each agrees with the others, and what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.config.faults import nearest
from sim.config.groups.aftercare import Outreach
from sim.config.groups.demand import Demand
from sim.config.groups.dispatch import Dispatch
from sim.config.groups.service import Contacts, Funnel
from sim.config.groups.travel import (
    CoordinatesTravel,
    MatrixTravel,
    SquareRootTravel,
    Travel,
    in_force,
)

WITH_PLACES = ("matrix", "coordinates")  # models of travel


def settle_rule(tree: dict[str, Any]) -> None:
    """Put the dispatch rule that goes with travel in place of none, in a composed tree.

    The closest team where travel knows places; without them all are as near, and the one idle
    longest goes.
    """
    dispatch, travel = tree.get("dispatch"), tree.get("travel")
    if isinstance(dispatch, dict) and "rule" in dispatch and dispatch["rule"] is None:
        has_places = isinstance(travel, dict) and travel.get("model") in WITH_PLACES
        dispatch["rule"] = "closest" if has_places else "longest_idle"


def check_calls(demand: Demand) -> None:
    """Raise ValueError if there is nothing to simulate."""
    calls = demand.calls_per_year.value * demand.growth_factor.value
    if calls < 1:
        raise ValueError(
            f"demand.calls_per_year: expected 1 or more, times demand.growth_factor, got {calls:g}"
        )


def check_holidays(demand: Demand, start: date, years: int) -> None:
    """Raise ValueError if there are holidays, and none in the calendar years of the run."""
    last = start.year + max(years, 1)
    dates = demand.holidays.dates
    if dates and not any(start.year <= day.year <= last for day in dates):
        raise ValueError(
            f"demand.holidays: expected dates in {start.year} to {last}, as of the run, got "
            f"{min(dates)} to {max(dates)}"
        )


def check_funnel(funnel: Funnel, demand: Demand) -> None:
    """Raise ValueError if the funnel names a call type that the demand does not have."""
    for name in funnel.by_type:
        if name not in demand.call_types:
            raise ValueError(
                f"service.funnel.by_type: unknown call type {name!r}; "
                f"{nearest(name, demand.call_types)}"
            )


def check_contact(contact: Contacts, demand: Demand) -> None:
    """Raise ValueError if contact is stated for a call type that the demand does not have."""
    for place, odds in (("without", contact.without_patrol), ("with", contact.with_patrol)):
        for name in odds.by_type:
            if name not in demand.call_types:
                raise ValueError(
                    f"service.contact.{place}_patrol.by_type: unknown call type {name!r}; "
                    f"{nearest(name, demand.call_types)}"
                )


def check_outreach(outreach: Outreach, demand: Demand) -> None:
    """Raise ValueError if frequent callers are to be visited and there are none."""
    if outreach.per_week.value > 0 and demand.persons.frequent_callers == 0:
        raise ValueError(
            f"service.outreach.per_week={outreach.per_week.value:g} needs somebody to visit: "
            "expected demand.persons.frequent_callers of 1 or more, got 0"
        )


def check_dispatch(dispatch: Dispatch, travel: Travel, demand: Demand) -> None:
    """Raise ValueError, naming the key, unless the rules can be applied with travel and zones."""
    travel = in_force(travel)
    if isinstance(travel, SquareRootTravel):
        _check_needs_no_places(dispatch)
    if isinstance(travel, MatrixTravel):
        _check_matrix_zones(travel, demand.zones)
    if isinstance(travel, CoordinatesTravel) and not demand.zone_latitude:
        raise ValueError(
            "travel.model=coordinates: expected demand.zone_latitude and demand.zone_longitude, "
            "one per zone in degrees, got none (or choose travel=constant)"
        )
    if dispatch.scope != "open" and not demand.zone_agency:
        raise ValueError(
            f"dispatch.scope: expected open without demand.zone_agency, got {dispatch.scope}"
        )
    _check_preference(dispatch, demand.zones)


def _check_needs_no_places(dispatch: Dispatch) -> None:
    blind = "with square-root travel, which knows no places"
    if dispatch.rule in ("closest", "preference"):
        raise ValueError(
            f"dispatch.rule: expected longest_idle or least_worked {blind}, got {dispatch.rule}"
        )
    if dispatch.scope != "open":
        raise ValueError(f"dispatch.scope: expected open {blind}, got {dispatch.scope}")
    if dispatch.after_call != "stay":
        raise ValueError(f"dispatch.after_call: expected stay {blind}, got {dispatch.after_call}")


def _check_matrix_zones(travel: MatrixTravel, zones: list[str]) -> None:
    missing = [zone for zone in zones if zone not in travel.zones]
    if missing:
        raise ValueError(
            f"travel.zones: expected every zone of demand.zones, got no {missing[0]!r}"
        )


def _check_preference(dispatch: Dispatch, zones: list[str]) -> None:
    if dispatch.rule == "preference" and set(dispatch.preference) != set(zones):
        raise ValueError(
            "dispatch.preference: expected base zones in order for every zone, as "
            f"dispatch.rule=preference reads them, got {len(dispatch.preference)} of "
            f"{len(zones)} zones"
        )
    for zone, order in dispatch.preference.items():
        unknown = [name for name in [zone, *order] if name not in zones]
        if unknown:
            raise ValueError(
                f"dispatch.preference: unknown zone {unknown[0]!r}; {nearest(unknown[0], zones)}"
            )
