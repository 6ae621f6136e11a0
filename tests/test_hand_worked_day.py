"""The two days of docs/model/examples.md, held against both engines and the brute force."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.arrays import Array
from sim.clock import HOURS_A_WEEK
from sim.model.clocks import clocks
from sim.model.ledger.record import complete
from sim.model.measures.measure import Settings, measure
from sim.model.simulation import simulate
from sim.model.world import World, visit_openings
from sim.schema import (
    NONE,
    Calls,
    EndCause,
    EndedBy,
    Fate,
    Kind,
    Ledger,
    Rank,
    Rule,
    Status,
)
from tests import naive
from tests.tables_of_docs import BLANK, Row, coded, number, section, tables, value_of
from tests.worlds import by_hour, make_calls, make_center, make_policy, make_world, matrix

DAY_S = 86_400
FIRST, SECOND = "A worked example", "A second worked example"
SHORT = {
    "on_at_s": "on",
    "off_at_s": "off",
    "due_at_s": "due",
    "break_for_s": "length",
    "lag_for_s": "lag",
    "visit_for_s": "length",
}
CENTER_OPENS, VISITS_BEGIN = (8, 22), (9, 16)  # hours of every day, from and until
SETTINGS = Settings(
    standard_s=3_600,
    standard_clock_received=False,
    booked_given_arrest=0.8,
    exposure_years=1 / 365,
    teams_funded=2,
    restricted_limit_s=7_200,
    patrol_officers=2.0,
    officer_alone_as_patrol=False,
    visit_late_s=3_600,
)

TITLES = pytest.mark.parametrize("title", [FIRST, SECOND], ids=["first", "second"])
ENGINES = pytest.mark.parametrize("engine", ["simpy", "compiled", "brute force"])


# --- what is given -------------------------------------------------------------------------------


def part(title: str, name: str) -> list[list[Row]]:
    """Tables of a part of a worked day."""
    return tables(section(name, section(title)))


def calls_of(title: str) -> Calls:
    """Calls of a day: columns with a figure a call, in one table or more, or with one for all."""
    given: dict[str, list[float]] = {}
    for row in (row for table in part(title, "The calls") for row in table):
        (column,) = coded(row.pop("Column"))
        given.setdefault(column, []).extend(value_of(column, cell) for cell in row.values())
    n = len(given["received_at_s"])
    assert {len(column) for column in given.values()} <= {n, 1}
    return make_calls(n, **given)


def rows_of(title: str, name: str) -> list[dict[str, int]]:
    """Duties, breaks or visits of a day, in the order of their ids."""
    (rows,) = part(title, name)
    out = []
    for at, row in enumerate(rows):
        assert int(row.pop(next(iter(row)))) == at
        named = {head.strip("`"): cell for head, cell in row.items()}
        out.append({SHORT.get(c, c): int(value_of(c, cell)) for c, cell in named.items()})
    return out


@cache
def world_of(title: str) -> World:
    """World of a day."""
    return first_day() if title == FIRST else second_day()


def first_day() -> World:
    """Two zones; the team longest idle goes, later ones engage fewer, and other rules are off."""
    engaged = np.array(20 * [940_000] + [920_000], np.int32)
    return make_world(
        calls_of(FIRST),
        rows_of(FIRST, "The duties"),
        DAY_S,
        travel=matrix([[300, 900], [900, 300]]),
        policy=make_policy(
            2, rule=int(Rule.LONGEST_IDLE), contact_ppm=np.stack([engaged, engaged])
        ),
    )


def second_day() -> World:
    """Three zones of two agencies, and most rules on."""
    zones, rules = part(SECOND, "The places and the rules")
    goes_along = np.zeros((len(Kind), len(Fate)), np.int8)
    goes_along[Kind.CO_RESPONDER, [Fate.VOLUNTARY, Fate.HOLD]] = 1
    given: dict[str, Any] = {
        "agency_of_zone": np.array([number(zone["Agency"]) for zone in zones], np.int32),
        "mode_ppm": np.array([250_000, 500_000, 750_000], np.int32),
        "goes_along": goes_along,
        "patrol_takes": 1 - goes_along,
        "visit_hours": daily(*VISITS_BEGIN),
    }
    for rule in rules:
        (name,) = coded(rule["In the policy"])
        given[name] = int(value_of(name, rule["Here"]))
    return make_world(
        calls_of(SECOND),
        rows_of(SECOND, "The duties"),
        DAY_S,
        travel=matrix([[number(zone[f"To {to}"]) for to in range(len(zones))] for zone in zones]),
        policy=make_policy(len(zones), **given),
        breaks=rows_of(SECOND, "The breaks"),
        center=make_center(1, daily(*CENTER_OPENS)),
        visits=rows_of(SECOND, "The visits"),
    )


def daily(from_hour: int, until_hour: int) -> Array:
    """Hours of the week that lie between two of every day."""
    hour = np.arange(HOURS_A_WEEK) % 24
    return by_hour((hour >= from_hour) & (hour < until_hour))


def test_what_the_prose_of_the_second_day_gives():
    prose = " ".join(section("The places and the rules", section(SECOND)).split())
    assert "has one chair and is open from {}:00 to {}:00".format(*CENTER_OPENS) in prose
    assert "may begin from {}:00 to {}:00".format(*VISITS_BEGIN) in prose
    assert f"are late from {SETTINGS.visit_late_s // 60} min" in prose


def test_the_days_have_what_is_promised():
    sizes = [len(world_of(title).calls.zone) for title in (FIRST, SECOND)]
    posts = [len(set(world_of(title).roster.post.tolist())) for title in (FIRST, SECOND)]
    assert (sizes, posts) == ([4, 11], [2, 3])


# --- what happened -------------------------------------------------------------------------------


@cache
def by_engine(title: str, engine: str) -> Ledger:
    world = world_of(title)
    if engine == "brute force":
        return complete(world, naive.simulate(world))
    return simulate(world, engine)


def events_written(title: str) -> list[Row]:
    (rows,) = part(title, "The day, event by event")
    return rows


@TITLES
@ENGINES
def test_the_ledger_is_the_one_written_down(title, engine):
    ledger = by_engine(title, engine)
    written = part(title, "What the ledger says")
    found = (*(ledger.trips, ledger.calls, ledger.duties), *(ledger.breaks, ledger.visits))
    found += (ledger.chairs,)
    assert len(written) == (3 if title == FIRST else 6)
    for rows, table in zip(written, found, strict=False):
        assert len(rows) == len(table[0])
        for at, row in enumerate(rows):
            for head in row:
                if head.startswith("`"):
                    column = head.strip("`")
                    assert getattr(table, column)[at] == value_of(column, row[head]), (at, column)


@TITLES
@ENGINES
def test_the_events_are_those_written_down(title, engine):
    """All but assignments that find nothing to do, which leave no trace in a ledger."""
    columns = ("Second", "Rank", "Id")
    written = [tuple(int(number(row[name])) for name in columns) for row in events_written(title)]
    told = [event for event in written if event[1] != Rank.ASSIGN]
    ledger = by_engine(title, engine)
    assert sorted(told) == sorted(events_of(world_of(title), ledger))
    assigned = {(int(at_s), int(Rank.ASSIGN), 0) for at_s in ledger.trips.assigned_at_s}
    assert assigned <= set(written)


def events_of(world: World, ledger: Ledger) -> list[tuple[int, int, int]]:
    """Second, rank and id of all that a ledger tells of, but the assignments."""
    found = [*of_calls(world, ledger), *of_trips(ledger), *of_duties(world, ledger)]
    found += [*of_breaks(world, ledger), *of_visits(world, ledger), *of_chairs(ledger)]
    return [tuple(map(int, event)) for event in found if NONE < event[0] < DAY_S]


def of_calls(world: World, ledger: Ledger) -> list[tuple[int, int, int]]:
    """A call is found to be averted when it would become dispatchable."""
    calls = ledger.calls
    averted = calls.status == Status.AVERTED
    asks_at_s = np.where(averted, clocks(world).dispatchable_at_s, calls.dispatchable_at_s)
    out = [(at_s, Rank.DISPATCHABLE, call) for call, at_s in enumerate(asks_at_s)]
    given_up = np.flatnonzero(calls.ended_by != EndedBy.NOTHING)
    return out + [(calls.ended_at_s[call], Rank.PATIENCE_ENDS, call) for call in given_up]


def of_trips(ledger: Ledger) -> list[tuple[int, int, int]]:
    """A recall is the end of a call's patience, and a trip that is broken off has no event.

    The end of a visit is the release.
    """
    trips, out = ledger.trips, []
    for trip, duty in enumerate(trips.duty):
        out.append((trips.arrived_at_s[trip], Rank.ARRIVES, duty))
        if trips.call[trip] != NONE:
            out.append((trips.left_at_s[trip], Rank.LEAVES_SCENE, duty))
        if trips.end_cause[trip] == EndCause.CLEARED:
            out.append((trips.end_at_s[trip], Rank.RELEASED, duty))
    return out


def of_duties(world: World, ledger: Ledger) -> list[tuple[int, int, int]]:
    out = [(at_s, Rank.DUTY_STARTS, duty) for duty, at_s in enumerate(ledger.duties.started_at_s)]
    return out + [(at_s, Rank.DUTY_ENDS, duty) for duty, at_s in enumerate(world.roster.off_at_s)]


def of_breaks(world: World, ledger: Ledger) -> list[tuple[int, int, int]]:
    """A break is due, whether it is taken or not; none of the days has one cut short."""
    first = len(world.roster.post)
    due = [(at_s, Rank.DUTY_STARTS, first + n) for n, at_s in enumerate(world.breaks.due_at_s)]
    ends = [(at_s, Rank.DUTY_ENDS, first + n) for n, at_s in enumerate(ledger.breaks.ended_at_s)]
    return due + ends


def of_visits(world: World, ledger: Ledger) -> list[tuple[int, int, int]]:
    """Visits that come due, and the beginnings of visiting hours."""
    due = [(at_s, Rank.VISIT_DUE, visit) for visit, at_s in enumerate(ledger.visits.due_at_s)]
    n_visits = len(world.visits.zone)
    return due + [(at_s, Rank.VISIT_DUE, n_visits) for at_s in visit_openings(world)]


def of_chairs(ledger: Ledger) -> list[tuple[int, int, int]]:
    """A chair is taken as the team leaves the scene, and freed later."""
    chairs = ledger.chairs
    stays = zip(chairs.call, chairs.freed_at_s, strict=True)
    return [(freed_at_s, Rank.CHAIR_FREED, call) for call, freed_at_s in stays]


@TITLES
def test_the_day_goes_as_written_event_by_event(title, monkeypatch):
    """Order within a second, and who is free and who waits after each event."""
    seen: list[list[str]] = []
    apply = naive.apply

    def listed(ids: list[Any]) -> str:
        return ", ".join(map(str, ids)) or BLANK

    def visits_of(town):
        open_s = town.world.policy.visit_expires_s
        waiting = [visit for visit in town.visits if visit.state == "waiting"]
        return [f"visit {v.number}" for v in waiting if town.now <= v.due + open_s]

    def watched(town, rank, number, whose):
        apply(town, rank, number, whose)
        free = [team.duty for team in town.teams if team.state == "free"]
        waiting = [call for call, state in enumerate(town.call_state) if state == "waiting"]
        waits_for = [*waiting, *visits_of(town)]
        seen.append([f"{town.now:,}", str(rank), str(number), listed(free), listed(waits_for)])

    monkeypatch.setattr(naive, "apply", watched)
    naive.simulate(world_of(title))
    columns = ("Second", "Rank", "Id", "Free", "Waiting")
    assert seen == [[row[name] for name in columns] for row in events_written(title)]


@TITLES
def test_clock_times_are_the_seconds(title):
    for row in events_written(title):
        hours, minutes, seconds = map(int, row["Clock"].split(":"))
        assert hours * 3_600 + minutes * 60 + seconds == number(row["Second"])
        assert row["Event"]


@TITLES
@ENGINES
def test_the_measures_are_those_written_down(title, engine):
    world = world_of(title)
    n_posts = len(np.unique(world.roster.post))
    found = measure(world, by_engine(title, engine), SETTINGS._replace(teams_funded=n_posts))
    (rows,) = part(title, "What is measured")
    for row in rows:
        (name,) = coded(row["Measure"])
        assert found[name] == pytest.approx(number(row["Value"]), rel=1e-5), name
