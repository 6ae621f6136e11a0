"""Runs of the page: a quick answer first, then a sharper one, on few threads beside the server."""

from __future__ import annotations

import ctypes
import itertools
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_urlsafe
from typing import NamedTuple

from sim.app.inputs import DEFAULTS, Inputs, from_fields
from sim.config import InputError
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve
from sim.scenarios.comparison.compare import compared, ran
from sim.scenarios.experiments.curve import curved
from sim.scenarios.request import Request

CONFIGS = Path("my_configs")  # the person's own configs in a results file
QUICK, SLOW = 2, 2  # threads for first answers, and for all that sharpens them
AROUND = 4  # posts of the curve below and above the plans
MOST_CURVE = 24  # points of it


class Stage(NamedTuple):
    """A step toward the whole answer: what it is called, and what it adds to the request."""

    name: str
    words: tuple[str, ...]
    check: str


ONE_CORE = "run.cores=1"  # so that people share the machine, which changes no number
STAGES = (
    Stage("first", ("run.replications=2", "run.draws=0", ONE_CORE), "none"),
    Stage("years", ("run.draws=0", ONE_CORE), "four_weeks"),
    Stage("curve", ("run.draws=0", ONE_CORE), "none"),
    Stage("whole", (ONE_CORE,), "four_weeks"),
)


class CanceledError(Exception):
    """The person pressed cancel, or is gone."""


@dataclass
class Work(ABC):
    """What somebody has asked for: its inputs and the folder of their configs, and how far it is.

    `version` grows with everything that is to be shown; a page asks whether it has grown.
    """

    inputs: Inputs
    folder: Path
    id: str = field(default_factory=lambda: token_urlsafe(9))
    stage: int = 0  # the one that is to be made next
    done_share: float = 0.0
    error: str = ""
    canceled: bool = False
    version: int = 0
    pause: Callable[[], None] = field(default=lambda: None)

    @property
    @abstractmethod
    def stages(self) -> int:
        """Stages until all of it is made."""

    @property
    @abstractmethod
    def rank(self) -> int:
        """Place of its next stage in the queue; 0 is a first answer, for which all others pause."""

    @abstractmethod
    def make_stage(self) -> None:
        """Make the next stage."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return bool(self.error) or self.canceled or self.stage >= self.stages

    def cancel(self) -> None:
        """End it as soon as it tells of its progress."""
        self.canceled = True
        self.version += 1

    def progress(self, done: int, of: int) -> None:
        """Note how far a stage is; ends it if it was canceled."""
        if self.canceled:
            raise CanceledError
        if self.rank > 0:
            self.pause()
        self.done_share = done / of if of else 0.0
        self.version += 1


@dataclass
class Run(Work):
    """One press of compare, and the newest answer."""

    comparison: Comparison | None = None
    curve: Curve | None = None
    made: str = ""  # stage of the comparison

    @property
    def stages(self) -> int:
        """Stages until the whole answer."""
        return len(STAGES)

    @property
    def rank(self) -> int:
        """The earlier stages of all go first."""
        return self.stage

    def make_stage(self) -> None:
        """Make a sharper answer, or the curve."""
        stage = STAGES[self.stage]
        _MAKERS.get(stage.name, _compare)(self, stage)

    def request(self, stage: Stage) -> Request:
        """Request of a stage, the same as the command line's with its words."""
        words = (*self.inputs.overrides, *stage.words)
        one = len(self.inputs.plans) == 1
        verb, plans = "run" if one else "compare", tuple(self.inputs.asked)
        return Request(verb, plans, words, self.config_dir, check=stage.check)

    @property
    def config_dir(self) -> Path | None:
        """Folder of the person's own configs, if any are asked for."""
        return self.folder if self.inputs.needs_folder else None


class Workers:
    """Threads that make stages: first answers on their own, for which all others pause."""

    def __init__(self) -> None:
        self._quick: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._slow: queue.PriorityQueue[tuple[int, int, Work | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._waiting, self._nobody_waits = 0, threading.Condition()
        tasks = [self._warm_up, *[self._work_quickly] * (QUICK - 1), *[self._work_slowly] * SLOW]
        for task in tasks:
            threading.Thread(target=task, daemon=True).start()

    def put(self, work: Work) -> None:
        """Have the next stage of some work made."""
        work.pause = self._pause
        if work.rank == 0:
            with self._nobody_waits:
                self._waiting += 1
            self._quick.put(work)
        else:
            self._slow.put((work.rank, next(self._order), work))

    def close(self) -> None:
        """End the threads once they are at leisure."""
        for _ in range(QUICK):
            self._quick.put(None)
        for _ in range(SLOW):
            self._slow.put((len(STAGES), next(self._order), None))

    def _warm_up(self) -> None:
        """Make one answer for nobody, so that the first one asked for finds all warm."""
        make(Run(from_fields(DEFAULTS), Path()))
        give_back()
        self._work_quickly()

    def _work_quickly(self) -> None:
        while (work := self._quick.get()) is not None:
            make(work)
            with self._nobody_waits:
                self._waiting -= 1
                self._nobody_waits.notify_all()
            self._go_on(work)

    def _work_slowly(self) -> None:
        while (work := self._slow.get()[2]) is not None:
            self._pause()
            make(work)
            self._go_on(work)

    def _go_on(self, work: Work) -> None:
        give_back()
        if not work.is_over:
            self.put(work)

    def _pause(self) -> None:
        """Wait until nobody waits for a first answer."""
        with self._nobody_waits:
            self._nobody_waits.wait_for(lambda: self._waiting == 0)


def give_back() -> None:
    """Return to the system the memory that some work has left, where the C library can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def make(work: Work) -> None:
    """Make the next stage; whatever goes wrong is its message, and no fault of others."""
    if work.is_over:
        return
    try:
        work.make_stage()
        work.stage += 1
        work.done_share = 0.0
    except CanceledError:
        work.canceled = True
    except InputError as error:
        work.error = str(error)
    except Exception as error:  # noqa: BLE001 - one person's fault must not end the server
        work.error = f"The simulation ended with a fault: {type(error).__name__}: {error}"
    work.version += 1


def _compare(run: Run, stage: Stage) -> None:
    answer = ran if len(run.inputs.plans) == 1 else compared
    made = answer(run.request(stage), run.progress)
    own = CONFIGS if run.config_dir else None  # its folder in a results file, not in the session
    run.comparison = replace(made, request=replace(made.request, config_dir=own))
    run.made = stage.name


def _curve(run: Run, stage: Stage) -> None:
    """Curve around the plans, if all are numbers of posts."""
    if not all(plan.isdigit() for plan in run.inputs.plans):
        return
    posts = [int(plan) for plan in run.inputs.plans]
    low, high = max(1, min(posts) - AROUND), min(200, max(posts) + AROUND)
    every = -(-(high - low) // MOST_CURVE) or 1
    words = (*run.inputs.overrides, *stage.words)
    asked = (f"{low}..{high}/{every}", *map(str, posts))
    request = Request("curve", asked, words, run.config_dir, check=stage.check)
    run.curve = curved(request, run.progress)


_MAKERS: dict[str, Callable[[Run, Stage], None]] = {"curve": _curve}
