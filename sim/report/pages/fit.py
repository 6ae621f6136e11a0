"""What `fit` prints and writes: what was read, what became of every row, and what was fitted."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from sim.files import put
from sim.history.cells import LEAST_CELL
from sim.history.fitting import Fitted
from sim.history.keeping import Saved
from sim.history.reading.read import ReadReport
from sim.history.reading.thin import TITLES
from sim.history.reading.types import Types
from sim.history.reading.zones import Spellings
from sim.report import drawing, fitting
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table

UNDER = f"under {LEAST_CELL}"
SHOWN_LINES = 5
SHOWN_COLUMNS = 20
NO_STAMP = "no stamp of when it was received"
TITLE = "a title or a total: neither a number of an incident nor a stamp"


class Commands(NamedTuple):
    """What to type next.

    `again` fits the log, without a word on whose stamps it has, and `confirmed` does with the
    columns as corrected; `validate` holds it against its last months and `calibrate` takes figures
    of the agency's own.
    """

    again: str = ""
    confirmed: str = ""
    validate: str = ""
    calibrate: str = ""


NO_COMMANDS = Commands()


def screen(
    report: ReadReport,
    fitted: Fitted | None,
    out: Path,
    saved: Saved,
    commands: Commands = NO_COMMANDS,
) -> str:
    """Text of one screen."""
    facts = [] if fitted is None else fitting.facts(fitted)
    said: dict[str, Any] = {
        "report": report,
        "fitted": fitted,
        "saved": saved,
        **commands._asdict(),
    }
    said["has_stamps"] = bool({"dispatched", "arrived"} & _steps(report))
    return rendered("fit_screen.txt", **said, facts=facts, out=out, most_columns=SHOWN_COLUMNS)


def _steps(report: ReadReport) -> set[str]:
    """Stamps that a log has, in whatever columns."""
    return {role.partition("_")[0] for role in report.mapping}


def section_of(report: ReadReport) -> str:
    """HTML of what became of every row, as a part of a page."""
    said: dict[str, Any] = {"report": report, "table": _counts(report)}
    said |= {"types": types_tables(report.types), "zones": _zones(report.zones)}
    return rendered("read_section.html", **said)


def types_tables(types: Types) -> list[Table]:
    """Types that count as mental health, and those that may and do not; none without types."""
    counted = [[name, f"{n:,}"] for name, n in types.counted.items()]
    if types.small:
        calls = f"{types.small_calls:,}" if types.small_calls >= LEAST_CELL else UNDER
        counted.append(["; ".join([*types.together, _small(types.small)]), calls])
    near = [[name, f"{n:,}"] for name, n in types.left_out.items()]
    near += [[_small(types.small_left_out), UNDER]] if types.small_left_out else []
    heads = {
        "Counted as mental health": counted,
        "Not counted, though they may be of mental health": near,
    }
    return [Table([head, "calls"], [Group(rows)], "lr") for head, rows in heads.items() if rows]


def _small(n: int) -> str:
    return f"{n} {'types' if n > 1 else 'type'} of fewer than {LEAST_CELL} calls"


def _zones(spellings: Spellings) -> Table | None:
    """Zones that were spelled in several ways; None if none was."""
    rows = [
        [zone.name, name, UNDER if n is None else f"{n:,}"]
        for zone in spellings.zones
        for name, n in zone.others.items()
    ]
    return Table(["Zone", "spelled otherwise", "rows"], [Group(rows)], "llr") if rows else None


def _counts(report: ReadReport) -> Table | None:
    """Rows by what became of them, and the lines of the first; None if there are none."""
    rows = [[what, f"{n:,}", _lines(report, what)] for what, n in report.dropped.items()]
    rows += [[what, f"{n:,}", _lines(report, what)] for what, n in report.counts.items()]
    return Table(["", "rows", "first lines"], [Group(rows)], "lrl") if rows else None


def _lines(report: ReadReport, what: str) -> str:
    if what == TITLES:
        return ", ".join(map(str, report.title_lines[:SHOWN_LINES]))
    return ", ".join(map(str, report.lines_of.get(what, [])[:SHOWN_LINES]))


def as_tree(report: ReadReport, fitted: Fitted | None, saved: Saved) -> dict[str, Any]:
    """Everything as plain data."""
    tree = asdict(report)
    del tree["rejected_texts"]  # they have a file of their own
    tree["holes"] = [[str(x.first), str(x.last), x.reason] for x in report.holes]
    if report.types.small_calls < LEAST_CELL:
        tree["types"]["small_calls"] = None
    tree["units"] = report.units.n  # whose names are nobody's business
    tree["copies"] = [x._asdict() for x in saved.copies]
    tree["left"] = [x._asdict() for x in saved.left]
    return {**tree, "fitted": _fitted(fitted)}


def _fitted(fitted: Fitted | None) -> list[dict[str, Any]]:
    return [] if fitted is None else fitting.tables(fitted)["fitted"].to_dicts()


def write_report(
    out: Path, report: ReadReport, fitted: Fitted | None, saved: Saved, commands: Commands
) -> None:
    """Write the report as text, HTML and JSON, and figures and table of the fit."""
    text, files = screen(report, fitted, out, saved, commands), _files(fitted)
    text += "".join(f"\n\n{table.text()}" for table in types_tables(report.types))
    part = "" if fitted is None else f"\n{fitting.text(fitted)}\n"
    section = "" if fitted is None else fitting.html(fitted)
    drawn = sorted(name for name in files if name.endswith(".svg"))
    page = rendered("fit_page.html", text=text, section=section, figures=drawn)
    files |= {
        "fit-report.txt": f"{text}\n{part}".encode(),
        "fit-report.html": f"{page}\n".encode(),
        **_rejected(report),
        "fit-report.json": (json.dumps(as_tree(report, fitted, saved), indent=2) + "\n").encode(),
    }
    for name, content in files.items():
        put(out / name, content)


def _rejected(report: ReadReport) -> dict[str, bytes]:
    """Table of the rejected rows and of titles: line, reason, and what stood for a stamp."""
    import polars as pl  # noqa: PLC0415 - polars is slow to load

    rows = [(line, NO_STAMP, said) for line, said in report.rejected_texts.items()]
    rows = sorted([*rows, *((line, TITLE, "") for line in report.title_lines)])
    if not rows:
        return {}
    table = pl.DataFrame(rows, schema=["line", "reason", "received"], orient="row")
    return {"rejected.csv": as_csv(table).encode()}


def _files(fitted: Fitted | None) -> dict[str, bytes]:
    """Figures as PNG and SVG, and the table of fitted numbers."""
    if fitted is None:
        return {}
    table = as_csv(fitting.tables(fitted)["fitted"]).encode()
    return {**drawing.rendered(fitting.figures(fitted)), "fitted.csv": table}
