"""The journal of a sweep: ended at every step, cut at every length, full, damaged, another's."""

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config import InputError
from sim.scenarios.experiments.sweep.blocks import version
from sim.scenarios.experiments.sweep.journal import Journal, NoRoomError, discard
from sim.scenarios.experiments.sweep.pools import LocalPool
from sim.scenarios.experiments.sweep.sweep import Plan, completed
from tests.sweeps import hash_of, tiny

ENDED = 9


@pytest.fixture(scope="module")
def plan() -> Iterator[Plan]:
    with pytest.MonkeyPatch.context() as patch:
        yield tiny(patch)


@pytest.fixture(scope="module")
def whole(plan: Plan) -> str:
    """Hash of an uninterrupted run, without a journal."""
    return hash_of(plan, _run(plan, None))


def _run(
    plan: Plan, file: Path | None, step: Callable[[], None] = lambda: None
) -> dict[int, bytes]:
    numbers = range(len(plan.blocks))
    if file is None:
        from sim.scenarios.experiments.sweep.sweep import contents_of

        return contents_of(plan, numbers, lambda *_: None, None)
    with Journal(file, plan.identity, version(), len(plan.blocks), step) as journal:
        return completed(plan, numbers, journal, LocalPool(1, 0.0))


def _to_the_end(plan: Plan, file: Path, step: Callable[[], None]) -> None:
    _run(plan, file, step)
    discard(file, step)


def _ended_at(last: int, work: Callable[[Callable[[], None]], None]) -> bool:
    """Do work in a process of its own that ends at a step, as if killed; whether it came so far."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fork: the child starts its own threads and no other
        child = os.fork()
    if child == 0:
        steps = count(1)
        with suppress(BaseException):
            work(lambda: os._exit(ENDED) if next(steps) == last else None)
            os._exit(0)
        os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, ENDED)
    return code == ENDED


@pytest.mark.stress
def test_a_sweep_that_ends_at_any_step_goes_on_to_the_same_file(
    plan: Plan, whole: str, tmp_path: Path
) -> None:
    kept = []
    for last in count(1):
        file = tmp_path / f"{last}.journal"
        ended = _ended_at(last, lambda step, file=file: _to_the_end(plan, file, step))
        if not ended:
            break
        with suppress(InputError):
            kept.append(len(_contents(plan, file)))
        assert hash_of(plan, _run(plan, file)) == whole, f"ended at step {last}"
    assert last > 4 * len(plan.blocks)  # each block has a step before, within and after it
    assert set(kept) == set(range(len(plan.blocks) + 1))


def _contents(plan: Plan, file: Path) -> dict[int, bytes]:
    with Journal(file, plan.identity, version(), len(plan.blocks)) as journal:
        return journal.contents()


def test_no_block_is_done_twice(plan: Plan, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "journal"
    with Journal(file, plan.identity, version(), len(plan.blocks)) as journal:
        contents = _run(plan, None)
        for number in (0, 3):
            journal.put(number, contents[number])
    asked: list[int] = []
    work = Plan.work
    monkeypatch.setattr(Plan, "work", lambda self, n: (asked.append(n), work(self, n))[1])
    _run(plan, file)
    assert sorted(asked) == [n for n in range(len(plan.blocks)) if n not in (0, 3)]


def test_a_log_cut_at_any_length_loses_blocks_and_breaks_none(
    plan: Plan, whole: str, tmp_path: Path
) -> None:
    file = tmp_path / "journal"
    n_steps = 13 + 4 * (len(plan.blocks) - 1)  # all blocks but the last
    assert _ended_at(n_steps, lambda step: _to_the_end(plan, file, step))
    log = Path(f"{file}-wal")
    size, seen = log.stat().st_size, set()
    for length in range(0, size + 1, 1_000):
        copy = tmp_path / f"cut-{length}"
        shutil.copy(file, copy)
        Path(f"{copy}-wal").write_bytes(log.read_bytes()[:length])
        seen.add(len(_contents(plan, copy)))
        assert hash_of(plan, _run(plan, copy)) == whole
    assert len(seen) > 3


@pytest.fixture(scope="module")
def finished(plan: Plan, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("finished") / "journal"
    _run(plan, file)
    return file


def _check_line(error: Exception) -> None:
    assert "\n" not in str(error)
    assert str(error).startswith("journal ")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_byte_that_is_changed_is_noticed_or_was_never_read(plan, finished, data) -> None:
    content = bytearray(finished.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    copy = finished.with_name("changed")
    copy.write_bytes(content)
    try:
        assert _contents(plan, copy) == _contents(plan, finished)
    except InputError as error:
        _check_line(error)
    finally:
        discard(copy)


def test_a_journal_of_another_sweep_or_version_is_refused(plan: Plan, finished: Path) -> None:
    n = len(plan.blocks)
    with pytest.raises(InputError, match="of this sweep, got one of another sweep"):
        Journal(finished, "other", version(), n)
    with pytest.raises(InputError, match="by this version, got one of another version"):
        Journal(finished, plan.identity, "other", n)
    with Journal(finished, plan.identity, version(), n) as journal:
        assert len(journal.contents()) == n


def test_what_is_no_journal_is_refused_and_left_alone(plan: Plan, tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other"
    text.write_text("not a database " * 1_000)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x INTEGER)")
    connection.close()
    for file in (text, other):
        before = file.read_bytes()
        with pytest.raises(InputError, match="got a damaged one"):
            Journal(file, plan.identity, version(), len(plan.blocks))
        assert file.read_bytes()[:15] == before[:15]


def test_two_runs_do_not_share_a_journal(plan: Plan, tmp_path: Path) -> None:
    n = len(plan.blocks)
    with (
        Journal(tmp_path / "journal", plan.identity, version(), n),
        pytest.raises(InputError, match="no other run has open"),
    ):
        Journal(tmp_path / "journal", plan.identity, version(), n)


def test_a_full_disk_ends_in_one_line_and_loses_nothing(
    plan: Plan, whole: str, tmp_path: Path
) -> None:
    """The files may not grow beyond a size: every size, from none at all to enough."""
    import resource

    file, kept = tmp_path / "journal", set()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in range(0, 200_000, 5_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            _run(plan, file)
        except NoRoomError as error:
            _check_line(error)
        else:
            break
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        kept.add(len(_contents(plan, file)))
    assert len(kept) > 1
    assert hash_of(plan, _run(plan, file)) == whole
