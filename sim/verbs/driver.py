"""The one way of every verb that answers: ask, publish, print."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from sim.parallel import may_fork
from sim.scenarios.request import Progress, Request
from sim.verbs.words import loading, say, say_json

if TYPE_CHECKING:
    from sim.report.answer import Answer

Made = TypeVar("Made")


def drive(
    context: typer.Context,
    request: Request,
    options: Mapping[str, Any],
    ask: Callable[[Request, Progress], Made],
    report: Callable[[Made], Answer],
    counted: str = "replications",
    then: str = "",
) -> Made:
    """Answer a request, write its results folder, print what it says, and return it.

    Parameters
    ----------
    context, options
        The verb's: `json` and `full` say what to print, `results` where the folder is made.
    request
        From `words.request_of`.
    ask
        What makes the answer in `sim.scenarios`.
    report
        What shows it in `sim.report`.
    counted
        What its progress counts.
    then
        What the last line says before the command that makes a document of the results folder;
        without it there is no such line.
    """
    with loading():
        from sim.provenance import rerun_command
        from sim.report.answer import NotWrittenError
        from sim.report.draft import draft
        from sim.report.folder import publish
        from sim.report.progress import progress_bar

    with draft(options["results"]) as unfinished:
        with progress_bar(context.obj, counted) as progress:
            made = ask(request, _ready(progress) if options.get("figures") else progress)
        answer = report(made)
        try:
            folder = publish(answer, request, unfinished)
        except NotWrittenError:
            _print(answer, options)
            raise
    try:
        page = f"Page: {folder / 'page.html'}\n" if request.html else ""
        after = f"\n{then} {rerun_command('report', [str(folder)], [])}" if then else ""
        _print(answer, options, f"Results: {folder}\n{page}\n", after)
    except OSError as error:
        raise NotWrittenError(
            f"output: expected room for the answer, got {error.strerror!r}; it is in {folder}"
        ) from error
    return made


def _ready(progress: Progress) -> Progress:
    """Progress that loads what draws figures while others work; none do if all is kept."""

    def ready(done: int, of: int) -> None:
        if not may_fork():
            import sim.report.comparison.figures  # noqa: F401
        progress(done, of)

    return ready


def _print(answer: Answer, options: Mapping[str, Any], before: str = "", after: str = "") -> None:
    """Print an answer; around one that is text, where it is kept and what comes next."""
    from sim.report.answer import as_json
    from sim.report.wording import WIDTH, page

    if options["json"]:
        say_json(as_json(answer))
        return
    with page(shutil.get_terminal_size((WIDTH, 0)).columns):
        text = answer.full() if options.get("full") else answer.summary()
    say(f"{before}{text}{after}")
