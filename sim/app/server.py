"""The server of the page: its routes, and the HTML that they answer with."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sim.app.calibrating import Calibrations
from sim.app.inputs import (
    CALIBRATED,
    DEFAULTS,
    MOST_PLANS,
    Inputs,
    fitted_title,
    from_fields,
    from_yaml,
)
from sim.app.replaying import Replaying
from sim.app.runs import CONFIGS, STAGES, Run
from sim.app.security import LOCAL, Guard
from sim.app.sessions import Session
from sim.app.shown import curve_figures, figures_of, glossary, section, weeks_of
from sim.app.uploading import Uploading
from sim.app.web import (
    EXPIRED,
    HERE,
    Site,
    View,
    attached,
    fields_of,
    file_of,
    is_ours,
    rendered,
    stream,
)
from sim.compiled import announce
from sim.config import InputError
from sim.provenance import rerun_command
from sim.report.comparison.page import page_alone
from sim.report.saving import save
from sim.report.wording import dollars
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.people.week import Week
from sim.stdio import aside

STAGE_WORDS = {
    "": "Simulating the first years",
    "first": "First answer from few years: wide intervals. Sharpening",
    "years": "All years simulated; chance only. Now drawing the assumptions",
    "whole": "Complete: the same numbers as the command line",
}
SHARED = ("sim.report", "static")  # what files that stand alone have inside as well
GONE = "This answer is no longer kept."
OLD_FORM = (
    "this form is of an earlier session, which is gone with its uploads. Look over what it says, "
    "the program first, and press the button again"
)
NOT_WRITTEN = "The server cannot keep files now: {why}. Whoever runs it has to start it again."


class Asking:
    """Routes of what is asked and answered."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def ask(self, request: Request) -> Response:
        """Form, filled in as the link says."""
        session = self._site.session(request)
        fields = dict(request.query_params) or session.defaults
        return self._site.page(request, "ask.html", fields=fields, error="")

    async def compare(self, request: Request) -> Response:
        """Begin a run of the form, and lead to its page."""
        session, fields = self._site.session(request), await fields_of(request)
        if not is_ours(session, fields):
            values = {"fields": fields, "error": OLD_FORM}  # what was typed is not lost
            return self._site.page(request, "ask.html", 403, **values)
        try:
            run = await run_in_threadpool(
                lambda: session.new_run(from_fields(fields, session.cities))
            )
        except InputError as error:
            return self._site.page(request, "ask.html", 422, fields=fields, error=str(error))
        self._site.workers.put(run)
        return RedirectResponse(f"/answer/{run.id}", 303)

    async def open(self, request: Request) -> Response:
        """Fill in the form from a scenario file that the page wrote."""
        given, _, content = await file_of(request, "scenario")
        session = self._site.session(request)
        if not is_ours(session, given):
            return self._site.message(request, EXPIRED, 403)
        try:
            fields = from_yaml(content.decode(errors="replace"), session.cities).fields()
        except InputError as error:
            return self._site.page(
                request, "ask.html", 422, fields=dict(DEFAULTS), error=str(error)
            )
        return self._site.page(request, "ask.html", fields=fields, error="")

    async def answer(self, request: Request) -> Response:
        """Newest answer of a run, or how far it is."""
        run = self._run(request)
        if run is None:
            return self._site.message(request, GONE, 404)
        over = run.is_over  # before the body, which may be of a stage before the last
        body = await run_in_threadpool(_body, run)
        about = {"over": over, "where": self._title(run.inputs), **_about(run)}
        return self._site.page(request, "answer.html", run=run, body=body, **about)

    async def events(self, request: Request) -> Response:
        """Stream of a run: its progress, and every new answer as HTML."""
        run = self._run(request)
        if run is None:
            return Response(status_code=404)
        return StreamingResponse(stream(run, _view(run), request), media_type="text/event-stream")

    async def cancel(self, request: Request) -> Response:
        """End a run; what it has answered stays."""
        run, fields = self._run(request), await fields_of(request)
        if run is not None and is_ours(self._site.session(request), fields):
            run.cancel()
            return RedirectResponse(f"/answer/{run.id}", 303)
        return self._site.message(request, EXPIRED, 403)

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
        return attached(content, "application/zip", f"{_name(run)}_results.zip")

    async def report(self, request: Request) -> Response:
        """Return the documents for a funder, as the verb `report` writes them."""
        run = self._run(request)
        if run is None or run.comparison is None:
            return Response(status_code=404)
        try:
            content = await run_in_threadpool(_reported, run.comparison)
        except InputError as error:
            return self._site.message(request, f"No report: {error}.", 422)
        return attached(content, "application/zip", f"{_name(run)}_report.zip")

    async def alone(self, request: Request) -> Response:
        """Return the answer as one file to mail, with the curve if that is there."""
        run = self._run(request)
        if run is None or run.comparison is None:
            return Response(status_code=404)
        text = await run_in_threadpool(page_alone, run.comparison, run.curve)
        return attached(text.encode(), "text/html", f"{_name(run)}.html")

    async def scenario(self, request: Request) -> Response:
        """Inputs of a run as a file."""
        run = self._run(request)
        if run is None:
            return Response(status_code=404)
        name = f"{_name(run)}_scenario.yaml"
        return attached(run.inputs.as_yaml().encode(), "application/yaml", name)

    async def roster(self, request: Request) -> Response:
        """Week of each roster against the calls of the week, with its positions and cost."""
        session, fields = self._site.session(request), await fields_of(request)
        if not is_ours(session, fields):
            return Response(status_code=403)
        weeks, fault = dict[str, Week](), ""
        try:
            weeks = await run_in_threadpool(_weeks, session, fields)
        except InputError as error:
            fault = str(error)
        part = rendered("roster.html", weeks=weeks, dollars=dollars, error=fault)
        if "text/html" in request.headers.get("accept", ""):  # without the script
            return self._site.page(request, "week.html", part=part)
        return HTMLResponse(part)

    async def words(self, request: Request) -> Response:
        """Glossary of the measures."""
        return self._site.page(request, "glossary.html", measures=glossary())

    def _title(self, inputs: Inputs) -> str:
        titles = self._site.programs.titles
        return fitted_title(inputs.program) if inputs.is_fitted else titles[inputs.program]

    def _run(self, request: Request) -> Run | None:
        return self._site.session(request).runs.get(request.path_params["id"])


def create_app(token: str = "", host: str = LOCAL[0]) -> Starlette:
    """Server of the page.

    Parameters
    ----------
    token
        With one, a browser is let in by a link that has it.
    host
        Name or address it listens at; without a token, a browser is let in that asks for this one
        or for this machine.

    Examples
    --------
    >>> from starlette.testclient import TestClient
    >>> with TestClient(create_app(), base_url="http://localhost") as client:
    ...     client.get("/").status_code
    200
    """
    site = Site(token)
    app = Asking(site)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        announce()
        yield
        site.close()

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
        Route("/answer/{id}/report.zip", app.report, methods=get),
        Route("/answer/{id}/page.html", app.alone, methods=get),
        Route("/answer/{id}/scenario.yaml", app.scenario, methods=get),
        *Uploading(site).routes(),
        *Calibrations(site).routes(),
        *Replaying(site).routes(),
        Mount("/static", StaticFiles(directory=HERE / "static", packages=[SHARED])),
    ]
    too_large = rendered("message.html", text="That is too large: expected at most 25 MB.")
    guard = Middleware(Guard, token=token, too_large=too_large, host=host)
    server = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[guard],
        exception_handlers={OSError: _not_written},
    )
    server.state.is_ending = False
    return server


async def _not_written(_: Request, error: Exception) -> Response:
    """Page, and a line for whoever runs the server: its disk is full or its folder is gone."""
    why = getattr(error, "strerror", None) or type(error).__name__
    aside(f"error: {getattr(error, 'filename', None) or 'the page'}: {why}")
    return HTMLResponse(rendered("message.html", text=NOT_WRITTEN.format(why=why)), 503)


def _weeks(session: Session, fields: dict[str, str]) -> dict[str, Week]:
    """Weeks of the rosters of a form, whatever plans it names."""
    plans = {f"plan{number}": "" for number in range(2, MOST_PLANS + 1)}
    inputs, fitted = from_fields({**fields, "plan1": "1", **plans}, session.cities), session.fitted
    if not inputs.roster:
        raise InputError("rosters: expected teams in one of the shifts at least, got none")
    return weeks_of(inputs, fitted[inputs.fitted_name].out if inputs.is_fitted else None)


def _about(run: Run) -> dict[str, Any]:
    """What the page says of a run beside its answer."""
    inputs = run.inputs
    verb = "run" if len(inputs.plans) == 1 else "compare"
    link = "/?" + "&".join(f"{key}={quote(x, safe='')}" for key, x in inputs.fields().items())
    folder = ["--config-dir", str(CONFIGS)] if inputs.needs_folder else []
    return {
        "status": status_of(run),
        "percent": percent_of(run),
        "link": link,
        "configs": str(CONFIGS) if inputs.needs_folder else "",
        "command": rerun_command(verb, inputs.asked, inputs.overrides, folder),
    }


def percent_of(run: Run) -> int:
    """How far a run is."""
    return round(100 * (run.stage + run.done_share) / len(STAGES))


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


def _view(run: Run) -> View:
    def shown() -> object:
        return None if run.comparison is None else (run.made, run.curve is not None)

    return View(shown, lambda: _body(run), lambda: status_of(run), lambda: percent_of(run))


def _zipped(run: Run) -> bytes:
    """Results folder in a file, with the person's own configs and the scenario to open again."""
    whole = io.BytesIO()
    with tempfile.TemporaryDirectory() as here, zipfile.ZipFile(whole, "w") as file:
        if run.comparison is not None:
            _put(save(run.comparison, here), file)
        if run.config_dir is not None:
            _put(run.config_dir, file, str(CONFIGS))
        file.writestr("scenario.yaml", run.inputs.as_yaml())
    return whole.getvalue()


def _reported(comparison: Comparison) -> bytes:
    """Documents of a comparison in a file."""
    from sim.report.document.pack import FORMATS, written  # noqa: PLC0415 - slow to load

    whole = io.BytesIO()
    with tempfile.TemporaryDirectory() as here, zipfile.ZipFile(whole, "w") as file:
        _put(written(save(comparison, here), FORMATS, out=Path(here, "report")).folder, file)
    return whole.getvalue()


def _put(folder: Path, file: zipfile.ZipFile, name: str = "") -> None:
    """Put a folder into a file, under its own name or another."""
    for path in sorted(folder.rglob("*")):
        file.write(path, Path(name or folder.name) / path.relative_to(folder))


def _name(run: Run) -> str:
    """Name of what is downloaded of a run: its city and its plans."""
    plans = "_or_".join(run.inputs.asked)
    return f"{run.inputs.program.replace(CALIBRATED, '_calibrated')}_{plans}"
