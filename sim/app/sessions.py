"""Sessions of the page: what one browser has asked and uploaded, in a folder that goes with it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from secrets import token_urlsafe
from time import monotonic

from sim.app.inputs import CALIBRATED, DEFAULTS, Inputs
from sim.app.runs import STAGES, Run
from sim.app.uploads import Upload
from sim.config import InputError, compose, staffing

MOST_RUNS = 6  # of a session; the oldest goes
MOST_UPLOADS = 2  # likewise
MOST_SESSIONS = 60
IDLE_S = 3_600.0  # after which a session and all of it are gone


class Session:
    """Runs and uploads of one browser, and a folder for its files that goes with it."""

    def __init__(self, home: Path) -> None:
        self.token = token_urlsafe(24)  # for forms: no other page can send them
        self.runs: OrderedDict[str, Run] = OrderedDict()
        self.uploads: OrderedDict[str, Upload] = OrderedDict()
        self.used_at = monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="session-", dir=home)

    @property
    def is_in_use(self) -> bool:
        """Whether anything was asked or uploaded in it."""
        return bool(self.runs or self.uploads)

    @property
    def fitted(self) -> dict[str, Upload]:
        """Uploads that were fitted, by the name of their configs."""
        return {upload.config: upload for upload in self.uploads.values() if upload.config}

    @property
    def cities(self) -> dict[str, str]:
        """What uploads have added to the programs to choose from: names with their titles."""
        cities: dict[str, str] = {}
        for name, upload in self.fitted.items():
            cities[name] = f"{upload.title}, fitted to {upload.name}"
            if upload.conditioned is not None:
                period = upload.conditioned.period
                cities[name + CALIBRATED] = f"{upload.title}, calibrated on {period}"
        return cities

    @property
    def defaults(self) -> dict[str, str]:
        """Fields of a form that nobody has filled in: the newest city of one's own, if any."""
        if not self.fitted:
            return dict(DEFAULTS)
        return {"program": list(self.fitted)[-1], "plan1": "4", "plan2": "3"}

    def new_run(self, inputs: Inputs) -> Run:
        """Return a run of some inputs, after trying that they are valid.

        Raises
        ------
        InputError
            If the config or a plan is not.
        """
        run = Run(inputs, self.folder_of(inputs))
        request = run.request(STAGES[0])
        try:
            compose(list(request.overrides), request.config_dir)
            for plan in inputs.asked:
                staffing(plan, request.config_dir)
        except InputError as error:  # of a file whose place nobody knows
            raise InputError(str(error).replace(f"{run.folder}/", "")) from error
        self.runs[run.id] = run
        while len(self.runs) > MOST_RUNS:
            self.runs.popitem(last=False)[1].canceled = True
        return run

    def folder_of(self, inputs: Inputs) -> Path:
        """Return a new folder of the configs that some inputs need: the fitted city, rosters."""
        folder = self._new_folder()
        if inputs.is_fitted:
            self._copy_fitted(inputs.fitted_name, folder)
        inputs.write_files(folder)
        return folder

    def new_upload(self, name: str, content: bytes) -> Upload:
        """Return an upload, whose file is kept in the folder of the session."""
        upload = Upload(name, self._new_folder())
        upload.put(content)
        self.uploads[upload.id] = upload
        while len(self.uploads) > MOST_UPLOADS:
            self.uploads.popitem(last=False)[1].forget()
        return upload

    def close(self) -> None:
        """End its runs, and delete its folder."""
        for run in self.runs.values():
            run.canceled = True
        for upload in self.uploads.values():
            upload.forget()
        self._folder.cleanup()

    def _copy_fitted(self, config: str, folder: Path) -> None:
        try:
            shutil.copytree(self.fitted[config].out, folder)
        except (KeyError, OSError) as error:  # it is just being fitted anew
            raise InputError(
                "program: expected a fitted log, got one that is being read"
            ) from error

    def _new_folder(self) -> Path:
        """Where a folder can be made; an OSError if the session's own was removed from outside.

        What is made anew in its place would be open to other users of the machine.
        """
        home = Path(self._folder.name)
        home.lstat()
        return home / token_urlsafe(6)


class Sessions:
    """Sessions by cookie; the idle ones go, and if there are too many the one used longest ago.

    One in which nothing was asked goes before any other: each look without a cookie makes one.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._by_cookie: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, cookie: str | None) -> tuple[str, Session]:
        """Session of a cookie, or a new one with a cookie of its own."""
        with self._lock:
            self._forget_idle()
            if cookie is None or cookie not in self._by_cookie:
                cookie = token_urlsafe(24)
                self._by_cookie[cookie] = Session(self._home)
            session = self._by_cookie[cookie]
            session.used_at = monotonic()
            self._by_cookie.move_to_end(cookie)
            return cookie, session

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            while self._by_cookie:
                self._by_cookie.popitem()[1].close()

    def _forget_idle(self) -> None:
        oldest = monotonic() - IDLE_S
        idle = [name for name, x in self._by_cookie.items() if x.used_at < oldest]
        by_worth = sorted(self._by_cookie, key=lambda name: self._by_cookie[name].is_in_use)
        surplus = by_worth[: max(0, len(self._by_cookie) - MOST_SESSIONS)]
        for name in dict.fromkeys([*idle, *surplus]):
            self._by_cookie.pop(name).close()
