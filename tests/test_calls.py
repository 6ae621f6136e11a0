"""Every random input of every call: shares, durations, and which uniform each is read from."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from sim.clock import HOUR_S, NEVER_S
from sim.config import compose
from sim.config.models import (
    Config,
    FateShares,
    KindOutcomes,
    OnScene,
    OnSceneByKind,
    OutcomesByKind,
)
from sim.config.values import Constant, Exponential, Sourced
from sim.model.inputs.calls import DURATIONS, call_tables, sample_calls
from sim.model.inputs.durations import quantile_minutes
from sim.schema import (
    PPM,
    TEAM_KINDS,
    Calls,
    Contact,
    Destination,
    Fate,
    Kind,
    check_table,
    columns,
)
from tests.worlds import make_demand

SEED, N_HOURS = 71, 24 * 400
ALIKE = 99.9  # percent: every interval and statistic below is this wide, or wider


@cache
def config(*overrides) -> Config:
    return compose(["run.window_days=28", *overrides])


def with_service(**keys) -> Config:
    """The config with some keys of its service replaced."""
    service = config().service.model_copy(update=keys)
    return config().model_copy(update={"service": service})


def sample(of: Config, replication: int = 0, per_hour: float = 5.0, first_hour: int = 0) -> Calls:
    rates = np.full(N_HOURS, per_hour)
    return sample_calls(call_tables(of), rates, 0.0, first_hour, SEED, replication)


@cache
def base() -> Calls:
    return sample(config())


def exponential(minutes):
    return Exponential(distribution="exponential", mean=Sourced(value=minutes))


def constant(minutes):
    return Constant(distribution="constant", mean=Sourced(value=minutes))


def assert_shares(codes, shares):
    """Counts of the codes lie in their binomial intervals, 99.9% for all of them together."""
    n = len(codes)
    counts = np.bincount(codes, minlength=len(shares))
    tail = (1 - ALIKE / 100) / 2 / len(shares)
    low, high = stats.binom.ppf([[tail], [1 - tail]], n, np.clip(shares, 0, 1))
    assert np.all((counts >= low) & (counts <= high))
    assert counts.sum() == n


def assert_mean(values, mean):
    half = stats.norm.ppf(0.5 + ALIKE / 200) * stats.sem(values)
    assert abs(values.mean() - mean) < half


def differing(one: Calls, other: Calls) -> set[str]:
    pairs = zip(Calls._fields, one, other, strict=True)
    return {name for name, a, b in pairs if not np.array_equal(a, b)}


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_hour", [0.0, 0.01, 5.0])
def test_calls_are_a_table_sorted_by_time(per_hour):
    calls = sample(config(), per_hour=per_hour)
    check_table(calls)
    assert np.all(np.diff(calls.received_at_s) >= 0)
    assert len(calls.zone) == pytest.approx(per_hour * N_HOURS, rel=0.02, abs=30)
    for column in columns(Calls):
        values = getattr(calls, column.name)
        assert np.all(values >= 0)
        if column.unit == "ppm":
            assert np.all(values < PPM)
        if column.unit == "0 or 1":
            assert np.all(values <= 1)


# --- what is off ---------------------------------------------------------------------------------


def test_each_call_is_of_a_person_of_its_own():
    assert base().person.tolist() == list(range(len(base().zone)))


@pytest.mark.parametrize(
    "name",
    ["repeat_u", "custody_for_s", "visit_wanted", "visit_if_missed", "visit_lag_s", "visit_for_s"],
)
def test_what_the_program_does_not_have_is_zero(name):
    assert not getattr(base(), name).any()


# --- shares --------------------------------------------------------------------------------------


def test_zones_have_their_shares():
    assert_shares(base().zone, config().demand.zone_share)


def test_zones_of_share_zero_get_nobody():
    demand = make_demand(zones=["a", "b", "c", "d"], zone_share=[0, 0.5, 0, 0.5])
    calls = sample(config().model_copy(update={"demand": demand}))
    assert set(calls.zone) == {1, 3}


@pytest.mark.parametrize("hour", [0, 7, 15])
def test_types_have_the_shares_of_their_hour(hour):
    calls = base()
    of_hour = calls.initial_type[calls.received_at_s // HOUR_S % 24 == hour]
    assert_shares(of_hour, config().demand.call_type_share_by_hour[hour])
    assert calls.final_type.tolist() == calls.initial_type.tolist()


def test_the_hour_of_a_type_counts_from_the_first_hour_of_the_run():
    by_hour = [[1, 0] if hour < 12 else [0, 1] for hour in range(24)]
    demand = make_demand(
        call_types=["am", "pm"], call_type_share_by_hour=by_hour, priority_by_type={"pm": 3}
    )
    calls = sample(config().model_copy(update={"demand": demand}), first_hour=5)
    afternoon = (calls.received_at_s // HOUR_S + 5) % 24 >= 12
    assert calls.initial_type.tolist() == afternoon.astype(int).tolist()
    assert calls.priority.tolist() == np.where(afternoon, 3, 1).tolist()


def test_reasons_of_no_contact_have_their_shares():
    refused = float(config().service.contact.refused_share)
    assert_shares(base().why_no_contact - Contact.NOT_FOUND, [1 - refused, refused])


@pytest.mark.parametrize(("share", "why"), [(0.0, Contact.NOT_FOUND), (1.0, Contact.REFUSED)])
def test_a_reason_of_no_contact_may_be_certain(share, why):
    key = "service.contact.refused_share"
    assert set(sample(config(f"{key}.value={share}", *wide(key))).why_no_contact) == {why}


@pytest.mark.parametrize("share", [0, 0.8, 1])
def test_patrol_waits_in_its_share(share):
    key = "service.patrol_waits_share"
    waits = sample(config(f"{key}.value={share}", *wide(key))).patrol_waits
    assert_shares(waits, [1 - share, share])


def test_withdrawal_is_exponential_and_may_be_off():
    key = "service.withdrawn_per_hour"
    per_hour = float(config().service.withdrawn_per_hour)
    mean_s = HOUR_S / per_hour
    edges_s = mean_s * stats.expon.ppf(np.linspace(0.1, 0.9, 9))
    tenth = np.searchsorted(edges_s, base().withdrawn_for_s)
    assert_shares(tenth, [0.1] * 10)
    never = sample(config(f"{key}.value=0", f"{key}.low=0"))
    assert set(never.withdrawn_for_s) == {NEVER_S}
    assert differing(never, base()) == {"withdrawn_for_s"}


def wide(key):
    return f"{key}.low=0", f"{key}.high=1"


@pytest.mark.parametrize("outcomes", ["default", "none", "los_angeles", "patrol_and_team"])
def test_fates_have_the_shares_of_their_world(outcomes):
    of = config(f"outcomes={outcomes}")
    calls, shares = sample(of), call_tables(of).shares
    assert_shares(calls.fate_patrol, shares.patrol)
    assert_shares(calls.fate_by_kind[0], shares.team)


def test_voluntary_transports_want_the_center_by_its_share():
    to_center = 0.3
    of = config(f"service.voluntary_to_center_share.value={to_center}")
    wanted = sample(of).wanted_destination
    assert_shares(wanted, [0, to_center, 1 - to_center])
    assert {Destination.CENTER, Destination.HOSPITAL} == set(wanted)


@pytest.mark.parametrize("name", ["funnel_u", "mode_u", "contact_u"])
def test_uniforms_of_policies_are_even(name):
    tenths = getattr(base(), name) // (PPM // 10)
    assert_shares(tenths, [0.1] * 10)


# --- fates ---------------------------------------------------------------------------------------


def test_no_effect_gives_every_call_the_same_fate_in_both_worlds():
    calls = sample(config("outcomes=none"))
    for kind in TEAM_KINDS:
        assert calls.fate_by_kind[kind].tolist() == calls.fate_patrol.tolist()


# --- kinds of team -------------------------------------------------------------------------------


def with_kinds(outcomes: dict, scenes: dict, **service) -> Config:
    """The config with outcomes and times on scene of some kinds of team."""
    own = config().outcomes.model_copy(update={"by_kind": OutcomesByKind(**outcomes)})
    of = with_service(on_scene_by_kind=OnSceneByKind(**scenes), **service)
    return of.model_copy(update={"outcomes": own})


def shares(*values):
    return KindOutcomes(team_shares=dict(zip(FateShares.model_fields, values, strict=True)))


def scene(first_minute):
    names = OnScene.model_fields
    return OnScene(**{name: constant(at) for at, name in enumerate(names, first_minute)})


@cache
def one_kind() -> Calls:
    return sample(with_kinds({}, {}))


def test_a_program_with_one_kind_of_team_has_one_row_of_everything():
    calls = one_kind()
    assert len(calls.fate_by_kind) == len(calls.on_scene_for_s_by_kind) == len(TEAM_KINDS)
    assert calls.fate_by_kind.strides[0] == calls.on_scene_for_s_by_kind.strides[0] == 0


def minutes_on_scene(calls, kind, first):
    """Of `scene(first)`: two minutes more than the first, then one more for each fate."""
    return 60 * (first + 2 + calls.fate_by_kind[kind].astype(int))


def minutes_without_contact(calls, first):
    """Of `scene(first)`: the first if not found, and one more if refused."""
    return 60 * (first + (calls.why_no_contact == Contact.REFUSED))


def test_a_kind_has_its_own_fates_and_the_time_on_scene_of_those():
    own = [0.6, 0.2, 0.1, 0.1, 0]
    calls = sample(with_kinds({"remote_clinician": shares(*own)}, {}, on_scene=scene(1)))
    check_table(calls)
    assert_shares(calls.fate_by_kind[Kind.REMOTE_CLINICIAN], own)
    own_columns = {"fate_by_kind", "on_scene_for_s_by_kind", "no_contact_for_s_by_kind"}
    assert differing(calls, one_kind()) == own_columns
    for kind in (Kind.CO_RESPONDER, Kind.CLINICIAN_ONLY):
        assert np.array_equal(calls.fate_by_kind[kind], one_kind().fate_by_kind[0])
    for kind in TEAM_KINDS:
        assert np.array_equal(calls.on_scene_for_s_by_kind[kind], minutes_on_scene(calls, kind, 1))


def test_a_kind_has_its_own_times_on_scene_of_the_same_fates():
    calls = sample(with_kinds({}, {"clinician_only": scene(10), "remote_clinician": scene(20)}))
    check_table(calls)
    assert differing(calls, one_kind()) == {"on_scene_for_s_by_kind", "no_contact_for_s_by_kind"}
    for kind, first in ((Kind.CLINICIAN_ONLY, 10), (Kind.REMOTE_CLINICIAN, 20)):
        expected = minutes_on_scene(calls, kind, first)
        assert np.array_equal(calls.on_scene_for_s_by_kind[kind], expected)
        in_vain = minutes_without_contact(calls, first)
        assert np.array_equal(calls.no_contact_for_s_by_kind[kind], in_vain)
    co_responder = calls.on_scene_for_s_by_kind[Kind.CO_RESPONDER]
    assert np.array_equal(co_responder, one_kind().on_scene_for_s_by_kind[0])


# --- custody, visits, repeat calls ---------------------------------------------------------------


def with_custody(share, custody=None):
    hospital = config().service.hospital
    given = {"custody_share": Sourced(value=share), "custody": custody or exponential(150)}
    return with_service(hospital=hospital.model_copy(update=given))


def test_custody_has_its_share_and_its_distribution():
    calls = sample(with_custody(0.3))
    assert differing(calls, base()) == {"custody_for_s"}
    held = calls.custody_for_s > 0
    # an exponential of 150 minutes is none in whole seconds for those below half a second
    assert_shares(held.astype(int), [0.7, 0.3])
    edges_s = -9_000 * np.log1p(-np.arange(1, 10) / 10)
    assert_shares(np.searchsorted(edges_s, calls.custody_for_s[held]), [0.1] * 10)


@pytest.mark.parametrize(("share", "all_are"), [(0, 0), (1, 1_200)])
def test_custody_may_be_certain(share, all_are):
    assert set(sample(with_custody(share, constant(20))).custody_for_s) == {all_are}


def test_nobody_is_in_custody_for_less_as_the_share_rises():
    few, many = (sample(with_custody(share)).custody_for_s for share in (0.2, 0.6))
    assert np.all(many >= few)
    assert np.count_nonzero(many) > 2 * np.count_nonzero(few)


def with_visits(share, **keys):
    follow_up = config().service.follow_up.model_copy(
        update={"share": Sourced(value=share), **keys}
    )
    return with_service(follow_up=follow_up)


VISITS = {"visit_wanted", "visit_lag_s", "visit_for_s"}


def test_visits_are_wanted_by_their_share_and_the_others_have_no_lag_and_no_length():
    calls = sample(with_visits(0.25, lag=exponential(1_440), length=exponential(45)))
    assert differing(calls, base()) == VISITS
    check_table(calls)
    assert_shares(calls.visit_wanted, [0.75, 0.25])
    wanted = calls.visit_wanted == 1
    for name, mean_s in (("visit_lag_s", 86_400), ("visit_for_s", 2_700)):
        column = getattr(calls, name)
        assert not column[~wanted].any()
        edges_s = -mean_s * np.log1p(-np.arange(1, 10) / 10)
        assert_shares(np.searchsorted(edges_s, column[wanted]), [0.1] * 10)


def test_lag_and_length_are_drawn_apart():
    calls = sample(with_visits(0.5, lag=exponential(1_440), length=exponential(45)))
    wanted = calls.visit_wanted == 1
    ranks = [stats.rankdata(column[wanted]) for column in (calls.visit_lag_s, calls.visit_for_s)]
    assert abs(np.corrcoef(*ranks)[0, 1]) < 4 / np.sqrt(wanted.sum())


def test_a_larger_share_keeps_the_visits_of_a_smaller_one():
    few, many = (sample(with_visits(share)) for share in (0.1, 0.7))
    kept = few.visit_wanted == 1
    assert np.all(many.visit_wanted[kept] == 1)
    for name in ("visit_lag_s", "visit_for_s"):
        assert np.array_equal(getattr(many, name)[kept], getattr(few, name)[kept])


def test_missed_calls_are_followed_up_by_their_share_of_the_same_uniform():
    """A larger share keeps the visits of a smaller one, and visits after contacts stay."""
    after_contacts = sample(with_visits(0.25))
    few, many = (
        sample(with_visits(0.25, missed_share=Sourced(value=share))) for share in (0.1, 0.7)
    )
    assert_shares(many.visit_if_missed, [0.3, 0.7])
    assert np.all(few.visit_if_missed <= many.visit_if_missed)
    for calls in (few, many):
        assert np.array_equal(calls.visit_wanted, after_contacts.visit_wanted)
    wanted = few.visit_if_missed == 1
    assert np.array_equal(few.visit_for_s[wanted], many.visit_for_s[wanted])


def test_repeat_calls_have_a_uniform_of_their_own_if_a_visit_may_avert_them():
    calls = sample(config("outcomes.repeat.risk_ratio.value=0.8"))
    assert differing(calls, base()) == {"repeat_u"}
    assert_shares(calls.repeat_u // (PPM // 10), [0.1] * 10)


# --- durations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DURATIONS)
def test_durations_have_their_distribution(name):
    """Tenths of the exact distribution hold a tenth of the calls each."""
    family = durations_of(config())[name]
    edges_s = quantile_minutes(family, np.linspace(0, 1, 11)[1:-1]) * 60
    # whole seconds are rounded half up; a duration of x.5 or more is in the second after
    tenth = np.searchsorted(np.floor(edges_s + 0.5), getattr(base(), name), side="left")
    shares = np.diff(np.concatenate([[0], cdf_at(family, np.floor(edges_s + 0.5) + 0.5), [1]]))
    assert_shares(tenth, shares)


def durations_of(of: Config):
    service = of.service
    return {
        "triage_for_s": service.triage_delay,
        "handoff_for_s": service.handoff_delay,
        "patrol_settles_for_s": service.patrol_settles,
        "turnout_for_s": service.turnout,
        "center_transport_for_s": service.center.transport,
        "center_handover_for_s": service.center.handover,
        "center_stay_for_s": service.center.stay,
        "hospital_transport_for_s": service.hospital.transport,
        "hospital_handover_for_s": service.hospital.handover,
        "booking_for_s": service.booking,
        "report_for_s": service.report,
        "request_for_s": service.request_delay,
        "connect_for_s": service.connect,
        "patrol_arrives_for_s": service.patrol.arrival,
        "patrol_alone_for_s": service.patrol.alone,
        "patrol_handover_for_s": service.patrol.handover,
    }


def cdf_at(family, seconds):
    """Probability of at most so many seconds, read off a fine grid of quantiles."""
    u = np.linspace(0, 1, 200_001)[1:-1]
    return np.interp(seconds, quantile_minutes(family, u) * 60, u)


@pytest.mark.parametrize("name", DURATIONS)
def test_each_duration_has_a_key_and_a_stream_of_its_own(name):
    """Making one constant sets that column, and moves no bit of another."""
    patrol = config().service.patrol
    keys = {
        "triage_for_s": {"triage_delay": constant(7)},
        "handoff_for_s": {"handoff_delay": constant(7)},
        "request_for_s": {"request_delay": constant(7)},
        "connect_for_s": {"connect": constant(7)},
        "patrol_settles_for_s": {"patrol_settles": constant(7)},
        "turnout_for_s": {"turnout": constant(7)},
        "booking_for_s": {"booking": constant(7)},
        "report_for_s": {"report": constant(7)},
    }
    place, part = name.split("_")[:2]
    if place in ("center", "hospital"):
        receiving = getattr(config().service, place)
        keys[name] = {place: receiving.model_copy(update={part: constant(7)})}
    of_patrol = {"arrives": "arrival", "alone": "alone", "handover": "handover"}
    if place == "patrol" and part in of_patrol:
        keys[name] = {"patrol": patrol.model_copy(update={of_patrol[part]: constant(7)})}
    calls = sample(with_service(**keys[name]))
    assert differing(calls, base()) == {name}
    assert set(getattr(calls, name)) == {420}


def test_constant_durations_are_as_if_drawn():
    """A figure that a table of quantiles would give for every uniform, odd seconds and all."""
    minutes = 7.123456
    calls = sample(with_service(report=constant(minutes), turnout=constant(0)))
    assert set(calls.report_for_s) == {round(60 * minutes)}
    assert set(calls.turnout_for_s) == {0}
    check_table(calls)


def test_time_on_scene_is_that_of_its_fate_or_of_no_contact():
    calls = sample(with_service(on_scene=scene(1)))
    assert np.array_equal(calls.on_scene_for_s_by_kind[0], minutes_on_scene(calls, 0, 1))
    assert np.array_equal(calls.no_contact_for_s_by_kind[0], minutes_without_contact(calls, 1))
    assert set(calls.fate_by_kind[0]) == set(Fate)
    assert differing(calls, base()) == {"on_scene_for_s_by_kind", "no_contact_for_s_by_kind"}


def test_travel_factors_have_mean_one_and_their_spread():
    calls = sample(config("travel.factor_sd.value=0.5"))
    assert_mean(calls.travel_factor, 1.0)
    assert_mean((calls.travel_factor - 1) ** 2, 0.25)


def test_travel_without_spread_has_factor_one():
    calls = sample(config("travel.factor_sd.value=0", "travel.factor_sd.low=0"))
    assert set(calls.travel_factor) == {1.0}
    assert differing(calls, base()) == {"travel_factor"}


def test_inputs_of_a_call_are_independent_of_one_another():
    """Rank correlations of all pairs of inputs, within their 99.9% limit for so many pairs."""
    of = config()
    calls = base()
    inputs = {name: getattr(calls, name) for name in DURATIONS}
    names = (
        "zone",
        "initial_type",
        "funnel_u",
        "mode_u",
        "travel_factor",
        "contact_u",
        "fate_patrol",
    )
    names += "withdrawn_for_s", "patrol_waits", "why_no_contact"
    inputs |= {name: getattr(calls, name) for name in (*names, "wanted_destination")}
    rng = np.random.default_rng(0)  # ties are broken at random, so that ranks are a permutation
    ranks = {k: stats.rankdata(v + rng.random(len(v)) * 1e-9) for k, v in inputs.items()}
    pairs = list(combinations(ranks, 2))
    limit = stats.norm.ppf(1 - (1 - ALIKE / 100) / 2 / len(pairs)) / np.sqrt(len(calls.zone))
    for one, other in pairs:
        assert abs(np.corrcoef(ranks[one], ranks[other])[0, 1]) < limit, (one, other)
    assert len(of.demand.zones) > 1


def test_successive_calls_are_independent():
    calls = base()
    for name in DURATIONS:
        ranks = stats.rankdata(getattr(calls, name))
        limit = stats.norm.ppf(1 - 0.0005 / len(DURATIONS)) / np.sqrt(len(ranks))
        assert abs(np.corrcoef(ranks[:-1], ranks[1:])[0, 1]) < limit, name


def test_replications_share_no_input():
    one, other = base(), sample(config(), replication=1)
    n = min(len(one.zone), len(other.zone))
    for name in (*DURATIONS, "funnel_u", "mode_u", "travel_factor"):
        a, b = getattr(one, name)[:n], getattr(other, name)[:n]
        assert abs(np.corrcoef(stats.rankdata(a), stats.rankdata(b))[0, 1]) < 4.5 / np.sqrt(n)
