"""A progress bar for what takes over two seconds; silent when nobody looks at a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sim.scenarios.request import Progress as Callback
from sim.scenarios.request import silent

PATIENCE_S = 2.0
EVERY_S = 0.1  # the bar is drawn anew


class _Patient(Progress):
    """Bar that shows nothing in its first two seconds."""

    began_s: float = 0.0

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is to be drawn now."""
        if time.monotonic() - self.began_s >= PATIENCE_S:
            yield from super().get_renderables()


class _Speed(ProgressColumn):
    """How many are done in a second, of late."""

    def render(self, task: Task) -> Text:
        """Return "12.3/s", or nothing yet."""
        return Text("" if task.speed is None else f"{task.speed:,.1f}/s")


@contextmanager
def progress_bar(
    interrupts_that_came: Sequence[int] = (), counted: str = "replications"
) -> Iterator[Callback]:
    """Callback for (done, of how many), drawn on standard error while the block runs.

    It raises KeyboardInterrupt if one came and was swallowed on its way.
    """
    with _bar(counted) as draw:

        def progress(done: int, of: int) -> None:
            if interrupts_that_came:
                raise KeyboardInterrupt
            draw(done, of)

        yield progress


@contextmanager
def _bar(counted: str) -> Iterator[Callback]:
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (
        TextColumn(counted),
        BarColumn(),
        MofNCompleteColumn(),
        _Speed(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    console = Console(stderr=True)  # no thread of its own draws it, as no process forks beside one
    bar = _Patient(*columns, console=console, transient=True, auto_refresh=False)
    bar.began_s = next_s = time.monotonic()
    with bar:
        task = bar.add_task("", total=None)

        def draw(done: int, of: int) -> None:
            nonlocal next_s
            is_due = time.monotonic() >= next_s
            bar.update(task, completed=done, total=of, refresh=is_due)
            next_s = time.monotonic() + EVERY_S if is_due else next_s

        yield draw
