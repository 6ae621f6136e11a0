"""The document as one HTML file that stands alone."""

from __future__ import annotations

from base64 import b64encode

from sim.report.document.blocks import Document
from sim.report.document.result import Result
from sim.report.rendering import rendered


def page_of(document: Document, result: Result) -> bytes:
    """Bytes of an HTML file, its figures inside.

    Parameters
    ----------
    document
        From `document_of`.
    result
        Whose folder has the figures.
    """
    page = rendered(
        "document/page.html",
        document=document,
        anchors=document.addresses,
        image=lambda name: _address(result, name),
        kind=lambda block: type(block).__name__,
    )
    return f"{page}\n".encode()


def _address(result: Result, name: str) -> str:
    """Figure as an address that holds all of it; empty if there is none."""
    file = result.picture(name, "svg")
    return (
        "" if file is None else f"data:image/svg+xml;base64,{b64encode(file.read_bytes()).decode()}"
    )
