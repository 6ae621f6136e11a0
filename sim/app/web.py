"""What all routes share: sessions, threads that work, how a page is made, and the stream of one."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sim.app.inputs import DAYS, KINDS, LETTERS, MOST_LINES, MOST_PLANS, plan_of
from sim.app.runs import Workers
from sim.app.sessions import Session, Sessions
from sim.app.shown import Programs, programs
from sim.app.uploads import Reader
from sim.report.draft import draft
from sim.steering import harmless

HERE = Path(__file__).parent
COOKIE = "session"
POLL_S = 0.1  # between two looks at a run by a page that listens
LONGEST_S = 900.0  # that a page listens
EXPIRED = "This form has expired."

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Site:
    """Sessions, threads that simulate and fit, and the programs to choose from.

    What a server that was killed has left of its sessions goes when the next one begins.
    """

    def __init__(self, token: str = "") -> None:
        self._closing = ExitStack()
        home = self._closing.enter_context(draft(Path(tempfile.gettempdir())))
        self.sessions, self.workers, self.reader = Sessions(home.path), Workers(), Reader()
        self.token = token
        self.programs: Programs = programs()

    def close(self) -> None:
        """End the threads and the sessions."""
        self.workers.close()
        self.reader.close()
        self.sessions.close()
        self._closing.close()

    def session(self, request: Request) -> Session:
        """Session of a browser."""
        cookie, session = self.sessions.of(request.cookies.get(COOKIE))
        request.state.cookie = cookie
        return session

    def page(self, request: Request, name: str, code: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template calls
        """Page of a template, for the session of a request."""
        session = self.session(request)
        choices = {
            "programs": self.programs,
            "fitted": session.fitted,
            "cities": session.cities,
            "days": DAYS,
            "kinds": KINDS,
            "most_plans": MOST_PLANS,
            "most_lines": MOST_LINES,
            "letters": LETTERS,
            "plan_of": plan_of,
        }
        html = rendered(name, token=session.token, **choices, **values)
        response = HTMLResponse(html, code)
        response.set_cookie(COOKIE, request.state.cookie, httponly=True, samesite="strict")
        if self.token:
            response.set_cookie("token", self.token, httponly=True, samesite="strict")
        return response

    def message(self, request: Request, text: str, code: int) -> Response:
        """Page that says one sentence."""
        return self.page(request, "message.html", code, text=text)


def rendered(name: str, **values: Any) -> str:  # noqa: ANN401 - what the template calls
    """HTML of a template."""
    return harmless(_ENVIRONMENT.get_template(name).render(values))


async def fields_of(request: Request) -> dict[str, str]:
    """Fields of a form; files among them are left out."""
    async with request.form(max_files=0, max_fields=200) as form:
        return {key: value for key, value in form.items() if isinstance(value, str)}


async def file_of(request: Request, field: str) -> tuple[dict[str, str], str, bytes]:
    """Fields of a form with one file, and the name and content of that; nothing of no file."""
    async with request.form(max_files=1, max_part_size=100_000) as form:
        file = form.get(field)
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        if file is None or isinstance(file, str):
            return fields, "", b""
        return fields, file.filename or "", await file.read()


def is_ours(session: Session, fields: Mapping[str, str]) -> bool:
    """Whether a form was made for this session."""
    return fields.get("token") == session.token


def attached(content: bytes, kind: str, name: str) -> Response:
    """Answer that the browser saves as a file."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


# --- streams -------------------------------------------------------------------------------------


class Followed(Protocol):
    """What a page listens to: its `version` grows with all that is to be shown."""

    version: int

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""


class View(NamedTuple):
    """How what is followed is shown: what tells one body from the next, the body, and the state."""

    shown: Callable[[], object]
    body: Callable[[], str]
    status: Callable[[], str]
    percent: Callable[[], int]


async def stream(followed: Followed, view: View, request: Request) -> AsyncIterator[str]:
    """Events until it is over, its reader is gone, the server ends or it takes too long."""
    seen = -1
    shown: object = None
    for _ in range(int(LONGEST_S / POLL_S)):
        over = followed.is_over
        if followed.version != seen or over:
            seen = followed.version
            now = view.shown()
            if now is not None and now != shown:
                shown = now
                yield event("answer", await run_in_threadpool(view.body))
            told = {"status": view.status(), "percent": view.percent(), "over": over}
            yield event("progress", json.dumps(told))
        if over or request.app.state.is_ending or await request.is_disconnected():
            return
        await asyncio.sleep(POLL_S)


def event(name: str, text: str) -> str:
    """One event of a stream."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: {name}\n{lines}\n"
