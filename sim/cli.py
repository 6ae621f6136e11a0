"""The command `coresponder`: its verbs, and how every run of it ends; --help is quick.

Until the signals are noted only the standard library is imported, so that Ctrl-C in the first
tenths of a second ends as it does later.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from sim import interrupts
from sim.stdio import aside, open_closed
from sim.verbs.signs import harmless, yield_signs

EXIT_FAULT, EXIT_BAD_INPUT, EXIT_BY_SIGNAL = 1, 2, 128
EXIT_INTERRUPTED = 130  # also of typer, whatever the signal
INTERRUPTED = "interrupted; nothing was kept"
ENDED = "ended from outside by {name}, not by Ctrl-C; nothing was kept, so run it again"
KILLED = (
    "a worker process was ended from outside, as systems do that run out of memory; run it again, "
    "with --cores 1 if that was why"
)
SELDOM = (200_000, 20, 50)  # a look for cycles at every 700 objects costs a tenth of the time
MOST_SAID = 2_000  # letters of a line
MOST_SHOWN = 60  # letters of a name that is too long
DEBUG = "CORESPONDER_DEBUG"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line, and return the exit code.

    It is 0, 1 (fault), 2 (bad input), or 128 and the number of a signal: 130 of Ctrl-C.

    Parameters
    ----------
    arguments
        Words after `coresponder`; those of this process if None.
    """
    open_closed()
    with interrupts.noted() as came:
        yield_signs()
        gc.set_threshold(*SELDOM)
        code = _code(arguments, came)
        if code != 0:
            _stop_workers(code)
    return code


def _code(arguments: list[str] | None, came: Sequence[int]) -> int:
    """Exit code of a command line, after saying in one line what is wrong if anything is."""
    said = ""
    try:
        with interrupts.held():
            app = verbs()
        code: int = app(arguments, prog_name="coresponder", standalone_mode=False, obj=came) or 0
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except interrupts.InterruptError as interrupt:
        code, said = EXIT_INTERRUPTED, str(interrupt)
    except Exception as error:  # noqa: BLE001 - the last resort: a fault is one line, too
        code = EXIT_INTERRUPTED if came else _explained(error)
    if code != EXIT_INTERRUPTED:
        return code
    _complain(said or _ended_by(came))
    return EXIT_BY_SIGNAL + came[0] if came else code


def _ended_by(came: Sequence[int]) -> str:
    """Line on an interrupt after which nothing is kept: by whom, if it was not by Ctrl-C."""
    from signal import SIGINT, Signals

    return ENDED.format(name=Signals(came[0]).name) if came and came[0] != SIGINT else INTERRUPTED


def verbs() -> Callable[..., Any]:
    """Register the verbs."""
    import typer

    from sim.verbs.app import app as page
    from sim.verbs.calibrate import calibrate
    from sim.verbs.compare import compare, run
    from sim.verbs.curve import curve
    from sim.verbs.evidence import evidence
    from sim.verbs.fit import fit
    from sim.verbs.grant import grant
    from sim.verbs.init import init
    from sim.verbs.people import people
    from sim.verbs.programs import programs
    from sim.verbs.recommend import recommend
    from sim.verbs.report import report
    from sim.verbs.sensitivity import sensitivity
    from sim.verbs.sweep import sweep
    from sim.verbs.validate import validate
    from sim.verbs.verify import verify
    from sim.verbs.words import LENIENT, version_or_help

    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help="Simulate staffing plans for mental-health co-responder teams.",
    )
    for verb in (
        compare,
        run,
        curve,
        recommend,
        sweep,
        sensitivity,
        validate,
        calibrate,
        verify,
        grant,
        people,
        programs,
        evidence,
    ):
        app.command(context_settings=LENIENT, short_help=_in_short(verb))(verb)
    for alone in (page, init, fit, report):
        app.command(short_help=_in_short(alone))(alone)
    app.callback(invoke_without_command=True)(version_or_help)
    return app


def _in_short(verb: Callable[..., Any]) -> str:
    """What a verb does, whole in the list of all; without this it is cut to one line."""
    return " ".join((verb.__doc__ or "").partition("\n\n")[0].split())


def _complain(text: str) -> None:
    """Say a line on standard error; where nobody can read it, the exit code has to do."""
    line = harmless(" ".join(text.split()))
    aside(line if len(line) <= MOST_SAID else f"{line[:MOST_SAID]} ...")


def _explained(error: Exception) -> int:
    """Say in one line what went wrong, and return the exit code."""
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    usage = getattr(error, "format_message", None)  # of typer's errors, whose class is private
    if usage is not None:
        _complain(f"error: {_of_option(error) or usage()} (coresponder --help)")
        return EXIT_BAD_INPUT
    from sim.config import InputError
    from sim.report.answer import NotWrittenError

    if isinstance(error, InputError | NotWrittenError):
        _complain(f"error: {error}")
        return EXIT_BAD_INPUT if isinstance(error, InputError) else EXIT_FAULT
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        _complain(f"error: output: expected room to write, got {error.strerror!r}")
        return EXIT_FAULT
    if type(error).__name__ == "BrokenProcessPool":  # its module is slow to load
        _complain(f"error: {KILLED}")
        return EXIT_FAULT
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        beginning = str(error.filename)[:MOST_SHOWN]
        _complain(f"error: {beginning}...: expected the name of a file or folder, got one too long")
        return EXIT_BAD_INPUT
    _complain(f"fault: {type(error).__name__}: {error} ({DEBUG}=1 shows where)")
    return EXIT_FAULT


def _of_option(error: Exception) -> str:
    """Fault of an option's value in our own words; empty if it is another fault."""
    from pydantic import ValidationError

    from sim.config.faults import value_fault

    cause, option = error.__cause__, getattr(error, "param", None)
    if option is None or not isinstance(cause, ValidationError):
        return ""
    return f"{option.opts[0]}: {value_fault(cause)}"


def _stop_workers(code: int) -> None:
    """End what still runs, so that Ctrl-C does not wait for replications nobody wants."""
    workers = []
    if "multiprocessing" in sys.modules:
        import multiprocessing

        workers = multiprocessing.active_children()
    for worker in workers:
        worker.terminate()
    if code > EXIT_BY_SIGNAL and not workers and threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # a thread cannot be stopped, only left


if __name__ == "__main__":
    sys.exit(main())
