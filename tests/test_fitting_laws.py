"""Durations and losses of a log: censoring, zeros, triage apart from queueing, outcomes."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.config import compose
from sim.history.fitting import Options, fit_log, laws
from sim.history.fitting.laws import Sample, fit_law
from sim.history.fitting.stamps import Outcome, on_scene, outcomes, stamps_of, travel, triage
from sim.history.log import COLUMNS, CallLog
from sim.history.reading.read import read_log
from sim.model.inputs.durations import quantile_minutes
from tests.logs import simulated_log

START = datetime(2024, 1, 1)
FAMILIES = {
    "gamma": lambda numbers, n: numbers.gamma(2.0, 10.0, n),
    "lognormal": lambda numbers, n: numbers.lognormal(2.6, 0.9, n),
    "weibull": lambda numbers, n: 20 * numbers.weibull(0.7, n),
}


def frame(**columns: list) -> pl.DataFrame:
    """Calls by columns of minutes from the start; None: no stamp."""
    n = len(columns["received_at"])
    made = {
        key: [None if x is None else START + timedelta(minutes=x) for x in values]
        if key.endswith("_at")
        else values
        for key, values in columns.items()
    }
    blank = {key: [None] * n for key in COLUMNS if key not in made}
    return pl.DataFrame(made | blank | {"row": range(2, n + 2)}, schema_overrides=COLUMNS)


def log_of(calls: pl.DataFrame, **kept: object) -> CallLog:
    last = calls["received_at"].max().date()
    log = CallLog(calls, "log.csv", "ef" * 32, START.date(), last, [], False)
    return log._replace(**kept)


# --- laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_the_family_that_made_the_minutes_is_taken(family):
    minutes = FAMILIES[family](np.random.default_rng(1), 3_000)
    law = fit_law(Sample(minutes))
    assert law.family == family
    assert law.mean.low < minutes.mean() * 1.0 < law.mean.high
    assert set(law.aic) == set(FAMILIES)


def test_minutes_all_alike_are_no_law_whatever_arithmetic_makes_of_them():
    minutes = np.full(2_000, 48.0)
    minutes[::3] += 7e-15
    assert np.ptp(minutes) > 0
    assert fit_law(Sample(minutes)) is None


@pytest.mark.parametrize("family", FAMILIES)
def test_closed_forms(family):
    """A lognormal's maximum is its logs' mean and sd; a gamma's mean is the mean of the minutes.

    The standard errors of these are sd / sqrt(n).
    """
    minutes = FAMILIES[family](np.random.default_rng(2), 2_000)
    law = fit_law(Sample(minutes))
    if family == "lognormal":
        assert law.scale == pytest.approx(np.exp(np.log(minutes).mean()), rel=1e-3)
        assert law.shape == pytest.approx(np.log(minutes).std(), rel=1e-3)
    if family == "gamma":
        assert law.mean.value == pytest.approx(minutes.mean(), rel=1e-4)
        assert law.mean.se == pytest.approx(law.sd.value / 2_000**0.5, rel=0.02)
    if family == "weibull":
        frozen = stats.weibull_min(law.shape, scale=law.scale)
        assert law.mean.value == pytest.approx(frozen.mean())


def test_censored_minutes_are_not_deleted():
    numbers = np.random.default_rng(3)
    minutes, until = numbers.gamma(2.25, 30 / 2.25, 4_000), numbers.exponential(60, 4_000)
    seen = minutes < until
    law = fit_law(Sample(minutes[seen], longer=until[~seen]))
    assert law.mean.low < 30 < law.mean.high
    assert minutes[seen].mean() < 25  # what is left if they are deleted
    assert law.censored == (~seen).sum()


def test_zeros_of_one_click_are_a_part_of_their_own():
    minutes = np.random.default_rng(5).gamma(2.422, 7.5, 3_720)
    law = fit_law(Sample(minutes, zeros=445))
    assert law.zero_share.low < 0.107 < law.zero_share.high
    assert law.family == "gamma"
    assert law.mean.low < 2.422 * 7.5 < law.mean.high
    assert law.mean_of_all == pytest.approx(law.mean.value * (1 - law.zero_share.value))


def test_zeros_of_rounding_are_not():
    minutes = np.floor(np.random.default_rng(6).exponential(5, 3_000))
    law = fit_law(Sample(minutes[minutes > 0], zeros=int((minutes == 0).sum())))
    assert law.zero_share is None


def test_a_large_sample_is_fitted_by_its_quantiles_to_the_same_law_and_errors(monkeypatch):
    numbers = np.random.default_rng(9)
    minutes, until = numbers.lognormal(2.6, 0.9, 60_000), numbers.exponential(90, 60_000)
    seen = minutes < until
    sample = Sample(minutes[seen], zeros=2_000, longer=until[~seen])
    quick = fit_law(sample)
    monkeypatch.setattr(laws, "MOST_FITTED", 10**9)
    whole = fit_law(sample)
    assert quick.family == whole.family
    assert abs(quick.mean.value - whole.mean.value) < 0.2 * whole.mean.se
    assert quick.mean.se == pytest.approx(whole.mean.se, rel=0.02)
    assert (quick.seen, quick.censored) == (whole.seen, whole.censored)


@pytest.mark.parametrize("sample", [Sample(np.arange(1.0, 20.0)), Sample(np.full(500, 7.0))])
def test_too_few_or_all_alike_are_not_fitted(sample):
    assert fit_law(sample) is None


def test_no_bar_of_a_figure_is_a_small_cell():
    law = fit_law(Sample(np.random.default_rng(7).gamma(2, 10, 300)))
    shown = law.bars.density[~np.isnan(law.bars.density)]
    assert (shown * np.diff(law.bars.edges)[0] * 300 >= 10.999).all()
    assert np.isnan(law.bars.density).any()


# --- stamps --------------------------------------------------------------------------------------


def test_what_each_row_says_of_the_drive():
    calls = frame(
        received_at=[0, 100, 200, 300, 400, 500],
        dispatched_at=[5, 105, 205, 305, None, 505],
        arrived_at=[15, None, None, None, 430, None],
        cleared_at=[50, 112, 260, None, 440, 590],
        disposition=["Contact", "Cancelled", "Refused", "Contact", "Contact", "Cancelled"],
    )
    sample = travel(stamps_of(calls))
    assert sample.exact.tolist() == [10]
    assert sample.longer.tolist() == [7]  # called off on the way; the other was closed late
    assert sample.unknown == 4
    assert sample.resolution == 1


def test_a_stamp_that_is_late_says_only_that_it_was_longer():
    calls = frame(
        received_at=[0, 100, 200],
        dispatched_at=[5, 105, None],
        arrived_at=[15, None, None],
        cleared_at=[None, None, None],
        disposition=["Contact", "Contact", "Contact"],
    )
    late = {"cleared_late": [True, True, True], "arrived_late": [False, True, True]}
    late["dispatched_late"] = [False, False, True]
    stamps = stamps_of(calls.with_columns(pl.Series(name, x) for name, x in late.items()))
    assert on_scene(stamps, np.ones(3, bool)).longer.tolist() == [465]
    assert travel(stamps).longer.tolist() == [475]
    assert travel(stamps).unknown == 1
    assert triage(stamps).sample.longer.tolist() == [480]


def test_the_mean_of_scenes_comes_back_although_one_in_seven_is_longer_than_eight_hours(tmp_path):
    """Lognormal minutes of mean 300: those over 8 hours are censored, and not left out."""
    sigma, mean = 0.7, 300.0
    minutes = np.random.default_rng(8).lognormal(np.log(mean) - sigma**2 / 2, sigma, 4_000)
    assert 0.1 < (minutes > 480).mean() < 0.2
    received = np.datetime64("2024-01-01", "us") + np.arange(4_000) * np.timedelta64(90, "m")
    seconds = (6e7 * minutes).astype("timedelta64[us]")
    columns = {"Received": received, "Dispatched": received, "On Scene": received}
    log = pl.DataFrame({**columns, "Cleared": received + seconds})
    log = log.with_columns(pl.lit("MENTAL HEALTH").alias("Call Type"))
    log = log.with_columns(pl.lit("Contact").alias("Disposition"))
    log.write_csv(tmp_path / "calls.csv", datetime_format="%Y-%m-%d %H:%M:%S")
    read, report = read_log(tmp_path / "calls.csv")
    assert report.counts["cleared: over 8 hours"] > 400
    stamps = stamps_of(read.calls)
    law = fit_law(on_scene(stamps, np.ones(read.calls.height, bool)))
    assert law.family == "lognormal"
    assert law.mean.low < mean < law.mean.high


@pytest.mark.parametrize("blank", [0.15, 0.4])
@pytest.mark.parametrize("whose", ["team", "patrol"])
def test_blank_arrivals_move_no_law(blank, whose, tmp_path):
    log, numbers = team_log(), np.random.default_rng(round(100 * blank))
    said = pl.Series(numbers.random(log.calls.height) < blank)
    arrived = pl.when(~said).then(pl.col("arrived_at"))
    some = log._replace(calls=log.calls.with_columns(arrived_at=arrived))
    options = Options(stamps=whose, teams=3)
    whole, part = (fit_log(x, name="x", options=options) for x in (log, some))
    for key, law in whole.laws.items():
        assert law.mean.low < part.laws[key].mean.value < law.mean.high, key
    assert whole.samples["all" if whose == "patrol" else "contact"].unknown == 0
    blanks = sum(part.samples[key].unknown for key in whole.laws if key not in ARRIVALS)
    assert blanks == said.sum()


ARRIVALS = ("triage", "travel", "patrol_arrival")  # laws that are not of the time on scene


def test_blank_arrivals_do_not_move_the_rate_of_withdrawing(tmp_path):
    log, numbers = simulated_log(1), np.random.default_rng(4)
    said = pl.Series(numbers.random(log.calls.height) < 0.4)
    arrived = pl.when(~said).then(pl.col("arrived_at"))
    some = log._replace(calls=log.calls.with_columns(arrived_at=arrived))
    options = Options(stamps="team")
    whole, part = (fit_log(x, name="x", options=options).losses for x in (log, some))
    rate = whole.withdrawn_per_hour
    assert rate.low < part.withdrawn_per_hour.value < rate.high


def test_withdrawn_calls_that_were_closed_late_do_not_move_the_drive():
    stamps = stamps_of(simulated_log(1).calls)
    late = np.random.default_rng(5).exponential(60, len(stamps.cleared))
    cleared = stamps.cleared + np.where(stamps.are(Outcome.WITHDRAWN), late, 0)
    whole, moved = (fit_law(travel(x)) for x in (stamps, stamps._replace(cleared=cleared)))
    assert whole.mean.low < moved.mean.value < whole.mean.high
    assert moved.censored < whole.censored


def test_triage_is_seen_only_while_a_team_is_free():
    """One team. The second call comes while it is out; the third is overtaken by the fourth."""
    calls = frame(
        received_at=[0, 20, 100, 105, 300],
        dispatched_at=[8, 61, 190, 109, None],
        arrived_at=[18, 70, 200, 115, None],
        cleared_at=[60, 90, 250, 185, 330],
        disposition=["Contact", "Contact", "Contact", "Contact", "Cancelled"],
    )
    made = triage(stamps_of(calls), teams=1)
    assert made.at_once.tolist() == [True, False, False, True, False]
    assert made.sample.exact.tolist() == [8, 4]
    assert made.sample.longer.tolist() == [9, 30]  # until the team left; until called off
    assert triage(stamps_of(calls), teams=2).sample.exact.tolist() == [8, 41, 90, 4]


WORDS = [
    ("Unable to  Locate", "not_found"),
    ("GOA", "not_found"),
    ("Gone on arrival - no report", "not_found"),
    ("Client declined  to engage", "refused"),
    ("REFUSED", "refused"),
    ("Call cancelled", "withdrawn"),
    ("Emergency Department", "transported"),
    ("Resolved", "contact"),
    ("Edited record", "contact"),  # holds "ed", and not as a word
    ("Transported to jail", "arrested"),
    ("Informatio not recorded", "unrecorded"),
    ("Information Not Recorded", "unrecorded"),
    ("  ", "unrecorded"),
    (None, "unrecorded"),
]


@pytest.mark.parametrize(("said", "outcome"), WORDS)
def test_words_of_dispositions(said, outcome):
    assert outcomes(pl.Series("disposition", [said], dtype=pl.String)).to_list() == [outcome]


def test_a_users_own_words():
    rules = {"withdrawn": ["VOI"], "not_found": ["NAT"]}
    said = pl.Series("disposition", ["VOI", "NAT", "GOA"])
    assert outcomes(said, rules).to_list() == ["withdrawn", "not_found", "contact"]


STAMP = st.one_of(st.none(), st.integers(0, 30_000))


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 28_000),
            STAMP,
            STAMP,
            STAMP,
            st.sampled_from(["Cancelled", "GOA", "Refused", "Hospital", "Contact", None]),
        ),
        min_size=30,
        max_size=60,
    )
)
def test_any_stamps_are_fitted_or_left_as_shipped(tmp_path_factory, rows):
    rows.sort(key=lambda row: row[0])
    names = ("received_at", "dispatched_at", "arrived_at", "cleared_at", "disposition")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    log = log_of(frame(**columns), last=START.date() + timedelta(days=19))
    out = tmp_path_factory.mktemp("any")
    for whose in ("team", "patrol"):
        fitted = fit_log(log, name="any", options=Options(stamps=whose))
        fitted.write(out)
        compose([f"{group}=any" for group in fitted.texts if group != "shapes"], out)


# --- what goes into the files --------------------------------------------------------------------


def team_log(n: int = 3_000, seed: int = 8, **kept: object) -> CallLog:
    """Log of teams that are never busy: same clicks, outcomes, and a long tail after transports."""
    numbers = np.random.default_rng(seed)
    received = np.sort(numbers.uniform(0, 366 * 24 * 60, n))
    sent = received + numbers.lognormal(2.2, 0.6, n)
    drive = np.where(numbers.random(n) < 0.1, 0, numbers.gamma(2.422, 7.5, n))
    said = numbers.choice(["Found", "GOA", "Refused", "Hospital"], n, p=[0.5, 0.2, 0.15, 0.15])
    scene = numbers.gamma(2.28, 16.4, n) + (said == "Hospital") * numbers.gamma(4, 15, n)
    scene = np.where(np.isin(said, ["GOA", "Refused"]), numbers.lognormal(2.1, 0.85, n), scene)
    calls = frame(
        received_at=received.tolist(),
        dispatched_at=sent.tolist(),
        arrived_at=(sent + drive).tolist(),
        cleared_at=(sent + drive + scene).tolist(),
        disposition=said.tolist(),
    )
    return log_of(calls, **kept)


def mean_of(duration: object) -> float:
    u = (np.arange(200_000) + 0.5) / 200_000
    return float(quantile_minutes(duration, u).mean())


def test_a_teams_log_gives_its_service_and_travel(tmp_path):
    options = Options(stamps="team", teams=3)
    fitted = fit_log(team_log(), name="x", options=options)
    fitted.write(tmp_path)
    config = compose(["service=x", "travel=x", "demand=x"], tmp_path)
    service = config.service
    of = fitted.laws
    assert mean_of(service.triage_delay) == pytest.approx(of["triage"].mean_of_all, rel=0.01)
    assert mean_of(service.handoff_delay) == mean_of(service.triage_delay)
    assert mean_of(service.on_scene.not_found) == pytest.approx(12.5, rel=0.15)
    assert mean_of(service.on_scene.on_scene) == pytest.approx(2.28 * 16.4, rel=0.05)
    assert mean_of(service.on_scene.hold) == mean_of(service.on_scene.on_scene)
    assert mean_of(service.hospital.handover) == pytest.approx(60, rel=0.1)
    assert mean_of(service.report) == mean_of(service.turnout) == 0
    assert mean_of(service.hospital.transport) == 0
    assert of["travel"].zero_share is not None
    assert float(config.travel.minutes) == pytest.approx(2.422 * 7.5, rel=0.05)
    assert service.contact.refused_share.k is not None


def test_patrols_stamps_are_not_a_teams(tmp_path):
    fitted = fit_log(team_log(), name="x")
    fitted.write(tmp_path)
    assert fitted.whose == "patrol"
    assert "travel" not in fitted.texts
    config, shipped = compose(["service=x"], tmp_path), compose([])
    assert config.service.on_scene == shipped.service.on_scene
    assert config.service.triage_delay == shipped.service.triage_delay
    assert mean_of(config.service.patrol.arrival) == pytest.approx(27, rel=0.1)


def test_a_log_without_outcomes_has_one_time_on_scene(tmp_path):
    log = team_log()
    blank = log.calls.with_columns(pl.lit(None, pl.String).alias("disposition"))
    options = Options(stamps="team", teams=3)
    fitted = fit_log(log._replace(calls=blank), name="x", options=options)
    fitted.write(tmp_path)
    assert {"all", "triage", "travel"} == set(fitted.laws)
    service = compose(["service=x"], tmp_path).service
    assert service.on_scene.not_found == compose([]).service.on_scene.not_found
    assert service.contact == compose([]).service.contact
