"""What `fit` prints and writes: what was read, what became of every row, and what was fitted."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.files import put
from sim.history.fitting import Fitted
from sim.history.reading.columns import as_yaml
from sim.history.reading.read import ReadReport
from sim.report import drawing, fitting
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table

SHOWN_LINES = 5


def screen(report: ReadReport, fitted: Fitted | None, out: Path) -> str:
    """Text of one screen."""
    facts = [] if fitted is None else fitting.facts(fitted)
    return rendered("fit_screen.txt", report=report, fitted=fitted, facts=facts, out=out)


def section_of(report: ReadReport) -> str:
    """HTML of what became of every row, as a part of a page."""
    return rendered("read_section.html", report=report, table=_counts(report))


def _counts(report: ReadReport) -> Table | None:
    """Rows by what became of them, and the lines of the first; None if there are none."""
    rows = [[what, f"{n:,}", ""] for what, n in report.dropped.items()]
    rows += [[what, f"{n:,}", _lines(report, what)] for what, n in report.counts.items()]
    return Table(["", "rows", "first lines"], [Group(rows)], "lrl") if rows else None


def _lines(report: ReadReport, what: str) -> str:
    return ", ".join(map(str, report.lines_of.get(what, [])[:SHOWN_LINES]))


def as_tree(report: ReadReport, fitted: Fitted | None) -> dict[str, Any]:
    """Everything as plain data."""
    tree = asdict(report)
    del tree["rejected_texts"]  # they have a file of their own
    tree["holes"] = [[str(x.first), str(x.last), x.reason] for x in report.holes]
    return {**tree, "fitted": _fitted(fitted)}


def _fitted(fitted: Fitted | None) -> list[dict[str, Any]]:
    return [] if fitted is None else fitting.tables(fitted)["fitted"].to_dicts()


def write_report(out: Path, report: ReadReport, fitted: Fitted | None) -> None:
    """Write mapping.yaml, the report as text, HTML and JSON, and figures and table of the fit."""
    out.mkdir(parents=True, exist_ok=True)
    text, files = screen(report, fitted, out), _files(fitted)
    part = "" if fitted is None else f"\n{fitting.text(fitted)}\n"
    section = "" if fitted is None else fitting.html(fitted)
    drawn = sorted(name for name in files if name.endswith(".svg"))
    page = rendered("fit_page.html", text=text, section=section, figures=drawn)
    files |= {
        "mapping.yaml": as_yaml(report.mapping).encode(),
        "fit-report.txt": f"{text}\n{part}".encode(),
        "fit-report.html": f"{page}\n".encode(),
        **_rejected(report),
        "fit-report.json": (json.dumps(as_tree(report, fitted), indent=2) + "\n").encode(),
    }
    for name, content in files.items():
        put(out / name, content)


def _rejected(report: ReadReport) -> dict[str, bytes]:
    """Table of the rejected rows: line, reason, and what stood for a stamp."""
    import polars as pl  # noqa: PLC0415 - polars is slow to load

    if not report.rejected_texts:
        return {}
    reason = "no stamp of when it was received"
    rows = [(line, reason, said) for line, said in report.rejected_texts.items()]
    table = pl.DataFrame(rows, schema=["line", "reason", "received"], orient="row")
    return {"rejected.csv": as_csv(table).encode()}


def _files(fitted: Fitted | None) -> dict[str, bytes]:
    """Figures as PNG and SVG, and the table of fitted numbers."""
    if fitted is None:
        return {}
    table = as_csv(fitting.tables(fitted)["fitted"]).encode()
    return {**drawing.rendered(fitting.figures(fitted)), "fitted.csv": table}
