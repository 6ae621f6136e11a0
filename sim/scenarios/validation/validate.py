"""Fit the first months of a log, and hold what the model expects of the rest against the rest.

Each draw of the uncertain figures is one period of the same days: that is a predictive
distribution, with chance and the assumptions in it. The teams are looked at a second time with the
calls of the log in their own seconds, so that a fault of the demand is not taken for one of theirs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import numpy as np

from sim.arrays import Floats
from sim.compiled import announce
from sim.config import Config, staffing
from sim.history.log import CallLog
from sim.scenarios.answers.comparison import TwinCheck
from sim.scenarios.answers.validation import BY_HOUR, NO_PLAN, PATROLS, Cell, Held, Span, Validation
from sim.scenarios.asked import check_words
from sim.scenarios.checking import twin_check
from sim.scenarios.evidence.held_out import job_of_one
from sim.scenarios.experiments.bands import simultaneous_band
from sim.scenarios.request import Progress, Request, Uncertain, silent
from sim.scenarios.samples import Job
from sim.scenarios.validation.asked import Asked, asked_of, config_of, fitted_anew
from sim.scenarios.validation.profiles import Profile, arrival_unknown, block_of, profiles_of
from sim.scenarios.validation.rows import Rows, of_log
from sim.scenarios.validation.runs import Model, Run

POINTS = np.arange(1, 100) / 100  # quantiles of the response


def validate(
    folder: str | Path,
    *plans: str | int,
    calls: str | Path,
    until: str | None = None,
    progress: Progress = silent,
    **options: Unpack[Uncertain],
) -> Validation:
    """Hold a log's last months against a model that is fitted to the months before.

    Parameters
    ----------
    folder
        What `coresponder fit` made of the log. Another log is allowed, and said.
    plans
        What was staffed then; without it only the calls themselves are looked at.
    calls
        The log itself: rows are kept nowhere.
    until
        Last day that is fitted, such as "2024-06-30"; without one, two thirds of the days.
    progress, options
        As of `compare`.

    Raises
    ------
    InputError
        One line: what, where, and what would be right.

    Examples
    --------
    >>> import sim
    >>> sim.validate("my_city", 3, calls="calls.csv", until="2024-06-30")  # doctest: +SKIP
    """
    own = {"calls": str(calls), "until": until}
    return validated(Request.of("validate", (folder, *plans), options, own), progress)


def validated(request: Request, progress: Progress = silent) -> Validation:
    """Answer a request for a validation."""
    check_words(request)
    asked = asked_of(request)
    announce()
    with fitted_anew(asked) as (folder, of_teams):
        config = config_of(request, asked, folder)
        job, check = _job(request, config, folder) if len(request.plans) > 1 else (None, None)
    teams = job.arms[0].plan.teams if job and of_teams else 0
    observed = of_log(asked.rest, config, asked.period)
    why = NO_PLAN if of_teams else PATROLS
    looked_at, left_out = _looked_at(
        profiles_of(config, teams, block_of(observed)), observed, asked, teams, why
    )
    runs = Model(config, job, asked.log, asked.period).runs(looked_at, progress)
    level = config.run.confidence_level
    return Validation(
        request=request,
        config=config,
        plans=[job.arms[0].plan] if job else [],
        log=asked.log.name,
        another_than=None if asked.kept.is_of(asked.log) else asked.kept.log,
        fitted_to=_span(asked.fitted),
        held_against=_span(asked.rest),
        held=[held for run in runs for held in _held(run, observed, asked, level)],
        left_out=left_out,
        draws=config.run.draws,
        confidence=level,
        response=_response(observed, runs[-1].rows),
        arrival_unknown=int(arrival_unknown(observed).sum()) if of_teams else 0,
        check=check,
    )


def _span(log: CallLog) -> Span:
    return Span(log.first, log.last, log.calls.height)


def _job(request: Request, config: Config, folder: Path) -> tuple[Job, TwinCheck | None]:
    job = job_of_one(config, staffing(request.plans[1], folder), request)
    return job, twin_check(job, request)


def _looked_at(
    profiles: list[Profile], observed: Rows, asked: Asked, teams: int, why: str
) -> tuple[list[Profile], dict[str, str]]:
    """Profiles that the log has, and of the others why it has not."""
    left_out: dict[str, str] = {}
    units = len(np.unique(observed.unit[observed.unit >= 0]))
    for profile in profiles:
        if profile.of_teams and not teams:
            left_out[profile.label] = why
        elif profile.name == "teams" and units > teams:
            left_out[profile.label] = f"the log has {units} units, the plan {teams} teams"
        elif profile.name in {"reached", BY_HOUR, "withdrawn"} and asked.rest.served_only:
            left_out[profile.label] = "the log has only calls that a team served"
        elif len(profile.cells) < 2 and profile.name in {"types", "zones"}:  # noqa: PLR2004
            left_out[profile.label] = "the log has one"
        elif not np.isfinite(profile.counted(observed, asked.period)).all():
            left_out[profile.label] = "the log has too few"
    return [x for x in profiles if x.label not in left_out], left_out


# --- what comes of it ----------------------------------------------------------------------------


def _held(run: Run, observed: Rows, asked: Asked, confidence: float) -> list[Held]:
    """Profiles of a run's draws, with the observed ones held against them."""
    held = []
    for profile in run.profiles:
        curves = np.array([profile.counted(rows, asked.period) for rows in run.rows])
        known = curves[np.isfinite(curves).all(axis=1)]
        if len(known):
            band = simultaneous_band(known, confidence)
            seen = profile.counted(observed, asked.period)
            held.append(_of_profile(profile, seen, known.mean(axis=0), band, replayed=run.replayed))
    return held


def _of_profile(
    profile: Profile, seen: Floats, mean: Floats, band: tuple[Floats, Floats], *, replayed: bool
) -> Held:
    columns = (x.tolist() for x in (seen, mean, *band))
    cells = [Cell(*cell) for cell in zip(profile.cells, *columns, strict=True)]
    return Held(*profile[:3], profile.tolerance_share, replayed, cells)


def _response(observed: Rows, drawn: list[Rows]) -> Floats:
    """Quantiles of the minutes from received to on scene, observed and simulated; shape (2, n)."""
    seen = observed.arrived - observed.received
    made = np.concatenate([rows.arrived - rows.received for rows in drawn])
    both = [x[np.isfinite(x)] for x in (seen, made)]
    if min(map(len, both)) == 0:
        return np.zeros((2, 0))
    return np.array([np.quantile(x, POINTS) for x in both])
