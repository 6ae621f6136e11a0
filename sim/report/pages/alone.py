"""One HTML file that stands alone: figures, style and slider inside, opened without a server."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.provenance import rerun_command
from sim.report.rendering import rendered
from sim.scenarios.request import Request

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FILE = "page.html"
STATIC = Path(__file__).parents[1] / "static"


def alone(title: str, body: str, request: Request) -> str:
    """HTML of a file that asks nothing of any other.

    Parameters
    ----------
    title
        What it answers.
    body
        HTML under its heading; addresses in it are those of `inside`.
    request
        What was asked, for the command under it.
    """
    style, script = _static("style.css"), _static("slider.js")
    policy = (
        f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_sum(style)}'; script-src '{_sum(script)}'"
    )
    command = rerun_command(request.verb, request.plans, request.overrides, request.words)
    page = rendered(
        "alone_page.html",
        title=title,
        body=body,
        policy=policy,
        style=style,
        script=script,
        command=command,
    )
    return f"{page}\n"


def inside(figures: Mapping[str, Figure]) -> dict[str, str]:
    """Figures by name as addresses that hold them."""
    from sim.report.drawing import as_svg  # noqa: PLC0415 - matplotlib is slow to load

    return {
        name: f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
        for name, content in as_svg(figures).items()
    }


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _sum(text: str) -> str:
    """Checksum by which the policy knows a text of the file itself."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
