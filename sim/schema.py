"""The vocabulary: enums, columns, dtypes and units of every table (docs/model/tables.md).

A table is a named tuple of equal-length arrays, so that it is immutable in its columns, can be
passed whole to compiled code, and needs no library to be read. The last axis is the row.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, NamedTuple, get_args, get_type_hints

import numpy as np

from sim import arrays

SCHEMA_VERSION = 7
NONE = -1  # "no row" or "never happened", inside tables only; outside it is shown as blank
UNREACHABLE = 2**31 - 1  # mean travel seconds where there is no way: longer than any run
PPM = 1_000_000  # stored uniforms are parts per million, so that shares are applied exactly

Ids = Annotated[arrays.Ids, np.int32, "id"]
Seconds = Annotated[arrays.Ints, np.int64, "s"]
Codes = Annotated[arrays.Codes, np.int8, "code"]
Ppm = Annotated[arrays.Ids, np.int32, "ppm"]
Flags = Annotated[arrays.Codes, np.int8, "0 or 1"]
Factors = Annotated[arrays.Floats, np.float64, "ratio"]
COMPUTED = "computed"  # marks a ledger column that no engine records: it follows from the others


class Fate(IntEnum):
    """What becomes of the person, from the least to the most restrictive."""

    ON_SCENE = 0
    REFERRAL = 1
    VOLUNTARY = 2
    HOLD = 3
    ARREST = 4


class Kind(IntEnum):
    """Kinds of team, each with its own fates and on-scene times in `Calls`; and one that is none.

    `FOLLOW_UP` is a case manager or peer, who makes visits and takes no calls.
    """

    CO_RESPONDER = 0
    CLINICIAN_ONLY = 1
    REMOTE_CLINICIAN = 2
    FOLLOW_UP = 3


TEAM_KINDS = (Kind.CO_RESPONDER, Kind.CLINICIAN_ONLY, Kind.REMOTE_CLINICIAN)


class Role(IntEnum):
    """Roles of a team."""

    OFFICER = 0
    CLINICIAN = 1


class Mode(IntEnum):
    """How a call reaches a team; patrol is on scene in the second and the third."""

    DIRECT = 0
    CO_DISPATCH = 1
    OFFICER_REQUEST = 2
    SELF_DISPATCH = 3


class Scope(IntEnum):
    """Which teams may be sent outside the zones of their own agency."""

    OPEN = 0
    OWN_FIRST = 1
    CLOSED = 2


class BreakKind(IntEnum):
    """Why a team on duty is unavailable though it is on no call."""

    MEAL = 0
    DOCUMENTATION = 1
    STANDING_WORK = 2
    PULLED_AWAY = 3


class Destination(IntEnum):
    """Where a call's person is taken."""

    NOWHERE = 0
    CENTER = 1
    HOSPITAL = 2
    JAIL = 3


class Status(IntEnum):
    """How a call ended; every call has exactly one."""

    SERVED = 0
    WITHDRAWN = 1
    SETTLED_BY_PATROL = 2
    NOT_RECOGNIZED = 3
    NOT_ELIGIBLE = 4
    NOT_REQUESTED = 5
    MISSED_OFF_DUTY = 6
    MISSED_OUT_OF_RANGE = 7
    MISSED_BUSY = 8
    AVERTED = 9
    UNFINISHED = 10
    PHONE_RESOLVED = 11
    OTHER_RESPONDER = 12


class EndedBy(IntEnum):
    """Which clock ended a call that no team arrived at."""

    NOTHING = 0
    OFF_DUTY = 1
    WITHDRAWN = 2
    SETTLED_BY_PATROL = 3
    QUEUE_LIMIT = 4


class Contact(IntEnum):
    """What a team that arrived found: the person, nobody, or a person who refused it."""

    ENGAGED = 0
    NOT_FOUND = 1
    REFUSED = 2


class EndCause(IntEnum):
    """How a trip ended."""

    CLEARED = 0
    RECALLED = 1
    UNFINISHED = 2
    REASSIGNED = 3
    INTERRUPTED = 4


class VisitStatus(IntEnum):
    """What became of a follow-up visit."""

    NEVER_DUE = 0
    DONE = 1
    EXPIRED = 2
    OPEN = 3


class Rule(IntEnum):
    """How the best of several eligible free teams is chosen."""

    CLOSEST = 0
    PREFERENCE = 1
    LONGEST_IDLE = 2
    LEAST_WORKED = 3


class TravelModel(IntEnum):
    """Whether travel knows places (matrix) or only how many teams are free (square root)."""

    MATRIX = 0
    SQUARE_ROOT = 1


class Relief(IntEnum):
    """How a shifted post is handed over."""

    IN_PLACE = 0
    FRESH = 1


class Rank(IntEnum):
    """Order of events at one second; within a rank, by id (docs/model/dispatch.md)."""

    CENTER_CHANGES = 0
    CHAIR_FREED = 1
    ARRIVES = 2
    LEAVES_SCENE = 3
    RELEASED = 4
    DUTY_ENDS = 5
    DUTY_STARTS = 6
    DISPATCHABLE = 7
    VISIT_DUE = 8
    ASSIGN = 9
    PATIENCE_ENDS = 10


class Calls(NamedTuple):
    """Every random input of every call, a row a call, sorted by time received.

    Columns `_by_kind` have shape (`TEAM_KINDS`, calls): potential outcomes, of which an engine
    picks. `contact_u` is held against a probability that falls with the delay; without contact,
    for the reason `why_no_contact`, the fate is `fate_patrol` whatever `fate_by_kind` says.
    `patrol_waits` says whether patrol stays for a team that is on its way. A visit follows a
    contact if `visit_wanted`, and a call that no team reached if `visit_if_missed`.
    """

    received_at_s: Seconds
    zone: Ids
    initial_type: Codes
    final_type: Codes
    priority: Codes
    person: Ids
    mode_u: Ppm
    funnel_u: Ppm
    repeat_u: Ppm
    triage_for_s: Seconds
    handoff_for_s: Seconds
    request_for_s: Seconds
    withdrawn_for_s: Seconds
    patrol_arrives_for_s: Seconds
    patrol_settles_for_s: Seconds
    patrol_waits: Flags
    patrol_alone_for_s: Seconds
    patrol_handover_for_s: Seconds
    turnout_for_s: Seconds
    connect_for_s: Seconds
    travel_factor: Factors
    contact_u: Ppm
    why_no_contact: Codes
    fate_patrol: Codes
    fate_by_kind: Codes
    on_scene_for_s_by_kind: Seconds
    no_contact_for_s_by_kind: Seconds
    wanted_destination: Codes
    center_transport_for_s: Seconds
    center_handover_for_s: Seconds
    center_stay_for_s: Seconds
    hospital_transport_for_s: Seconds
    hospital_handover_for_s: Seconds
    custody_for_s: Seconds
    booking_for_s: Seconds
    report_for_s: Seconds
    visit_wanted: Flags
    visit_if_missed: Flags
    visit_lag_s: Seconds
    visit_for_s: Seconds


class Visits(NamedTuple):
    """Follow-up visits: first those that a call may lead to, in its order, then those of a list.

    A call's visit is due `lag_for_s` after its end, `if_engaged` for a contact and `if_missed` for
    one that no team reached. A listed one has no `call` and is due at `due_at_s`.
    """

    person: Ids
    call: Ids
    if_engaged: Flags
    if_missed: Flags
    due_at_s: Seconds
    lag_for_s: Seconds
    zone: Ids
    visit_for_s: Seconds


class Roster(NamedTuple):
    """A duty of a post, sorted by (on, post); `predecessor` is the duty it relieves, or NONE.

    `filled` says whether all its positions are filled; the people in them may be absent.
    """

    post: Ids
    kind: Codes
    agency: Codes
    base_zone: Ids
    on_at_s: Seconds
    off_at_s: Seconds
    predecessor: Ids
    relief: Codes
    filled: Flags
    officer_present: Flags
    clinician_present: Flags


class Breaks(NamedTuple):
    """Time in which a team on duty takes no call, sorted by (due, duty).

    A break that finds its team on a trip or another break waits for it if `waits`, else is lost.
    """

    duty: Ids
    due_at_s: Seconds
    break_for_s: Seconds
    why: Codes
    waits: Flags


class CallLedger(NamedTuple):
    """What happened to each call of `Calls`, in the same order.

    `trip` is the last trip made for it; `contact` what its team found, NONE if none arrived or it
    is unfinished. `ended_at_s` is when it was over for the teams (its trip
    ended, or its wait did) and NONE if it never was a request or is unfinished. `patrol_for_s` is
    what patrol spent on it; `cleared_at_s` is when the last unit, of teams or patrol, was clear.
    """

    status: Codes
    mode: Codes
    ended_by: Codes
    contact: Codes
    trip: Ids
    dispatchable_at_s: Seconds
    ended_at_s: Seconds
    destination: Codes
    patrol_for_s: Seconds
    cleared_at_s: Seconds


class TripLedger(NamedTuple):
    """One going-out of a team for a call or a visit, in order of assignment."""

    call: Ids
    visit: Ids
    attempt: Annotated[Ids, COMPUTED]
    duty: Ids
    origin_zone: Ids
    assigned_at_s: Seconds
    arrived_at_s: Seconds
    left_at_s: Seconds
    end_at_s: Seconds
    end_cause: Codes


class DutyLedger(NamedTuple):
    """What happened to each duty of `Roster`; `started_at_s` is NONE if it never served.

    `ended_at_s` is when its team was released for good: the end of the duty, or later if it was
    busy then (the difference is `overtime_for_s`), or the end of the run.
    """

    started_at_s: Seconds
    ended_at_s: Seconds
    start_zone: Ids
    trips: Annotated[Ids, COMPUTED]
    busy_for_s: Annotated[Seconds, COMPUTED]
    overtime_for_s: Annotated[Seconds, COMPUTED]


class BreakLedger(NamedTuple):
    """What happened to each break of `Breaks`; both are NONE if it was never taken."""

    started_at_s: Seconds
    ended_at_s: Seconds


class VisitLedger(NamedTuple):
    """What happened to each visit of `Visits`; `trip` is the last one made for it."""

    status: Codes
    trip: Ids
    due_at_s: Seconds
    done_at_s: Seconds


class ChairLedger(NamedTuple):
    """One stay in a chair of a crisis center; `freed_at_s` is NONE if it outlasts the run."""

    call: Ids
    taken_at_s: Seconds
    freed_at_s: Seconds


class Ledger(NamedTuple):
    """All that happened, one table a noun; the only thing an engine gives back."""

    calls: CallLedger
    trips: TripLedger
    duties: DutyLedger
    breaks: BreakLedger
    visits: VisitLedger
    chairs: ChairLedger


_INPUTS = (Calls, Visits, Roster, Breaks)
_LEDGERS = (CallLedger, TripLedger, DutyLedger, BreakLedger, VisitLedger, ChairLedger)


class Column(NamedTuple):
    """One column of a table: its name, dtype and unit, and whether it is computed."""

    name: str
    dtype: type[np.generic]
    unit: str
    is_computed: bool


def _columns(table: type[Any]) -> list[Column]:
    hints = get_type_hints(table, include_extras=True)
    return [_column(name, *get_args(hints[name])[1:]) for name in table._fields]


def _column(name: str, dtype: type[np.generic], unit: str, *marks: str) -> Column:
    return Column(name, dtype, unit, COMPUTED in marks)


_COLUMNS = {table: _columns(table) for table in (*_INPUTS, *_LEDGERS)}


def columns(table: type[Any]) -> list[Column]:
    """Columns of a table class, in order, read from its annotations."""
    return _COLUMNS[table]


def recorded(table: type[Any]) -> list[Column]:
    """Columns of a table of the ledger that an engine records; the others follow from them."""
    return [column for column in columns(table) if not column.is_computed]


def empty(table: type[Any]) -> Any:  # noqa: ANN401 - one constructor for every table class
    """Table of the given class with no rows."""
    return table(*(np.empty(0, column.dtype) for column in columns(table)))


def check_table(table: Any) -> None:  # noqa: ANN401 - one check for every table class
    """Raise ValueError unless every column has its dtype and all have the same number of rows."""
    n_rows = table[0].shape[-1]
    for column, array in zip(columns(type(table)), table, strict=True):
        if array.dtype != column.dtype:
            raise ValueError(
                f"{column.name}: expected dtype {np.dtype(column.dtype)}, got {array.dtype}"
            )
        if array.shape[-1] != n_rows:
            raise ValueError(f"{column.name}: expected {n_rows} rows, got {array.shape[-1]}")
