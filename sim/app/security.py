"""What every answer of the server carries, and what is turned away before it is looked at."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 25 * 2**20  # of a form, an upload among it
LOCAL = ("127.0.0.1", "localhost", "::1")
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
    """Middleware: headers on all answers, a limit of size, and a token where one is asked for."""

    def __init__(self, app: ASGIApp, token: str = "", most_bytes: int = MOST_BYTES) -> None:
        self._app, self._token, self._most_bytes = app, token, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn a request away, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, seen = Request(scope), 0
        if self._token and not self._is_let_in(request):
            await PlainTextResponse("A token is needed.", 401)(scope, receive, send)
            return
        if int(request.headers.get("content-length") or 0) > self._most_bytes:
            await PlainTextResponse("The upload is too large.", 413)(scope, receive, send)
            return

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most_bytes:  # a length that was not stated, or not true
                raise TooLargeError
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                pairs = [(name.encode(), text.encode()) for name, text in HEADERS.items()]
                message["headers"] = [*message["headers"], *pairs]
            await send(message)

        try:
            await self._app(scope, counted, with_headers)
        except TooLargeError:
            await PlainTextResponse("The upload is too large.", 413)(scope, receive, with_headers)

    def _is_let_in(self, request: Request) -> bool:
        given = request.query_params.get("token") or request.cookies.get("token", "")
        return hmac.compare_digest(given.encode(), self._token.encode())


class TooLargeError(Exception):
    """More bytes than a request may have."""
