"""The all-in time of a handled call: its parts can add up to what programs publish."""

from __future__ import annotations

import pytest

from sim.config import Config, compose, program_names
from sim.config.groups.travel import ConstantTravel, SquareRootTravel
from sim.config.values import Sourced
from sim.model.inputs.travel import compile_travel

SHORTEST_H, LONGEST_H = 2.0, 3.4  # published: about 2 (Aurora), 3 to 4 (Los Angeles)
FREE = 4  # teams, for the square-root law


def at(number: Sourced, end: str) -> float:
    value = getattr(number, end)
    return number.value if value is None else value


def drive_min(config: Config, end: str) -> float:
    travel = config.travel
    if isinstance(travel, ConstantTravel):
        return at(travel.minutes, end)
    if isinstance(travel, SquareRootTravel):
        other = {"low": "high", "high": "low"}[end]  # a slow car drives longer
        miles = at(travel.c, end) * (at(travel.area_sq_mi, end) / FREE) ** 0.5
        return at(travel.start_minutes, end) + 60 * miles / at(travel.speed_mph, other)
    return float(compile_travel(travel, config.demand, 1).matrix_s.mean()) / 60


def all_in_min(config: Config, end: str) -> float:
    """Mean busy minutes of a contact with all durations at one end, and shares at their values."""
    service, shares = config.service, config.outcomes.team_shares
    receiving = {
        name: sum(at(part.mean, end) for part in (place.transport, place.handover))
        for name, place in (("center", service.center), ("hospital", service.hospital))
    }
    to_center = float(shares.voluntary) * float(service.voluntary_to_center_share)
    to_hospital = float(shares.hold) + float(shares.voluntary) - to_center
    on_scene = sum(
        float(getattr(shares, fate)) * at(getattr(service.on_scene, fate).mean, end)
        for fate in type(shares).model_fields
    )
    taken = to_center * receiving["center"] + to_hospital * receiving["hospital"]
    fixed = at(service.turnout.mean, end) + at(service.report.mean, end)
    return fixed + drive_min(config, end) + on_scene + taken


@pytest.mark.parametrize("program", program_names())
def test_ranges_of_the_parts_reach_the_published_time_of_a_handled_call(program):
    config = compose([f"program={program}"])
    assert all_in_min(config, "low") <= 60 * SHORTEST_H
    assert all_in_min(config, "high") >= 60 * LONGEST_H


def test_the_presets_that_publish_a_time_have_it_between():
    aurora, los_angeles = (compose([f"program={x}"]) for x in ("aurora", "los_angeles"))
    assert all_in_min(aurora, "low") < 120 < all_in_min(aurora, "high")
    assert all_in_min(los_angeles, "low") < 180
    assert all_in_min(los_angeles, "high") > 240
