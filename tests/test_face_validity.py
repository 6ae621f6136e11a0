"""Los Angeles with teams always free looks as a practitioner would take for granted."""

from __future__ import annotations

import numpy as np
import pytest

from sim.config import Config, Sourced, compose
from sim.config.models import SquareRootTravel
from sim.config.values import Duration, Lognormal
from sim.model.inputs.durations import quantile_minutes
from sim.model.inputs.travel import compile_travel
from sim.schema import Fate

# The bounds were set before the figures: a miss is put right by a stated assumption, not here.


@pytest.fixture(scope="module")
def los_angeles() -> Config:
    return compose(["program=los_angeles"])


def uniforms(n_streams: int, n: int = 100_000) -> np.ndarray:
    return np.clip(np.random.default_rng(20260101).random((n_streams, n)), 1e-9, 1 - 1e-9)


def mean(duration: Duration) -> float:
    n = 20_000
    return float(quantile_minutes(duration, (np.arange(n) + 0.5) / n).mean())


def factor(sd: float) -> Duration:
    return Lognormal(distribution="lognormal", mean=Sourced(value=1.0), sd=Sourced(value=sd))


def turnout_and_travel(config: Config, u: np.ndarray) -> np.ndarray:
    travel = config.travel
    assert isinstance(travel, SquareRootTravel)
    minutes = compile_travel(travel, config.demand, 17).by_free_s[17] / 60
    spread = quantile_minutes(factor(float(travel.factor_sd)), u[1])
    return quantile_minutes(config.service.turnout, u[0]) + minutes * spread


def test_median_response_is_20_to_45_minutes(los_angeles: Config) -> None:
    u = uniforms(3)
    handoff = quantile_minutes(los_angeles.service.handoff_delay, u[2])
    assert 20 <= np.median(handoff + turnout_and_travel(los_angeles, u)) <= 45


def test_one_call_in_100_to_one_in_10_is_withdrawn_or_settled_on_the_way(
    los_angeles: Config,
) -> None:
    """The one log lost 7% at a mean of 38 min; of free teams that come sooner no more."""
    u, service = uniforms(5), los_angeles.service
    withdrawn = -60 / float(service.withdrawn_per_hour) * np.log(u[2])
    settled = quantile_minutes(service.patrol_settles, u[3])
    settled[u[4] < float(service.patrol_waits_share)] = np.inf
    lost = np.minimum(withdrawn, settled) < turnout_and_travel(los_angeles, u)
    assert 0.01 <= lost.mean() <= 0.10


@pytest.mark.parametrize("fate", list(Fate), ids=lambda fate: fate.name.lower())
def test_a_call_with_contact_occupies_a_team_1_to_4_hours(los_angeles: Config, fate: Fate) -> None:
    service = los_angeles.service
    hospital = mean(service.hospital.transport) + mean(service.hospital.handover)
    center = mean(service.center.transport) + mean(service.center.handover)
    to_center = float(service.voluntary_to_center_share)
    away = {
        Fate.VOLUNTARY: to_center * center + (1 - to_center) * hospital,
        Fate.HOLD: hospital,
        Fate.ARREST: mean(service.booking) * service.transport.arrest.keeps_team_busy,
    }
    there = float(turnout_and_travel(los_angeles, uniforms(2)).mean())
    on_scene = mean(getattr(service.on_scene, fate.name.lower()))
    busy = there + on_scene + away.get(fate, 0.0) + mean(service.report)
    assert 60 <= busy <= 240


@pytest.mark.parametrize(("program", "minutes"), [("generic", 158), ("los_angeles", 240)])
def test_the_hospital_handover_has_the_95th_percentile_its_source_states(program, minutes):
    handover = compose([f"program={program}"]).service.hospital.handover
    assert "95th percentile" in handover.sd.source
    assert str(minutes) in handover.sd.source
    found = float(quantile_minutes(handover, np.array([0.95]))[0])
    assert found == pytest.approx(minutes, rel=0.01)
