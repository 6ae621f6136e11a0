"""What a validation asks: a log in two parts, and the configs of the first."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import polars as pl

from sim.config import Config, InputError, compose
from sim.config.starter import overridden
from sim.files import put
from sim.history.fitting.fit import BASES, as_shipped, file_of
from sim.history.log import CallLog, Excluded
from sim.history.told import Kept, told_of
from sim.scenarios.request import Request
from sim.scenarios.validation.rows import Period

FITTED_SHARE = 2 / 3  # of the days of a log, if no day is named
FEWEST_DAYS = 14  # to be held against
FEWEST_DRAWS = 40  # of which a 95% band can be made
GROUPS = ("demand", "service", "travel", "outcomes")
MADE_BY_FIT = "# made by: coresponder fit"  # how its files begin


class Asked(NamedTuple):
    """A whole log and its two parts, and what is kept of the one that was fitted."""

    kept: Kept
    log: CallLog
    fitted: CallLog
    rest: CallLog
    folder: Path

    @property
    def period(self) -> Period:
        """Days that are held against."""
        return Period.of(self.rest.first, self.rest.last, self.rest.excluded)


def asked_of(request: Request) -> Asked:
    """Log of a request, parted at a day.

    Raises
    ------
    InputError
        If there is no such folder, log or day.
    """
    if not 1 <= len(request.plans) <= 2:  # noqa: PLR2004 - a folder, and a plan
        raise InputError(
            "validate: expected a folder that coresponder fit made, and the plan that was staffed, "
            f"got {', '.join(request.plans) or 'nothing'}"
        )
    folder, calls = Path(request.plans[0]), request.own.get("calls")
    kept = told_of(folder)
    if calls is None:
        raise InputError("--calls: expected the log that was fitted, got none")
    log, _ = kept.told.read(Path(str(calls)))
    if log.without_days is not None:
        raise InputError(f"{log.name}: expected calls with a calendar day, got none with one")
    last = _until(request.own.get("until"), log)
    rest = _part(log, last + timedelta(days=1), log.last)
    return Asked(kept, log, _part(log, log.first, last), rest, folder)


def _until(word: object, log: CallLog) -> date:
    days = (log.last - log.first).days + 1
    if word is None:
        last = log.first + timedelta(days=round(days * FITTED_SHARE) - 1)
    else:
        try:
            last = date.fromisoformat(str(word))
        except ValueError:
            raise InputError(f"--until: expected a day such as 2024-06-30, got {word!r}") from None
    latest = log.last - timedelta(days=FEWEST_DAYS)
    if not log.first <= last <= latest:
        raise InputError(
            f"--until: expected a day that leaves {FEWEST_DAYS} days or more after it, from "
            f"{log.first} to {latest}, got {last}"
        )
    return last


def _part(log: CallLog, first: date, last: date) -> CallLog:
    """Calls of some days of a log."""
    day = pl.col("received_at").dt.date()
    excluded = [
        Excluded(max(x.first, first), min(x.last, last), x.reason)
        for x in log.excluded
        if x.first <= last and x.last >= first
    ]
    some = log.calls.filter(day.is_between(first, last))
    return log._replace(calls=some, first=first, last=last, excluded=excluded)


@contextmanager
def fitted_anew(asked: Asked) -> Iterator[tuple[Path, bool]]:
    """Folder of the user's configs with those of the first months, and whose stamps they have."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "configs"
        shutil.copytree(asked.folder, folder, ignore=shutil.ignore_patterns("fit*", "results"))
        fitted = asked.kept.told.fitted(asked.fitted, asked.kept.name)
        _forget(folder, asked.kept.name)
        fitted.write(folder)
        _complete(folder, asked.kept.name)
        yield folder, fitted.whose == "team"


def _forget(folder: Path, name: str) -> None:
    """Delete what was fitted to the whole log, which the first months may not be told.

    Files of the user's own stay.
    """
    for group in GROUPS:
        file = folder / file_of(group, name)
        if file.is_file() and file.read_text(encoding="utf-8").startswith(MADE_BY_FIT):
            file.unlink()


def _complete(folder: Path, name: str) -> None:
    """Write as shipped what the program of a folder names and the first months have no fit of."""
    for group in (overridden(folder, name) or set()) & {*BASES}:
        file = folder / file_of(group, name)
        if not file.is_file():
            file.parent.mkdir(exist_ok=True)
            put(file, as_shipped(group, MADE_BY_FIT.removeprefix("# made by: ")))


def config_of(request: Request, asked: Asked, folder: Path) -> Config:
    """Config of the first months, run over the days of the rest.

    Raises
    ------
    InputError
        If it is not valid, or has too few draws.
    """
    named = {word.partition("=")[0] for word in request.overrides}
    name = asked.kept.name
    there = [group for group in GROUPS if (folder / file_of(group, name)).is_file()]
    by_program = overridden(folder, name)
    chosen = named if by_program is None else named | by_program
    groups = [f"{group}={name}" for group in there if group not in chosen]
    if by_program is not None and "program" not in named:
        groups = [f"program={name}", *groups]
    days = (asked.rest.last - asked.rest.first).days + 1
    window = [f"run.window_start={asked.rest.first}", f"run.window_days={days}"]
    config = compose([*groups, *window, *request.overrides], folder)
    if config.run.draws < FEWEST_DRAWS:
        right = f"{FEWEST_DRAWS} draws or more (run.draws), of which a 95% band can be made"
        raise InputError(f"validate: expected {right}, got {config.run.draws}")
    return config
