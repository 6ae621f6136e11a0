"""Docs and notebooks say what the code does: names, figures, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import sim
from sim import schema
from sim.clock import MINUTE_S
from sim.config import Config, compose, staffing
from sim.config.plans import SHIFTS, Line
from sim.config.values import Duration
from sim.model import dispatch
from sim.model.clocks import clocks
from sim.model.inputs import durations
from sim.model.inputs.fates import Shares, resolve
from sim.model.measures.dictionary import Group
from sim.model.money.positions import bridges
from sim.report.comparison.summary import summary
from sim.scenarios.comparison import fairness
from sim.scenarios.scenario import Scenario
from sim.scenarios.structure import FORM, NIGHT_SHARE
from sim.schema import BreakKind, Destination, Fate, Kind, Mode, Rank, Rule, Status, VisitStatus
from sim.streams import Stream
from tests import docs
from tests.tables_of_docs import (
    BLANK,
    MODEL,
    MODEL_PAGES,
    ROOT,
    as_written,
    coded,
    number,
    section,
    tables,
)

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PAGES = [
    *MODEL_PAGES,
    ROOT / "docs" / "glossary.md",
    ROOT / "docs" / "credibility.md",
    *DECISIONS,
    ROOT / "notebooks" / "README.md",
]


# --- names ---------------------------------------------------------------------------------------

HEADINGS = [
    *("Purpose", "Words", "Time", "Run", "Demand", "A call", "One second", "Assignment", "Travel"),
    *("On scene, transport, report", "Crisis center", "Patrol", "Fates"),
    *("Teams, duties, relief", "Absence and breaks", "Persons, follow-up, repeat callers"),
    *("Tables", "Measures", "People and money", "Statistics", "Uncertain parameters"),
    *("Two engines", "Face validity"),
    *("What is not modeled", "Random streams", "A worked example", "A second worked example"),
]


def test_every_section_is_there_once():
    found = re.findall(r"^##? (.+)$", MODEL, re.MULTILINE)
    assert [found.count(heading) for heading in HEADINGS] == [1] * len(HEADINGS)


def test_pages_and_sections_that_the_code_points_to_exist():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py"))
    named = re.findall(r'docs/model/(\w+)\.md(?:, "([^"]+)")?', code)
    assert named
    for page, heading in named:
        text = (ROOT / "docs" / "model" / f"{page}.md").read_text(encoding="utf-8")
        assert not heading or f"# {heading}\n" in text


@pytest.mark.parametrize("page", docs.PAGES)
def test_tables_of_measures_are_what_make_docs_writes_and_every_group_has_one(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert text == docs.written(page)
    assert sorted(mark[1] for mark in docs.MARKED.findall(text)) == sorted(get_args(Group))


TOWNS = [
    *("demand=three_towns", "travel=three_towns"),
    *("run.window_days=7", "run.warm_up_days=1", "run.tail_days=1", "run.replications=2"),
    "run.draws=0",
]


def test_cells_and_fairness_are_those_of_the_code():
    named = [rows for rows in tables(section("Measures")) if "Equation" not in rows[0]]
    cells, groups = named
    found = sim.run("towns_3x8", overrides=TOWNS, engine="simpy", cores=1)
    (plan,) = found.main.plans
    of_file = {coded(row["File"])[0]: coded(row["Ratios"]) for row in cells}
    assert of_file == {
        f"{name}.parquet": list(getattr(plan.cells, name)) for name in ("hours", "zones", "posts")
    }
    told = summary(found)["plans"][0]["fairness"]
    keys = [key for row in groups for key in coded(next(iter(row.values())))]
    assert keys == list(told)
    of_group = coded(groups[0]["Says"])
    assert of_group[:2] == [key for key in told["night"] if key != "name"]
    assert of_group[2:] == list(told["night"]["reach_share"])
    assert told["zones_alike"] is False
    assert f"received from {fairness.NIGHT})" in " ".join(section("Measures").split())
    assert fairness.FEWEST_A_WEEK == 1


TABLES = [
    *(schema.Calls, schema.Visits, schema.Roster, schema.Breaks, schema.CallLedger),
    *(schema.TripLedger, schema.DutyLedger, schema.BreakLedger, schema.VisitLedger),
    schema.ChairLedger,
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
    _, _, rows = tables(section("A call"))
    named = [name for row in rows for name in coded(row["Status"])]
    assert sorted(named) == sorted(status.name for status in Status)


def test_stages_of_the_funnel_are_those_of_the_schema():
    stages, _, _ = tables(section("A call"))
    said = [Status[coded(row["A call that falls out is"])[0]] for row in stages]
    assert said == [
        *(Status.NOT_RECOGNIZED, Status.NOT_ELIGIBLE),
        *(Status.PHONE_RESOLVED, Status.OTHER_RESPONDER, Status.NOT_REQUESTED),
    ]


def test_modes_are_those_of_the_schema_and_patrol_attends_two():
    _, rows, _ = tables(section("A call"))
    assert [row["Mode"].strip("`") for row in rows] == [mode.name for mode in Mode]
    attended = [row["Patrol"].startswith("attends") for row in rows]
    assert attended == [dispatch.patrol_attends(mode) for mode in Mode]


def test_rules_are_those_of_dispatch():
    eligible, rows, ageing = tables(section("Assignment"))
    assert [row["Rule"].strip("`").upper() for row in rows] == [rule.name for rule in Rule]
    assert [row["Rule"] for row in eligible] == [
        *("kind", "way", "radius", "scope", "cutoff", "reserve")
    ]
    shipped = compose([]).dispatch.ageing.model_dump()
    assert {row["Key"]: row["As shipped"] for row in ageing} == {
        f"`dispatch.ageing.{key}`": str(value) for key, value in shipped.items()
    }


def test_shipped_rules_of_dispatch_are_off_where_it_is_said():
    rules, service = compose([]).dispatch, compose([]).service
    assert (rules.scope, rules.after_call, rules.recall_for_priority) == ("open", "stay", False)
    assert (rules.cutoff.minutes.value, rules.reserve.teams) == (0, 0)
    assert (rules.phone_resolved_share.value, rules.other_responder_share.value) == (0, 0)
    assert rules.self_dispatch_radius_minutes.value == 30
    assert rules.latent_demand.elasticity.value == 0
    assert not any(service.unavailability.model_dump().values())
    for role in (service.absence.officer, service.absence.clinician):
        never = (role.vacancy_share, role.leave_weeks_per_year, role.sick_days_per_year)
        assert [figure.value for figure in never] == [0, 0, 0]
    assert service.absence.officer_alone == "idle"


def test_what_follows_the_scene_is_off_where_it_is_said():
    shipped = compose([])
    service, persons = shipped.service, shipped.demand.persons
    ways = (service.transport.voluntary, service.transport.hold, service.transport.arrest)
    assert [(way.by, way.team_follows, way.splits) for way in ways] == [
        *(("team", False, False), ("team", False, False), ("patrol", False, False)),
    ]
    assert (service.center.chairs, all(service.center.open.by_hour)) == (None, True)
    assert service.hospital.custody_share.value == 0
    assert (service.follow_up.share.value, service.outreach.per_week.value) == (0, 0)
    assert service.follow_up.after == ["on_scene", "referral", "voluntary"]
    assert (persons.frequent_callers, persons.frequent_share.value) == (0, 0)
    assert shipped.outcomes.repeat.risk_ratio.value == 1


def test_configs_that_switch_on_what_follows_do_as_is_said():
    on = ["service=with_follow_up", "demand=frequent_callers", "outcomes=fewer_repeats"]
    said = section("Persons, follow-up, repeat callers")
    assert all(f"`{choice}`" in said for choice in on)
    found = compose(on)
    assert found.service.follow_up.share.value > 0
    assert found.service.follow_up.by_teams
    assert found.demand.persons.frequent_callers > 0
    assert f"has {found.outcomes.repeat.risk_ratio.value:g}, an assumption" in said
    assert "`12_and_3_case_managers`" in said
    assert staffing("12_and_3_case_managers").workers == 3


def test_every_status_of_a_visit_is_explained():
    who, rows = tables(section("Persons, follow-up, repeat callers"))
    assert [coded(row["`VisitStatus`"]) for row in rows] == [[s.name] for s in VisitStatus]
    assert [key for row in who for key in coded(row["If"])] == [
        *("service.follow_up.by_teams", "service.follow_up.spare_teams"),
    ]


def test_patterns_and_kinds_of_lines_are_those_of_the_code():
    patterns, kinds = tables(section("Teams, duties, relief"))
    fields = Line.model_fields
    named = [row["Pattern"].strip("`") for row in patterns]
    assert named == list(get_args(fields["pattern"].annotation))
    for row in patterns:
        shift = SHIFTS.get(row["Pattern"].strip("`"))
        if shift is not None:
            said = (row["`starts`"].split(", "), int(row["`length_h`"]), row["`relief`"])
            assert said == (shift["starts"], shift["length_h"], shift.get("relief", "in_place"))
    assert [coded(row["Kind"]) for row in kinds] == [[kind.name] for kind in Kind]


def test_kinds_of_break_are_those_of_the_code():
    (rows,) = tables(section("Absence and breaks"))
    assert [row["Kind"].strip("`") for row in rows] == [kind.name for kind in BreakKind]
    assert [
        kind.name for kind, row in zip(BreakKind, rows, strict=True) if row["Waits"] == "no"
    ] == ["PULLED_AWAY"]


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
        r"`((?:run|demand|service|travel|dispatch|outcomes|costs|program)\.(?!py`)[\w.]+)", MODEL
    )
    assert len(keys) > 10
    for key in {*keys} - {NIGHT_SHARE, FORM}:  # it stands for a whole shape
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
    assert f"`run.draws` ({run.draws})" in section("Uncertain parameters")


def test_people_of_one_post_around_the_clock():
    said, positions = section("People and money"), compose([]).costs.positions
    worked = positions.worked_hours_per_year
    assert f"8,760 / (2,080 - {positions.away_hours_per_year:g})" in said
    assert f"= {8_760 / worked:.2f} FTE of each role" in said
    for bridge in bridges(staffing("1"), positions)[:2]:
        assert f"= {bridge.fte:.2f} with 15 minutes of handover" in said


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
            ratio = shares.odds_ratios[fate - Fate.VOLUNTARY]
            assert row["Odds ratio"] == as_written(ratio, row["Odds ratio"])
            assert row["Conditional, team"] == f"{conditional(shares.team, fate):.6f}"
            assert row["Conditional, patrol"] == f"{conditional(shares.patrol, fate):.6f}"


def test_hold_ratio_among_all_calls():
    rows, _ = tables(section("Fates"))
    for row in rows:
        shares = resolve(compose([f"outcomes={row['Outcomes'].strip('`')}"]).outcomes)
        assert row["Hold ratio as applied"] == f"{shares.odds_ratios[1]:.3f}"
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
    arm = scenario.arm(staffing("17"))
    mean_s = arm.travel.by_free_s[17]
    worlds = [scenario.world(arm, scenario.calls(k), k) for k in range(20)]
    calls = joined([world.calls for world in worlds])
    of_calls = joined([clocks(world) for world in worlds])
    drive_s = calls["turnout_for_s"] + np.floor(mean_s * calls["travel_factor"] + 0.5)
    arrives_at_s = of_calls["dispatchable_at_s"] + drive_s
    response_min = (arrives_at_s - calls["received_at_s"]) / MINUTE_S
    reached = arrives_at_s <= of_calls["until_arrived_s"]
    contact, fate = arrives_at_s < of_calls["contact_until_s"], calls["fate_by_kind"][0]
    met_s = calls["on_scene_for_s_by_kind"][0] + after_scene_s(arm.policy.goes_along, calls)
    in_vain_s = calls["no_contact_for_s_by_kind"][0] + calls["report_for_s"]
    busy_h = (drive_s + np.where(contact, met_s, in_vain_s)) / 3_600
    return [
        float(np.median(response_min)),
        float(np.median(response_min[reached])),
        100 * float(np.mean(~reached)),
        100 * float(np.mean(contact[reached])),
        float(busy_h[~contact].mean()),
        *(float(busy_h[contact & (fate == of)].mean()) for of in Fate),
    ]


def joined(tables_of: Sequence[Any]) -> dict[str, np.ndarray]:
    """Columns of several tables of one kind, one table behind the other."""
    names = tables_of[0]._fields
    return {n: np.concatenate([getattr(x, n) for x in tables_of], axis=-1) for n in names}


def after_scene_s(goes_along: np.ndarray, calls: dict[str, np.ndarray]) -> np.ndarray:
    """Transport, handover and report of each call, if a team engages the person."""
    fate, wanted = calls["fate_by_kind"][0], calls["wanted_destination"]
    center = (fate == Fate.VOLUNTARY) & (wanted == Destination.CENTER)
    hospital = (fate == Fate.HOLD) | (fate == Fate.VOLUNTARY) & (wanted == Destination.HOSPITAL)
    away_s = center * (calls["center_transport_for_s"] + calls["center_handover_for_s"])
    away_s = away_s + hospital * (
        calls["hospital_transport_for_s"] + calls["hospital_handover_for_s"]
    )
    away_s = away_s + (fate == Fate.ARREST) * calls["booking_for_s"]
    out: np.ndarray = away_s * goes_along[Kind.CO_RESPONDER, fate] + calls["report_for_s"]
    return out


def test_the_line_on_history():
    _, (handled, reach) = tables(section("Face validity"))
    found = sim.run("unit_shifts_12", program="los_angeles", draws=0).history
    assert found is not None
    per_day, share = found.handled_per_day, found.reach_share
    assert number(handled["Published"]) == per_day.published
    assert number(reach["Published"]) == pytest.approx(100 * share.published)
    assert handled["Simulated"] == as_written(per_day.central.mean, handled["Simulated"])
    assert reach["Simulated"] == as_written(100 * share.central.mean, reach["Simulated"])


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
    folders = "sim|tests|configs|notebooks|docs|results|benchmarks"
    for name in re.findall(rf"`((?:{folders})/[\w/.]*)`", text):
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
