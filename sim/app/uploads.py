"""Logs that people upload: looked at, read and fitted on a thread of its own, kept nowhere."""

from __future__ import annotations

import gzip
import queue
import re
import shutil
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from secrets import token_urlsafe
from typing import TYPE_CHECKING

import yaml

from sim.app.inputs import FITTED, fitted_title
from sim.app.runs import Work, give_back
from sim.config import InputError
from sim.files import put
from sim.history.faults import LogError
from sim.history.reading.columns import as_yaml, checked, proposed

if TYPE_CHECKING:
    from sim.history.fitting import Fitted
    from sim.history.reading.read import ReadReport
    from sim.history.told import Told
    from sim.scenarios.answers.calibration import Calibration

MOST_ROWS = 500_000
MOST_EXPANDED = 100 * 2**20  # bytes of a compressed file as it is inside
PIECE = 2**20
LONGEST_NAME = 60
# What a message for the command line says, and what the page has in its place.
PHRASES = {
    "say which by --date-format mdy or dmy": "say which below",
    "give the parts of the file one by one with --date-format": "upload its parts one by one",
    "name yours in a file of --rules (words, codes)": "name yours below",
}
CHOOSE = "choose the column that says when a call was received, and that of its type"


class Upload:
    """One log: its file, what was said of it, and what was made of it.

    `version` grows with everything that is to be shown. `doing` is what is done now, or nothing.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.id = token_urlsafe(9)
        self.name, self.folder, self.out = file_name(name), folder, folder / "out"
        self.path = folder / "log" / self.name  # apart, whatever its name: `out` is one, too
        self.city = _plain(PurePosixPath(self.name).name.partition(".")[0])
        self.columns: list[str] = []
        self.mapping: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self.report: ReadReport | None = None
        self.config, self.title, self.fit_html = "", "", ""  # of what is in `out`
        self.calibrating: Work | None = None  # the newest one
        self.known: dict[str, str] = {}  # fields of it
        self.conditioned: Calibration | None = None  # whose draws are in `out`
        self.error, self.doing = "", ""
        self.is_gone = False
        self.version = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing is done now."""
        return not self.doing

    def put(self, content: bytes) -> None:
        """Write its file."""
        self.folder.mkdir()
        self.path.parent.mkdir()
        put(self.path, content)

    def forget(self) -> None:
        """Delete its files, and whatever is made of them yet."""
        self.is_gone = True
        self.forget_calibration()
        shutil.rmtree(self.folder, ignore_errors=True)

    def forget_calibration(self) -> None:
        """End a calibration, and forget its answer."""
        if self.calibrating is not None:
            self.calibrating.cancel()
        self.calibrating = self.conditioned = None

    def say(self, fields: dict[str, str]) -> None:
        """Note what a person has confirmed: a column by role, and how to read them."""
        self.fields = fields
        self.city = _plain(fields.get("city", "")) or self.city
        picks = {key[5:]: at for key, at in fields.items() if key.startswith("role-") and at}
        self.mapping = {
            role: self.columns[int(at)]
            for role, at in picks.items()
            if at.isdecimal() and int(at) < len(self.columns)
        }

    def told(self) -> Told:
        """Return what was said of the log, as the command line has it.

        Raises
        ------
        InputError
            If a field has what it cannot have.
        """
        from sim.history.told import Told  # noqa: PLC0415 - scipy.stats takes 50 MB

        said = {key: _one_of(key, self.fields.get(key, "").strip()) for key in SAID}
        teams = self.fields.get("teams", "").strip()
        return Told(
            columns=self._beside("mapping.yaml", as_yaml(self.mapping)),
            rules=self._rules(),
            date_format=said["date_format"],
            time_zone=said["time_zone"],
            stamps=said["stamps"],
            served=said["served"] is not None,
            teams=_teams(teams) if teams else None,
        )

    def _rules(self) -> Path | None:
        words = [x.strip() for x in self.fields.get("words", "").split(",") if x.strip()]
        return self._beside("rules.yaml", yaml.safe_dump({"words": words})) if words else None

    def _beside(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


SAID = {
    "date_format": ("", "mdy", "dmy", "ymd"),
    "time_zone": (
        *("", "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
        *("America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Toronto"),
    ),
    "stamps": ("", "team", "patrol"),
    "served": ("", "yes"),
}


def file_name(name: str) -> str:
    """Name of an uploaded file without folders, signs and surplus length; its ending is kept."""
    last = re.sub(r"[^\w.\- ]", "_", name.replace("\\", "/").rpartition("/")[2]).lstrip(". ")
    return last[-LONGEST_NAME:].lstrip(". ") or "calls.csv"


def _plain(text: str) -> str:
    """Words of a name in letters, digits and spaces."""
    return " ".join(re.findall(r"[A-Za-z0-9]+", text))[:40].strip()


def _one_of(key: str, text: str) -> str | None:
    if text not in SAID[key]:
        raise InputError(f"{key}: expected one of the list, got {text!r}")
    return text or None


def _teams(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 200:  # noqa: PLR2004 - as of plans
        raise InputError(f"Teams on duty: expected a whole number from 1 to 200, got {text!r}")
    return int(text)


# --- steps ---------------------------------------------------------------------------------------


def look(upload: Upload) -> None:
    """Find the columns of a file, propose what is what, and read it if that is enough."""
    from sim.history.reading.files import rows_of  # noqa: PLC0415 - polars is slow to load
    from sim.history.reading.headers import look_of  # noqa: PLC0415 - the same

    _check_expanded(upload.path)
    frame = rows_of(upload.path).frame
    if frame.height > MOST_ROWS:
        raise InputError(
            f"{upload.name}: expected at most {MOST_ROWS:,} rows, got {frame.height:,}; "
            "upload fewer months, or use the command line"
        )
    upload.columns = [name for name in frame.columns if name != "line"]
    upload.mapping = proposed(upload.columns, looks=lambda name: look_of(frame[name]))
    read(upload)


def read(upload: Upload) -> None:
    """Read a log as it was said, for its report."""
    _check_columns(upload)
    _, upload.report = upload.told().read(upload.path)


def fit(upload: Upload) -> None:
    """Fit a log as it was said; its configs, report and figures are in `out`."""
    from sim.fits import fit_told  # noqa: PLC0415 - matplotlib is slow to load
    from sim.report import fitting  # noqa: PLC0415

    _check_columns(upload)
    upload.config = ""
    upload.forget_calibration()
    shutil.rmtree(upload.out, ignore_errors=True)
    answer = fit_told(upload.path, upload.told(), f"{FITTED}{upload.city or 'city'}")
    answer.save(upload.out)
    _complete(answer.fitted, upload.out)
    upload.report = answer.report
    upload.fit_html = fitting.html(answer.fitted)  # of the log itself nothing is kept
    upload.title, upload.config = fitted_title(answer.name), answer.name


def _complete(fitted: Fitted, out: Path) -> None:
    """Write groups without a fit as shipped: the page asks for all of them by one name."""
    from sim.history.fitting.fit import BASES, as_shipped, file_of  # noqa: PLC0415 - as above

    for group in BASES:
        if group not in fitted.texts:
            (out / group).mkdir(exist_ok=True)
            command = str(fitted.table.source["command"])
            put(out / file_of(group, fitted.name), as_shipped(group, command))


STEPS: dict[str, Callable[[Upload], None]] = {"look": look, "read": read, "fit": fit}


def _check_columns(upload: Upload) -> None:
    try:
        checked(upload.mapping, upload.columns, upload.name)
    except LogError as error:
        raise InputError(f"{upload.name}: {CHOOSE}") from error


def _check_expanded(path: Path) -> None:
    """Refuse a file that is small only because it is compressed."""
    size = 0
    try:
        if path.read_bytes()[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                while size <= MOST_EXPANDED and (piece := file.read(PIECE)):
                    size += len(piece)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as whole:
                size = sum(part.file_size for part in whole.infolist())
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return  # the reader says what is wrong with it
    if size > MOST_EXPANDED:
        raise InputError(f"{path.name}: expected at most 100 MB once unpacked, got more")


# --- the thread ----------------------------------------------------------------------------------


class Reader:
    """A thread that reads and fits, one log at a time, so that memory is bounded."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Upload | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def put(self, upload: Upload, step: str) -> None:
        """Have a step of an upload made, unless one is being made."""
        if not upload.doing:
            upload.doing, upload.error = step, ""
            upload.version += 1
            self._waiting.put(upload)

    def close(self) -> None:
        """End the thread once it is at leisure."""
        self._waiting.put(None)

    def _work(self) -> None:
        while (upload := self._waiting.get()) is not None:
            make(upload)
            give_back()


def make(upload: Upload) -> None:
    """Make a step of an upload; whatever goes wrong is its message, and no fault of others."""
    try:
        STEPS[upload.doing](upload)
    except (InputError, LogError) as error:
        upload.error = _for_the_page(str(error))
    except BaseException as error:  # noqa: BLE001 - also a panic of a reader; the server goes on
        upload.error = f"{upload.name}: it cannot be read ({type(error).__name__})"
    upload.doing = ""
    upload.version += 1
    if upload.is_gone:
        shutil.rmtree(upload.folder.parent, ignore_errors=True)


def _for_the_page(text: str) -> str:
    for phrase, of_page in PHRASES.items():
        text = text.replace(phrase, of_page)
    return text
