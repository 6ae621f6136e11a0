"""`python -m benchmarks.page`: the page's server alone, for one person, and for 20 at once.

Everything is asked of a server in a process of its own by plain requests, as a browser would: the
form, compare, and the stream until it has an answer. Nothing is taken from the store. Processor
time is the server's; beside other work on the machine it says more than the clock does.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks import machine
from benchmarks.table import Row, markdown
from sim.app.inputs import DEFAULTS
from sim.scenarios.request import NO_STORE

PEOPLE, ROUNDS = 20, 5
SERVER = ["-c", "import sys; from sim.cli import main; sys.exit(main())", "app", "--no-open"]
AT_REST_S = 2.0  # without work, that ends the warming up
LONGEST_S = 300.0


class Server(NamedTuple):
    """A server that runs: its port and process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def processor_s(self) -> float:
        """Processor time that it has used."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, key: str = "VmRSS") -> float:
        """Resident memory; of `VmHWM` its peak."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(re.findall(rf"{key}:\s+(\d+)", status)[0]) / 1024

    def rest(self) -> None:
        """Wait until it does nothing."""
        before = -1.0
        while self.processor_s - before > 0.05 * AT_REST_S:
            before = self.processor_s
            time.sleep(AT_REST_S)


class Person:
    """Somebody with a browser: a cookie, and the token of its forms."""

    def __init__(self, server: Server) -> None:
        self._server, self._cookie, self._token = server, "", ""

    def open(self) -> float:
        """Load the form; seconds."""
        began = time.perf_counter()
        answer = self._ask("GET", "/")
        cookie = answer.headers["set-cookie"]
        self._cookie = cookie.partition(";")[0]
        self._token = re.findall(r'name="token" value="([^"]+)"', answer.read().decode())[0]
        return time.perf_counter() - began

    def compare(self, **fields: str) -> float:
        """Press compare, and read until there is an answer; seconds."""
        began = time.perf_counter()
        form = {"token": self._token, **DEFAULTS, **fields}
        address = self._ask("POST", "/compare", urlencode(form)).headers["location"]
        stream = self._ask("GET", f"{address}/events")
        for line in stream:
            if line.startswith(b"event: answer"):
                break
        took = time.perf_counter() - began
        self._ask("POST", f"{address}/cancel", urlencode({"token": self._token}))
        return took

    def _ask(self, method: str, path: str, body: str = "") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=LONGEST_S)
        kind = {"content-type": "application/x-www-form-urlencoded", "cookie": self._cookie}
        connection.request(method, path, body or None, kind)
        return connection.getresponse()


@contextmanager
def served() -> Iterator[Server]:
    """Server without a store, as `coresponder app` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, *SERVER, "--port", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, env=os.environ | {NO_STORE: "1"}, stdout=quiet, stderr=quiet)
    try:
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait()


def ready_s(server: Server) -> float:
    """Seconds until it takes requests."""
    began = time.perf_counter()
    while True:
        with socket.socket() as at:
            if at.connect_ex(("127.0.0.1", server.port)) == 0:
                return time.perf_counter() - began
        time.sleep(0.01)


def imports_s() -> float:
    """Processor time of the server's imports alone, in a process of their own."""
    before = _children_s()
    words = "import sim.cli, uvicorn, sim.app.server"
    subprocess.run([sys.executable, "-c", words], check=True)
    return _children_s() - before


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rows(people: int) -> list[Row]:
    """Measure a server, from its start to so many people at once."""
    imports = imports_s()
    with served() as server:
        ready, started = ready_s(server), server.processor_s
        painted = Person(server).open()
        server.rest()
        at_rest, warm, alone = server.memory_mb(), Person(server), []
        reloaded = median(Person(server).open() for _ in range(9))
        for number in range(ROUNDS):
            warm.open()
            alone.append(warm.compare(calls=f"{9_000 + number}"))
            server.rest()
        before, everybody = server.processor_s, [Person(server) for _ in range(people)]
        began = time.perf_counter()
        with ThreadPoolExecutor(people) as pool:
            list(pool.map(Person.open, everybody))
            asked = pool.map(lambda at: everybody[at].compare(calls=f"{9_100 + at}"), range(people))
            first = list(asked)
        took, used = time.perf_counter() - began, server.processor_s - before
        peak = server.memory_mb("VmHWM")
        server.rest()
        after = server.memory_mb()
    return [
        _at_most(
            "server ready, processor time beside its imports",
            started - imports,
            1,
            f"{imports:.1f} s of imports; {ready:.1f} s by the clock in all",
        ),
        _at_most("first page while it warms up", painted, 0.5, "one"),
        _at_most("form, warm", reloaded, 0.5, "median of 9"),
        _at_most(
            "first answer of one person, warm", median(alone), 1, f"slowest {max(alone):.2f} s"
        ),
        _at_most(
            f"first answers of {people} people at once, the last",
            max(first),
            5,
            f"median {median(first):.1f} s; {used:.1f} s of processor time in {took:.1f} s",
        ),
        _at_most("memory at rest, warm", at_rest, 300, f"{after:.0f} MB at rest afterward", " MB"),
        _at_most(f"peak memory, {people} people at once", peak, 1_500, "", " MB"),
    ]


def _at_most(what: str, figure: float, bound: float, times: str, unit: str = " s") -> Row:
    return Row(what, figure, bound, is_least=False, unit=unit, times=times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    print(f"Machine: {machine.text(machine.facts())}.\n")
    print(markdown(rows(parser.parse_args().people)))
