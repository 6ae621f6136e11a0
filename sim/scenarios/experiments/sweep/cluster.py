"""Workers of a dask.distributed cluster: one that runs, or one that is started on this machine."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sim.config import InputError
from sim.scenarios.experiments.sweep.coordinator import LostError

LOCAL = "local"
LOOPBACK = "127.0.0.1"
ANSWER_S = 10.0  # for a scheduler to answer at first
BACK_S = 120.0  # for one that was there to be there again
AGAIN_S = 1.0  # between two tries
TLS = {"tls-ca": "tls_ca_file", "tls-cert": "tls_client_cert", "tls-key": "tls_client_key"}


class Cluster:
    """A cluster as a pool of workers; `start` reconnects.

    Parameters
    ----------
    address
        Of a scheduler, such as "tcp://127.0.0.1:8786" or "tls://10.0.0.5:8786"; or "local", which
        starts a scheduler and workers on the loopback interface of this machine.
    tls
        Files of certificates by the names that dask has for them.
    cores
        How many workers a local cluster has; as many as there are cores if None.
    """

    def __init__(self, address: str, tls: Mapping[str, str], cores: int | None) -> None:
        if find_spec("distributed") is None:
            raise InputError(
                "--cluster: expected dask.distributed to be installed, got none; "
                "type pip install 'coresponder-sim[cluster]'"
            )
        self.address, self.tls, self.cores = address, dict(tls), cores
        self.client: Any = None  # dask has no types for most of what it offers
        self.cluster: Any = None

    @classmethod
    def of(cls, own: Mapping[str, object], cores: int | None) -> Cluster:
        """Cluster of the options of a request."""
        address = str(own["cluster"])
        if address != LOCAL and not address.startswith(("tcp://", "tls://")):
            raise InputError(
                f"--cluster: expected local, tcp://HOST:PORT or tls://HOST:PORT, got {address!r}"
            )
        tls = {name: str(own[option]) for option, name in TLS.items() if option in own}
        if tls and not address.startswith("tls://"):
            raise InputError(f"--tls-ca: expected --cluster tls://HOST:PORT beside, got {address}")
        return cls(address, tls, cores)

    def start(self) -> Executor:
        """Connect, for the first time or again, and return the cluster as an executor."""
        is_first = self.client is None
        self.close()
        until_s = time.monotonic() + (0.0 if is_first else BACK_S)
        while True:
            try:
                self.client = self._connected()
                # pure would take equal blocks for one, and never do one again that has failed
                executor: Executor = self.client.get_executor(pure=False)
            except (OSError, TimeoutError, ValueError, RuntimeError) as error:
                if time.monotonic() < until_s:
                    time.sleep(AGAIN_S)
                    continue
                raise self._unreachable(error, is_first=is_first) from error
            else:
                return executor

    def workers(self) -> int:
        """How many blocks can be done at once."""
        with suppress(Exception):  # of a scheduler that is gone; the next block says so
            if self.client is not None:
                return sum(
                    worker["nthreads"]
                    for worker in self.client.scheduler_info(n_workers=-1)["workers"].values()
                )
        return 1

    def _connected(self) -> Any:  # noqa: ANN401 - dask's client
        dask: Any = import_module("distributed")  # of an extra, and slow
        for name in ("distributed.client", "distributed.comm", "distributed.core"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # we say in one line what it means
        if self.address == LOCAL:
            self.cluster = dask.LocalCluster(
                n_workers=self.cores,
                threads_per_worker=1,
                host=LOOPBACK,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
            return dask.Client(self.cluster, set_as_default=False)
        security = dask.Security(require_encryption=True, **self.tls) if self.tls else None
        client = dask.Client(
            self.address, timeout=ANSWER_S, security=security, set_as_default=False
        )
        client.wait_for_workers(1, timeout=ANSWER_S)
        return client

    def close(self) -> None:
        """Leave the cluster, and end the one that was started here."""
        with suppress(Exception):
            if self.client is not None:
                self.client.close(timeout=1)
        with suppress(Exception):
            if self.cluster is not None:
                self.cluster.close(timeout=1)

    def _unreachable(self, error: Exception, *, is_first: bool) -> Exception:
        if is_first:
            return InputError(
                f"--cluster: expected a dask scheduler with workers at {self.address}, got no "
                f"answer in {ANSWER_S:.0f} s ({type(error).__name__})"
            )
        return LostError(
            f"the cluster at {self.address} has been gone for {BACK_S:.0f} s; what was done is "
            "kept, and the same command goes on"
        )
