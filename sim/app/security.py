"""What every answer of the server carries, and what is turned away before it is looked at."""

from __future__ import annotations

import hmac
import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 25 * 2**20  # of a form, an upload among it
MOST_DRAINED = 4 * MOST_BYTES  # of one that is too large
LOCAL = ("127.0.0.1", "localhost", "::1")
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:@/]+)(:[0-9]+)?", re.IGNORECASE)  # name and port
ELSEWHERE = "This page is at another address: the one that coresponder app printed."
EMBEDDED = "Another site's page may lead here, but not load this one."
HEADERS = {
    # No script, style, font or picture of another host is ever loaded.
    "content-security-policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "private, no-cache",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """Middleware: headers on all answers, a limit of size, and who is let in.

    Where there is a token, that is who has it. Without one it is who asks this machine by a name
    that it is known by: a site whose name leads to this machine (DNS rebinding) would otherwise
    read the page as its own.
    """

    def __init__(
        self, app: ASGIApp, token: str = "", too_large: str = "", host: str = LOCAL[0]
    ) -> None:
        self._app, self._token, self._too_large = app, token, too_large
        self._hosts = {*LOCAL, host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn a request away, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, seen = Request(scope), 0
        refusal = self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        length = request.headers.get("content-length", "0")
        stated = int(length) if length.isdecimal() else 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            await _check(seen, receive)  # a length that was not stated, or not true
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                pairs = [(name.encode(), text.encode()) for name, text in HEADERS.items()]
                message["headers"] = [*message["headers"], *pairs]
            await send(message)

        try:
            await _check(stated, receive)
            await self._app(scope, counted, with_headers)
        except TooLargeError:
            await HTMLResponse(self._too_large, 413)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        """What turns a request away before it has a session; None if it is let in."""
        if self._token and not self._is_let_in(request):
            return PlainTextResponse("A token is needed.", 401)
        if not self._token and not self._is_asked_by_name(request):
            return PlainTextResponse(ELSEWHERE, 421)
        headers = request.headers
        is_link = headers.get("sec-fetch-dest", "document") == "document"
        if headers.get("sec-fetch-site") == "cross-site" and not is_link:
            return PlainTextResponse(EMBEDDED, 403)
        return None

    def _is_asked_by_name(self, request: Request) -> bool:
        """Whether a request is to this machine, or to the host that the page listens at."""
        named = request.headers.getlist("host")
        match = HOST.fullmatch(named[0]) if len(named) == 1 else None
        return match is not None and match[1].strip("[]").lower() in self._hosts

    def _is_let_in(self, request: Request) -> bool:
        given = request.query_params.get("token") or request.cookies.get("token", "")
        return hmac.compare_digest(given.encode(), self._token.encode())


async def _check(size: int, receive: Receive) -> None:
    """Raise if a body is too large, after the rest of it: a browser sends all before it reads."""
    if size <= MOST_BYTES:
        return
    taken, more = 0, True
    while more and taken < MOST_DRAINED:
        message = await receive()
        taken, more = taken + len(message.get("body", b"")), message.get("more_body", False)
    raise TooLargeError


class TooLargeError(Exception):
    """More bytes than a request may have."""
