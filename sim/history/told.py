"""What a user says of a log: kept beside the configs made of it, so that it can be fitted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sim.config import InputError
from sim.config.files.named import NOT_READ
from sim.files import put
from sim.history.faults import LogError
from sim.history.fitting import Fitted, fit_log, said
from sim.history.keeping import checksum_of
from sim.history.log import CallLog
from sim.history.reading.columns import as_yaml
from sim.history.reading.read import Options, ReadReport, read_log

FILE = "fit.yaml"
WRITTEN = "written"  # its key of checksums
HEAD = "# What was said of the log; `coresponder validate` reads it to fit the log anew.\n"
BESIDE = {
    "columns": "mapping.yaml",
    "rules": "rules.yaml",
    "about": "about.yaml",
    "zones": "zones_of_log.txt",  # as GeoJSON or CSV
}


@dataclass(frozen=True)
class Told:
    """Options of `fit` by their names; None is not said."""

    columns: Path | None = None
    rules: Path | None = None
    encoding: str | None = None
    delimiter: str | None = None
    date_format: str | None = None
    time_zone: str | None = None
    sheet: str | None = None
    every_day: bool = False
    zones: Path | None = None
    about: Path | None = None
    served: bool = False
    stamps: str | None = None
    teams: int | None = None
    staffed: str | None = None
    borrow: str | None = None
    holidays: str | None = None

    def read(self, calls: Path) -> tuple[CallLog, ReadReport]:
        """Read a log.

        Raises
        ------
        InputError
            One line: what, where, and what would be right.
        """
        names = Options.__dataclass_fields__
        try:
            options = Options(**{name: getattr(self, name) for name in names})
            log, report = read_log(calls, options)
        except LogError as error:
            raise InputError(str(error)) from error
        return log._replace(served_only=self.served), report

    def fitted(self, log: CallLog, name: str) -> Fitted:
        """Fit a log.

        Raises
        ------
        InputError
            If there are too few calls, or days of exposure.
        """
        names = ("about", "stamps", "teams", "staffed", "borrow", "holidays")
        try:
            options = said(log.name, **{key: getattr(self, key) for key in names})
            return fit_log(log, name=name, options=options)
        except LogError as error:
            raise InputError(str(error)) from error

    def words(self) -> list[str]:
        """Words of a command line that say the same, but whose stamps they are."""
        words = list[str]()
        for name, value in asdict(self).items():
            if value and name != "stamps":
                words += [f"--{name.replace('_', '-')}"] + ([] if value is True else [str(value)])
        return words

    def files(self, report: ReadReport) -> dict[str, bytes]:
        """Content of the files that it names, by the names that they have beside the configs."""
        proposed = as_yaml(report.mapping, report.unused).encode()
        return {BESIDE["columns"]: proposed, **self._own()}

    def _own(self) -> dict[str, bytes]:
        """Content of the user's own files, by the names that they have beside the configs."""
        sources = {file: getattr(self, option) for option, file in BESIDE.items()}
        return {file: path.read_bytes() for file, path in sources.items() if path is not None}

    def keep(self, out: Path, log: CallLog, name: str, files: Mapping[str, bytes]) -> None:
        """Keep what was said with the log's name and checksum, and those of the files made."""
        words = {k: v for k, v in asdict(self).items() if v and k not in BESIDE}
        of_log = {"name": name, "log": log.name, "checksum": log.checksum}
        made = {file: content for file, content in files.items() if file not in self._own()}
        now = {file: checksum_of(content) for file, content in made.items()}
        written = {**written_in(out), **now}
        text = HEAD + yaml.safe_dump({**of_log, **words, WRITTEN: written})
        put(out / FILE, text.encode())


class Kept(NamedTuple):
    """Name of the configs in a folder that `fit` made, their log, and what was said of it.

    `checksum` is the SHA-256 of the log's content, or None if the folder does not say. `written`
    has the SHA-256 of each file that `fit` wrote, by its path.
    """

    name: str
    log: str
    checksum: str | None
    told: Told
    written: dict[str, str]

    def is_of(self, log: CallLog) -> bool:
        """Whether a log is the one that was fitted, as far as the folder says."""
        return self.checksum in {None, log.checksum}


def told_of(folder: Path) -> Kept:
    """What a folder that `fit` made keeps of its log.

    Raises
    ------
    InputError
        If the folder or its file is not one of `fit`.
    """
    path = folder / FILE
    try:
        words: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        name, log = str(words.pop("name")), str(words.pop("log"))
        checksum = words.pop("checksum", None)
        written = dict(words.pop(WRITTEN, None) or {})
        told = Told(**words)
    except (*NOT_READ, TypeError, ValueError, KeyError, AttributeError):
        right = f"a folder that coresponder fit made, with its {FILE}"
        raise InputError(f"{folder}: expected {right}, got none that can be read") from None
    there: dict[str, Any] = {
        option: folder / file for option, file in BESIDE.items() if (folder / file).is_file()
    }
    checksum = None if checksum is None else str(checksum)
    return Kept(name, log, checksum, replace(told, **there), written)


def written_in(folder: Path) -> dict[str, str]:
    """SHA-256 by path of what `fit` last wrote into a folder, as far as the folder says."""
    try:
        return told_of(folder).written
    except InputError:
        return {}
