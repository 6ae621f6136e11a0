"""Where the page listens, from before anybody is told of the address until it is ended."""

from __future__ import annotations

import errno
import socket

import uvicorn
from starlette.applications import Starlette

from sim.config import InputError

NOT_HERE = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # such as IPv6 where that is turned off


def address_of(host: str, port: int, token: str = "") -> str:
    """Address of the page for a browser.

    Examples
    --------
    >>> address_of("::1", 8765), address_of("10.0.0.7", 80, "secret")
    ('http://[::1]:8765/', 'http://10.0.0.7:80/?token=secret')
    """
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/{f'?token={token}' if token else ''}"


def listening(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen at every address that a host has on this machine, at one port.

    Raises
    ------
    InputError
        If there is no such address here, or another program listens there.
    """
    try:
        return _listening(host, port)
    except (OSError, UnicodeError) as error:  # UnicodeError: of a name that no network has
        why = getattr(error, "strerror", None) or "no name of a host"
        raise InputError(
            "--host, --port: expected an address of this machine that is free, "
            f"got {host!r} and {port} ({why})"
        ) from error


def serve(app: Starlette, sockets: list[socket.socket]) -> None:
    """Serve the page until a signal ends it."""
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    _Server(config, app).run(sockets)


class _Server(uvicorn.Server):
    """Server that tells its streams to end, for which it would wait as long as a run takes."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then all else."""
        self._app.state.is_ending = True
        await super().shutdown(sockets)


def _listening(host: str, port: int) -> list[socket.socket]:
    if not host:
        raise OSError(errno.EADDRNOTAVAIL, "no host")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, address in dict.fromkeys((item[0], item[4]) for item in found):
        try:
            sockets.append(_bound(family, address))
        except OSError as error:
            if error.errno not in NOT_HERE:
                for other in sockets:
                    other.close()
                raise
            missing = error
    if missing is not None and not sockets:
        raise missing
    return sockets


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # else it takes the port of IPv4 as well
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
