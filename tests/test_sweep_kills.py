"""Real kills: of the command, of a dask worker, and of the scheduler; the same file in the end."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SWEEP = [
    *("sweep", "staffing.count=8..24", "demand.growth_factor=0.9,1.0,1.1", "program=los_angeles"),
    *("run.window_days=56", "--replications", "16", "--no-figures", "--check", "none"),
]
PATIENCE_S = 120
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "CORESPONDER_NO_STORE": "1"}

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="of the extra cluster")


def _started(folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sim.cli", *SWEEP, "--results", str(folder), *more]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _finished(process: subprocess.Popen[str]) -> str:
    _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, error
    return error


def _hash_in(folder: Path) -> str:
    (results,) = folder.glob("sweep-*")
    return hashlib.sha256((results / "measures.parquet").read_bytes()).hexdigest()


def _logged(folder: Path) -> int:
    """Bytes in the journal's log: it grows with every block."""
    logs = list(folder.glob(".sweep-*-wal"))
    return logs[0].stat().st_size if logs else 0


def _until_it_changes(folder: Path, process: subprocess.Popen[str], times: int) -> None:
    """Wait until the journal has changed so many times."""
    seen, end = {_logged(folder)}, time.monotonic() + PATIENCE_S
    while len(seen) <= times:
        assert time.monotonic() < end, "the journal does not change"
        assert process.poll() is None, "the sweep is over"
        time.sleep(0.01)
        seen.add(_logged(folder))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("whole")
    _finished(_started(folder))
    assert list(folder.iterdir()) == list(folder.glob("sweep-*"))  # no journal is left
    return _hash_in(folder)


@pytest.mark.stress
def test_a_command_killed_again_and_again_ends_in_the_same_file(whole: str, tmp_path: Path) -> None:
    for changes in (1, 3, 4):
        process = _started(tmp_path, "--cores", "1")
        _until_it_changes(tmp_path, process, changes)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert not list(tmp_path.glob("sweep-*"))
    _finished(_started(tmp_path))
    assert _hash_in(tmp_path) == whole
    assert len(list(tmp_path.iterdir())) == 1


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(whole: str, tmp_path: Path) -> None:
    process = _started(tmp_path, "--cores", "1")
    _until_it_changes(tmp_path, process, 2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert error.count("\n") == 1
    assert "are kept: the same command goes on" in error
    _finished(_started(tmp_path))
    assert _hash_in(tmp_path) == whole


def _workers_of(parent: int) -> list[int]:
    """Processes that a process has started and that still run, by /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            fields = dict(
                line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
            )
            if int(fields["PPid"]) == parent and not fields["State"].startswith("Z"):
                found.append(int(status.parent.name))
    return found


def _runs(process: int) -> bool:
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks for children in /proc")
def test_workers_of_a_killed_command_end_with_it(tmp_path: Path) -> None:
    process = _started(tmp_path, "--cores", "2", "--replications", "600")
    end, workers = time.monotonic() + PATIENCE_S, list[int]()
    while len(workers) < 3:  # two workers, and the process that tracks what they share
        assert time.monotonic() < end, "no worker starts"
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)
        workers = _workers_of(process.pid)
    process.send_signal(signal.SIGKILL)  # to it alone, not to its group
    process.communicate(timeout=PATIENCE_S)
    while any(map(_runs, workers)):
        assert time.monotonic() < end, "a worker goes on without its parent"
        time.sleep(0.05)


# --- dask ----------------------------------------------------------------------------------------


class _Dask:
    """Real processes of a scheduler and its workers, on the loopback interface."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *words]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def worker(self) -> subprocess.Popen[bytes]:
        words = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        return self.start("worker", self.address, *words)

    def end(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()


@pytest.fixture
def dask(tmp_path_factory) -> Iterator[_Dask]:
    started = _Dask(tmp_path_factory.mktemp("dask"))
    try:
        yield started
    finally:
        started.end()


@pytest.mark.stress
@needs_dask
def test_a_killed_worker_and_a_killed_scheduler_change_no_bit(
    whole: str, dask: _Dask, tmp_path: Path
) -> None:
    scheduler = dask.scheduler()
    workers = [dask.worker(), dask.worker()]
    process = _started(tmp_path, "--cluster", dask.address)
    _until_it_changes(tmp_path, process, 2)
    workers[0].kill()
    workers[0].wait()
    _until_it_changes(tmp_path, process, 5)
    scheduler.kill()
    scheduler.wait()
    dask.scheduler()
    dask.worker()
    _finished(process)
    assert _hash_in(tmp_path) == whole


@needs_dask
def test_a_cluster_that_is_not_there_is_told_of_in_one_line(tmp_path: Path, monkeypatch) -> None:
    process = _started(tmp_path, "--cluster", "tcp://127.0.0.1:9")
    _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert error.count("\n") == 1
    assert "expected a dask scheduler with workers at tcp://127.0.0.1:9" in error
