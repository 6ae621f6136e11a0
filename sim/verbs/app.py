"""The verb `app`: the page on which a planner asks by mouse."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from secrets import token_urlsafe
from typing import Annotated

import typer

from sim.verbs.words import loading, say


def app(
    host: Annotated[
        str, typer.Option(help="Address to listen at; others than this machine's need a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65_535)] = 8765,
    browse: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Serve the page on which plans are compared by mouse; it keeps nothing."""
    with loading():
        from sim.config import InputError

        try:
            from sim.app.listening import address_of, listening, serve
            from sim.app.security import LOCAL
            from sim.app.server import create_app
        except ModuleNotFoundError as error:
            raise InputError(
                f"app: expected the extra app, which has {error.name}; type "
                "pip install 'coresponder-sim[app]'"
            ) from error
    token = "" if host in LOCAL else token_urlsafe(16)
    sockets, address = listening(host, port), address_of(host, port, token)
    if token:
        say(f"warning: {host} can be reached by others; only this address lets them in.")
    say(f"The page is at {address} (Ctrl-C ends it).")
    if browse:
        webbrowser.open(address)
    with suppress(KeyboardInterrupt):  # it is how the page is ended
        serve(create_app(token, host), sockets)
