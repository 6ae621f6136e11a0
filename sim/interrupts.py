"""Ctrl-C and SIGTERM: recorded where libraries may swallow them, delayed where they would do harm.

A signal that this process was started to ignore, as under `nohup`, stays ignored.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection
from types import FrameType

PR_SET_PDEATHSIG = 1  # of sys/prctl.h
ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
Handler = Callable[[int, FrameType | None], None]


class InterruptError(Exception):
    """An interrupt after which something is kept; its message says what."""


@contextmanager
def noted() -> Iterator[list[int]]:
    """Yield a list to which each interrupt is added; each is also raised in the main thread.

    Some libraries turn any exception raised inside them into errors of their own, and an exception
    in a callback from C is printed and dropped, so callers have to check the list regularly.
    """
    interrupts: list[int] = []

    def note(number: int, _: object) -> None:
        interrupts.append(number)
        raise KeyboardInterrupt

    def unless_dropped(dropped: sys.UnraisableHookArgs) -> None:
        if not isinstance(dropped.exc_value, KeyboardInterrupt):
            sys.__unraisablehook__(dropped)

    with _handled_by(note):
        hook, sys.unraisablehook = sys.unraisablehook, unless_dropped
        try:
            yield interrupts
        finally:
            sys.unraisablehook = hook


@contextmanager
def held() -> Iterator[None]:
    """Delay interrupts until the block is done, for processes that are started in it as well.

    A mask is enough for those, as they inherit it, but not for this process: the system delivers
    the signal to any thread that does not mask it, and libraries start threads of their own. A
    process that died while it starts would leave this one writing to its pipe for good; once it
    has started it calls `start_worker`, as SIGTERM is how it is ended.
    """
    interrupts: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        with _handled_by(lambda number, _: interrupts.append(number)):
            try:
                yield
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    finally:  # also after an error of a process that the signal has ended
        for number in interrupts[:1]:
            signal.raise_signal(number)


def can_be_ended() -> None:
    """Let a process started under `held` be ended; Ctrl-C is for its parent alone.

    One that was forked has the handlers of its parent, too.
    """
    for number in ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def start_worker() -> None:
    """Let a process started under `held` be ended, and end it as soon as its parent is gone.

    A parent that is killed cannot tell its workers, and these would wait for work for good.
    """
    can_be_ended()
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform != "linux":
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent.pid:  # it went before the system was asked
        os._exit(1)


def _end_after(parent: int) -> None:
    """End this process once its parent has closed the pipe that a dead one cannot keep open."""
    connection.wait([parent])
    os._exit(1)


@contextmanager
def _handled_by(handler: Handler) -> Iterator[None]:
    """Handle the signals that end a process; only the main thread can."""
    numbers: list[int] = []
    if threading.current_thread() is threading.main_thread():
        numbers = [x for x in ENDING if signal.getsignal(x) != signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, signal.SIG_DFL if old is None else old)
