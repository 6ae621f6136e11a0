"""The verb `sweep`: some measures at every point of a design, and the parts of it put together."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from sim.scenarios.request import Drawn, Progress, Request, Simulated
from sim.stdio import aside
from sim.verbs.driver import drive
from sim.verbs.words import loading, request_of, takes

MERGE = "merge"
PATIENCE_S = 2.0  # as of the bar
ELSEWHERE = ("run.cores=",)  # words that do not tell one sweep from another
WHERE = ("cluster", "tls-ca", "tls-cert", "tls-key")  # options that do not, either

Made = TypeVar("Made")

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUES|KEY=VALUE",
        help="What varies: a list (demand.growth_factor=0.8,1.0), a range (staffing.count=8..24 "
        "or 0.8..1.2/0.1), files of a group (outcomes=evidence,none), plans (staffing=17,12); or "
        "an override that holds at all points. Or: merge FOLDER... of shards.",
    ),
]


@takes(Drawn, Simulated)
def sweep(
    context: typer.Context,
    words: Words = None,
    design: Annotated[
        str | None,
        typer.Option(
            metavar="grid|latin|sobol|FILE.csv",
            help="All combinations (the default), points drawn between low..high, or rows of a "
            "file with keys in its head.",
        ),
    ] = None,
    points: Annotated[
        int | None, typer.Option(help="How many points latin and sobol draw.")
    ] = None,
    measures: Annotated[
        str | None, typer.Option(help="Names of measures, by commas; a dozen by default.")
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Leave out points whose config is not valid.")
    ] = False,
    journal: Annotated[
        Path | None,
        typer.Option(
            help="Where what is done is kept until all is; by default a file beside the results. "
            "The same command goes on from it after a kill."
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="Do the I-th of N parts only, as one job of an array."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS|local", help="A dask scheduler, such as tcp://127.0.0.1:8786."
        ),
    ] = None,
    tls_ca: Annotated[
        Path | None, typer.Option(help="Certificate of the cluster's authority, with tls://.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate of this client.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Key of this client.")] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Measure every point of a design: many plans and settings, resumed after a kill."""
    own = {
        "design": None if design == "grid" else design,
        "points": points,
        "measures": measures,
        "keep-going": keep_going or None,
        "shard": shard,
        "cluster": cluster,
        "tls-ca": tls_ca,
        "tls-cert": tls_cert,
        "tls-key": tls_key,
    }
    request = request_of(context, words, options, own=own)
    if request.plans[:1] == (MERGE,):
        _merge(context, request, options)
    else:
        _sweep(context, request, options, journal)


def _sweep(
    context: typer.Context, request: Request, options: dict[str, Any], journal: Path | None
) -> None:
    with loading():
        from sim.interrupts import InterruptError
        from sim.report.answer import NotWrittenError
        from sim.report.experiments.sweep import ShardReport, SweepReport
        from sim.scenarios.experiments.sweep.coordinator import LostError
        from sim.scenarios.experiments.sweep.journal import NoRoomError, discard
        from sim.scenarios.experiments.sweep.shards import sharded
        from sim.scenarios.experiments.sweep.sweep import swept
    file = journal or options["results"] / f".sweep-{_name(request)}.journal"
    try:
        if "shard" in request.own:
            part = _telling(partial(sharded, journal=file), file)
            drive(context, request, options, part, ShardReport, "points")
        else:
            whole = _telling(partial(swept, journal=file), file)
            drive(context, request, options, whole, SweepReport, "points")
    except (NoRoomError, LostError) as error:
        raise NotWrittenError(str(error)) from error
    except KeyboardInterrupt as interrupt:
        if not str(interrupt):
            raise
        raise InterruptError(str(interrupt)) from interrupt
    discard(file)


def _telling(ask: Callable[[Request, Progress], Made], file: Path) -> Callable[..., Made]:
    """Ask, and say where what is done is kept once that takes long and no bar shows it."""

    def told(request: Request, progress: Progress) -> Made:
        began_s, is_told = time.monotonic(), sys.stderr.isatty()

        def tell(done: int, of: int) -> None:
            nonlocal is_told
            if not is_told and done < of and time.monotonic() - began_s > PATIENCE_S:
                is_told = True
                aside(f"{done:,} of {of:,} points; kept in {file}")
            progress(done, of)

        return ask(request, tell)

    return told


def _merge(context: typer.Context, request: Request, options: dict[str, Any]) -> None:
    with loading():
        from sim.report.experiments.sweep import SweepReport
        from sim.scenarios.experiments.sweep.shards import merged
    drive(context, request, options, merged, SweepReport, "points")


def _name(request: Request) -> str:
    """Name of what is asked, the same however many cores or machines do it."""
    overrides = sorted(word for word in request.overrides if not word.startswith(ELSEWHERE))
    own = sorted((name, str(value)) for name, value in request.own.items() if name not in WHERE)
    whole = (request.plans, overrides, own, str(request.config_dir), request.engine_used)
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:16]
