"""The coordinator in two thousand worlds that delay, lose, damage, duplicate and kill."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.scenarios.experiments.sweep.coordinator import MOST_FAILURES, Coordinator, LostError
from tests.storm import FATES, Storm, weathered

SEEDS = range(2_000)


def test_every_block_is_kept_once_in_every_storm() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        try:
            seen += weathered(seed).seen
        except BaseException:
            print(f"storm of seed {seed}: python -m tests.storm {seed} 1")  # noqa: T201
            raise
    assert seen.keys() >= {*FATES, "killed", "broken", "too late"}


def test_the_same_seed_is_the_same_storm() -> None:
    assert weathered(11).seen == weathered(11).seen


def test_a_block_that_always_kills_its_worker_is_given_up_in_one_line() -> None:
    storm = Storm(0)
    storm.weights = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]  # all die
    storm.break_share = storm.kill_share = 0.0
    with pytest.raises(LostError, match="has lost its worker") as error:
        Coordinator(storm, storm, storm, storm.accepts).run(range(3), storm.work_of)
    assert "\n" not in str(error.value)
    assert storm.seen["died"] > MOST_FAILURES
    assert storm.kept == {}


def test_a_lost_message_delays_a_sweep_and_does_not_stop_it() -> None:
    storm = Storm(5)
    storm.weights = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]  # well, or lost
    storm.break_share = storm.kill_share = 0.0
    done = Coordinator(storm, storm, storm, storm.accepts).run(range(10), storm.work_of)
    assert sorted(done) == list(range(10))
    assert storm.seen["lost"] > 0
