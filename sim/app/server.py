"""The server of the page: its routes, and the HTML that they answer with."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sim.app.inputs import DAYS as DAY_CHOICES
from sim.app.inputs import (
    DEFAULTS,
    KINDS,
    MOST_LINES,
    MOST_PLANS,
    OWN,
    from_fields,
    from_yaml,
)
from sim.app.runs import STAGES, Run, Session, Sessions, Workers
from sim.app.security import Guard
from sim.app.shown import (
    Programs,
    curve_figures,
    figures_of,
    glossary,
    programs,
    roster_of,
    section,
)
from sim.compiled import announce
from sim.config import InputError
from sim.provenance import rerun_command
from sim.report.saving import save

HERE = Path(__file__).parent
COOKIE = "session"
POLL_S = 0.1  # between two looks at a run by a page that listens
LONGEST_S = 900.0  # that a page listens
STAGE_WORDS = {
    "": "Simulating the first years",
    "first": "First answer from few years: wide intervals. Sharpening",
    "years": "All years simulated; chance only. Now drawing the assumptions",
    "whole": "Complete: the same numbers as the command line",
}

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class App:
    """What the routes share: sessions, threads that simulate, and the programs to choose from."""

    def __init__(self, token: str = "") -> None:
        self.sessions, self.workers = Sessions(), Workers()
        self.token = token
        self.programs: Programs = programs()

    # --- pages -----------------------------------------------------------------------------------

    async def ask(self, request: Request) -> Response:
        """Form, filled in as the link says."""
        fields = dict(request.query_params) or dict(DEFAULTS)
        return self._page(request, "ask.html", fields=fields, error="")

    async def compare(self, request: Request) -> Response:
        """Begin a run of the form, and lead to its page."""
        session, fields = self._session(request), await _fields(request)
        if not _is_ours(session, fields):
            return self._page(request, "message.html", 403, text="This form has expired.")
        try:
            run = await run_in_threadpool(lambda: session.new_run(from_fields(fields)))
        except InputError as error:
            return self._page(request, "ask.html", 422, fields=fields, error=str(error))
        self.workers.put(run)
        return RedirectResponse(f"/answer/{run.id}", 303)

    async def open(self, request: Request) -> Response:
        """Fill in the form from a scenario file that the page wrote."""
        async with request.form(max_files=1, max_part_size=100_000) as form:
            file, token = form.get("scenario"), form.get("token")
            content = b"" if file is None or isinstance(file, str) else await file.read()
        session = self._session(request)
        if token != session.token:
            return self._page(request, "message.html", 403, text="This form has expired.")
        try:
            fields = from_yaml(content.decode(errors="replace")).fields()
        except InputError as error:
            return self._page(request, "ask.html", 422, fields=dict(DEFAULTS), error=str(error))
        return self._page(request, "ask.html", fields=fields, error="")

    async def answer(self, request: Request) -> Response:
        """Newest answer of a run, or how far it is."""
        run = self._run(request)
        if run is None:
            return self._page(request, "message.html", 404, text="This answer is no longer kept.")
        body = await run_in_threadpool(_body, run)
        return self._page(request, "answer.html", run=run, body=body, **_about(run))

    async def events(self, request: Request) -> Response:
        """Stream of a run: its progress, and every new answer as HTML."""
        run = self._run(request)
        if run is None:
            return Response(status_code=404)
        return StreamingResponse(_stream(run, request), media_type="text/event-stream")

    async def cancel(self, request: Request) -> Response:
        """End a run; what it has answered stays."""
        run, fields = self._run(request), await _fields(request)
        if run is not None and _is_ours(self._session(request), fields):
            run.canceled = True
            run.version += 1
            return RedirectResponse(f"/answer/{run.id}", 303)
        return self._page(request, "message.html", 403, text="This form has expired.")

    async def figure(self, request: Request) -> Response:
        """Figure of a run as SVG."""
        run, name = self._run(request), request.path_params["name"]
        if run is None or run.comparison is None:
            return Response(status_code=404)
        of_curve = name.startswith("curve_") and run.curve is not None
        files = (
            await run_in_threadpool(curve_figures, run.curve)
            if of_curve and run.curve is not None
            else await run_in_threadpool(figures_of, run.comparison)
        )
        content = files.get(name.removeprefix("curve_"))
        if content is None:
            return Response(status_code=404)
        return Response(content, media_type="image/svg+xml")

    async def download(self, request: Request) -> Response:
        """Results folder of a run, as the command line writes it."""
        run = self._run(request)
        if run is None or run.comparison is None:
            return Response(status_code=404)
        content = await run_in_threadpool(_zipped, run)
        return _attached(content, "application/zip", "coresponder.zip")

    async def scenario(self, request: Request) -> Response:
        """Inputs of a run as a file."""
        run = self._run(request)
        if run is None:
            return Response(status_code=404)
        return _attached(run.inputs.as_yaml().encode(), "application/yaml", "scenario.yaml")

    async def roster(self, request: Request) -> Response:
        """Week of a roster against the calls of the week, with its positions and cost."""
        session, fields = self._session(request), await _fields(request)
        if not _is_ours(session, fields):
            return Response(status_code=403)
        week, fault = None, ""
        try:
            week = await run_in_threadpool(roster_of, from_fields({**fields, "plan1": OWN}))
        except InputError as error:
            fault = str(error)
        part = _rendered("roster.html", week=week, error=fault)
        if "text/html" in request.headers.get("accept", ""):  # without the script
            return self._page(request, "week.html", part=part)
        return HTMLResponse(part)

    async def words(self, request: Request) -> Response:
        """Glossary of the measures."""
        return self._page(request, "glossary.html", measures=glossary())

    # --- what they share -------------------------------------------------------------------------

    def _session(self, request: Request) -> Session:
        cookie, session = self.sessions.of(request.cookies.get(COOKIE))
        request.state.cookie = cookie
        return session

    def _run(self, request: Request) -> Run | None:
        return self._session(request).runs.get(request.path_params["id"])

    def _page(self, request: Request, name: str, code: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what the template calls
        session = self._session(request)
        choices = {
            "programs": self.programs,
            "days": DAY_CHOICES,
            "kinds": KINDS,
            "most_plans": MOST_PLANS,
            "most_lines": MOST_LINES,
            "own": OWN,
        }
        html = _rendered(name, token=session.token, **choices, **values)
        response = HTMLResponse(html, code)
        options = {"httponly": True, "samesite": "strict"}
        response.set_cookie(COOKIE, request.state.cookie, httponly=True, samesite="strict")
        if self.token:
            response.set_cookie("token", self.token, **options)  # type: ignore[arg-type]  # as above
        return response


def create_app(token: str = "") -> Starlette:
    """Server of the page; with a token, a browser is let in by a link that has it.

    Examples
    --------
    >>> from starlette.testclient import TestClient
    >>> with TestClient(create_app()) as client:
    ...     client.get("/").status_code
    200
    """
    app = App(token)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        announce()
        yield
        app.workers.close()
        app.sessions.close()

    get, post = ["GET"], ["POST"]
    routes = [
        Route("/", app.ask, methods=get),
        Route("/compare", app.compare, methods=post),
        Route("/open", app.open, methods=post),
        Route("/roster", app.roster, methods=post),
        Route("/glossary", app.words, methods=get),
        Route("/answer/{id}", app.answer, methods=get),
        Route("/answer/{id}/events", app.events, methods=get),
        Route("/answer/{id}/cancel", app.cancel, methods=post),
        Route("/answer/{id}/figure/{name}.svg", app.figure, methods=get),
        Route("/answer/{id}/results.zip", app.download, methods=get),
        Route("/answer/{id}/scenario.yaml", app.scenario, methods=get),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Guard, token=token)])


def _rendered(name: str, **values: Any) -> str:  # noqa: ANN401 - what the template calls
    return _ENVIRONMENT.get_template(name).render(values)


async def _fields(request: Request) -> dict[str, str]:
    """Fields of a form; files among them are left out."""
    async with request.form(max_files=0, max_fields=200) as form:
        return {key: value for key, value in form.items() if isinstance(value, str)}


def _is_ours(session: Session, fields: Mapping[str, str]) -> bool:
    return fields.get("token") == session.token


def _about(run: Run) -> dict[str, Any]:
    """What the page says of a run beside its answer."""
    inputs = run.inputs
    verb = "run" if len(inputs.plans) == 1 else "compare"
    link = "/?" + "&".join(f"{key}={_escaped(x)}" for key, x in inputs.fields().items())
    return {
        "status": status_of(run),
        "percent": round(100 * (run.stage + run.done_share) / len(STAGES)),
        "link": link,
        "command": rerun_command(verb, inputs.plans, inputs.overrides, []),
    }


def _escaped(text: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - of one function

    return quote(text, safe="")


def status_of(run: Run) -> str:
    """Where a run stands, in a sentence."""
    if run.error:
        return run.error
    words = STAGE_WORDS[run.made]
    if run.canceled:
        return f"Canceled. {words.partition('.')[0]}." if run.comparison else "Canceled."
    return f"{words}." if run.is_over else f"{words}…"


def _body(run: Run) -> str:
    return "" if run.comparison is None else section(run)


async def _stream(run: Run, request: Request) -> AsyncIterator[str]:
    """Events of a run until it is over, its reader is gone or it takes too long."""
    seen, shown = -1, ("", False)
    for _ in range(int(LONGEST_S / POLL_S)):
        if run.version != seen:
            seen = run.version
            now = run.made, run.curve is not None
            if now != shown and run.comparison is not None:
                shown = now
                yield _event("answer", await run_in_threadpool(_body, run))
            about = _about(run)
            told = {"status": about["status"], "percent": about["percent"], "over": run.is_over}
            yield _event("progress", json.dumps(told))
        if run.is_over or await request.is_disconnected():
            return
        await asyncio.sleep(POLL_S)


def _event(name: str, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: {name}\n{lines}\n"


def _zipped(run: Run) -> bytes:
    """Results folder in a file, and the scenario that the page opens again."""
    whole = io.BytesIO()
    with tempfile.TemporaryDirectory() as here, zipfile.ZipFile(whole, "w") as file:
        if run.comparison is not None:
            folder = save(run.comparison, here)
            for path in sorted(folder.rglob("*")):
                file.write(path, path.relative_to(folder.parent))
        file.writestr("scenario.yaml", run.inputs.as_yaml())
    return whole.getvalue()


def _attached(content: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
