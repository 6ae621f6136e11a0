"""The verbs that simulate plans: `compare` and `run`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.verbs.words import (
    Check,
    ConfigDir,
    Cores,
    Draws,
    Engine,
    Figures,
    Json,
    KeepLedger,
    Replications,
    Results,
    Seed,
    Trace,
    Words,
    load,
    load_beside,
    say,
    split,
)

if TYPE_CHECKING:
    from sim.report.folder import Request


def compare(
    context: typer.Context,
    words: Words = None,
    json: Json = False,
    seed: Seed = None,
    replications: Replications = None,
    draws: Draws = None,
    engine: Engine = "auto",
    check: Check = "four_weeks",
    config_dir: ConfigDir = None,
    results: Results = Path("results"),
    figures: Figures = True,
    ledger: KeepLedger = False,
    cores: Cores = None,
) -> None:
    """Compare plans on the same calls, each with the last one named."""
    load()
    asked = _asked(seed, replications, draws, cores)
    plans, overrides = split(context, words, asked)
    request = _request("compare", plans, overrides, config_dir, engine, check, figures, ledger)
    _answer(context, request, results, as_json=json)


def run(
    context: typer.Context,
    words: Words = None,
    json: Json = False,
    seed: Seed = None,
    replications: Replications = None,
    draws: Draws = None,
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
    load()
    asked = _asked(seed, replications, draws, cores)
    plans, overrides = split(context, words, asked)
    request = _request("run", plans, overrides, config_dir, engine, check, figures, ledger)
    request = replace(request, trace=trace)
    _answer(context, request, results, as_json=json)


def _asked(
    seed: int | None, replications: int | None, draws: int | None, cores: int | None
) -> dict[str, int | None]:
    """Keys of the config that options are short for."""
    keys = ("run.seed", "run.replications", "run.draws", "run.cores")
    return dict(zip(keys, (seed, replications, draws, cores), strict=True))


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
            load_beside("sim.report.figures")
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
        say(summary.as_json(found, found.plans), end="")
    else:
        events = f"\n{(where / 'trace.txt').read_text()}" if request.trace else ""
        say(f"{tables.render(found, found.plans)}{events}\nResults: {where}")
