"""Workers of a dask.distributed cluster: one that runs, or one that is started on this machine."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sim.config import InputError
from sim.scenarios.experiments.sweep.coordinator import LostError

LOCAL = "local"
LOOPBACK = "127.0.0.1"
ANSWER_S = 10.0  # for a scheduler to answer at first
BACK_S = 120.0  # for one that was there to be there again
AGAIN_S = 1.0  # between two tries
ENCRYPTED = "tls://"
TLS = {"tls-ca": "tls_ca_file", "tls-cert": "tls_client_cert", "tls-key": "tls_client_key"}


def check_tls(own: Mapping[str, object]) -> None:
    """Raise InputError if certificates are named that are not there, or that nothing needs."""
    address = str(own.get("cluster") or "none")
    for option in TLS:
        if option not in own:
            continue
        if not address.startswith(ENCRYPTED):
            raise InputError(
                f"--{option}: expected --cluster tls://HOST:PORT beside it, got {address}"
            )
        if not Path(str(own[option])).is_file():
            raise InputError(f"--{option}: expected a file in PEM, got {str(own[option])!r}")


def _given(tls: Mapping[str, str]) -> str:
    """Options of certificates that were given, in words."""
    return " and ".join(f"--{option}" for option, name in TLS.items() if name in tls) or "none"


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
        check_tls(own)
        tls = {name: str(own[option]) for option, name in TLS.items() if option in own}
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
            except InputError:  # of certificates, which no second try mends
                raise
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
        security = self._security(dask) if self.address.startswith(ENCRYPTED) else None
        client = dask.Client(
            self.address, timeout=ANSWER_S, security=security, set_as_default=False
        )
        client.wait_for_workers(1, timeout=ANSWER_S)
        return client

    def _security(self, dask: Any) -> Any:  # noqa: ANN401 - dask's
        """Certificates of the options, or of dask's own configuration where these name none."""
        security = dask.Security(require_encryption=True, **self.tls)
        try:
            context = security.get_connection_args("client").get("ssl_context")
        except (OSError, ValueError) as error:
            raise InputError(
                f"--cluster: expected certificates and a key in PEM that go together, got "
                f"{', '.join(self.tls.values())} ({type(error).__name__})"
            ) from error
        if context is None:
            raise InputError(
                f"--cluster: expected --tls-ca, --tls-cert and --tls-key beside {self.address}, "
                f"got {_given(self.tls)}"
            )
        return security

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
