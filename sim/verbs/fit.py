"""The verb `fit`: config files from an agency's own calls."""

from __future__ import annotations

import errno
import json as json_text
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
    every_day: Annotated[
        bool, typer.Option("--every-day", help="Holes count as days without calls.")
    ] = False,
    zones: Annotated[
        Path | None, typer.Option(help="GeoJSON or CSV of zones, for calls with coordinates.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of the config files; that of the folder.")
    ] = None,
    about: Annotated[Path | None, typer.Option(help="Publisher, license, part months.")] = None,
    served: Annotated[bool, typer.Option("--served", help="The log is the team's own.")] = False,
    stamps: Annotated[str | None, typer.Option(help="Whose stamps: team or patrol.")] = None,
    teams: Annotated[int | None, typer.Option(help="Teams on duty at all hours.", min=1)] = None,
    staffed: Annotated[str | None, typer.Option(help="Such as 'mon-fri 8-20'.")] = None,
    borrow: Annotated[str | None, typer.Option(help="Shape of hours without a team.")] = None,
    holidays: Annotated[str | None, typer.Option(help="Country and part: US, US-CA.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read a log of calls, and make the config files that compare takes."""
    with loading():
        from sim.config import InputError
        from sim.fits import commands_of, fit_told, look
        from sim.history.told import Told
        from sim.report.pages.fit import as_tree, screen

    told = Told(
        columns=columns,
        rules=rules,
        encoding=encoding,
        delimiter=delimiter,
        date_format=date_format,
        time_zone=time_zone,
        sheet=sheet,
        every_day=every_day,
        zones=zones,
        about=about,
        served=served,
        stamps=stamps,
        teams=teams,
        staffed=staffed,
        borrow=borrow,
        holidays=holidays,
    )
    fitted = None
    try:
        if columns is None and not yes:
            report, saved = look(calls, told, out)
        else:
            answer = fit_told(calls, told, name or out.name)
            report, fitted = answer.report, answer.fitted
            saved = answer.saved(out)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # of any file that is named
            raise
        right = "a folder that can be written"
        raise InputError(f"--out: expected {right}, got {error.strerror!r} at {out}") from error
    tree = as_tree(report, fitted, saved)
    as_text = fitted is None or not json
    commands = commands_of(calls, told, out, name or out.name, saved)
    text = (
        screen(report, fitted, out, saved, commands) if as_text else json_text.dumps(tree, indent=2)
    )
    say(text)
