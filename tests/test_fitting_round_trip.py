"""A simulated year, exported with every trap, read and fitted: the truth is in its 95% intervals.

Of 100 seeds, 90 to 99 have to hold it. An interval that is right to the letter does so with a
probability of 98% (binomial, 100 trials of 0.95). Curves count by the share of their hours or
months, over all seeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.config.compose import compose, packaged_configs
from sim.history.fitting import Fitted, Options, fit_log
from sim.history.fitting.estimates import Estimate, share
from sim.history.fitting.rates import MEAN_MONTH_DAYS
from sim.history.log import Excluded
from sim.scenarios.draws import drawn
from tests.exports import messy
from tests.logs import scenario_of, simulated_log

SEEDS = 100
HOLE = Excluded(date(2025, 4, 1), date(2025, 6, 26), "no calls at all")
SHAPE = yaml.safe_load((packaged_configs() / "shapes" / "toronto_2014_15.yaml").read_text("utf-8"))
MONTHS = np.exp(0.08 * np.sin(np.arange(12) / 12 * 2 * np.pi))
MIX = [round(0.5 + 0.1 * float(np.sin(hour / 24 * 2 * np.pi)), 6) for hour in range(24)]
TRUTH = (
    "demand.zones=[a, b, c]",
    "demand.zone_share=[0.5, 0.3, 0.2]",
    f"demand.hour_of_week_shape={SHAPE['rate']}",
    f"demand.month_factor={[round(float(x), 6) for x in MONTHS]}",
    "demand.call_types=[one, two, three]",
    "demand.priority_by_type={}",
    f"demand.call_type_share_by_hour={[[one, 0.3, round(0.7 - one, 6)] for one in MIX]}",
)
CURVES = ("hours", "months", "mix")


def held(seed: int, out: Path) -> dict[str, float]:
    """Whether each truth is inside of its interval, of curves in which share, by name."""
    log = messy(simulated_log(seed, "6", *TRUTH, excluded=(HOLE,) if seed % 2 else ()), out, seed)
    fitted = fit_log(log, name="x", options=Options(stamps="team"))
    curves = dict(zip(CURVES, curves_of(fitted), strict=True))
    return {name: float(e.low <= truth <= e.high) for name, e, truth in numbers_of(fitted)} | curves


@pytest.mark.stress
def test_the_truth_is_inside_in_90_to_99_of_100_seeds(tmp_path):
    seeds = [held(seed, tmp_path) for seed in range(SEEDS)]
    inside = {name: sum(seed[name] for seed in seeds) for name in seeds[0]}
    assert len(inside) == 17
    assert {name: n for name, n in inside.items() if not 90 <= round(n) <= 99} == {}


def numbers_of(fitted: Fitted) -> Iterator[tuple[str, Estimate, float]]:
    config = scenario_of(*TRUTH).config
    service, laws, losses = config.service, fitted.laws, fitted.losses
    yield "calls_per_year", fitted.rates.calls_per_year, 3_000 * 365.25 / 365
    yield "day_factor_cv", fitted.rates.day_factor_cv, float(config.demand.day_factor_cv)
    total = int(fitted.zones.calls.sum())
    for name, calls in zip(fitted.zones.names, fitted.zones.calls, strict=True):
        truth = config.demand.zone_share[config.demand.zones.index(name)]
        yield f"zone {name}", share(int(calls), total), truth
    yield "triage", laws["triage"].mean, float(service.triage_delay.mean)
    yield "travel", laws["travel"].mean, float(config.travel.minutes)
    yield "not found", laws["not_found"].mean, float(service.on_scene.not_found.mean)
    yield "refused", laws["refused"].mean, float(service.on_scene.refused.mean)
    yield "engaged", laws["contact"].mean, float(service.on_scene.on_scene.mean)
    yield "withdrawn", losses.withdrawn_per_hour, float(service.withdrawn_per_hour)
    yield "refused share", losses.refused_share, float(service.contact.refused_share)
    odds = service.contact.without_patrol
    yield "at once", losses.contact_at_once, float(odds.share_at_once)
    yield "odds ratio", losses.odds_ratio, float(odds.odds_ratio_per_10_min)


def curves_of(fitted: Fitted) -> Iterator[float]:
    """Share of the hours, of the months, and of the cells of the mix that are inside."""
    rates, demand = fitted.rates, scenario_of(*TRUTH).config.demand
    shape = np.array(demand.hour_of_week_shape) / np.mean(demand.hour_of_week_shape)
    ratio = np.log(rates.rate / rates.rate.mean() / shape)
    yield float(np.mean(np.abs(ratio) < 1.96 * rates.log_se))
    months = MONTHS / (MONTHS @ MEAN_MONTH_DAYS / 365.25)
    yield float(np.mean(np.abs(np.log(rates.month_factor / months)) < 1.96 * rates.month_log_se))
    order = [demand.call_types.index(name) for name in fitted.mix.types]
    true = np.array(demand.call_type_share_by_hour)[:, order]
    error = np.sqrt(true * (1 - true) / np.array(fitted.mix.worth)[:, None])
    yield float(np.mean(np.abs(fitted.mix.shares - true) < 1.96 * error))


def test_draws_of_what_was_fitted_scatter_as_its_errors(tmp_path):
    log = simulated_log(1, "6", *TRUTH)
    fitted = fit_log(log, name="x", options=Options(stamps="team"))
    fitted.write(tmp_path)
    config = compose(["demand=x", "service=x", "travel=x"], tmp_path)
    draws = [drawn(config, 1, k) for k in range(400)]
    calls = np.log([float(draw.demand.calls_per_year) for draw in draws])
    relative = fitted.rates.calls_per_year.se / fitted.rates.calls_per_year.value
    assert calls.std() == pytest.approx(relative, rel=0.15)
    zones = np.array([draw.demand.zone_share for draw in draws])
    p = np.array(config.demand.zone_share)
    assert zones.std(axis=0) == pytest.approx(
        (p * (1 - p) / fitted.zones.calls.sum()) ** 0.5, rel=0.15
    )
    months = np.log([draw.demand.month_factor for draw in draws])
    assert months.std(axis=0) == pytest.approx(fitted.rates.month_log_se, rel=0.25)
    mix = np.array([draw.demand.call_type_share_by_hour for draw in draws])
    q = np.array(config.demand.call_type_share_by_hour)
    error = (q * (1 - q) / np.array(fitted.mix.worth)[:, None]) ** 0.5
    assert mix.std(axis=0) == pytest.approx(error, rel=0.25)
    shapes = np.log([draw.demand.hour_of_week_shape for draw in draws])
    assert shapes.std(axis=0).mean() == pytest.approx(fitted.rates.log_se.mean(), rel=0.1)
    minutes = np.array([float(draw.travel.minutes) for draw in draws])
    assert minutes.std() == pytest.approx(fitted.laws["travel"].mean.se, rel=0.15)


def test_a_messy_export_is_read_as_the_log_it_was_made_of(tmp_path):
    for seed in range(3):
        log = simulated_log(seed, "6", *TRUTH, excluded=(HOLE,))
        read = messy(log, tmp_path, seed)
        for name in ("received_at", "dispatched_at", "call_type", "zone", "unit"):
            assert read.calls[name].to_list() == log.calls[name].to_list(), name
        both = read.calls["arrived_at"].is_not_null()
        assert both.mean() > 0.9 * log.calls["arrived_at"].is_not_null().mean()
        same = read.calls["arrived_at"].filter(both) == log.calls["arrived_at"].filter(both)
        assert same.all()
        (hole,) = read.excluded
        assert (hole.first, hole.last) == (HOLE.first, HOLE.last)
