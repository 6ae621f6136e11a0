"""What was simulated before is found again, changes no answer, and may be damaged at any time."""

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import sim
from sim.report.answer import as_json
from sim.report.comparison.report import ComparisonReport
from sim.scenarios import replications, store
from sim.scenarios.request import NO_STORE, Request
from sim.scenarios.store import Store, key_of

SMALL = ["run=smoke"]
OPTIONS = {"overrides": SMALL, "replications": 3, "draws": 3}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Return the file of a store of its own."""
    monkeypatch.delenv(NO_STORE)
    monkeypatch.setattr("sim.caches.folder", lambda _: tmp_path)
    return tmp_path / "kept.sqlite3"


@pytest.fixture
def simulated(monkeypatch):
    """Return the list of replications that are simulated from here on."""
    runs = []
    real = replications.simulate

    def counting(world, engine):
        runs.append(engine)
        return real(world, engine)

    monkeypatch.setattr(replications, "simulate", counting)
    return runs


def answer(*plans, **more):
    return as_json(ComparisonReport(sim.compare(*plans, **OPTIONS | more)))


def test_a_stored_answer_is_the_fresh_one_bit_for_bit(cache, simulated):
    fresh = answer(3, 2, store=False)
    assert not cache.exists()
    kept = answer(3, 2)
    simulated.clear()
    assert answer(3, 2) == kept == fresh
    assert simulated == []


def test_plans_share_what_was_simulated_of_them(cache, simulated):
    answer(3, 2, draws=0)
    simulated.clear()
    answer(3, 2, draws=0, replications=5)
    assert len(simulated) == 2 * 2  # two plans, two more replications
    simulated.clear()
    sim.run(2, replications=5, draws=0, overrides=[*SMALL, "program.title=other"])
    assert simulated == []


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"overrides": [*SMALL, "demand.growth_factor=1.1"]}, {"engine": "simpy"}],
    ids=str,
)
def test_what_changes_a_number_is_simulated_anew(change, cache, simulated):
    answer(3, 2, draws=0, cores=1)
    simulated.clear()
    answer(3, 2, cores=1, **{"draws": 0} | change)
    assert simulated


def test_another_version_of_the_code_finds_nothing(cache, simulated, monkeypatch):
    answer(3, 2, draws=0)
    simulated.clear()
    monkeypatch.setattr(store, "_code", lambda: b"another")
    answer(3, 2, draws=0)
    assert simulated


@pytest.mark.parametrize("damage", ["garbage", "empty", "cut", "flipped", "table"])
def test_a_damaged_store_is_told_of_and_made_anew(damage, cache, capfd):
    fresh = answer(3, 2)
    store._connection(str(cache), threading.get_ident()).close()
    store._connection.cache_clear()
    _damage(cache, damage)
    assert answer(3, 2) == fresh
    told = capfd.readouterr().err
    assert ("store of earlier runs was damaged" in told) == (damage != "empty")
    assert answer(3, 2) == fresh
    assert "damaged" not in capfd.readouterr().err


def _damage(file, how):
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if how == "flipped":
        connection.execute("UPDATE kept SET value = CAST(value || x'00' AS BLOB)")
    if how == "table":
        connection.execute("DROP TABLE kept")
        connection.execute("CREATE TABLE kept (other)")
    connection.commit()
    connection.close()
    content = file.read_bytes()
    if how == "garbage":
        file.write_bytes(b"no database at all" * 1_000)
    if how == "empty":
        file.write_bytes(b"")
    if how == "cut":
        file.write_bytes(content[: len(content) // 2])


def test_a_store_that_cannot_be_written_changes_nothing(cache, monkeypatch):
    cache.mkdir()  # a folder where the file would be
    assert answer(3, 2, draws=0) == answer(3, 2, draws=0, store=False)


def test_a_full_store_forgets_what_was_used_longest_ago(cache, monkeypatch):
    kept, today = Store(cache), iter(range(1, 100))
    rows = [{key_of(n): {"x": np.random.default_rng(n).random(20_000)}} for n in range(8)]
    monkeypatch.setattr(store, "_today", lambda: next(today))
    monkeypatch.setattr(store, "MOST_BYTES", 600_000)
    for row in rows:
        kept.keep(row)
    found = [bool(kept.find([*row])) for row in rows]
    assert found[-1]
    assert not found[0]
    assert cache.stat().st_size < 2_000_000


def test_two_threads_and_two_processes_may_use_it_at_once(cache):
    kept = Store(cache)

    def write(first):
        for n in range(first, 200, 4):
            kept.keep({key_of(n): {"n": np.array([n])}})

    code = (
        "import numpy as np, sys; from pathlib import Path\n"
        "from sim.scenarios.store import Store, key_of\n"
        "kept = Store(Path(sys.argv[1]))\n"
        "for n in range(int(sys.argv[2]), 200, 4): kept.keep({key_of(n): {'n': np.array([n])}})\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(cache), str(n)]) for n in (2, 3)]
    threads = [threading.Thread(target=write, args=[n]) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait() for other in others] == [0, 0]
    found = kept.find([key_of(n) for n in range(200)])
    assert sorted(int(row["n"][0]) for row in found.values()) == list(range(200))


@given(
    st.dictionaries(
        st.text(max_size=5),
        arrays.arrays(
            st.sampled_from([np.float64, np.int64, np.uint8, np.int32]),
            arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4),
        ),
        max_size=4,
    )
)
def test_any_row_comes_back_as_it_was(row):
    key = key_of("row")
    digest, value = store._packed(key, row)
    back = store._unpacked(key, digest, value)
    assert list(back) == list(row)
    for name, column in row.items():
        assert back[name].dtype == column.dtype
        np.testing.assert_array_equal(back[name], column)


def test_keys_tell_apart_what_looks_alike():
    parts = [("ab", "c"), ("a", "bc"), (("a", "b"), "c"), ("a", ("b", "c")), (1, "1"), ("1", 1)]
    parts += [(np.zeros(2),), (np.zeros(2, np.int64),), (np.zeros((2, 1)),), (np.zeros((1, 2)),)]
    assert len({key_of(*each) for each in parts}) == len(parts)


def test_the_variable_turns_it_off(monkeypatch):
    assert not Request("run").uses_store
    monkeypatch.delenv(NO_STORE)
    assert Request("run").uses_store
    assert not replace(Request("run"), store=False).uses_store
