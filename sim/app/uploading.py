"""Routes of uploads: a log is chosen, its columns confirmed, and its city fitted."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sim.app.uploads import MOST_ROWS, SAID, Upload
from sim.app.web import EXPIRED, Site, View, attached, fields_of, file_of, is_ours, rendered, stream
from sim.history.reading.columns import KNOWN, PLACES, ROLES

GONE = "This upload is no longer kept."
OTHERS = sorted(KNOWN - ROLES.keys() - PLACES.keys())
DOING = {
    "look": "Reading the file…",
    "read": "Reading the file once more…",
    "fit": "Fitting the calls. This may take a minute…",
}


class Uploading:
    """What is done with a log that a person uploads."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[BaseRoute]:
        """Routes of all of it."""
        get, post = ["GET"], ["POST"]
        return [
            Route("/upload", self.ask, methods=get),
            Route("/upload", self.put, methods=post),
            Route("/upload/{id}", self.show, methods=get),
            Route("/upload/{id}", self.say, methods=post),
            Route("/upload/{id}/events", self.events, methods=get),
            Route("/upload/{id}/figure/{name}.svg", self.figure, methods=get),
            Route("/upload/{id}/city.zip", self.download, methods=get),
        ]

    async def ask(self, request: Request) -> Response:
        """Form for a file."""
        return self._site.page(request, "upload_ask.html", error="", most_rows=MOST_ROWS)

    async def put(self, request: Request) -> Response:
        """Take a file, and lead to the page of what is found in it."""
        fields, name, content = await file_of(request, "log")
        session = self._site.session(request)
        if not is_ours(session, fields):
            return self._site.message(request, EXPIRED, 403)
        if not content.strip():
            error = "expected a file with a head and rows, got none"
            values = {"error": error, "most_rows": MOST_ROWS}
            return self._site.page(request, "upload_ask.html", 422, **values)
        upload = await run_in_threadpool(session.new_upload, name, content)
        self._site.reader.put(upload, "look")
        return RedirectResponse(f"/upload/{upload.id}", 303)

    async def show(self, request: Request) -> Response:
        """Return what is found in a file, what can be said of it, and what was fitted."""
        upload = self._upload(request)
        if upload is None:
            return self._site.message(request, GONE, 404)
        over, status = upload.is_over, _status(upload)  # before the body: they may be older
        body = await run_in_threadpool(self._body, request, upload) if over else ""
        about: dict[str, Any] = {"over": over, "status": status}
        return self._site.page(request, "upload.html", upload=upload, body=body, **about)

    async def say(self, request: Request) -> Response:
        """Note the columns that a person confirms, and read or fit the log."""
        upload, fields = self._upload(request), await fields_of(request)
        if upload is None:
            return self._site.message(request, GONE, 404)
        if not is_ours(self._site.session(request), fields):
            return self._site.message(request, EXPIRED, 403)
        if upload.is_over and upload.columns:
            upload.say(fields)
            self._site.reader.put(upload, "fit" if fields.get("action") == "fit" else "read")
        return RedirectResponse(f"/upload/{upload.id}", 303)

    async def events(self, request: Request) -> Response:
        """Stream of an upload until nothing more is done."""
        upload = self._upload(request)
        if upload is None:
            return Response(status_code=404)
        view = View(
            shown=lambda: upload.version if upload.is_over else None,
            body=lambda: self._body(request, upload),
            status=lambda: _status(upload),
            percent=lambda: 0,
        )
        return StreamingResponse(stream(upload, view, request), media_type="text/event-stream")

    async def figure(self, request: Request) -> Response:
        """Figure of what was fitted, as SVG."""
        upload, name = self._upload(request), request.path_params["name"]
        if upload is None or name not in FIGURES or not (upload.out / f"{name}.svg").is_file():
            return Response(status_code=404)
        content = (upload.out / f"{name}.svg").read_bytes()
        return Response(content, media_type="image/svg+xml")

    async def download(self, request: Request) -> Response:
        """Folder that the command line takes, with the report of the fit."""
        upload = self._upload(request)
        if upload is None or not upload.config:
            return Response(status_code=404)
        content = await run_in_threadpool(_zipped, upload)
        return attached(content, "application/zip", f"{upload.config}.zip")

    def _upload(self, request: Request) -> Upload | None:
        return self._site.session(request).uploads.get(request.path_params["id"])

    def _body(self, request: Request, upload: Upload) -> str:
        """HTML of what stands under the state of an upload."""
        from sim.report.pages.fit import section_of  # noqa: PLC0415 - matplotlib takes 30 MB

        report, of = upload.report, upload.mapping
        drawn = [name for name in FIGURES if (upload.out / f"{name}.svg").is_file()]
        values: dict[str, Any] = {
            "quality": "" if report is None else section_of(report),
            "figures": drawn if upload.config else [],
            "others": OTHERS,
            "others_open": any(role in of for role in OTHERS),
            "choices": SAID,
            "roles": ROLES,
            "words_of_figures": FIGURES,
        }
        token = self._site.session(request).token
        return rendered("upload_part.html", upload=upload, token=token, **values)


FIGURES = {
    "calls_by_hour_of_week": "Calls by hour of the week, as counted and as fitted.",
    "durations": "Durations as they were seen, and the law of each.",
}


def _status(upload: Upload) -> str:
    if upload.doing:
        return DOING[upload.doing]
    if upload.error:
        return "Not yet: see below what has to be put right."
    return "Fitted." if upload.config else "Read. Now confirm the columns."


def _zipped(upload: Upload) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(upload.out.rglob("*")):
            file.write(path, f"{upload.config}/{path.relative_to(upload.out)}")
    return whole.getvalue()
