"""The verb `calibrate`: assumptions conditioned on what an agency knows of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim.scenarios.request import Drawn, Progress, Request, Simulated
from sim.verbs.driver import drive
from sim.verbs.words import Words, loading, request_of, takes


@takes(Drawn, Simulated)
def calibrate(
    context: typer.Context,
    words: Words = None,
    observed: Annotated[
        Path | None, typer.Option(help="YAML file of what you observed: docs/calibrate.md.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for conditioned.json; default my_city.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="Of all assumptions, before conditioning; default 1000.")
    ] = None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Condition the assumptions on your own figures; a folder of fit may come first."""
    with loading():
        from sim.report.experiments.calibrate import CalibrateReport, write_draws
        from sim.scenarios.answers.calibration import Calibration
        from sim.scenarios.calibration.calibrate import calibrated

    def ask(request: Request, progress: Progress) -> Calibration:
        answer = calibrated(request, progress)
        write_draws(answer)
        return answer

    own = {"observed": observed, "out": out, "draws": draws}
    drive(context, request_of(context, words, options, own=own), options, ask, CalibrateReport)
