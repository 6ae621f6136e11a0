"""Ctrl-C: recorded where libraries may swallow it, and delayed where it would do harm."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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

    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before, hook = signal.signal(signal.SIGINT, note), sys.unraisablehook
    sys.unraisablehook = unless_dropped
    try:
        yield interrupts
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


@contextmanager
def held() -> Iterator[None]:
    """Delay Ctrl-C until the block is done; processes started in the block never receive it.

    A mask is enough for those, as they inherit it, but not for this process: the system delivers
    the signal to any thread that does not mask it, and libraries start threads of their own.
    """
    interrupts: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    before = (
        signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
        if in_main
        else None
    )
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if in_main:
            signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
    if interrupts:
        signal.raise_signal(signal.SIGINT)
