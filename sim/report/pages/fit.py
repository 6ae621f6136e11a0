"""What `fit` prints and writes: what was read, what became of every row, and what was fitted."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from sim.history.fitting.fit import Fitted
from sim.history.reading.columns import as_yaml
from sim.history.reading.read import ReadReport
from sim.report.rendering import rendered


def screen(report: ReadReport, fitted: Fitted | None, out: Path) -> str:
    """Text of one screen."""
    return rendered("fit_screen.txt", report=report, fitted=fitted, out=out)


def as_tree(report: ReadReport, fitted: Fitted | None) -> dict[str, Any]:
    """Everything as plain data."""
    tree = asdict(report)
    tree["holes"] = [[str(x.first), str(x.last), x.reason] for x in report.holes]
    return {**tree, "fitted": [] if fitted is None else fitted.facts}


def write_report(out: Path, report: ReadReport, fitted: Fitted | None) -> None:
    """Write mapping.yaml and the report as text, HTML and JSON."""
    out.mkdir(parents=True, exist_ok=True)
    text = screen(report, fitted, out)
    page = (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Fit report</title>'
        f"<pre>{escape(text)}</pre></html>"
    )
    files = {
        "mapping.yaml": as_yaml(report.mapping),
        "fit-report.txt": f"{text}\n",
        "fit-report.html": f"{page}\n",
        "fit-report.json": json.dumps(as_tree(report, fitted), indent=2) + "\n",
    }
    for name, content in files.items():
        (out / name).write_text(content, encoding="utf-8")
