"""Fit a log and write what `compare demand=NAME service=NAME travel=NAME` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.arrays import Bools, Floats
from sim.clock import MEAN_DAYS_A_YEAR
from sim.config import InputError, Sourced
from sim.config.files.holidays import put_holidays
from sim.files import put
from sim.history.fitting import nodes
from sim.history.fitting.days import Dates, Days, days_of
from sim.history.fitting.estimates import Estimate
from sim.history.fitting.fates import Fates, fit_fates
from sim.history.fitting.laws import Law, Sample, fit_law
from sim.history.fitting.losses import Losses, fit_losses
from sim.history.fitting.mix import Mix, Shares, mix_by_hour, shares_of
from sim.history.fitting.options import About, Options, Whose
from sim.history.fitting.rates import Rates, fit_rates
from sim.history.fitting.scope import for_a_team
from sim.history.fitting.staffed import detect_staffed, shipped_shape, with_borrowed
from sim.history.fitting.stamps import (
    CONTACTS,
    Outcome,
    Stamps,
    most_out,
    on_scene,
    patrol_arrival,
    stamps_of,
    travel,
    triage,
)
from sim.history.fitting.tables import (
    DemandTable,
    Node,
    ShapeTable,
    demand_yaml,
    group_yaml,
    shape_yaml,
)
from sim.history.fitting.without_days import (
    DAY_FACTOR_CV,
    WithoutDays,
    fit_without_days,
    rounded,
)
from sim.history.log import CallLog
from sim.history.splines import fit_spline

LEAST_RATE, MOST_LOG_SE = 1e-6, 3.0  # of a shape in a file
FEWEST_CALLS, FEWEST_DAYS = 30, 14
# What a file of each group changes.
BASES = {"service": "default", "travel": "constant", "outcomes": "default"}
NO_CITY = "city"  # the zone of a log without zones
NO_TYPE = "mental health call"  # the type of a log without types
NO_GROWTH = Sourced(
    value=1.0,
    low=0.95,
    high=1.05,
    source="assumption: no trend from the year of the counts to the year asked about",
    confidence="A",
)


@dataclass(frozen=True)
class Fitted:
    """What was fitted to a log; `texts` are its files, by the config groups in which some was.

    `laws` are by what they are of: triage, travel, contact, not_found, refused, transported,
    arrested, patrol_arrival, or all. `samples` says how many rows each had. `triage_level` is how
    many teams may be out for a call to count as sent at once. `fates` are the outcomes of people
    whom a team engaged, None if the stamps are patrol's. Of a log without calendar days, `rates`,
    `mix` and `losses` are None, and `without_days` is what there is. `borrowed` names the shape
    that hours without a team have. `for_a_team` is the share of calls that were for a team, if the
    log shows it by itself.
    """

    name: str
    log: CallLog
    whose: Whose
    table: DemandTable
    shape: ShapeTable
    texts: dict[str, str]
    days: Days | None = None
    rates: Rates | None = None
    zones: Shares | None = None
    mix: Mix | None = None
    laws: dict[str, Law] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    triage_level: int = 0
    fates: Fates | None = None
    for_a_team: Estimate | None = None
    losses: Losses | None = None
    without_days: WithoutDays | None = None
    borrowed: str | None = None

    @property
    def unstaffed_hours(self) -> int:
        """Hours of the week that were not observed."""
        return 0 if self.rates is None else int((~self.rates.seen).sum())

    @property
    def handover(self) -> bool:
        """Whether drive and handover after the scene were fitted."""
        return nodes.handover_of(self.laws) is not None

    @property
    def files(self) -> dict[str, bytes]:
        """Content of the files of a folder that `--config-dir` takes, as of `demand/NAME.yaml`."""
        return {file_of(group, self.name): text.encode() for group, text in self.texts.items()}

    def write(self, out: Path) -> None:
        """Write the files into a folder that `--config-dir` takes.

        Files that are there are replaced; an OSError says that one cannot be written.
        """
        for name, content in self.files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            put(out / name, content)


def file_of(group: str, name: str) -> str:
    """Path of a config file in its folder."""
    return f"{group}/{name}.yaml"


def as_shipped(group: str, command: str) -> bytes:
    """File of a group in which nothing was fitted, where one has to be: all of it is as shipped."""
    return group_yaml(command, BASES[group], {}).encode()


def fit_log(log: CallLog, *, name: str, options: Options | None = None) -> Fitted:
    """Fit a log.

    Parameters
    ----------
    log
        Calls as they were read.
    name
        Of the files.
    options
        What the user says of the log.

    Returns
    -------
    Fitted
        Everything that was fitted, with intervals, and the texts of its files.

    Raises
    ------
    InputError
        If there are too few calls, or days of exposure.
    """
    options = options or Options()
    command = options.command or f"coresponder fit {log.name}"
    if log.without_days is not None:
        return _without_days(log, log.without_days, name, options, command)
    return _with_days(log, name, options, command)


# --- a log with days -----------------------------------------------------------------------------


def _with_days(log: CallLog, name: str, options: Options, command: str) -> Fitted:
    days = days_of(log)
    n, n_days = int(days.calls.sum()), len(days.dates)
    if n < FEWEST_CALLS or n_days < FEWEST_DAYS:
        right = f"{FEWEST_CALLS} calls of mental health on {FEWEST_DAYS} days or more"
        raise InputError(f"{log.name}: expected {right}, got {n} on {n_days}")
    holidays = _holidays(options.holidays, log.first, log.last)
    rates = _rates(log, days, holidays, options)
    zones = shares_of(log.calls["zone"], NO_CITY)
    mix = mix_by_hour(log.calls["call_type"], log.calls["received_at"].dt.hour(), NO_TYPE)
    whose = options.stamps or ("team" if log.served_only else "patrol")
    cited = _cited(log)
    shape = _shape(name, log, options.about, rates, command)
    table = replace(_table(options, rates, zones, mix, shape, cited), centers=log.centers)
    fitted = Fitted(name, log, whose, table, shape, {}, days, rates, zones, mix)
    fitted = replace(fitted, borrowed=options.borrow if log.served_only else None)
    fitted, trees = _with_service(fitted, options, cited)
    table = replace(table, fitted=_range(fitted, days, rates, options))
    texts = _texts(table, shape, command, trees)
    return replace(fitted, table=table, texts=texts)


def _texts(
    table: DemandTable, shape: ShapeTable, command: str, trees: Mapping[str, Node]
) -> dict[str, str]:
    of_trees = {key: group_yaml(command, BASES[key], tree) for key, tree in trees.items() if tree}
    return {"demand": demand_yaml(table), "shapes": shape_yaml(shape), **of_trees}


def _range(fitted: Fitted, days: Days, rates: Rates, options: Options) -> Node:
    """What the log had: calls of its weeks, hours that it saw, and the teams at work in it."""
    weeks = len(days.dates) // 7
    of_weeks = (
        days.calls.sum(axis=1)[: 7 * weeks].reshape(weeks, 7).sum(axis=1) * MEAN_DAYS_A_YEAR / 7
    )
    out: Node = {
        "calls_per_year": [round(float(of_weeks.min())), round(float(of_weeks.max()))],
        "hours_not_seen": np.flatnonzero(~rates.seen).tolist(),
    }
    if fitted.whose == "team":
        stamps = stamps_of(fitted.log.calls, options.dispositions)
        out["teams"] = options.teams or most_out(stamps) or None
    return out


def _holidays(keys: Mapping[str, Any], first: date, last: date) -> Dates:
    """Dates of the holidays that the keys of `demand.holidays` name, in the years of a log."""
    years = {"window_start": first.isoformat(), "window_years": last.year - first.year + 1}
    named = dict(keys)
    put_holidays({"demand": {"holidays": named}, "run": years}, [Path()])
    dates = named.get("dates", [])
    return np.array([str(day) for day in dates], dtype="datetime64[D]")


def _rates(log: CallLog, days: Days, holidays: Dates, options: Options) -> Rates:
    if not log.served_only:
        return fit_rates(days, holidays)
    staffed = options.staffed if options.staffed is not None else detect_staffed(days)
    rates = fit_rates(days, holidays, staffed)
    return with_borrowed(rates, shipped_shape(options.borrow)) if options.borrow else rates


def _cited(log: CallLog) -> nodes.Cited:
    years = dict.fromkeys(str(day.year) for day in (log.first, log.last))
    return nodes.Cited(log.name, log.checksum, f"{log.first} to {log.last}", "-".join(years))


def _source(log: CallLog, about: About, command: str) -> dict[str, str | int]:
    out = "; ".join(f"{part.first} to {part.last}: {part.reason}" for part in log.excluded)
    n_days = len(days_of(log).dates)
    return {
        "title": about.title or f"{log.name}, SHA-256 {log.checksum}",
        "publisher": about.publisher,
        "license": about.license,
        "period": f"{log.first} to {log.last}, {n_days} days",
        "n_rows": log.calls.height,
        "n_used": int(days_of(log).calls.sum()),
        "dropped": out,
        "command": command,
    }


def _shape(name: str, log: CallLog, about: About, rates: Rates, command: str) -> ShapeTable:
    return _shape_table(name, _source(log, about, command), rates.rate, rates.log_se)


def _shape_table(
    name: str, source: dict[str, str | int], rate: Floats, log_se: Floats
) -> ShapeTable:
    """Shape of mean 1, within what a file can have."""
    relative = np.maximum(rate / rate.mean(), LEAST_RATE)
    return ShapeTable(name, source, relative, np.minimum(log_se, MOST_LOG_SE))


def _table(
    options: Options,
    rates: Rates,
    zones: Shares,
    mix: Mix,
    shape: ShapeTable,
    cited: nodes.Cited,
) -> DemandTable:
    def number(estimate: Estimate, what: str) -> Sourced:
        return Sourced.model_validate(cited.number(estimate, what))

    growth = options.about.growth_factor or NO_GROWTH
    if rates.growth is not None:
        growth = number(rates.growth, "trend, from the middle of the log to its end")
    holidays: Node = {}
    if rates.holiday is not None:
        factor = cited.number(rates.holiday, "calls on a holiday over those on other days")
        holidays = {**options.holidays, "demand_factor": factor}
    return DemandTable(
        name=shape.name,
        source=shape.source,
        calls_per_year=number(rates.calls_per_year, "calls logged in a year, not all need"),
        growth_factor=growth,
        day_factor_cv=number(rates.day_factor_cv, "day-to-day variation beyond chance"),
        hour_of_week_shape=rounded(rates.rate, 168),
        shape_drawn_from=tuple(options.about.shape_drawn_from) or (shape.name,),
        month_factor=tuple(round(float(x), 6) for x in rates.month_factor),
        call_types=tuple(mix.types),
        call_type_share_by_hour=tuple(rounded(hour, 1) for hour in mix.shares),
        zones=tuple(zones.names),
        zone_share=rounded(zones.calls, 1),
        errors={
            "month_log_se": [round(float(x), 6) for x in rates.month_log_se],
            "zone_calls": int(zones.calls.sum()) if len(zones.names) > 1 else 0,
            "call_type_calls_by_hour": mix.worth,
        },
        holidays=holidays,
    )


# --- service, travel and outcomes ----------------------------------------------------------------


def _with_service(
    fitted: Fitted, options: Options, cited: nodes.Cited
) -> tuple[Fitted, dict[str, Node]]:
    """What was fitted with the laws of its stamps, and the keys of the groups that rest on them."""
    log, stamps = fitted.log, stamps_of(fitted.log.calls, options.dispositions)
    if fitted.whose == "patrol":
        samples = {"patrol_arrival": patrol_arrival(stamps), "all": _all_on_scene(stamps)}
        laws = _laws(samples)
        fitted = replace(fitted, laws=laws, samples=samples)
        return fitted, {"service": nodes.patrol_service(laws, cited)}
    usable = None if fitted.rates is None else _staffed_rows(log, fitted.rates.seen)
    waits = triage(stamps, options.teams, usable)
    samples = {"triage": waits.sample, "travel": travel(stamps), **_scenes(stamps)}
    laws = _laws(samples)
    losses = fit_losses(stamps, waits.at_once, laws.get("triage"))
    fates = fit_fates(stamps, log.calls["disposition"])
    fitted = replace(fitted, laws=laws, samples=samples, losses=losses, triage_level=waits.level)
    fitted = replace(fitted, fates=fates)
    service = nodes.team_service(laws, losses, cited, patrol=options.patrol_on_scene)
    asked = None if log.served_only else for_a_team(log.calls)
    fitted = replace(fitted, for_a_team=asked)
    service |= nodes.served_funnel() if log.served_only else nodes.shown_funnel(asked, cited)
    drive = nodes.team_travel(laws["travel"], cited) if "travel" in laws else {}
    outcomes = nodes.team_outcomes(fates, cited)
    return fitted, {"service": service, "travel": drive, "outcomes": outcomes}


def _laws(samples: dict[str, Sample]) -> dict[str, Law]:
    fits = {key: fit_law(sample) for key, sample in samples.items()}
    return {key: law for key, law in fits.items() if law is not None}


def _staffed_rows(log: CallLog, seen: Bools) -> Bools:
    received = log.calls["received_at"]
    hour = (received.dt.weekday().to_numpy() - 1) * 24 + received.dt.hour().to_numpy()
    return np.asarray(seen[hour], bool)


def _all_on_scene(stamps: Stamps) -> Sample:
    return on_scene(stamps, np.ones(len(stamps.received), bool))


def _scenes(stamps: Stamps) -> dict[str, Sample]:
    """Time on scene by outcome; of a log without outcomes, of all calls."""
    by_outcome = {
        "not_found": (Outcome.NOT_FOUND,),
        "refused": (Outcome.REFUSED,),
        "contact": (Outcome.CONTACT,),
        "transported": (Outcome.TRANSPORTED,),
        "arrested": (Outcome.ARRESTED,),
    }
    if not stamps.are(*CONTACTS).any():
        return {"all": _all_on_scene(stamps)}
    return {key: on_scene(stamps, stamps.are(*which)) for key, which in by_outcome.items()}


# --- a log without days --------------------------------------------------------------------------


def _without_days(
    log: CallLog, rows: pl.DataFrame, name: str, options: Options, command: str
) -> Fitted:
    about = options.about
    fit = fit_without_days(rows, _part_months(log, about))
    publisher = {"publisher": about.publisher, "license": about.license}
    source = {"title": about.title or log.name, **publisher, **fit.source, "command": command}
    spline = fit_spline(fit.shape_calls, fit.shape_exposure_h)
    shape = _shape_table(name, source, np.exp(spline.log_rate), spline.log_se)
    table = DemandTable(
        name=name,
        source=source,
        calls_per_year=fit.calls_per_year,
        growth_factor=about.growth_factor or NO_GROWTH,
        day_factor_cv=DAY_FACTOR_CV,
        hour_of_week_shape=fit.hour_of_week_shape,
        shape_drawn_from=tuple(about.shape_drawn_from) or (name,),
        month_factor=fit.month_factor,
        call_types=fit.call_types,
        call_type_share_by_hour=fit.call_type_share_by_hour,
        zones=fit.zones,
        zone_share=fit.zone_share,
    )
    texts = _texts(table, shape, command, {})
    return Fitted(name, log, "patrol", table, shape, texts, without_days=fit)


def _part_months(log: CallLog, about: About) -> dict[tuple[int, int], str]:
    """Months that are no exposure, and why: by what is said of the log, and by the log itself."""
    stated = [date.fromisoformat(f"{month}-01") for month in about.part_months]
    reasons = {(day.year, day.month): "part month, exposure unknown" for day in stated}
    for part in log.excluded:
        for month in range(
            part.first.year * 12 + part.first.month - 1, part.last.year * 12 + part.last.month
        ):
            reasons.setdefault((month // 12, month % 12 + 1), part.reason)
    return reasons
