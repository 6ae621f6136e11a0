"""The command `coresponder`: thin verbs; imports come late, so that --help is quick."""

from __future__ import annotations

import gc
import os
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim import interrupts

if TYPE_CHECKING:
    from sim.report.folder import Request

EXIT_FAULT, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 1, 2, 130
SELDOM = (200_000, 20, 50)  # a look for cycles at every 700 objects costs a tenth of the time
NUMBER = re.compile(r"-[\d.]+")
DEBUG = "CORESPONDER_DEBUG"

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Simulate staffing plans for mental-health co-responder teams.",
)
# Unknown options are left to this module, which names the nearest right one and lets -1 be a plan.
LENIENT = {"ignore_unknown_options": True}

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PLAN|KEY=VALUE",
        help="A number of 24/7 posts or a name in configs/staffing/; or an override.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Seed = Annotated[int | None, typer.Option(help="Short for run.seed=N.")]
Replications = Annotated[int | None, typer.Option(help="Short for run.replications=N.")]
Cores = Annotated[int | None, typer.Option(help="Short for run.cores=N (default: all).")]
Engine = Annotated[str, typer.Option(help="simpy, compiled or auto; the answer is the same.")]
ConfigDir = Annotated[
    Path | None, typer.Option(help="Your own configs; they add to the packaged ones and win.")
]
Check = Annotated[str, typer.Option(help="How much SimPy repeats first: four_weeks, full or none.")]
Results = Annotated[Path, typer.Option(help="Where the results folder is made.")]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the figures.")]
KeepLedger = Annotated[
    bool, typer.Option("--ledger", help="Keep every call and trip of replication 0.")
]

Trace = Annotated[
    bool, typer.Option("--trace", help="List what happened in replication 0, from SimPy.")
]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        import sim

        _say(f"coresponder {sim.__version__}")
    elif context.invoked_subcommand is None:
        _say(context.get_help())


@app.command(context_settings=LENIENT)
def compare(
    context: typer.Context,
    words: Words = None,
    json: Json = False,
    seed: Seed = None,
    replications: Replications = None,
    engine: Engine = "auto",
    check: Check = "four_weeks",
    config_dir: ConfigDir = None,
    results: Results = Path("results"),
    figures: Figures = True,
    ledger: KeepLedger = False,
    cores: Cores = None,
) -> None:
    """Compare plans on the same calls, each with the last one named."""
    _load()
    asked = {"run.seed": seed, "run.replications": replications, "run.cores": cores}
    plans, overrides = _split(context, words, asked)
    request = _request("compare", plans, overrides, config_dir, engine, check, figures, ledger)
    _answer(context, request, results, as_json=json)


@app.command(context_settings=LENIENT)
def run(
    context: typer.Context,
    words: Words = None,
    json: Json = False,
    seed: Seed = None,
    replications: Replications = None,
    engine: Engine = "auto",
    check: Check = "four_weeks",
    config_dir: ConfigDir = None,
    results: Results = Path("results"),
    figures: Figures = True,
    ledger: KeepLedger = False,
    trace: Trace = False,
    cores: Cores = None,
) -> None:
    """Simulate one plan."""
    _load()
    asked = {"run.seed": seed, "run.replications": replications, "run.cores": cores}
    plans, overrides = _split(context, words, asked)
    request = _request("run", plans, overrides, config_dir, engine, check, figures, ledger)
    request = replace(request, trace=trace)
    _answer(context, request, results, as_json=json)


@app.command(context_settings=LENIENT)
def programs(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Tell what is known of these.")
    ] = None,
    json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Run their plans, and print docs/programs.md.")
    ] = False,
    seed: Seed = None,
    replications: Replications = None,
    config_dir: ConfigDir = None,
    cores: Cores = None,
) -> None:
    """List the program presets, or tell about some of them."""
    _load()
    asked = {"run.seed": seed, "run.replications": replications, "run.cores": cores}
    names, overrides = _split(context, words, asked)
    _check_programs(names, overrides, config_dir, runs=markdown)
    if markdown:
        _say(_programs_markdown(context, names, overrides, config_dir), end="")
    else:
        _say(_programs_told(names, config_dir, as_json=json))


def _check_programs(
    names: Sequence[str], overrides: Sequence[str], config_dir: Path | None, *, runs: bool
) -> None:
    """Refuse names of no program, and overrides where nothing is run."""
    from sim.config import InputError, program_names
    from sim.config.compose import nearest

    if overrides and not runs:
        raise InputError(f"programs takes names, not {overrides[0]!r}; --markdown runs their plans")
    known = program_names(config_dir)
    for name in names:
        if name not in known:
            raise InputError(f"unknown program {name!r}; {nearest(name, known)}")


def _programs_told(names: Sequence[str], config_dir: Path | None, *, as_json: bool) -> str:
    from sim.report import programs as report
    from sim.scenarios.programs import all_described

    found = all_described(names, config_dir)
    if as_json:
        return report.programs_json(found)
    return "\n\n".join(map(report.program_page, found)) if names else report.program_list(found)


def _programs_markdown(
    context: typer.Context, names: Sequence[str], overrides: Sequence[str], config_dir: Path | None
) -> str:
    from sim.report.programs import markdown
    from sim.report.progress import progress_bar
    from sim.scenarios.programs import check

    with progress_bar(interrupts_that_came=context.obj) as progress:
        return markdown(check(names, overrides, config_dir, progress))


def _load() -> None:
    """Import what every verb needs; a library cut short in its own import cannot recover."""
    with interrupts.held():
        import sim.report.folder
        import sim.report.progress  # noqa: F401


def _load_beside(module: str) -> None:
    """Import a slow module while something else runs."""
    threading.Thread(target=import_module, args=(module,), daemon=True).start()


def _split(
    context: typer.Context, words: list[str] | None, asked: Mapping[str, int | None] | None = None
) -> tuple[list[str], list[str]]:
    """Plans and overrides; what looks like an option is refused with the nearest right one."""
    given = words or []
    for word in given:
        if word.startswith("-") and not NUMBER.fullmatch(word):
            _refuse_option(context, word)
    short = [f"{key}={value}" for key, value in (asked or {}).items() if value is not None]
    overrides = [word for word in given if "=" in word]
    return [word for word in given if "=" not in word], overrides + short


def _refuse_option(context: typer.Context, word: str) -> None:
    from sim.config import InputError
    from sim.config.compose import nearest

    known = [
        option
        for parameter in context.command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    ]
    option = word.partition("=")[0]
    raise InputError(f"unknown option {option!r}; {nearest(option, known)}")


def _request(
    verb: str,
    plans: list[str],
    overrides: list[str],
    config_dir: Path | None,
    engine: str,
    check: str,
    figures: bool,
    ledger: bool,
) -> Request:
    from sim.report.folder import Request

    words = tuple(plans), tuple(overrides)
    return Request(verb, *words, config_dir, engine, check, figures=figures, ledger=ledger)


def _answer(context: typer.Context, request: Request, results: Path, *, as_json: bool) -> None:
    """Run, write the results folder, and print the answer."""
    import sim
    from sim.report import folder, summary, tables
    from sim.report.progress import progress_bar

    verbs = {"compare": sim.compare, "run": sim.run}
    with folder.draft(results) as unfinished:
        if request.figures:
            _load_beside("sim.report.figures")
        with progress_bar(interrupts_that_came=context.obj) as progress:
            found = verbs[request.verb](
                *request.plans,
                overrides=request.overrides,
                engine=request.engine,
                check=request.check,
                config_dir=request.config_dir,
                progress=progress,
            )
        where = folder.write(unfinished, request, found)
    if as_json:
        _say(summary.as_json(found, folder.plans_of(found, request.config_dir)), end="")
    else:
        events = f"\n{(where / 'trace.txt').read_text()}" if request.trace else ""
        _say(f"{tables.render(found)}{events}\nResults: {where}")


def _say(text: str, end: str = "\n") -> None:
    """Print; a reader who has seen enough (`| head`) is no fault."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    print(" ".join(text.split()), file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, 1 (fault), 2 (bad input) or 130 (Ctrl-C).

    Parameters
    ----------
    arguments
        Words after `coresponder`; those of this process if None.
    """
    gc.set_threshold(*SELDOM)
    with interrupts.noted() as came:
        code = _code(arguments, came)
        if code != 0:
            _stop_workers(at_once=code == EXIT_INTERRUPTED)
    return code


def _code(arguments: list[str] | None, came: Sequence[int]) -> int:
    """Exit code of a command line, after saying in one line what is wrong if anything is."""
    try:
        code: int = app(arguments, prog_name="coresponder", standalone_mode=False, obj=came) or 0
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a fault is one line, too
        code = EXIT_INTERRUPTED if came else _explained(error)
    if code == EXIT_INTERRUPTED:
        _complain("interrupted; nothing was kept")
    return code


def _explained(error: Exception) -> int:
    """Say in one line what went wrong, and return the exit code."""
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    usage = getattr(error, "format_message", None)  # of typer's errors, whose class is private
    if usage is not None:
        _complain(f"error: {usage()} (coresponder --help)")
        return EXIT_BAD_INPUT
    from sim.config import InputError

    if isinstance(error, InputError):
        _complain(f"error: {error}")
        return EXIT_BAD_INPUT
    _complain(f"fault: {type(error).__name__}: {error} ({DEBUG}=1 shows where)")
    return EXIT_FAULT


def _stop_workers(*, at_once: bool) -> None:
    """End what still runs, so that Ctrl-C does not wait for replications nobody wants."""
    workers = []
    if "multiprocessing" in sys.modules:
        import multiprocessing

        workers = multiprocessing.active_children()
    for worker in workers:
        worker.terminate()
    if at_once and not workers and threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(EXIT_INTERRUPTED)  # a thread cannot be stopped, only left


if __name__ == "__main__":
    sys.exit(main())
