"""Places that cannot be reached: by hand in both engines and by brute force, read, warned of."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.config import compose, staffing
from sim.config.files.drives import read_matrix
from sim.config.models import MatrixTravel
from sim.model.inputs.travel import compile_travel
from sim.model.ledger.record import complete
from sim.model.simulation import simulate
from sim.scenarios.rails import Seen, raised
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, UNREACHABLE, Kind, Mode, Rule, Scope, Status, VisitStatus
from tests import naive
from tests.test_bad_configs import refusal
from tests.towns import PAIRS, awkward, towns, written
from tests.worlds import (
    CLEARED,
    FOREVER_S,
    RECALLED,
    Trip,
    all_by,
    make_calls,
    make_policy,
    make_world,
    matrix,
    statuses,
    trips_of,
)

SERVED, BUSY, OUT_OF_RANGE = Status.SERVED, Status.MISSED_BUSY, Status.MISSED_OUT_OF_RANGE
FAR, NO = 50, UNREACHABLE
END_S = 9_000
# Zone 1 is reached from zone 0, and from zone 1 there is no way out; nobody comes to zone 2.
TOWNS = matrix([[10, FAR, NO], [NO, 20, NO], [FAR, FAR, 30]])
EVERY_RULE = list(Rule)


def by_brute_force(world):
    return complete(world, naive.simulate(world))


VOICES = {
    "simpy": lambda world: simulate(world, "simpy"),
    "compiled": lambda world: simulate(world, "compiled"),
    "brute force": by_brute_force,
}


@pytest.fixture(params=VOICES)
def voice(request):
    return VOICES[request.param]


def at_bases(*bases, **given):
    return [{"on": 0, "off": END_S, "base_zone": b, "post": p} | given for p, b in enumerate(bases)]


def world_of(duties, policy=None, *, travel=TOWNS, visits=None, **columns):
    calls = make_calls(len(columns["zone"]), **columns)
    rules = make_policy(3, **(policy or {}))
    return make_world(calls, duties, END_S, travel=travel, policy=rules, visits=visits)


# --- dispatch ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_nobody_is_sent_where_there_is_no_way(voice, rule):
    """Both calls come at 0: nobody comes to zone 2, whatever the rule; zone 1 is 50 s away."""
    world = world_of(at_bases(0), {"rule": int(rule)}, zone=[2, 1], withdrawn_for_s=600)
    ledger = voice(world)
    assert trips_of(ledger) == [Trip(1, 0, 0, 0, FAR, FAR, FAR)]
    assert statuses(ledger) == [OUT_OF_RANGE, SERVED]


@pytest.mark.parametrize("scope", list(Scope))
def test_not_even_an_own_team_is_sent_under_any_scope(voice, scope):
    world = world_of(
        at_bases(0), {"scope": int(scope), "borrow_s": FOREVER_S}, zone=[2], withdrawn_for_s=600
    )
    ledger = voice(world)
    assert trips_of(ledger) == []
    assert statuses(ledger) == [OUT_OF_RANGE]


def test_a_call_goes_to_the_team_that_has_a_way(voice):
    """Team 0 is longer idle, but there is no way from zone 1 to zone 0."""
    duties = at_bases(1, 2)
    ledger = voice(world_of(duties, zone=[0], received_at_s=[5]))
    assert trips_of(ledger) == [Trip(0, 1, 2, 5, 55, 55, 55)]


def test_a_team_without_a_way_home_stays_and_serves_where_it_is(voice):
    """After call 0 it is in zone 1 for good: call 1 is missed, call 2 is 20 s away."""
    world = world_of(
        at_bases(0),
        {"goes_home": 1},
        zone=[1, 0, 1],
        received_at_s=[0, 100, 5_000],
        withdrawn_for_s=600,
    )
    ledger = voice(world)
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, FAR, FAR, FAR),
        Trip(2, 0, 1, 5_000, 5_020, 5_020, 5_020),
    ]
    assert statuses(ledger) == [SERVED, BUSY, SERVED]  # its base has a way: not out of range


def test_a_team_that_is_recalled_has_the_ways_of_where_it_set_out(voice):
    """Call 0 is withdrawn at 40; from zone 0, not from zone 1, there is a way to call 1."""
    world = world_of(
        at_bases(0), zone=[1, 0], received_at_s=[0, 45], withdrawn_for_s=[40, FOREVER_S]
    )
    ledger = voice(world)
    assert trips_of(ledger) == [
        Trip(0, 0, 0, 0, NONE, NONE, 40, RECALLED),
        Trip(1, 0, 0, 45, 55, 55, 55, CLEARED),
    ]


def test_no_team_is_taken_off_its_way_for_a_call_without_one(voice):
    world = world_of(
        at_bases(0),
        {"recalls": 1},
        zone=[1, 2],
        received_at_s=[0, 10],
        priority=[3, 1],
        withdrawn_for_s=600,
    )
    ledger = voice(world)
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, FAR, FAR, FAR)]
    assert statuses(ledger) == [SERVED, OUT_OF_RANGE]


def test_a_way_may_be_shut_in_some_hours(voice):
    """In the second hour there is no way: the call of 3,590 s is served, that of 3,600 s is not."""
    travel = matrix([[10, FAR, NO], [NO, 20, NO], [FAR, FAR, 30]])
    travel.matrix_s[1] = NO
    world = world_of(
        at_bases(0), travel=travel, zone=[0, 0], received_at_s=[3_590, 3_600], withdrawn_for_s=600
    )
    ledger = voice(world)
    assert trips_of(ledger) == [Trip(0, 0, 0, 3_590, 3_600, 3_600, 3_600)]
    assert statuses(ledger) == [SERVED, OUT_OF_RANGE]


def test_who_waits_is_served_by_the_next_who_has_a_way(voice):
    """Zone 0's call, which waits behind no way, goes to the team that starts at 300 in zone 2."""
    duties = [*at_bases(1), {"on": 300, "off": END_S, "base_zone": 2, "post": 1}]
    ledger = voice(world_of(duties, zone=[0, 1], received_at_s=[0, 100]))
    assert trips_of(ledger) == [
        Trip(1, 0, 1, 100, 120, 120, 120),
        Trip(0, 1, 2, 300, 350, 350, 350),
    ]


@pytest.mark.parametrize("radius_s", [0, FOREVER_S])
def test_a_self_dispatched_call_has_nobody_near(voice, radius_s):
    policy = {"mode_ppm": all_by(Mode.SELF_DISPATCH), "radius_s": radius_s}
    ledger = voice(world_of(at_bases(0), policy, zone=[2]))
    assert statuses(ledger) == [OUT_OF_RANGE]


def test_a_clinician_on_video_needs_no_way(voice):
    duties = at_bases(0, kind=int(Kind.REMOTE_CLINICIAN))
    ledger = voice(world_of(duties, zone=[2], connect_for_s=7))
    assert trips_of(ledger) == [Trip(0, 0, 0, 0, 7, 7, 7)]


def test_a_visit_without_a_way_is_not_made(voice):
    visits = [{"due": 5, "zone": 2, "length": 10}, {"due": 5, "zone": 1, "length": 10}]
    policy = {"visit_expires_s": 100}
    duties = at_bases(0, kind=int(Kind.FOLLOW_UP))
    ledger = voice(world_of(duties, policy, visits=visits, zone=[]))
    assert ledger.visits.status.tolist() == [VisitStatus.EXPIRED, VisitStatus.DONE]


# --- tables --------------------------------------------------------------------------------------


def matrix_of(minutes, **given):
    names = [f"z{number}" for number in range(len(minutes))]
    flat = {"traffic_by_hour": [1.0] * 24, "factor_sd": 0} | given
    return MatrixTravel(model="matrix", zones=names, minutes=minutes, **flat)


def test_a_null_is_unreachable_at_every_hour_though_there_be_no_traffic():
    config = matrix_of([[1, None], [2, 3]], traffic_by_hour=[0.0] * 12 + [2.0] * 12)
    demand = compose(["demand=three_towns", "travel=three_towns"]).demand
    demand = demand.model_copy(update={"zones": ["z1", "z0"]})
    table = compile_travel(config, demand, 1).matrix_s
    assert table[0].tolist() == [[0, 0], [UNREACHABLE, 0]]
    assert table[12].tolist() == [[360, 240], [UNREACHABLE, 120]]


@pytest.mark.parametrize("minutes", [[[None]], [[0, None], [None, 0]], [[None] * 2] * 2])
def test_a_table_without_any_way_is_refused(minutes):
    with pytest.raises(ValueError, match="expected minutes above 0, got no way or 0 for every dr"):
        matrix_of(minutes)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", json.dumps({"durations": [[180, 480], [None, 240]]})),
        ("t.csv", PAIRS.replace("b,a,9", "b,a,")),
        ("t.csv", PAIRS.replace("b,a,9", "b,a,NA")),
        ("t.csv", "minutes,a,b\na,3,8\nb,none,4\n"),
    ],
)
def test_no_way_as_each_kind_of_table_says_it(tmp_path: Path, name: str, text: str) -> None:
    assert read_matrix(written(tmp_path, text, name), ["a", "b"]) == [[3, 8], [None, 4]]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.json", json.dumps({"durations": [[180, 480], [240]]}), "row 'b': expected 2 columns"),
        ("t.csv", PAIRS.replace("b,a,9\n", ""), "from 'b' to 'a': expected minutes (blank where"),
        ("t.csv", ",a,b\na,3,8\nb,,4\n", "expected minutes, or none where there is no way, got a"),
        ("t.csv", ",a,b\na,3,8\nb,4\n", "row 'b': expected 2 cells, got 1"),
    ],
)
def test_a_pair_that_is_missing_is_an_error(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = written(tmp_path, text, name)
    assert said in refusal(lambda: read_matrix(path, ["a", "b"]))


# --- from a file to the answer -------------------------------------------------------------------

ZONES = "zone,share\nnorth,0.2\nmiddle,0.5\nsouth,0.3\nlake,0\n"
WAYS = """minutes,north,middle,south,lake
north,9,24,{to_south},none
middle,24,7,{to_south},none
south,none,none,10,none
lake,none,none,none,none
"""
ONE_BASE = "lines: [{name: a, count: 2, pattern: continuous, base_zones: [%s]}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = awkward(tmp_path, monkeypatch)
    (here / "staffing").mkdir()
    for base in ("north", "south"):
        written(here / "staffing", ONE_BASE % base, f"{base}.yaml")
    written(here, ZONES)
    return here


def warnings(*plans: str, config=None) -> list[str]:
    scenario = Scenario(config or towns())
    arms = [scenario.arm(staffing(name, Path())) for name in plans]
    rails = raised(Seen(scenario.config, arms))
    return [rail.text for rail in rails if rail.rule == "no_way"]


def test_a_zone_with_calls_and_no_way_from_any_base_is_warned_of(folder: Path) -> None:
    """Nobody lives on the lake, so it is not named; nor is what some base of a plan reaches."""
    written(folder, WAYS.format(to_south="none"), "travel.csv")
    own = towns("demand.calls_per_year=5000")
    assert own.program.warnings == []  # what has no way is no drive, of no length
    to_north, to_south = warnings("north", "south")
    assert "from any base of north to 'south', 30% of all calls" in to_north
    assert "from any base of south to 'north', 'middle', 70% of all calls" in to_south
    assert warnings("3", "0") == []  # posts stand in all zones in turn; none is none
    assert len(warnings("north", "2", "1")) == 1  # those alike are named in one line


def test_a_zone_that_some_base_reaches_is_not_warned_of(folder: Path) -> None:
    written(folder, WAYS.format(to_south=41), "travel.csv")
    assert warnings("north") == []
    assert warnings("2", config=compose(["travel=constant"])) == []


def test_calls_without_a_way_are_counted_out_of_range(folder: Path) -> None:
    written(folder, WAYS.format(to_south="none"), "travel.csv")
    keys = ["travel=matrix", "travel.matrix_file=travel.csv", "demand.zones_file=zones.csv"]
    keys += ["demand.calls_per_year=2000", "run.window_days=28", "run.warm_up_days=0"]
    answer = sim.run("north", overrides=keys, config_dir=".", draws=0, replications=2)
    missed = answer.main.plans[0].measures["missed_out_of_range_share"].mean
    requested = answer.main.plans[0].cells.zones["requested_per_week"].ratio
    assert missed is not None
    assert missed == pytest.approx(requested[2] / np.nansum(requested), abs=0.05)
    (rail,) = (rail for rail in answer.warnings if rail.rule == "no_way")
    assert "to 'south'" in rail.text
