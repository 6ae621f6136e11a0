"""Calibration on the page: what an agency knows of itself conditions the city fitted to its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

import yaml
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sim.app.inputs import CALIBRATED, draws_file, from_fields
from sim.app.runs import ONE_CORE, Work
from sim.app.sessions import Session
from sim.app.shown import calibration_figures
from sim.app.uploads import Upload
from sim.app.web import EXPIRED, Site, View, fields_of, is_ours, rendered, stream
from sim.config import InputError
from sim.config.files.conditioned import written
from sim.report.experiments.calibrate import section_of
from sim.scenarios.answers.calibration import Calibration
from sim.scenarios.calibration.calibrate import DRAWS, asked_of, calibrated
from sim.scenarios.request import Request as Asked

GONE = "This calibration is no longer kept."
OBSERVED = "observed.yaml"
RANK = 3  # as all draws of a comparison


class Known(NamedTuple):
    """A figure that agencies know of themselves: in words, in which unit, and what it counts."""

    label: str
    unit: str
    of: str = ""  # what n counts, if it can be counted


FIGURES = {
    "reach_share": Known("Requested calls that a team reached", "%", "requested calls"),
    "handled_per_day": Known("Calls handled a day", "", "calls"),
    "response_median_min": Known("Median response, received to on scene", "min"),
    "response_p90_min": Known("90th-percentile response", "min"),
    "busy_hours_per_day": Known("Team-hours busy a day", ""),
    "holds_per_year": Known("Involuntary holds a year", "", "holds"),
    "missed_off_duty_share": Known("Missed, no team on duty", "%", "requested calls"),
    "missed_busy_share": Known("Missed, all teams busy", "%", "requested calls"),
    "withdrawn_share": Known("Called off with a team on its way", "%", "requested calls"),
}


@dataclass
class Calibrating(Work):
    """One press of calibrate, of a log that was fitted."""

    upload: Upload | None = None
    answer: Calibration | None = field(default=None, repr=False)

    @property
    def stages(self) -> int:
        """All of it is one."""
        return 1

    @property
    def rank(self) -> int:
        """First answers go before it."""
        return RANK

    @property
    def request(self) -> Asked:
        """Request, the same as the command line's."""
        own = {"observed": self.folder / OBSERVED, "draws": DRAWS}
        words = (*self.inputs.overrides, ONE_CORE)
        return Asked("calibrate", tuple(self.inputs.asked), words, self.folder, own=own)

    def make_stage(self) -> None:
        """Condition the draws, and put them beside the configs of the fitted city."""
        self.answer = answer = calibrated(self.request, self.progress)
        upload = self.upload
        if answer.conditioned is None or upload is None or upload.calibrating is not self:
            return
        file = upload.out / draws_file(self.inputs.program)
        file.write_text(written(answer.conditioned), encoding="utf-8")
        upload.conditioned = answer


def begun(session: Session, upload: Upload, fields: Mapping[str, str]) -> Calibrating:
    """Return a calibration of what a form says, after trying that it is valid.

    Raises
    ------
    InputError
        One line for the person who filled in the form.
    """
    inputs = from_fields({**fields, "program": upload.config}, session.fitted)
    work = Calibrating(inputs, session.folder_of(inputs), upload=upload)
    file = work.folder / OBSERVED
    file.write_text(yaml.safe_dump(observed(fields), sort_keys=False), encoding="utf-8")
    try:
        asked_of(work.request)
    except InputError as error:
        raise InputError(_for_the_page(str(error).replace(f"{file}: ", ""))) from error
    upload.forget_calibration()
    upload.calibrating = work
    return work


def observed(fields: Mapping[str, str]) -> dict[str, Any]:
    """File of what was observed, as a form says it."""
    kinds: dict[str, dict[str, Any]] = {"figures": {}, "held_out": {}}
    for name, known in FIGURES.items():
        said = {key: fields.get(f"{key}-{name}", "").strip() for key in ("value", "n", "se")}
        figure = {key: _entry(key, text, known) for key, text in said.items() if text}
        if figure:
            kinds["held_out" if fields.get(f"check-{name}") else "figures"][name] = figure
    if not kinds["figures"]:
        raise InputError("figures: expected at least one that conditions, got none")
    source = fields.get("source", "").strip() or "the agency's own figures"
    return {"period": fields.get("period", "").strip(), "source": source, **kinds}


def _entry(key: str, text: str, known: Known) -> str | int:
    """Entry of a figure; a number alone is in the unit of its field."""
    plain = text.replace(",", "").replace("\N{NO-BREAK SPACE}", "")
    if key == "n":
        return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 10 else text  # noqa: PLR2004 - digits of a billion
    bare = plain.replace(".", "", 1).isdecimal()
    return f"{plain} {known.unit}".strip() if bare else text


def _for_the_page(text: str) -> str:
    """Message with the words of the form in place of keys."""
    for name, known in FIGURES.items():
        for kind in ("figures", "held_out"):
            text = text.replace(f"{kind}.{name}.", f"{known.label}, ")
            text = text.replace(f"{kind}.{name}:", f"{known.label}:")
    return text


STANDINGS = {
    "conditioned": "Calibrated.",
    "extrapolated": "Extrapolated, not calibrated: no draw comes near your figures.",
    "conflict": "In conflict: your figures contradict the ranges of the assumptions.",
    "none": "Done: nothing could be conditioned.",
}


class Calibrations:
    """Routes of calibrations."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[BaseRoute]:
        """Routes of all of it."""
        get, post = ["GET"], ["POST"]
        at = "/upload/{id}/calibrat"
        return [
            Route(f"{at}e", self.ask, methods=get),
            Route(f"{at}e", self.begin, methods=post),
            Route(f"{at}ion", self.show, methods=get),
            Route(f"{at}ion/events", self.events, methods=get),
            Route(f"{at}ion/cancel", self.cancel, methods=post),
            Route(f"{at}ion/figure/{{name}}.svg", self.figure, methods=get),
        ]

    async def ask(self, request: Request) -> Response:
        """Form for what the agency knows of itself, as it was filled in last."""
        upload = self._upload(request)
        if upload is None or not upload.config:
            return self._site.message(request, GONE, 404)
        return self._form(request, upload, upload.known)

    async def begin(self, request: Request) -> Response:
        """Begin a calibration, and lead to its page."""
        upload, fields = self._upload(request), await fields_of(request)
        session = self._site.session(request)
        if upload is None or not upload.config:
            return self._site.message(request, GONE, 404)
        if not is_ours(session, fields):
            return self._site.message(request, EXPIRED, 403)
        upload.known = fields
        try:
            work = await run_in_threadpool(begun, session, upload, fields)
        except InputError as error:
            return self._form(request, upload, fields, str(error))
        self._site.workers.put(work)
        return RedirectResponse(f"/upload/{upload.id}/calibration", 303)

    async def show(self, request: Request) -> Response:
        """Answer of a calibration, or how far it is."""
        work = self._work(request)
        if work is None or work.upload is None:
            return self._site.message(request, GONE, 404)
        over, status = work.is_over, status_of(work)  # before the body, which may be newer
        body = await run_in_threadpool(_body, work)
        values: dict[str, Any] = {"over": over, "status": status, "body": body}
        values |= {"upload": work.upload, "percent": _percent(work)}
        return self._site.page(request, "calibration.html", work=work, **values)

    async def events(self, request: Request) -> Response:
        """Stream of a calibration until it is over."""
        work = self._work(request)
        if work is None:
            return Response(status_code=404)
        view = View(
            shown=lambda: None if work.answer is None else work.id,
            body=lambda: _body(work),
            status=lambda: status_of(work),
            percent=lambda: _percent(work),
        )
        return StreamingResponse(stream(work, view, request), media_type="text/event-stream")

    async def cancel(self, request: Request) -> Response:
        """End a calibration."""
        work, fields = self._work(request), await fields_of(request)
        if work is None or work.upload is None:
            return self._site.message(request, GONE, 404)
        if not is_ours(self._site.session(request), fields):
            return self._site.message(request, EXPIRED, 403)
        work.cancel()
        return RedirectResponse(f"/upload/{work.upload.id}/calibration", 303)

    async def figure(self, request: Request) -> Response:
        """Figure of a calibration as SVG."""
        work = self._work(request)
        if work is None or work.answer is None:
            return Response(status_code=404)
        files = await run_in_threadpool(calibration_figures, work.answer)
        content = files.get(request.path_params["name"])
        if content is None:
            return Response(status_code=404)
        return Response(content, media_type="image/svg+xml")

    def _form(
        self, request: Request, upload: Upload, fields: Mapping[str, str], error: str = ""
    ) -> Response:
        code = 422 if error else 200
        values: dict[str, Any] = {"upload": upload, "fields": fields, "figures": FIGURES}
        return self._site.page(request, "calibrate.html", code, error=error, **values)

    def _upload(self, request: Request) -> Upload | None:
        return self._site.session(request).uploads.get(request.path_params["id"])

    def _work(self, request: Request) -> Calibrating | None:
        upload = self._upload(request)
        work = None if upload is None else upload.calibrating
        return work if isinstance(work, Calibrating) else None


def status_of(work: Calibrating) -> str:
    """Where a calibration stands, in a sentence."""
    if work.error:
        return _for_the_page(work.error)
    if work.canceled:
        return "Canceled."
    if work.answer is None or not work.is_over:
        return "Drawing the assumptions, and simulating each draw. This may take a few minutes…"
    return STANDINGS[work.answer.standing] if work.answer.conditioned else STANDINGS["none"]


def _percent(work: Calibrating) -> int:
    return 100 if work.is_over else round(100 * work.done_share)


def _body(work: Calibrating) -> str:
    if work.answer is None or work.upload is None:
        return ""
    at = f"/upload/{work.upload.id}/calibration/figure"
    names = ["predicted", *(["assumptions"] if work.answer.assumptions else [])]
    figures = {name: f"{at}/{name}.svg?of={work.id}" for name in names}
    link, section = "", section_of(work.answer, figures)
    if work.answer.conditioned is not None:
        fields = {**work.inputs.fields(), "program": f"{work.inputs.program}{CALIBRATED}"}
        link = f"/?{urlencode(fields)}"
    return rendered("calibration_part.html", section=section, link=link, upload=work.upload)
