"""Every price with its range, year, letter and source."""

from __future__ import annotations

from sim.config import compose
from sim.config.groups.costs import Costs
from sim.report.money.prices import prices

ROLES = ("clinician", "officer", "case manager", "peer", "supervisor")


def flat(costs: Costs) -> list[str]:
    """Both lists of prices, unfolded."""
    return [" ".join(part.split()) for part in prices(costs).split("\n\n")]


def test_every_price_is_there_with_where_it_is_from():
    costs = compose([]).costs
    paid, avoided = flat(costs)
    assert all(f"{role}, per year: $" in paid for role in ROLES)
    for price in (costs.per_fte.officer, costs.training.worker, costs.start_up_per_team):
        said = f"${price.value:,.0f} ({price.low:,.0f} to {price.high:,.0f}), {price.year}, "
        assert f"{said}{price.confidence}, {price.source}" in paid
    for name in ("booking", "jail_day", "ed_visit", "inpatient_day", "patrol_hour"):
        of = getattr(costs.avoided, name)
        claimed = ", claimed" if of.claimed else ""
        assert f"{name.replace('_', ' ')}, {of.payer}{claimed}: ${of.dollars.value:,.0f}" in avoided


def test_notes_stand_where_their_rule_is_in_force():
    paid, avoided = flat(compose([]).costs)
    assert "costs.vehicle.held_in_officer_pay" in paid
    assert "total for an arrest" in avoided
    off = ["costs.vehicle.held_in_officer_pay=false", "costs.avoided.booking_is_total=false"]
    paid, avoided = flat(compose(off).costs)
    assert "costs.vehicle.held_in_officer_pay" not in paid
    assert "total for an arrest" not in avoided


def test_a_bare_price_has_no_range_and_no_source():
    paid, _ = flat(compose(["costs.per_fte.peer=50000"]).costs)
    assert "peer, per year: $50,000" in paid
