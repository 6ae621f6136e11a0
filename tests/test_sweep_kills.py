"""Real kills: of the command, of a dask worker, and of the scheduler; the same file in the end."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from tests.sweeps import ENVIRONMENT, Dask

SWEEP = [
    *("sweep", "staffing.count=8..24", "demand.growth_factor=0.9,1.0,1.1", "program=los_angeles"),
    *("run.window_days=56", "--replications", "16", "--no-figures", "--check", "none"),
]
PATIENCE_S = 120

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


@pytest.mark.stress
def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(whole: str, tmp_path: Path) -> None:
    process = _started(tmp_path, "--cores", "1")
    _until_it_changes(tmp_path, process, 2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    *before, last = error.splitlines()
    assert all(f"points; kept in {tmp_path}" in line for line in before)
    assert len(before) <= 1
    assert "are kept: the same command goes on" in last
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


@pytest.fixture
def dask(tmp_path_factory) -> Iterator[Dask]:
    started = Dask(tmp_path_factory.mktemp("dask"))
    try:
        yield started
    finally:
        started.end()


@pytest.mark.stress
@needs_dask
def test_a_killed_worker_and_a_killed_scheduler_change_no_bit(
    whole: str, dask: Dask, tmp_path: Path
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


@pytest.mark.stress
@needs_dask
def test_a_cluster_that_is_not_there_is_told_of_in_one_line(tmp_path: Path, monkeypatch) -> None:
    process = _started(tmp_path, "--cluster", "tcp://127.0.0.1:9")
    _, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert error.count("\n") == 1
    assert "expected a dask scheduler with workers at tcp://127.0.0.1:9" in error


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate that signs itself, of this machine, and its key."""
    if which("openssl") is None:
        pytest.skip("a certificate is made by openssl, which is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *words, *files], check=True, capture_output=True)
    return certificate, key


def _tls(ca: Path, certificate: Path, key: Path) -> list[str]:
    files = (ca, certificate, key)
    words = zip(("--tls-ca", "--tls-cert", "--tls-key"), map(str, files), strict=True)
    return [word for pair in words for word in pair]


@pytest.mark.stress
@needs_dask
def test_an_encrypted_cluster_changes_no_bit(
    whole: str, certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    started = Dask(tmp_path / "dask", *certificate)
    try:
        started.scheduler()
        started.worker()
        words = _tls(certificate[0], *certificate)
        _finished(_started(tmp_path, "--cluster", started.address, *words))
    finally:
        started.end()
    assert started.address.startswith("tls://")
    assert _hash_in(tmp_path) == whole


@pytest.mark.stress
@needs_dask
def test_certificates_that_are_missing_or_wrong_end_in_one_line(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    cluster = ["--cluster", "tls://127.0.0.1:9"]
    no_pem = tmp_path / "no.pem"
    no_pem.write_text("nothing")
    for words, said in (
        (cluster, "expected --tls-ca, --tls-cert and --tls-key beside tls://127.0.0.1:9, got none"),
        ([*cluster, "--tls-ca", "x.pem"], "--tls-ca: expected a file in PEM, got 'x.pem'"),
        (["--tls-ca", str(no_pem)], "--tls-ca: expected --cluster tls://HOST:PORT beside it"),
        ([*cluster, *_tls(no_pem, *certificate)], "expected certificates and a key in PEM"),
    ):
        process = _started(tmp_path, *words)
        _, error = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, error.count("\n")) == (2, 1), error
        assert said in error
