"""Ctrl-C: noted where libraries may swallow it, and held back where it would do harm."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def noted() -> Iterator[list[int]]:
    """Keep a list of the interrupts that came; each is raised as ever, in the main thread.

    Some libraries turn whatever is raised inside them into errors of their own, and what is raised
    in a callback from C is printed and dropped; so the list has to be looked at now and then.
    """
    came: list[int] = []

    def note(number: int, _: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def unless_dropped(dropped: sys.UnraisableHookArgs) -> None:
        if not isinstance(dropped.exc_value, KeyboardInterrupt):
            sys.__unraisablehook__(dropped)

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before, hook = signal.signal(signal.SIGINT, note), sys.unraisablehook
    sys.unraisablehook = unless_dropped
    try:
        yield came
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


@contextmanager
def held() -> Iterator[None]:
    """Hold Ctrl-C back until the block is done; processes started in it never hear one.

    A mask alone would do for them, as they inherit it, but not for this process: the system hands
    the signal to any thread that does not mask it, and libraries start threads of their own.
    """
    came: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    before = (
        signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if in_main else None
    )
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if in_main:
            signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
    if came:
        signal.raise_signal(signal.SIGINT)
