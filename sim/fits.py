"""`sim.fit`: from an agency's own calls to config files, with their report.

It stands above the reports, so that what was fitted can draw its figures and write its folder.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from sim.config import InputError, compose
from sim.config.starter import is_as_started, overridden
from sim.history.fitting import Fitted
from sim.history.fitting.fit import BASES, as_shipped, file_of
from sim.history.keeping import Copied, Left, Saved, put_beside, set_aside, undone_on_fault
from sim.history.reading.read import ReadReport
from sim.history.told import BESIDE, FILE, Told, written_in
from sim.report import fitting
from sim.report.drawing import Drawing, drawings
from sim.report.pages.fit import Commands, write_report
from sim.shown import Shown

if TYPE_CHECKING:
    import polars as pl


GROUPS = ("demand", "service", "travel", "outcomes")  # that a command names


ZONES = "zones.csv"  # of a starter folder, which its own demand alone reads


class Said(TypedDict, total=False):
    """Options of `fit`: what its user says of a log."""

    columns: str | Path | None
    rules: str | Path | None
    encoding: str | None
    delimiter: str | None
    date_format: str | None
    time_zone: str | None
    sheet: str | None
    every_day: bool
    about: str | Path | None
    served: bool
    stamps: str | None
    teams: int | None
    staffed: str | None
    borrow: str | None
    holidays: str | None


@dataclass(frozen=True, repr=False)
class Fit(Shown):
    """The whole answer of `fit`; printed it is a few lines.

    `report` says what became of every row of the log, `fitted` has every number and law that was
    fitted. Nothing is written until `save`.

    Examples
    --------
    >>> import sim
    >>> fit = sim.fit("calls.csv", name="my_city")  # doctest: +SKIP
    >>> fit.to_frame().columns  # doctest: +SKIP
    ['figure', 'unit', 'value', 'low', 'high', 'n']
    """

    told: Told
    report: ReadReport
    fitted: Fitted
    calls: Path

    @property
    def name(self) -> str:
        """Name of the config files, as in `demand=NAME`."""
        return self.fitted.name

    @property
    def columns(self) -> Mapping[str, str]:
        """Column of the log that each role was read from; look at it before you trust the rest."""
        return self.report.mapping

    def to_frame(self) -> pl.DataFrame:
        """Return a row a fitted figure: figure, unit, value, 95% interval low to high, rows n."""
        return fitting.tables(self.fitted)["fitted"]

    def figures(self) -> dict[str, Drawing]:
        """Draw calls by hour of week, and the laws of durations if there are any, by name."""
        return drawings(fitting.figures(self.fitted))

    def save(self, folder: str | Path) -> Path:
        """Write what the command `fit` writes, and return the folder.

        It has the config files, to be used by `config_dir=folder`, and the report. A group in
        which nothing was fitted has no file, and one that is there is left alone. Of a file that is
        replaced, a copy is kept beside it as `.bak`, unless an earlier fit wrote it. An OSError
        says that a file cannot be written.
        """
        self.saved(Path(folder))
        return Path(folder)

    def saved(self, out: Path) -> Saved:
        """Write the same, and return what became of the files that were there."""
        files = {**self.told.files(self.report), **self.fitted.files}
        groups = [file_of(group, self.name) for group in BASES]
        with undone_on_fault(out, {*files, *groups, FILE, ZONES}):
            return self._saved(out, files)

    def _saved(self, out: Path, files: dict[str, bytes]) -> Saved:
        copies = put_beside(out, files, written_in(out))
        stand_in = _stand_in(self.fitted, out)
        copies += put_beside(out, stand_in, written_in(out))
        self.told.keep(out, self.fitted.log, self.name, files | stand_in)
        saved = _around(self.fitted, out, copies, list(stand_in))
        write_report(out, self.report, self.fitted, saved, self.commands(out, saved))
        return saved

    def commands(self, out: Path, saved: Saved) -> Commands:
        """Commands to type next."""
        return commands_of(self.calls, self.told, out, self.name, saved)

    def __repr__(self) -> str:
        log = self.fitted.log
        calls = f"{self.report.mental_health_calls:,} calls of mental health"
        head = f"Fit of {log.name}: {calls}, {log.first} to {log.last}"
        return "\n".join([head, *(f"  {fact}" for fact in fitting.facts(self.fitted))])


def fit(calls: str | Path, *, name: str = "my_city", **options: Unpack[Said]) -> Fit:
    r"""Read an agency's own calls, and fit demand, service and travel to them.

    Parameters
    ----------
    calls
        A CSV, TSV, XLSX or Parquet file, as dispatch systems export it.
    name
        Of the config files that `Fit.save` writes.
    options
        As of the command: `columns` is a file that says which column is what (without it they are
        taken as proposed), `rules` one with words and codes of mental health, `about` one with
        publisher and license. `encoding`, `delimiter`, `date_format` ("mdy", "dmy" or "ymd"),
        `time_zone` and `sheet` are of the file itself. `served` says that the log is the team's
        own, `stamps` whose stamps it has ("team" or "patrol"), `teams` how many are on duty at all
        hours, `staffed` in which hours ("mon-fri 8-20"), `borrow` whose shape hours without a team
        take, `holidays` of which country ("US" or "US-CA"), and `every_day` that days without
        calls are days of the log.

    Returns
    -------
    Fit
        Every fitted number with its 95% interval, and what became of every row.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sim
    >>> rows = ["Incident,Call Type,Received"]
    >>> days = [f"2024-{month:02d}-{day:02d}" for month in (1, 2, 3) for day in range(1, 29)]
    >>> rows += [f"{n},MENTAL HEALTH CRISIS,{day} 07:13" for n, day in enumerate(days)]
    >>> with tempfile.TemporaryDirectory() as here:
    ...     calls = Path(here, "calls.csv")
    ...     _ = calls.write_text("\n".join(rows))
    ...     fit = sim.fit(calls, every_day=True)
    >>> fit.to_frame()["figure"].to_list()
    ['Calls a year', 'Calls from 01:00 to 09:00', 'Day-to-day variation beyond chance']
    """
    words: dict[str, Any] = {**options}
    words |= {key: Path(words[key]) for key in BESIDE if words.get(key) is not None}
    return fit_told(Path(calls), Told(**words), name)


def look(calls: Path, told: Told, out: Path) -> tuple[ReadReport, Saved]:
    """Read a log, and write its columns and what became of every row, before anything is fitted."""
    _, report = told.read(calls)
    saved = Saved(put_beside(out, told.files(report), written_in(out)), [], [])
    write_report(out, report, None, saved, commands_of(calls, told, out, out.name, saved))
    return report, saved


def commands_of(calls: Path, told: Told, out: Path, name: str, saved: Saved) -> Commands:
    """Commands to type next, of a log and the folder that was made of it."""
    named = [] if name == out.name else ["--name", name]
    first = ["coresponder", "fit", str(calls), "--out", str(out), *named]
    columns = [] if told.columns else ["--yes"]
    plain = replace(told, columns=None).words()
    corrected = ["--columns", str(out / BESIDE["columns"])]
    plan = saved.plans[-1] if saved.plans else "3"  # the one that is compared with: today's
    known = ["calibrate", str(out), plan, "--observed", str(out / "observed.yaml")]
    return Commands(
        shlex.join([*first, *columns, *told.words()]),
        shlex.join([*first, *corrected, *plain]),
        shlex.join(["coresponder", "validate", str(out), plan, "--calls", str(calls)]),
        shlex.join(["coresponder", *known]),
    )


def _stand_in(fitted: Fitted, out: Path) -> dict[str, bytes]:
    """Shipped content, by path, for made-up files of a starter folder that contradict the fit."""
    command = str(fitted.table.source["command"])
    unfitted = [group for group in BASES if group not in fitted.texts]
    return {
        file: as_shipped(group, command)
        for group, file in ((group, file_of(group, fitted.name)) for group in unfitted)
        if is_as_started(out, file) and _why_not(["demand", group], fitted.name, out)
    }


def _around(fitted: Fitted, out: Path, copies: list[Copied], stand_in: list[str]) -> Saved:
    """What became of the other files of a folder, and how it is asked for."""
    groups = [group for group in GROUPS if group in fitted.texts]
    left = []
    for group in GROUPS:
        file = file_of(group, fitted.name)
        if group not in groups and (out / file).is_file():
            why_not = _why_not([*groups, group], fitted.name, out)
            left += [] if file in stand_in else [Left(file, why_not)]
            groups += [] if why_not else [group]
    aside = [set_aside(out, ZONES)] if is_as_started(out, ZONES) else []
    choices = choices_of(out, fitted.name, groups)
    return Saved(copies, left, groups, aside, stand_in, choices, plans_of(choices, out))


def choices_of(out: Path, name: str, groups: Sequence[str]) -> list[str]:
    """Overrides that ask for some groups of a folder: by its program, if it has one.

    What the program chooses and is none of the groups is put back to what is shipped.
    """
    chosen = overridden(out, name)
    if chosen is None:
        return [f"{group}={name}" for group in groups]
    more = [f"{group}={name}" for group in groups if group not in chosen]
    back = [f"{group}={BASES[group]}" for group in BASES if group in chosen - {*groups}]
    return [f"program={name}", *more, *back]


def plans_of(choices: Sequence[str], out: Path) -> list[str]:
    """Plans of a folder: those of its program, or else two that stand in it; none without any."""
    if choices and choices[0].startswith("program="):
        return list(compose(list(choices), out).program.plans)
    there = sorted(path.stem for path in (out / "staffing").glob("*.yaml"))
    return there[:2]


def _why_not(groups: list[str], name: str, out: Path) -> str:
    """Why some configs do not go together, or nothing if they do."""
    try:
        compose([f"{group}={name}" for group in groups], out)
    except InputError as error:
        return str(error)
    return ""


def fit_told(calls: Path, told: Told, name: str) -> Fit:
    """Fit a log as its user told of it; of the name, letters and digits are kept."""
    log, report = told.read(calls)
    plain = re.sub(r"\W+", "_", name).strip("_").lower() or "my_city"
    return Fit(told, report, told.fitted(log, plain), calls)
