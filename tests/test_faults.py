"""Every operation on files fails in turn, or the process ends there: files are whole or absent."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim import caches, cli, provenance
from sim.config import InputError
from sim.config.starter import start
from sim.files import UNFINISHED, put
from sim.report.answer import NotWrittenError
from sim.report.document import pack
from sim.report.draft import draft
from sim.report.folder import publish
from sim.report.people.people import PeopleReport
from sim.scenarios import store
from sim.scenarios.experiments.sweep.journal import Journal, NoRoomError, discard
from sim.scenarios.store import Store, key_of
from tests.disk import END, ERRORS, Disk, failing, failing_sqlite, in_child
from tests.mutations import one_line

Work = Callable[[Path], object]
Fails = Callable[[Disk], AbstractContextManager[object]]
State = dict[str, bytes | str]
ROOT = Path(__file__).resolve().parent.parent
TOLD = (InputError, NotWrittenError, NoRoomError)  # one line, and exit 1 or 2
HOW = pytest.mark.parametrize(
    "how",
    [pytest.param(END, marks=pytest.mark.stress), *ERRORS],
    ids=["ended", "EIO", "ENOSPC", "EACCES"],
)
OF_THE_RUN = ("began_at", "wall_time_s", "command")
EXAMPLES = re.compile(r"^ *(>>>|\.\.\.) .*", re.MULTILINE)
VARIES = re.compile(r"\d{8}T\d{6}Z-(\w+)-\w{6}")


def state(folder: Path) -> State:
    """Return what a reader finds: files by path, without what is of one run or unfinished."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    shown = {path: VARIES.sub(r"\1", str(path.relative_to(folder))) for path in files}
    return {name: _content(path) for path, name in shown.items() if UNFINISHED not in name}


def _content(path: Path) -> bytes | str:
    if path.name != "run.json":
        return path.read_bytes()
    tree = json.loads(path.read_bytes())
    return json.dumps({key: value for key, value in tree.items() if key not in OF_THE_RUN})


def reached(fails: Fails, disk: Disk, work: Callable[[], object]) -> bool:
    """Do work on a disk that fails; whether it came so far. What is raised is one line."""

    def all_of_it() -> None:
        with fails(disk):
            work()

    if disk.how == END:
        return in_child(all_of_it)
    try:
        all_of_it()
    except TOLD as error:
        one_line(error)
    return len(disk.done) >= disk.at


def at_every_step(work: Work, how: int, above: Path) -> int:
    """Fail a work at each of its operations, and return how many there are."""
    clean = above / "clean"
    clean.mkdir()
    work(clean)
    whole = state(clean)
    for at in count(1):
        folder = above / f"at-{at}"
        folder.mkdir()
        if not reached(failing, Disk(folder, at, how), partial(work, folder)):
            return at - 1
        left = state(folder)
        assert left in ({}, whole), f"operation {at}"
        with suppress(InputError if left else ()):  # of what is there already
            work(folder)
        assert state(folder) == whole, f"after operation {at}"
        if how == END and work in CLEANED:
            assert not [*folder.rglob(f"{UNFINISHED}*")]
    raise AssertionError


@contextmanager
def explained() -> Iterator[None]:
    """Say what is left to the caller to say."""
    try:
        yield
    except OSError as error:
        raise InputError(str(error.strerror)) from error


ANSWER = sim.people(2)
REQUEST = replace(ANSWER.request, figures=False)


@pytest.fixture(autouse=True)
def _quick(monkeypatch) -> None:
    """Leave out what takes long and touches no results folder."""
    monkeypatch.setattr(provenance, "commit", lambda: "of no repository")
    monkeypatch.setattr(provenance, "versions", lambda: {"python": "3"})
    monkeypatch.setattr("sim.report.folder.config_yaml", lambda *_: "config: short")


def results(folder: Path) -> None:
    with draft(folder / "results") as unfinished:
        publish(PeopleReport(ANSWER), REQUEST, unfinished)


CLEANED = (results,)  # works that remove what a killed one has left


def starter(folder: Path) -> None:
    with explained():
        start(folder / "my_city")


def one_file(folder: Path) -> None:
    with explained():
        put(folder / "file", b"whole" * 100)


@HOW
@pytest.mark.parametrize(("work", "least"), [(results, 14), (starter, 30), (one_file, 3)])
def test_what_is_written_is_whole_or_absent(work, least, how, tmp_path) -> None:
    assert at_every_step(work, how, tmp_path) >= least


@HOW
def test_a_document_is_whole_or_absent(how, tmp_path, monkeypatch) -> None:
    result = ROOT / "results" / "reference"
    made = {"result_of": SimpleNamespace(kind="grant"), "is_nameless": False}
    made |= {"document_of": SimpleNamespace(gaps=[]), "_content": b"page" * 100}
    for name, value in made.items():
        monkeypatch.setattr(pack, name, lambda *_, value=value: value)

    def document(folder: Path) -> None:
        pack.written(result, ["html"], out=folder / "document")

    assert at_every_step(document, how, tmp_path) >= 5


def test_the_command_says_it_in_one_line(tmp_path, capsys) -> None:
    codes = set()
    for at in count(1):
        folder = tmp_path / str(at)
        disk = Disk(folder, at, ERRORS[at % 3])
        with failing(disk):
            codes.add(code := cli.main(["people", "2", "--results", str(folder)]))
        said = capsys.readouterr().err
        assert len(said.splitlines()) == (code != 0), said
        assert "fault" not in said
        if len(disk.done) < at:
            break
    assert codes == {0, 1, 2}


@HOW
def test_what_is_kept_in_the_cache_is_whole_or_made_again(how, tmp_path, monkeypatch) -> None:
    made = [7] * 1_000

    def cached(folder: Path) -> None:
        monkeypatch.setattr(caches, "folder", lambda _: folder)
        assert caches.kept("name", "key", lambda: made) == made

    assert at_every_step(cached, how, tmp_path) >= 4


def test_files_are_written_by_those_who_write_them_whole() -> None:
    """Only in folders that are renamed once they are whole, or are of a session, or by `put`."""
    writes = re.compile(r"\.write_(text|bytes)\(|open\([^)]*\"[wax]b?\"")
    found = {
        str(path.relative_to(ROOT / "sim"))
        for path in (ROOT / "sim").rglob("*.py")
        if writes.search(EXAMPLES.sub("", path.read_text(encoding="utf-8")))
    }
    drafts = {"files.py", "config/starter.py", "report/document/pack.py", "report/folder.py"}
    of_a_session = {
        "app/calibrating.py",
        "app/inputs.py",
        "app/uploads.py",
        "report/document/pdf.py",
    }
    assert found == drafts | of_a_session


# --- SQLite: the store and the journal -----------------------------------------------------------

ROWS = {key_of(n): {"n": np.arange(n, n + 500)} for n in range(3)}


def keep_and_find(file: Path) -> None:
    """Keep rows and find them, or not; what is found is what was kept."""
    kept = Store(file)
    store._LEFT.discard(kept)
    try:
        kept.keep(ROWS)
        for key, row in kept.find([*ROWS]).items():
            np.testing.assert_array_equal(row["n"], ROWS[key]["n"])
    finally:
        store._connection(str(file), threading.get_ident()).close()
        store._connection.cache_clear()


def on_every_call(work: Work, how: int, above: Path) -> int:
    """Fail a work at each system call of SQLite; it has to go on as if it were new, or say so."""
    for at in count(1):
        folder = above / f"at-{at}"
        folder.mkdir()
        disk = Disk(folder, at, how)
        if not reached(failing_sqlite, disk, partial(work, folder / "file")):
            return at - 1
        work(folder / "file")
    raise AssertionError


@HOW
def test_a_store_gives_what_was_kept_or_nothing(how, tmp_path, capfd) -> None:
    assert on_every_call(keep_and_find, how, tmp_path) > 30
    assert "Traceback" not in capfd.readouterr().err
    kept = Store(tmp_path / "at-9" / "file")
    assert kept.find([*ROWS]).keys() == ROWS.keys()


BLOCKS = {number: f"block {number}".encode() * 300 for number in range(3)}


def go_on(file: Path) -> None:
    """Do the blocks that a journal has not; those that it has are whole."""
    with Journal(file, "sweep", "version", len(BLOCKS)) as journal:
        done = journal.contents()
        assert done.items() <= BLOCKS.items()
        for number in BLOCKS.keys() - done.keys():
            journal.put(number, BLOCKS[number])
        assert journal.contents() == BLOCKS


@HOW
def test_a_journal_goes_on_after_any_fault(how, tmp_path) -> None:
    assert on_every_call(go_on, how, tmp_path) > 30


@HOW
def test_a_journal_that_is_done_goes_or_stays_whole(how, tmp_path) -> None:
    def work(folder: Path) -> None:
        go_on(folder / "journal")
        with explained():
            discard(folder / "journal")

    for at in count(1):
        folder = tmp_path / str(at)
        folder.mkdir()
        if not reached(failing, Disk(folder, at, how), partial(work, folder)):
            break
        go_on(folder / "journal")
    assert at > 3
