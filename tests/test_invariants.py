"""What no run may break is looked at in every run: doctored ledgers are told, others are not."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim import cli
from sim.model import kernel, simulation
from sim.model.ledger.invariants import BrokenError, check
from sim.model.ledger.record import Record
from sim.model.measures import funnel
from sim.schema import NONE, EndCause, Status
from tests.worlds import make_calls, make_world, nasty_world, posts

HORIZON_S = 10_000


@pytest.fixture(scope="module")
def world():
    calls = make_calls(4, received_at_s=[0, 1_000, 2_000, 3_000], withdrawn_for_s=HORIZON_S)
    return make_world(calls, posts(2, HORIZON_S), HORIZON_S)


def doctored(record: Record, table: str, column: str, row: int, value: int) -> Record:
    columns = dict(getattr(record, table))
    columns[column] = columns[column].copy()
    columns[column][row] = value
    return record._replace(**{table: columns})


def test_a_run_as_it_is_breaks_nothing(world) -> None:
    record = kernel.simulate(world)
    assert len(record.trips["call"]) == 4
    check(world, record)
    for seed in range(150):
        nasty = nasty_world(seed)
        check(nasty, kernel.simulate(nasty))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("trips", "end_at_s", 0, 1_500), ("trips", "duty", 1, 0)], "in two places at once"),
        ([("trips", "call", 1, 0)], "it has two teams at once, or one after it was served"),
        ([("trips", "end_at_s", 2, 5)], "back before it set out"),
        ([("duties", "started_at_s", 0, 9_000)], "out beyond its duty"),
        ([("duties", "started_at_s", 0, NONE)], "out beyond its duty"),
        ([("duties", "ended_at_s", 0, 1)], "out beyond its duty"),
    ],
)
def test_a_doctored_record_is_told_with_its_call(world, changes, said) -> None:
    record = kernel.simulate(world)
    for change in changes:
        record = doctored(record, *change)
    with pytest.raises(BrokenError, match=rf"^call \d, second \d+: .*{said}"):
        check(world, record)


def test_a_doctored_status_is_told() -> None:
    counts = [0] * len(Status)
    counts[Status.SERVED] = 3
    assert sum(funnel._fates_of_requests(counts).values()) == 1
    fates = {name: status for name, status in funnel.FATES.items() if name != "reach_share"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(funnel, "FATES", fates)
        with pytest.raises(BrokenError, match="do not sum to one"):
            funnel._fates_of_requests(counts)


@pytest.mark.parametrize("words", [["run", "2"], ["curve", "2..3"]])  # the full path, the lean one
def test_the_command_names_plan_seed_replication_and_call(words, tmp_path, monkeypatch, capsys):
    real = kernel.simulate

    def broken(world) -> Record:
        record = real(world)
        cleared = np.flatnonzero(record.trips["end_cause"] == EndCause.CLEARED)
        return doctored(record, "trips", "end_at_s", cleared[0], 0)

    monkeypatch.setattr(simulation.kernel, "simulate", broken)
    options = ["run=smoke", "--draws", "0", "--check", "none", "--seed", "7"]
    assert cli.main([*words, *options, "--results", str(tmp_path), "--no-figures"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"fault: BrokenError: plan 2, seed 7, replication \d+, call \d+, second", said)
    assert not [*tmp_path.iterdir()]
