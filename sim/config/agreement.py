"""What no group of the config can tell alone: whether it agrees with the others."""

from __future__ import annotations

from sim.config.groups.aftercare import Outreach
from sim.config.groups.demand import Demand
from sim.config.groups.dispatch import Dispatch
from sim.config.groups.service import Funnel
from sim.config.groups.travel import CoordinatesTravel, MatrixTravel, SquareRootTravel, Travel


def check_funnel(funnel: Funnel, demand: Demand) -> None:
    """Raise ValueError if the funnel names a call type that the demand does not have."""
    for name in funnel.by_type:
        if name not in demand.call_types:
            known = ", ".join(demand.call_types)
            raise ValueError(f"service.funnel.by_type: no call type {name!r}; there are {known}")


def check_outreach(outreach: Outreach, demand: Demand) -> None:
    """Raise ValueError if there are visits on a list and nobody is on it."""
    if outreach.per_week.value > 0 and demand.persons.frequent_callers == 0:
        raise ValueError(
            f"service.outreach.per_week={outreach.per_week.value:g} is of visits to frequent "
            "callers, and there are none; demand.persons.frequent_callers of 1 or more is wanted"
        )


def check_dispatch(dispatch: Dispatch, travel: Travel, demand: Demand) -> None:
    """Raise ValueError, naming the key, unless the rules can be applied with travel and zones."""
    if isinstance(travel, SquareRootTravel):
        _check_needs_no_places(dispatch)
    if isinstance(travel, MatrixTravel):
        _check_matrix_zones(travel, demand.zones)
    if isinstance(travel, CoordinatesTravel) and not demand.zone_latitude:
        raise ValueError(
            "travel.model=coordinates needs demand.zone_latitude and demand.zone_longitude, one a "
            "zone in degrees; or travel.model=constant"
        )
    if dispatch.scope != "open" and not demand.zone_agency:
        raise ValueError(
            f"dispatch.scope={dispatch.scope} needs demand.zone_agency, the agency of each zone; "
            "without it dispatch.scope=open is wanted"
        )
    _check_preference(dispatch, demand.zones)


def _check_needs_no_places(dispatch: Dispatch) -> None:
    blind = "with square-root travel, which knows no places"
    if dispatch.rule in ("closest", "preference"):
        raise ValueError(
            f"dispatch.rule={dispatch.rule} {blind}; longest_idle or least_worked is wanted, or "
            "travel=matrix"
        )
    if dispatch.scope != "open":
        raise ValueError(f"dispatch.scope={dispatch.scope} {blind}; open is wanted")
    if dispatch.after_call != "stay":
        raise ValueError(f"dispatch.after_call={dispatch.after_call} {blind}; stay is wanted")
    share = float(dispatch.mode_share.self_dispatch)
    if share > 0:
        raise ValueError(
            f"dispatch.mode_share.self_dispatch={share:g} {blind}, so nobody is near; 0 is wanted, "
            "as in dispatch=officer_request, or travel=constant"
        )


def _check_matrix_zones(travel: MatrixTravel, zones: list[str]) -> None:
    missing = [zone for zone in zones if zone not in travel.zones]
    if missing:
        raise ValueError(f"travel.zones misses {missing[0]!r}, which demand.zones has")


def _check_preference(dispatch: Dispatch, zones: list[str]) -> None:
    if dispatch.rule == "preference" and set(dispatch.preference) != set(zones):
        raise ValueError("dispatch.preference has to list base zones in order for every zone")
    for zone, order in dispatch.preference.items():
        unknown = [name for name in [zone, *order] if name not in zones]
        if unknown:
            raise ValueError(f"dispatch.preference: no zone {unknown[0]!r}")
