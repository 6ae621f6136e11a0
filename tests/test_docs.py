"""Docs and notebooks say what the code does: names, figures, the worked example, links."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import sim
from sim import schema
from sim.clock import MINUTE_S
from sim.config import Config, compose, staffing
from sim.config.values import Duration
from sim.model import dispatch, durations
from sim.model.ledger import complete
from sim.model.measures import MEASURES, Settings, measure
from sim.model.outcomes import Shares, resolve
from sim.model.simulation import simulate
from sim.model.travel import Travel
from sim.model.world import World
from sim.scenarios.scenario import Scenario
from sim.schema import NONE, Destination, EndCause, EndedBy, Fate, Ledger, Rank, Rule, Status
from sim.streams import Stream
from tests import naive
from tests.worlds import make_calls, make_policy, make_world

ROOT = Path(__file__).resolve().parent.parent
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [ROOT / "docs" / "model.md", *DECISIONS, ROOT / "notebooks" / "README.md"]
BLANK = "–"

Row = dict[str, str]


def section(title: str, text: str = MODEL) -> str:
    """Text under a heading, down to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n", text, re.MULTILINE)
    assert found, f"no heading {title!r}"
    below = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", below, re.MULTILINE)
    return below[: end.start()] if end else below


def tables(text: str) -> list[list[Row]]:
    """Markdown tables of a text, a dictionary a row."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [_rows(block.splitlines()) for block in blocks]


def _rows(lines: list[str]) -> list[Row]:
    head, ruler, *body = ([cell.strip() for cell in _cells(line)] for line in lines)
    assert set("".join(ruler)) == {"-"}
    return [dict(zip(head, cells, strict=True)) for cells in body]


def _cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line)[1:-1]


def coded(cell: str) -> list[str]:
    """Names in code font."""
    return re.findall(r"`([^`]+)`", cell)


def number(cell: str) -> float:
    """Figure of a cell; a dash is no row."""
    return NONE if cell == BLANK else float(cell.replace(",", "").replace("−", "-"))


def as_written(value: float, cell: str) -> str:
    """Value with as many decimals as the cell has."""
    return f"{value:.{len(cell.partition('.')[2])}f}"


# --- names ---------------------------------------------------------------------------------------

HEADINGS = [
    *("Purpose", "Words", "Time", "Run", "Demand", "A call", "One second", "Assignment", "Travel"),
    *("On scene, transport, report", "Fates", "Teams, duties, relief", "Tables", "Measures"),
    *("Statistics", "Two engines", "Face validity", "What is not modelled", "Random streams"),
    "A worked example",
]


def test_the_sections_are_there_and_in_order():
    assert re.findall(r"^## (.*)$", MODEL, re.MULTILINE) == HEADINGS


def test_sections_that_the_code_points_to_exist():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py"))
    named = re.findall(r'docs/model\.md, "([^"]+)"', code)
    assert named
    assert set(named) <= set(HEADINGS)


def test_every_measure_has_its_equation_and_no_other_is_named():
    found = [name for rows in tables(section("Measures")) for row in rows for name in row_keys(row)]
    assert [name for name, times in Counter(found).items() if times > 1] == []
    assert set(found) == set(MEASURES)


def row_keys(row: Row) -> list[str]:
    assert row["Equation"]
    assert row["What it leaves out"]
    return coded(row["Measure"])


TABLES = [
    *(schema.Calls, schema.Visits, schema.Roster, schema.CallLedger, schema.TripLedger),
    *(schema.DutyLedger, schema.VisitLedger, schema.ChairLedger),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_tables_list_the_columns_of_the_schema_with_their_units(table):
    (rows,) = tables(section(table.__name__))
    named = [(*coded(row["Column"]), row["Unit"]) for row in rows]
    assert named == [(column.name, column.unit) for column in schema.columns(table)]
    assert all(row["Meaning"] for row in rows)


def test_codes_are_those_of_the_schema():
    (rows,) = tables(section("Codes"))
    named = {row["Codes"].strip("`"): coded(row["Values from 0"]) for row in rows}
    enums = {
        name: [code.name for code in enum]
        for name, enum in vars(schema).items()
        if isinstance(enum, type) and issubclass(enum, IntEnum) and enum not in (IntEnum, Rank)
    }
    assert named == enums


def test_ranks_are_those_of_the_schema():
    (rows,) = tables(section("One second"))
    named = [(int(row["Rank"]), row["Name"].strip("`")) for row in rows]
    assert named == [(rank.value, rank.name) for rank in Rank]


def test_every_status_is_explained():
    (rows,) = tables(section("A call"))
    named = [name for row in rows for name in coded(row["Status"])]
    assert sorted(named) == sorted(status.name for status in Status)


def test_rules_are_those_of_dispatch():
    (rows,) = tables(section("Assignment"))
    assert [row["Rule"].strip("`").upper() for row in rows] == [rule.name for rule in Rule]


def test_streams_and_distributions_are_those_of_the_code():
    streams, families = tables(section("Random streams"))
    named = [(int(row["Id"]), row["Stream"].strip("`")) for row in streams]
    assert named == [(stream.value, stream.name) for stream in Stream]
    models = get_args(get_args(Duration)[0])
    known = {get_args(model.model_fields["distribution"].annotation)[0] for model in models}
    assert {row["Family"].strip("`") for row in families} == known


def test_keys_of_configs_exist():
    tree = los_angeles().model_dump()
    keys = re.findall(
        r"`((?:run|demand|service|travel|dispatch|outcomes|program)\.(?!py`)[\w.]+)", MODEL
    )
    assert len(keys) > 10
    for key in keys:
        node = tree
        for part in key.strip(".").split("."):
            assert part in node, key
            node = node[part]


# --- figures -------------------------------------------------------------------------------------


@cache
def los_angeles() -> Config:
    return compose(["program=los_angeles"])


def test_defaults_of_a_run():
    run = los_angeles().run
    (rows,) = tables(section("Run"))
    assert [row["Shipped default"] for row in rows] == [
        f"{run.warm_up_days} days",
        f"one calendar year from {run.window_start.day} {run.window_start:%B %Y}",
        f"{run.tail_days} days",
    ]
    assert (run.window_years, run.window_days) == (1, None)
    statistics = section("Statistics")
    assert f"`run.replications` ({run.replications})" in statistics
    assert f"`run.confidence_level` ({run.confidence_level})" in statistics


def test_travel_of_los_angeles():
    (rows,) = tables(section("Travel"))
    for row in rows:
        key = row["Key"].strip("`").removeprefix("travel.")
        assert number(row["Los Angeles"]) == getattr(los_angeles().travel, key).value


def test_quantile_tables_are_as_fine_as_is_said():
    said = section("Random streams")
    assert f"{durations.CELLS:,} cells even in u" in said
    assert f"1/{1 / durations.TAIL:.0f} of u" in said
    assert durations.LAST == 2.0**-32
    decision = section("Decision", DECISIONS[2].read_text(encoding="utf-8"))
    assert f"{durations.CELLS:,} cells" in decision


def conditional(shares: np.ndarray, fate: Fate) -> float:
    return float(shares[fate] / (1 - shares[fate + 1 :].sum()))


def test_fates_of_los_angeles():
    _, rows = tables(section("Fates"))
    shares = resolve(los_angeles().outcomes)
    assert len(rows) == len(Fate)
    for row in rows:
        fate = Fate[row["Fate"].upper().replace(" ", "_")]
        assert number(row["Team share"]) == shares.team[fate]
        assert row["Patrol share"] == f"{shares.patrol[fate]:.6f}"
        if fate >= Fate.VOLUNTARY:
            assert number(row["Odds ratio"]) == shares.odds_ratios[fate - Fate.VOLUNTARY]
            assert row["Conditional, team"] == f"{conditional(shares.team, fate):.6f}"
            assert row["Conditional, patrol"] == f"{conditional(shares.patrol, fate):.6f}"


def test_hold_ratio_among_all_calls():
    rows, _ = tables(section("Fates"))
    for row in rows:
        shares = resolve(compose([f"outcomes={row['Outcomes'].strip('`')}"]).outcomes)
        assert number(row["Hold ratio as applied"]) == shares.odds_ratios[1]
        assert row["Hold ratio among all"] == f"{hold_ratio_among_all(shares):.3f}"


def hold_ratio_among_all(shares: Shares) -> float:
    team, patrol = (p[Fate.HOLD] / (1 - p[Fate.HOLD]) for p in (shares.team, shares.patrol))
    return float(team / patrol)


def test_face_validity():
    rows, _ = tables(section("Face validity"))
    found = always_free()
    assert len(rows) == len(found)
    for row, value in zip(rows, found, strict=True):
        assert as_written(value, row["Measured"]) == row["Measured"], row["Figure"]
        if row["Bound"] != BLANK:
            low, high = map(float, row["Bound"].split(" to "))
            assert low <= value <= high


def always_free() -> list[float]:
    """Figures of Los Angeles with 17 teams free at each assignment, in the order of the page."""
    scenario = Scenario(los_angeles())
    mean_s = scenario.arm(staffing("17")).travel.by_free_s[17]
    tables_of = [scenario.calls(replication) for replication in range(20)]
    calls = {
        name: np.concatenate([getattr(some, name) for some in tables_of], axis=-1)
        for name in tables_of[0]._fields
    }
    drive_s = calls["turnout_for_s"] + np.floor(mean_s * calls["travel_factor"] + 0.5)
    patience_s = np.minimum(calls["leaves_for_s"], calls["patrol_clears_for_s"])
    response_min, reached = (calls["triage_for_s"] + drive_s) / MINUTE_S, drive_s <= patience_s
    drive_min, fate = drive_s / MINUTE_S, calls["fate_by_kind"][0]
    contact = calls["contact"] == 1
    busy_h = (drive_s + calls["on_scene_for_s_by_kind"][0] + after_scene_s(scenario, calls)) / 3_600
    return [
        float(np.median(response_min)),
        float(np.median(response_min[reached])),
        100 * float(np.mean(~reached)),
        float(busy_h[~contact].mean()),
        *(float(busy_h[contact & (fate == of)].mean()) for of in Fate),
        100 * float(np.mean(1 - np.exp(-drive_min / 40))),
        100 * float(np.mean(1 - np.exp(-drive_min * 2 / 60))),
    ]


def after_scene_s(scenario: Scenario, calls: dict[str, np.ndarray]) -> np.ndarray:
    """Transport, handover and report of each call, if a team reaches it."""
    fate, wanted = calls["fate_by_kind"][0], calls["wanted_destination"]
    centre = (fate == Fate.VOLUNTARY) & (wanted == Destination.CENTRE)
    hospital = (fate == Fate.HOLD) | (fate == Fate.VOLUNTARY) & (wanted == Destination.HOSPITAL)
    away_s = centre * (calls["centre_transport_for_s"] + calls["centre_handover_for_s"])
    away_s = away_s + hospital * (
        calls["hospital_transport_for_s"] + calls["hospital_handover_for_s"]
    )
    away_s = away_s + (fate == Fate.ARREST) * calls["booking_for_s"]
    goes = scenario.policy.goes_along[fate] * calls["contact"]
    out: np.ndarray = away_s * goes + calls["report_for_s"]
    return out


def test_the_line_on_history():
    _, (handled, reach) = tables(section("Face validity"))
    found = sim.run("unit_shifts_12", program="los_angeles", engine="compiled").history
    assert found is not None
    assert not found.reproduced
    assert number(handled["Published"]) == found.published_per_day
    assert number(reach["Published"]) == pytest.approx(100 * found.published_reach_share)
    assert handled["Simulated"] == as_written(found.handled_per_day.mean, handled["Simulated"])
    assert reach["Simulated"] == as_written(100 * found.reach_share.mean, reach["Simulated"])


# --- the worked example --------------------------------------------------------------------------

DAY_S = 86_400
NAMES: dict[str, type[IntEnum]] = {
    "end_cause": EndCause,
    "status": Status,
    "ended_by": EndedBy,
    "destination": Destination,
    "wanted_destination": Destination,
    "fate_patrol": Fate,
    "fate_by_kind": Fate,
}


def value_of(column: str, cell: str) -> float:
    """Cell of a column of the schema: a figure, or the name of a code."""
    return int(NAMES[column][cell]) if column in NAMES else number(cell)


def example_calls() -> dict[str, list[float]]:
    (rows,) = tables(section("The calls"))
    given = {}
    for row in rows:
        (column,) = coded(row.pop("Column"))
        given[column] = [value_of(column, cell) for cell in row.values()]
    return given


def example_duties() -> list[dict[str, int]]:
    (rows,) = tables(section("The duties"))
    short = {"on_at_s": "on", "off_at_s": "off"}
    named = [{name.strip("`"): int(number(cell)) for name, cell in row.items()} for row in rows]
    return [{short.get(name, name): value for name, value in row.items()} for row in named]


@cache
def example() -> World:
    duties, calls = example_duties(), example_calls()
    for at, duty in enumerate(duties):
        assert duty.pop("Duty") == at
    matrix_s = np.full((24, 2, 2), 900, np.int64)
    matrix_s[:, [0, 1], [0, 1]] = 300
    return make_world(
        make_calls(4, **calls),
        duties,
        DAY_S,
        travel=Travel(int(schema.TravelModel.MATRIX), matrix_s, np.zeros(1, np.int64)),
        policy=make_policy(2, rule=int(Rule.LONGEST_IDLE)),
    )


def events() -> list[Row]:
    (rows,) = tables(section("The day, event by event"))
    return rows


def by_engine(engine: str) -> Ledger:
    if engine == "brute force":
        return complete(example(), naive.simulate(example()))
    return simulate(example(), engine)


ENGINES = pytest.mark.parametrize("engine", ["simpy", "compiled", "brute force"])


@ENGINES
def test_the_example_has_the_ledger_that_is_written_down(engine):
    ledger = by_engine(engine)
    written = tables(section("What the ledger says"))
    assert len(written) == 3
    for rows, table in zip(written, (ledger.trips, ledger.calls, ledger.duties), strict=True):
        assert len(rows) == len(table[0])
        for at, row in enumerate(rows):
            for head in row:
                if head.startswith("`"):
                    column = head.strip("`")
                    assert getattr(table, column)[at] == value_of(column, row[head]), (at, column)


@ENGINES
def test_the_example_has_the_events_that_are_written_down(engine):
    """All but assignments that find nothing to do, which leave no trace in a ledger."""
    written = [
        tuple(int(number(row[name])) for name in ("Second", "Rank", "Id")) for row in events()
    ]
    told = [event for event in written if event[1] != Rank.ASSIGN]
    ledger = by_engine(engine)
    assert sorted(told) == sorted(events_of(ledger))
    assigned = {(int(at_s), int(Rank.ASSIGN), 0) for at_s in ledger.trips.assigned_at_s}
    assert assigned <= set(written)


def events_of(ledger: Ledger) -> list[tuple[int, int, int]]:
    """Second, rank and id of all that a ledger tells of, but the assignments."""
    calls, trips, duties, off = *ledger[:3], example().roster.off_at_s
    end = [
        Rank.RELEASED if cause == EndCause.CLEARED else Rank.PATIENCE_ENDS
        for cause in trips.end_cause
    ]
    who = np.where(trips.end_cause == EndCause.CLEARED, trips.duty, trips.call)
    found = [
        *zip(calls.dispatchable_at_s, [Rank.DISPATCHABLE] * 4, range(4), strict=True),
        *zip(trips.arrived_at_s, [Rank.ARRIVES] * 4, trips.duty, strict=True),
        *zip(trips.left_at_s, [Rank.LEAVES_SCENE] * 4, trips.duty, strict=True),
        *zip(trips.end_at_s, end, who, strict=True),
        *zip(duties.started_at_s, [Rank.DUTY_STARTS] * 3, range(3), strict=True),
        *zip(off, [Rank.DUTY_ENDS] * 3, range(3), strict=True),
    ]
    return [tuple(map(int, event)) for event in found if NONE < event[0] < DAY_S]


def test_the_example_goes_as_written_event_by_event(monkeypatch):
    """Order within a second, and who is free and who waits after each event."""
    seen: list[list[str]] = []
    apply = naive.apply

    def listed(ids: list[int]) -> str:
        return ", ".join(map(str, ids)) or BLANK

    def watched(town, rank, number, team):
        apply(town, rank, number, team)
        free = [team.duty for team in town.teams if team.state == "free"]
        waiting = [call for call, state in enumerate(town.call_state) if state == "waiting"]
        seen.append([f"{town.now:,}", str(rank), str(number), listed(free), listed(waiting)])

    monkeypatch.setattr(naive, "apply", watched)
    naive.simulate(example())
    columns = ("Second", "Rank", "Id", "Free", "Waiting")
    assert seen == [[row[name] for name in columns] for row in events()]


def test_clock_times_of_the_example_are_its_seconds():
    for row in events():
        hours, minutes, seconds = map(int, row["Clock"].split(":"))
        assert hours * 3_600 + minutes * 60 + seconds == number(row["Second"])
        assert row["Event"]


@ENGINES
def test_the_example_measures_what_is_written_down(engine):
    settings = Settings(
        standard_s=3_600,
        standard_clock_received=False,
        booked_given_arrest=0.8,
        exposure_years=1 / 365,
        teams_funded=2,
        restricted_limit_s=7_200,
    )
    found = measure(example(), by_engine(engine), settings)
    (rows,) = tables(section("What is measured"))
    for row in rows:
        (name,) = coded(row["Measure"])
        assert found[name] == pytest.approx(number(row["Value"]), rel=1e-5), name


def test_the_example_is_of_the_rules_on_the_page():
    travel = example().travel.matrix_s[0]
    assert dispatch.travel_for_s(travel[1, 0], 1.5) == 1_350
    assert example().policy.rule == Rule.LONGEST_IDLE


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:sim|tests|configs|notebooks|docs)/[\w/.]*)`", text):
        assert (ROOT / name).exists(), name


def test_decisions_are_numbered_dated_and_in_three_parts():
    assert len(DECISIONS) > 0
    for at, page in enumerate(DECISIONS, 1):
        title, _, day, *rest = page.read_text(encoding="utf-8").splitlines()
        assert page.name.startswith(f"{at:04d}-")
        assert title.startswith(f"# {at}. ")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
        parts = [line for line in rest if line.startswith("## ")]
        assert parts == ["## Context", "## Decision", "## Consequences"]


@pytest.mark.parametrize("script", sorted((ROOT / "notebooks").glob("*.py")), ids=lambda p: p.stem)
def test_a_notebook_runs_as_a_plain_script(script, tmp_path):
    """Also without a guard, from another folder, and with no window to show a figure in."""
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    environment.pop("DISPLAY", None)
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert MEASURES["reach_share"].label in done.stdout
    assert list(tmp_path.iterdir()) == []
