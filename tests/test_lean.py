"""The lean path gives the bits of the full one, for the measures that are asked for."""

from dataclasses import replace

import numpy as np
import pytest

from sim.config import compose, staffing
from sim.model import kernel
from sim.model.ledger.record import complete, first_difference, lean
from sim.model.measures.measure import MEASURED, measure
from sim.scenarios.replications import measure_lean, measure_one
from sim.scenarios.samples import NAMES, Job
from sim.scenarios.scenario import Scenario
from sim.schema import CallLedger
from tests.worlds import nasty_world

PAIRED = ("response", "request_to_arrival", "wait")  # times of a pair are of calls reached by both


@pytest.fixture(scope="module")
def job() -> Job:
    """Return two plans of a small program."""
    scenario = Scenario(compose(["run=smoke", "program=st_louis"]))
    arms = tuple(scenario.arm(staffing(plan)) for plan in ("st_louis_8_and_2_by_night", "2"))
    return Job(scenario, arms, ((0, 1),), "compiled")


@pytest.mark.parametrize("names", [*({name} for name in NAMES[::4]), set(NAMES)], ids=len)
def test_any_measures_alone_are_those_of_the_full_path(job, names):
    whole, some = measure_one(job, 3), measure_lean(job, 3, names)
    for at, name in enumerate(NAMES):
        if name in names:
            np.testing.assert_array_equal(some.arms[:, at], whole.arms[:, at], name)
            if not name.startswith(PAIRED):
                difference = whole.arms[0, at] - whole.arms[1, at]
                np.testing.assert_array_equal(some.pairs[:, at], difference, name)
        else:
            assert np.isnan(some.arms[:, at]).all()


def test_the_last_arm_asked_in_part_moves_nothing_else(job):
    arms = *job.arms, job.arms[1]
    whole, some = (
        measure_one(replace(job, arms=arms, of_last=names), 3) for names in ((), ("reach_share",))
    )
    at = NAMES.index("reach_share")
    for one, other in zip(whole, some, strict=True):
        np.testing.assert_array_equal(one[:2], other[:2])
    for one, other in ((whole.arms, some.arms), (whole.arms_counted, some.arms_counted)):
        assert one[2, at] == other[2, at]
        assert np.isfinite(other[2]).sum() == 1


def test_columns_made_one_by_one_are_those_of_the_whole_ledger():
    for seed in range(40):
        world = nasty_world(seed)
        record = kernel.simulate(world)
        whole = complete(world, record)
        for name in reversed(CallLedger._fields):  # each is asked for before what it follows from
            alone = getattr(lean(world, record).calls, name)
            np.testing.assert_array_equal(alone, getattr(whole.calls, name), name)
        assert first_difference(whole, complete(world, record)) is None


def test_one_measure_reads_no_more_than_it_needs(job):
    arm = job.arms[0]
    world = job.scenario.world(arm, job.scenario.calls(0), 0)
    ledger = lean(world, kernel.simulate(world))
    measure(world, ledger, arm.settings)  # all, so that each part is known
    ledger = lean(world, kernel.simulate(world))
    values = measure(world, ledger, arm.settings, ["gap_hours_per_week"])
    assert list(values) == ["gap_hours_per_week"]
    assert "_spent" not in vars(ledger.calls)  # what patrol spent, the dearest column
    assert set(MEASURED) > set(values)
