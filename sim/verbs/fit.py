"""The verb `fit`: config files from an agency's own calls."""

from __future__ import annotations

import json as json_text
import re
from pathlib import Path
from typing import Annotated

import typer

from sim.verbs.words import loading, say


def fit(
    calls: Annotated[Path, typer.Argument(help="A CSV, TSV, XLSX or Parquet file of calls.")],
    out: Annotated[Path, typer.Option(help="Folder of configs to be made.")] = Path("my_city"),
    columns: Annotated[Path | None, typer.Option(help="mapping.yaml, as confirmed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take the columns as proposed.")] = False,
    rules: Annotated[Path | None, typer.Option(help="Words and codes of mental health.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as cp1252.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Such as ';'.")] = None,
    date_format: Annotated[str | None, typer.Option(help="mdy, dmy or ymd.")] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Such as America/New_York, for stamps in UTC.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read a log of calls, and make the config files that compare takes."""
    with loading():
        from sim.config import InputError
        from sim.history.faults import LogError
        from sim.history.fitting.fit import fit_log
        from sim.history.reading.read import Options, read_log
        from sim.report.pages.fit import as_tree, screen, write_report

    asked = Options(columns, rules, encoding, delimiter, date_format, time_zone, sheet)
    try:
        log, report = read_log(calls, asked)
        if columns is None and not yes:
            write_report(out, report, None)
            say(screen(report, None, out))
            return
        name = re.sub(r"\W+", "_", out.name).strip("_").lower() or "my_city"
        fitted = fit_log(log, out, name)
    except LogError as error:
        raise InputError(str(error)) from error
    write_report(out, report, fitted)
    tree = as_tree(report, fitted)
    say(json_text.dumps(tree, indent=2) if json else screen(report, fitted, out))
