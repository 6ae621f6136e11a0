"""Condition the uncertain assumptions on what an agency knows of itself, inside their ranges.

Draws of all assumptions are run under the plan that the agency has. They are weighted by how near
they come to its figures and adjusted (`conditioning`), run again to be checked, and kept as draws
that later answers take (`run.conditioned`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Unpack

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import Config, InputError, names, staffing
from sim.config.fleet import with_fitting_forms
from sim.config.starter import overridden
from sim.scenarios.answers.calibration import Calibration, Figure
from sim.scenarios.asked import config_of, own_plans
from sim.scenarios.calibration.bank import FEWEST_DRAWS, Asked, as_observed, prior_draws
from sim.scenarios.calibration.conditioning import weighed
from sim.scenarios.calibration.conflicts import conflicts, pressed
from sim.scenarios.calibration.observed import Read
from sim.scenarios.calibration.observed import observed as read_observed
from sim.scenarios.calibration.posterior import CHECKED, posterior
from sim.scenarios.calibration.summaries import assumptions, predictions
from sim.scenarios.calibration.widening import widening
from sim.scenarios.checking import twin_check
from sim.scenarios.draws import unknowns
from sim.scenarios.economics.tornado import is_price
from sim.scenarios.evidence.held_out import job_of_one
from sim.scenarios.request import Progress, Request, Simulated, silent
from sim.scenarios.uncertainty import DRAW_REPLICATIONS

DRAWS, MOST_DRAWS = 1_000, 100_000
NEAR_SE = 2.0
FITTED = ("demand", "service", "travel", "outcomes")  # groups that `fit` writes


def calibrate(
    *plans: str | int,
    observed: str | Path,
    draws: int = DRAWS,
    progress: Progress = silent,
    **options: Unpack[Simulated],
) -> Calibration:
    """Condition the assumptions on an agency's own figures.

    Parameters
    ----------
    plans
        The plan that it has; if none, that of the file, or else the program's usual one. A folder
        that `fit` made may come first: its files are then the overrides.
    observed
        File with what it observed: period, source, figures, and figures held out.
    draws
        Of all uncertain parameters, before conditioning.
    progress, options
        As of `compare`.

    Returns
    -------
    Calibration
        Which assumptions moved and how far, checks on figures held out, and the draws.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sim
    >>> text = "{period: 2025, source: us, figures: {reach_share: {value: 60%, n: 900}}}"
    >>> with tempfile.TemporaryDirectory() as here:
    ...     file = Path(here, "observed.yaml")
    ...     size = file.write_text(text)
    ...     answer = sim.calibrate(4, observed=file, draws=50, overrides=["run=smoke"])
    >>> answer.draws, len(answer.figures)
    (50, 1)
    """
    own = {"observed": observed, "draws": draws}
    return calibrated(Request.of("calibrate", plans, options, own), progress)


def calibrated(request: Request, progress: Progress = silent) -> Calibration:
    """Answer a request for a calibration."""
    request = of_folder(request)
    asked = asked_of(request)
    announce()
    check = twin_check(asked.job, request)
    wider = partial(widening, request)
    bank = prior_draws(asked, partial(_tell, progress, asked, 0))
    figures, means, noisy = as_observed(asked, bank)
    found = conflicts(figures, means, noisy, asked.known, bank.inputs, wider)
    scores = special.ndtri(bank.uniforms)
    nearest = weighed(scores, means, noisy, np.array([x.value for x in figures]))
    after = (
        None
        if found
        else posterior(asked, figures, nearest, partial(_tell, progress, asked, asked.draws))
    )
    if after is not None:
        found = pressed(figures, means, asked.numbers, after.at_end, wider)
        after = None if found else after
    return Calibration(
        request=request,
        config=asked.config,
        plan=asked.job.arms[0].plan,
        source=asked.read.source,
        period=asked.read.period,
        **predictions(asked, bank, None if after is None else after.checked),
        assumptions=[] if after is None else assumptions(asked, bank, after),
        conflicts=found,
        unknowns=len(asked.known),
        draws=asked.draws,
        near=_near(figures, means),
        effective=nearest.effective,
        window_days=asked.job.scenario.window_days,
        conditioned=None if after is None else after.draws,
        check=check,
    )


def _tell(progress: Progress, asked: Asked, before: int, done: int) -> None:
    of = DRAW_REPLICATIONS * (asked.draws + CHECKED)
    progress(DRAW_REPLICATIONS * (before + done), of)


def _near(figures: list[Figure], means: Floats) -> int:
    """Draws within two standard errors of every figure."""
    apart = [np.abs(means[:, at] - x.value) <= NEAR_SE * x.se for at, x in enumerate(figures)]
    return int(np.all(apart, axis=0).sum())


# --- what is asked -------------------------------------------------------------------------------


def of_folder(request: Request) -> Request:
    """Request whose first word is no folder: its files of configs are overrides instead.

    A program of its own chooses the others, as it does in a folder that `init` made.
    """
    if not request.plans or request.plans[0] in names("staffing", request.config_dir):
        return request
    folder = Path(request.plans[0])
    if not folder.is_dir():
        return request
    chosen = {x.partition("=")[0] for x in request.overrides}
    groups = [group for group in FITTED if any((folder / group).glob("*.yaml"))]
    if any((folder / "program").glob("*.yaml")):
        by_program = overridden(folder, _file_of(folder, "program")) or set()
        groups = ["program", *(group for group in groups if group not in by_program)]
    if not groups:
        raise InputError(
            f"calibrate: expected a folder that fit or init made, with {', '.join(FITTED)}, got "
            f"{str(folder)!r}"
        )
    added = [f"{group}={_file_of(folder, group)}" for group in groups if group not in chosen]
    own = {"out": folder, **request.own}
    return replace(
        request,
        plans=request.plans[1:],
        overrides=(*added, *request.overrides),
        config_dir=request.config_dir or folder,
        own=own,
    )


def _file_of(folder: Path, group: str) -> str:
    """Name of the one file of a group, or of that with the name of the folder."""
    stems = sorted(path.stem for path in (folder / group).glob("*.yaml"))
    if len(stems) > 1 and folder.name not in stems:
        raise InputError(
            f"{folder / group}: expected one file, got {', '.join(stems)}; say {group}=NAME"
        )
    return folder.name if folder.name in stems else stems[0]


def asked_of(request: Request) -> Asked:
    """What a request asks, read and checked."""
    config, draws = config_of(request), int(str(request.own.get("draws", DRAWS)))
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        raise InputError(f"--draws: expected {FEWEST_DRAWS} to {MOST_DRAWS:,}, got {draws}")
    if config.run.conditioned is not None:
        raise InputError("run.conditioned: expected draws that are not conditioned yet, got some")
    if "observed" not in request.own:
        raise InputError("calibrate: expected --observed FILE, what you observed, got none")
    read = read_observed(Path(str(request.own["observed"])))
    plan = staffing(_plan_of(request, read, config), request.config_dir)
    fitting = with_fitting_forms(config, [plan])
    known = [x for x in unknowns(fitting) if not is_price(x)]
    if not known:
        raise InputError("calibrate: expected uncertain figures to condition, got none")
    return Asked(config, job_of_one(fitting, plan, request), read, known, draws)


def _plan_of(request: Request, read: Read, config: Config) -> str:
    """Name of the one plan of a request, its file and its program."""
    stated = [*request.plans, *([read.plan] if read.plan else [])]
    if len(set(stated)) > 1:
        asked = f"{', '.join(request.plans)} as asked"
        of_file = (
            f" and {read.plan} by the key plan of {request.own['observed']}" if read.plan else ""
        )
        got = f"{asked}{of_file}; leave all but one out"
        raise InputError(f"calibrate: expected one plan, the one the agency has, got {got}")
    return stated[0] if stated else own_plans(request, config)[0]
