"""Every random input of every call, drawn here and nowhere later."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Array, Codes, Floats, Ids, Ints, Positions
from sim.clock import HOUR_S, NEVER_S
from sim.config.groups.travel import in_force
from sim.config.models import Config, Demand, OnScene, Service
from sim.config.values import Constant, Duration, Exponential, Lognormal, Sourced
from sim.model.inputs.arrivals import arrival_times
from sim.model.inputs.callers import PersonTables, person_tables, sample_persons
from sim.model.inputs.durations import Quantiles, look_up, quantiles, whole_seconds
from sim.model.inputs.fates import Shares, by_kind, fates, resolve
from sim.schema import PPM, Calls, Contact, Destination, Kind
from sim.streams import Stream, uniforms

# Durations of a call: stream and config key; the order is the row in `CallTables.durations`.
DURATIONS = {
    "triage_for_s": (Stream.TRIAGE, "triage_delay"),
    "handoff_for_s": (Stream.HANDOFF, "handoff_delay"),
    "request_for_s": (Stream.REQUEST, "request_delay"),
    "patrol_arrives_for_s": (Stream.PATROL_ARRIVES, "patrol.arrival"),
    "patrol_settles_for_s": (Stream.PATROL_SETTLES, "patrol_settles"),
    "patrol_alone_for_s": (Stream.PATROL_ALONE, "patrol.alone"),
    "patrol_handover_for_s": (Stream.PATROL_HANDOVER, "patrol.handover"),
    "turnout_for_s": (Stream.TURNOUT, "turnout"),
    "connect_for_s": (Stream.CONNECT, "connect"),
    "center_transport_for_s": (Stream.CENTER_TRANSPORT, "center.transport"),
    "center_handover_for_s": (Stream.CENTER_HANDOVER, "center.handover"),
    "center_stay_for_s": (Stream.CENTER_STAY, "center.stay"),
    "hospital_transport_for_s": (Stream.HOSPITAL_TRANSPORT, "hospital.transport"),
    "hospital_handover_for_s": (Stream.HOSPITAL_HANDOVER, "hospital.handover"),
    "booking_for_s": (Stream.BOOKING, "booking"),
    "report_for_s": (Stream.REPORT, "report"),
}
# Rows of a kind's part of the on-scene table: fate f is row f + 2, not found and refused before.
FIRST_FATE_ROW = 2


@dataclass(frozen=True)
class CallTables:
    """A config made ready to be sampled: cumulated shares and quantile tables.

    `type_thresholds` has shape (24, call types - 1): by hour of day. `shares_by_kind` are the fates
    with each kind of team, and `on_scene_row_by_kind` the first row of each in `on_scene`. A kind
    that has nothing of its own has the co-responder's: the same array, the same row. `custody`,
    `visit_lag` and `visit_length` are of the calls in the share before them; the rest have none.
    """

    zone_thresholds: Floats
    type_thresholds: Floats
    priority_of_type: Codes
    withdrawn: Quantiles | None
    patrol_waits_share: float
    refused_share: float
    voluntary_to_center_share: float
    shares: Shares
    shares_by_kind: tuple[Floats, ...]
    durations: dict[str, Quantiles]
    on_scene: Quantiles
    on_scene_row_by_kind: tuple[int, ...]
    travel_factor: Quantiles
    persons: PersonTables
    repeats_differ: bool
    custody_share: float
    custody: Quantiles
    visit_share: float
    missed_visit_share: float
    visit_lag: Quantiles
    visit_length: Quantiles


def call_tables(config: Config) -> CallTables:
    """Tables of a config, computed once for all replications."""
    demand, service = config.demand, config.service
    mix = np.array(demand.call_type_share_by_hour)
    shares = resolve(config.outcomes)
    on_scene, first_rows = _on_scene(service)
    return CallTables(
        zone_thresholds=np.cumsum(demand.zone_share)[:-1],
        type_thresholds=np.cumsum(mix, axis=1)[:, :-1],
        priority_of_type=_priorities(demand),
        withdrawn=_withdrawn(float(service.withdrawn_per_hour)),
        patrol_waits_share=float(service.patrol_waits_share),
        refused_share=float(service.contact.refused_share),
        voluntary_to_center_share=float(service.voluntary_to_center_share),
        shares=shares,
        shares_by_kind=by_kind(config.outcomes, shares),
        durations={
            name: quantiles([attrgetter(key)(service)]) for name, (_, key) in DURATIONS.items()
        },
        on_scene=quantiles(on_scene),
        on_scene_row_by_kind=first_rows,
        travel_factor=quantiles([_mean_one(float(in_force(config.travel).factor_sd))], scale=1.0),
        persons=person_tables(demand.persons),
        repeats_differ=float(config.outcomes.repeat.risk_ratio) < 1,
        custody_share=float(service.hospital.custody_share),
        custody=quantiles([service.hospital.custody]),
        visit_share=float(service.follow_up.share),
        missed_visit_share=float(service.follow_up.missed_share),
        visit_lag=quantiles([service.follow_up.lag]),
        visit_length=quantiles([service.follow_up.length]),
    )


def _priorities(demand: Demand) -> Codes:
    return np.array([demand.priority_by_type.get(name, 1) for name in demand.call_types], np.int8)


def _on_scene(service: Service) -> tuple[list[Duration], tuple[int, ...]]:
    """Rows of the on-scene table, and the first of each kind of team's own."""
    own = service.on_scene_by_kind
    rows, first_rows = _rows_of(service.on_scene), [0]
    for scene in (own.clinician_only, own.remote_clinician):
        first_rows.append(len(rows) if scene else 0)
        rows += _rows_of(scene) if scene else []
    return rows, tuple(first_rows)


def _rows_of(scene: OnScene) -> list[Duration]:
    by_fate = [scene.on_scene, scene.referral, scene.voluntary, scene.hold, scene.arrest]
    return [scene.not_found, scene.refused, *by_fate]


def _withdrawn(per_hour: float) -> Quantiles | None:
    """Exponential in seconds at a hazard; None if nobody ever calls a call off."""
    if per_hour == 0:
        return None
    one = Exponential(distribution="exponential", mean=Sourced(value=1))
    return quantiles([one], scale=HOUR_S / per_hour)


def _mean_one(sd: float) -> Duration:
    mean = Sourced(value=1.0)
    if sd == 0:
        return Constant(distribution="constant", mean=mean)
    return Lognormal(distribution="lognormal", mean=mean, sd=Sourced(value=sd))


class _Draws:
    """The streams of one replication, each read for its first n elements."""

    def __init__(self, seed: int, replication: int, n: int) -> None:
        self.seed, self.replication, self.n = seed, replication, n

    def u(self, stream: Stream) -> Floats:
        return uniforms(self.seed, self.replication, stream, self.n)

    def ppm(self, stream: Stream) -> Ids:
        return (self.u(stream) * PPM).astype(np.int32)

    def seconds(self, stream: Stream, table: Quantiles) -> Ints:
        """Durations of all calls; a constant one needs no uniforms."""
        if table.low[0, 0] == table.high[0, -1]:
            return np.full(self.n, whole_seconds(table, np.zeros(1))[0])
        return whole_seconds(table, self.u(stream))

    def seconds_of(self, rows: Positions, stream: Stream, table: Quantiles) -> Ints:
        """Durations of some calls, and 0 for the others."""
        out = np.zeros(self.n, np.int64)
        if rows.size:
            out[rows] = whole_seconds(table, self.u(stream)[rows])
        return out


def sample_calls(
    tables: CallTables, rates: Floats, cv: float, first_hour: int, seed: int, replication: int
) -> Calls:
    """Calls of one replication.

    Parameters
    ----------
    tables
        From `call_tables`.
    rates
        Mean calls in each hour of the run, shape (hours,).
    cv
        Coefficient of variation of the day factor.
    first_hour
        Hour of day at the start of the run.
    seed, replication
        Name the streams (`sim.streams`).

    Returns
    -------
    Calls
        Sorted by `received_at_s`. Call k has the same marks whatever the rates, except its type,
        which is read from the same uniform by the hour it falls in.
    """
    received_at_s = arrival_times(rates, cv, seed, replication)
    return calls_received(tables, received_at_s, first_hour, seed, replication)


def calls_received(
    tables: CallTables, received_at_s: Ints, first_hour: int, seed: int, replication: int
) -> Calls:
    """Calls that are received at given seconds, sorted; everything else of them is drawn."""
    draws = _Draws(seed, replication, len(received_at_s))
    hour = (received_at_s // HOUR_S + first_hour) % 24
    call_type = _types(tables, draws.u(Stream.INITIAL_TYPE), hour)
    why_no_contact = _why_no_contact(tables, draws)
    fate_u, on_scene_u = draws.u(Stream.FATE), draws.u(Stream.ON_SCENE)
    fate_by_kind = _fate_by_kind(tables, fate_u)
    seconds: dict[str, Array] = {
        name: draws.seconds(stream, tables.durations[name])
        for name, (stream, _) in DURATIONS.items()
    }
    return Calls(
        received_at_s=received_at_s,
        zone=_zones(tables, draws),
        initial_type=call_type,
        final_type=call_type,
        priority=tables.priority_of_type[call_type],
        person=sample_persons(tables.persons, draws.n, seed, replication),
        mode_u=draws.ppm(Stream.MODE),
        funnel_u=draws.ppm(Stream.FUNNEL),
        repeat_u=_repeat_u(tables, draws),
        travel_factor=look_up(tables.travel_factor, draws.u(Stream.TRAVEL_FACTOR)),
        withdrawn_for_s=_withdrawn_for_s(tables, draws),
        patrol_waits=_patrol_waits(tables, draws),
        contact_u=draws.ppm(Stream.CONTACT),
        why_no_contact=why_no_contact,
        fate_patrol=fates(fate_u, tables.shares.patrol),
        fate_by_kind=_stacked(fate_by_kind),
        on_scene_for_s_by_kind=_stacked(_on_scene_for_s(tables, on_scene_u, fate_by_kind)),
        no_contact_for_s_by_kind=_stacked(_no_contact_for_s(tables, on_scene_u, why_no_contact)),
        wanted_destination=_wanted(tables, draws),
        custody_for_s=_custody_for_s(tables, draws),
        **_visit(tables, draws),
        **seconds,
    )


def _types(tables: CallTables, u: Floats, hour: Ints) -> Codes:
    out = np.zeros(len(u), np.int8)
    for of_hour in tables.type_thresholds.T:
        out += u >= of_hour[hour]
    return out


def _zones(tables: CallTables, draws: _Draws) -> Ids:
    at = np.searchsorted(tables.zone_thresholds, draws.u(Stream.ZONE), side="right")
    return at.astype(np.int32)


def _fate_by_kind(tables: CallTables, u: Floats) -> list[Codes]:
    """Fates with each kind of team; the co-responder's array itself where the shares are."""
    team = tables.shares_by_kind[Kind.CO_RESPONDER]
    out = [fates(u, team)]
    out += [out[0] if own is team else fates(u, own) for own in tables.shares_by_kind[1:]]
    return out


def _on_scene_for_s(tables: CallTables, u: Floats, fate_by_kind: list[Codes]) -> list[Ints]:
    """Times on scene with each kind of team: one uniform for all, of its own fate and table."""
    out = list[Ints]()
    for fate, first_row in zip(fate_by_kind, tables.on_scene_row_by_kind, strict=True):
        if out and fate is fate_by_kind[0] and first_row == 0:
            out.append(out[0])
            continue
        row = fate.astype(np.intp) + (first_row + FIRST_FATE_ROW)
        out.append(whole_seconds(tables.on_scene, u, row))
    return out


def _no_contact_for_s(tables: CallTables, u: Floats, why: Codes) -> list[Ints]:
    """The same where the team does not engage the person, for the reason of each call."""
    row, by_table = why.astype(np.intp) - Contact.NOT_FOUND, dict[int, Ints]()
    for first_row in set(tables.on_scene_row_by_kind):
        by_table[first_row] = whole_seconds(tables.on_scene, u, row + first_row)
    return [by_table[first_row] for first_row in tables.on_scene_row_by_kind]


def _why_no_contact(tables: CallTables, draws: _Draws) -> Codes:
    """Why the person is not engaged, if it comes to that; settled before anybody comes."""
    refuses = draws.u(Stream.NO_CONTACT) < tables.refused_share
    return np.where(refuses, Contact.REFUSED, Contact.NOT_FOUND).astype(np.int8)


def _withdrawn_for_s(tables: CallTables, draws: _Draws) -> Ints:
    if tables.withdrawn is None:
        return np.full(draws.n, NEVER_S, np.int64)
    return whole_seconds(tables.withdrawn, draws.u(Stream.WITHDRAWN))


def _patrol_waits(tables: CallTables, draws: _Draws) -> Codes:
    """Whether patrol stays for a team that is on its way."""
    return (draws.u(Stream.PATROL_WAITS) < tables.patrol_waits_share).astype(np.int8)


Values = TypeVar("Values", bound=np.generic)


def _stacked(rows: list[NDArray[Values]]) -> NDArray[Values]:
    """One row a kind of team; a view of one row where all are the same, as most programs have."""
    if all(row is rows[0] for row in rows):
        return np.broadcast_to(rows[0], (len(rows), len(rows[0])))
    return np.stack(rows)


def _wanted(tables: CallTables, draws: _Draws) -> Codes:
    """Where a voluntary transport would go: the crisis center, or the hospital."""
    to_center = draws.u(Stream.DESTINATION) < tables.voluntary_to_center_share
    return np.where(to_center, Destination.CENTER, Destination.HOSPITAL).astype(np.int8)


def _repeat_u(tables: CallTables, draws: _Draws) -> Ids:
    """What is held against the risk ratio of repeat calls; zero if a visit averts none."""
    return draws.ppm(Stream.REPEAT) if tables.repeats_differ else np.zeros(draws.n, np.int32)


def _custody_for_s(tables: CallTables, draws: _Draws) -> Ints:
    """Time until a bed is found, 0 for those who do not wait.

    One uniform says whether and how long, from the longest down, so that nobody waits less as the
    share rises.
    """
    out, share = np.zeros(draws.n, np.int64), tables.custody_share
    if share > 0:
        u = draws.u(Stream.CUSTODY)
        waits = np.flatnonzero(u < share)
        out[waits] = whole_seconds(tables.custody, 1 - u[waits] / share)
    return out


def _visit(tables: CallTables, draws: _Draws) -> dict[str, Array]:
    """Whether a visit is to follow the call, how long after its end, and how long it takes.

    One uniform is held against both shares, as a call is either reached or not.
    """
    wanted = if_missed = np.zeros(draws.n, np.int8)
    if max(tables.visit_share, tables.missed_visit_share) > 0:
        u = draws.u(Stream.VISIT_WANTED)
        wanted = (u < tables.visit_share).astype(np.int8)
        if_missed = (u < tables.missed_visit_share).astype(np.int8)
    rows = np.flatnonzero(wanted | if_missed)
    return {
        "visit_wanted": wanted,
        "visit_if_missed": if_missed,
        "visit_lag_s": draws.seconds_of(rows, Stream.VISIT_LAG, tables.visit_lag),
        "visit_for_s": draws.seconds_of(rows, Stream.VISIT_LENGTH, tables.visit_length),
    }
