"""Small sweeps of several blocks, and the bytes of what they end in."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sim.scenarios.experiments.sweep import blocks
from sim.scenarios.experiments.sweep.sweep import Plan, answered, laid_out
from sim.scenarios.request import Request

TINY = ["run.window_days=2", "run.warm_up_days=0", "run.tail_days=1", "run.cores=1"]
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "CORESPONDER_NO_STORE": "1"}
VARIED = ["staffing.count=1..3", "demand.growth_factor=0.5,1.0"]


def tiny(
    patch: pytest.MonkeyPatch, words: Sequence[str] = VARIED, own: Mapping[str, Any] | None = None
) -> Plan:
    """Sweep of six points, three times, in at least five blocks."""
    patch.setattr(blocks, "AIM_S", 0.004)
    options = {"overrides": [*TINY, *words], "replications": 3, "check": "none"}
    plan = laid_out(Request.of("sweep", [], options, own))
    assert len(plan.blocks) >= 5
    return plan


def hash_of(plan: Plan, contents: Mapping[int, bytes]) -> str:
    """SHA-256 of the file with a row a point and replication."""
    file = io.BytesIO()
    answered(plan, contents, None).replications_frame().write_parquet(file)
    return hashlib.sha256(file.getvalue()).hexdigest()


class Dask:
    """Real processes of a scheduler and its workers, on the loopback interface."""

    def __init__(self, folder: Path, *certificate: Path) -> None:
        folder.mkdir(exist_ok=True)
        names = ("--tls-ca-file", "--tls-cert", "--tls-key")
        files = (certificate[0], *certificate) if certificate else ()
        self.tls = [x for pair in zip(names, map(str, files), strict=False) for x in pair]
        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        return f"{'tls' if self.tls else 'tcp'}://127.0.0.1:{self.port}"

    def start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard"]
        command += [*words, *self.tls]
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
        return self.start("scheduler", *self._host(), "--port", str(self.port))

    def worker(self) -> subprocess.Popen[bytes]:
        words = ("--no-nanny", "--nthreads", "1", *self._host())
        return self.start("worker", self.address, *words)

    def _host(self) -> list[str]:
        protocol = ["--protocol", "tls"] if self.tls else []
        return ["--host", "127.0.0.1", *protocol]

    def end(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
