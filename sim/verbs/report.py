"""The verb `report`: a results folder as a document for a funder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.verbs.words import loading, say


def report(
    result: Annotated[
        Path, typer.Argument(help="A results folder, or one of several: the newest.")
    ],
    formats: Annotated[
        str, typer.Option("--format", metavar="docx,html,pdf", help="Some of these.")
    ] = "docx,html,pdf",
    template: Annotated[
        Path | None, typer.Option(help="A Word file with your own styles, page and headers.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A new folder; by default report in the results folder.")
    ] = None,
) -> None:
    """Write what a funder reads of a result: need, plans, changes, budget, limits and sources."""
    with loading():
        from sim.report.document.pack import formats_of, written

    say(written(result, formats_of(formats), template, out).screen())
