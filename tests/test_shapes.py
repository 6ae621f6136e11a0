"""Hour-of-week shapes: the shipped tables, what a draw takes of them, and when none is taken."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.config import InputError, compose, names, program_names
from sim.config.groups.shapes import Shape, night_share, with_night_share
from sim.model.inputs.arrivals import hourly_rates
from sim.scenarios.draws import drawn, unknowns, values_of, with_value
from sim.scenarios.scenario import Scenario
from tests.folders import Folder
from tests.shapes_of_places import SEATTLE_ROWS, main

REPOSITORY = Path(__file__).resolve().parents[1]
SHAPES = REPOSITORY / "configs" / "shapes"
ROWS = Path(os.environ.get("CORESPONDER_ROWS") or REPOSITORY.parent / "shared" / "data")
PLACES = ("toronto_2014_15", "seattle_2015", "new_york_2022_24")
NIGHT = "demand.night_share"
MANY = 60
needs_rows = pytest.mark.skipif(
    not (ROWS / SEATTLE_ROWS).is_file(),
    reason="the rows are not here; name their folder in CORESPONDER_ROWS",
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def shipped(name: str) -> Shape:
    return Shape.model_validate(yaml.safe_load((SHAPES / f"{name}.yaml").read_text("utf-8")))


def file_of(name: str, rate: float = 1.0) -> str:
    week = [rate] * 168
    return f"name: {name}\nsource: {{title: ours}}\nrate: {week}\nlog_se: {[0.1] * 168}\n"


# --- the shipped tables --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "share", "n"),
    [(PLACES[0], 0.16, 31_201), (PLACES[1], 0.24, 1_952), (PLACES[2], 0.28, 0)],
)
def test_share_of_calls_by_night_is_the_published_one(place, share, n):
    shape = shipped(place)
    low, high = shape.night_share_range
    assert round(night_share(shape.rate), 2) == share
    assert low < share < high
    assert shape.source.n_used == n
    assert np.mean(shape.rate) == pytest.approx(1, abs=1e-5)


def test_every_shape_that_is_named_is_shipped():
    assert {path.stem for path in SHAPES.glob("*.yaml")} == set(PLACES)
    for program in program_names():
        shapes = compose([f"program={program}"]).demand.shape_drawn_from
        assert tuple(shape.name for shape in shapes) == PLACES, program


@needs_rows
def test_shipped_shapes_are_what_the_command_makes(tmp_path):
    main([str(ROWS), str(tmp_path)])
    for place in PLACES[1:]:  # the first is made by `coresponder fit`, from its own rows
        made = Shape.model_validate(yaml.safe_load((tmp_path / f"{place}.yaml").read_text("utf-8")))
        assert made.rate == pytest.approx(shipped(place).rate, abs=1e-4)
        assert made.log_se == pytest.approx(shipped(place).log_se, abs=1e-4)
        assert made.source == shipped(place).source


# --- shares by night -----------------------------------------------------------------------------


def test_share_by_night_by_hand():
    rates = [3.0 if 1 <= hour % 24 < 9 else 1.0 for hour in range(168)]  # 24 of 40 a day
    assert night_share(rates) == pytest.approx(0.6)
    halved = with_night_share(rates, 0.3)
    assert halved[1] == pytest.approx(1.5)
    assert halved[9] == pytest.approx(28 / 16)


@given(st.lists(st.floats(0.1, 10), min_size=168, max_size=168), st.floats(0.01, 0.99))
def test_another_share_by_night_keeps_the_total(rates, share):
    changed = with_night_share(rates, share)
    assert night_share(changed) == pytest.approx(share)
    assert sum(changed) == pytest.approx(sum(rates))


# --- draws ---------------------------------------------------------------------------------------


def test_draws_take_every_place_about_as_often_with_noise():
    config = compose(["program=los_angeles"])
    shapes = {tuple(drawn(config, 1, k).demand.hour_of_week_shape) for k in range(MANY)}
    assert len(shapes) == MANY
    nearest = [
        min(PLACES, key=lambda place: np.std(np.log(shape) - np.log(shipped(place).rate)))
        for shape in shapes
    ]
    for place in PLACES:
        assert 8 <= nearest.count(place) <= 34, place  # 20 expected; 99.9% of a binomial


def test_a_place_alone_is_drawn_with_its_own_standard_errors():
    config = compose([f"demand.shape_drawn_from=[{PLACES[1]}]"])
    logs = np.log([drawn(config, 1, k).demand.hour_of_week_shape for k in range(400)])
    shape = shipped(PLACES[1])
    # A draw has mean 1, so that an error common to all hours is none: a little less than stated.
    assert logs.std(axis=0).mean() == pytest.approx(np.mean(shape.log_se), rel=0.08)
    shares = [night_share(list(np.exp(log))) for log in logs]
    low, high = shape.night_share_range
    assert 0.91 < np.mean([low < share < high for share in shares]) < 0.985


def test_a_draw_changes_when_calls_come_and_not_how_many():
    config = compose(["program=aurora"])
    for k in range(5):
        demand = drawn(config, 1, k).demand
        start = config.run.window_start
        year = hourly_rates(demand, start, 365 * 24, start)
        expected = float(demand.calls_per_year) * float(demand.growth_factor)
        assert year.sum() == pytest.approx(expected)
    assert Scenario(config).drawn(0).config == drawn(config, config.run.seed, 0)


def test_the_shape_of_a_draw_moves_no_other_parameter():
    with_shapes = compose(["program=aurora"])
    without = compose(["program=aurora", "demand.shape_drawn_from=[]"])
    others = unknowns(without)
    for k in range(3):
        first, second = drawn(with_shapes, 1, k), drawn(without, 1, k)
        assert values_of(first, others) == values_of(second, others)
        assert second.demand.hour_of_week_shape == without.demand.hour_of_week_shape
        assert first.demand.hour_of_week_shape != without.demand.hour_of_week_shape
        assert first.demand.hour_of_week_shape == drawn(with_shapes, 1, k).demand.hour_of_week_shape


def test_one_number_stands_for_the_shape():
    config = compose([])
    one = next(x for x in unknowns(config) if x.name == NIGHT)
    assert one.value == pytest.approx(0.1625, abs=1e-4)
    assert (round(one.low, 2), round(one.high, 2)) == (0.16, 0.31)
    changed = with_value(config, one, 0.25)
    assert values_of(changed, [one]) == [pytest.approx(0.25)]
    assert NIGHT not in {x.name for x in unknowns(compose(["demand=flat"]))}


@pytest.mark.parametrize("program", program_names())
def test_volume_growth_and_days_are_drawn_beside_the_shape(program):
    keys = {path for one in unknowns(compose([f"program={program}"])) for path in one.paths}
    expected = {"calls_per_year", "growth_factor", "day_factor_cv", "hour_of_week_shape"}
    assert {f"demand.{key}" for key in expected} <= keys


# --- whose shape it is ---------------------------------------------------------------------------


def test_a_shape_of_ones_own_is_not_drawn_from_other_places(folder):
    own = f"demand.hour_of_week_shape={[1] * 168}"
    assert compose([own]).demand.shape_drawn_from == []
    week = [2] * 168
    text = f"defaults: [toronto_2014_15, _self_]\nname: ours\nhour_of_week_shape: {week}\n"
    folder.write("demand/ours", text)
    assert folder.compose("demand=ours").demand.shape_drawn_from == []
    kept = folder.compose("demand=ours", f"demand.shape_drawn_from=[{PLACES[0]}]").demand
    assert [shape.name for shape in kept.shape_drawn_from] == [PLACES[0]]


def test_a_city_brings_its_own_table(folder):
    folder.write("shapes/ours", file_of("ours"))
    config = folder.compose("demand.shape_drawn_from=[ours]")
    assert config.demand.shape_drawn_from[0].source.title == "ours"
    assert night_share(drawn(config, 1, 0).demand.hour_of_week_shape) == pytest.approx(
        1 / 3, abs=0.1
    )


BAD = {
    "a name": ("[toronto]", "unknown shape 'toronto'; did you mean 'toronto_2014_15'?"),
    "no list": ("toronto_2014_15", "expected a list, got 'toronto_2014_15'"),
    "twice": (f"[{PLACES[0]}, {PLACES[0]}]", "expected each shape once, got 'toronto_2014_15'"),
    "a number": ("[3]", "0: expected a mapping with log_se, name, rate, source, got 3"),
    "zero": ("[zero]", "rate: expected more than 0 in every hour, got 0 in hour 0"),
    "text": ("[text]", "expected a mapping of keys, got 'some words'"),
    "broken": ("[broken]", "expected a mapping in YAML, got"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_shapes_are_one_line(case, folder):
    value, line = BAD[case]
    folder.write("shapes/zero", file_of("zero", 0.0))
    folder.write("shapes/text", "some words")
    folder.write("shapes/broken", "rate: [1, 2")
    with pytest.raises(InputError) as caught:
        folder.compose(f"demand.shape_drawn_from={value}")
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_shape_is_a_demand():
    assert not set(PLACES[1:]) & set(names("demand"))
