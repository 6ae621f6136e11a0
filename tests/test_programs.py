"""The presets: figures and verdicts, the plans of every program, and docs/programs.md."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.config import InputError, Sourced, program_names, staffing
from sim.config.faults import validated
from sim.config.groups.program import Calibrated, Figure, Program
from sim.config.numbers import numbers
from sim.report.pages import programs as report
from sim.report.wording import WIDTH
from sim.scenarios.answers.economics import TornadoBar
from sim.scenarios.answers.held_out import HeldOut
from sim.scenarios.answers.intervals import Interval, Spread
from sim.scenarios.answers.programs import Described, ProgramCheck, Row
from sim.scenarios.evidence import held_out, programs
from sim.scenarios.evidence.programs import described
from sim.scenarios.request import Request
from sim.scenarios.samples import NAMES
from tests.tables_of_docs import section, tables

PAGE = Path(__file__).resolve().parent.parent / "docs" / "programs.md"
EIGHT = (
    "los_angeles", "st_louis", "aurora", "dauphin", "johnson", "mobile", "arlington", "boulder",
)  # fmt: skip
SCREEN = 30
SEEN = ("S", "S2", "D")
PUBLISHED = {"value": 10, "source": "somebody", "year": 2020, "confidence": "S"}
TOLERANCE = {"value": 0.2, "low": 0.1, "high": 0.3, "source": "a judgment", "confidence": "A"}
HELD_OUT = {
    "what": "Calls a day",
    "counts": "calls",
    "published": PUBLISHED,
    "role": "held_out",
    "measure": "handled_per_day",
    "tolerance_share": TOLERANCE,
}


@cache
def told_of(name: str) -> Described:
    return described(name)


def figures(name: str) -> list[Figure]:
    return told_of(name).config.program.figures


def figure(**changes: Any) -> Figure:
    return Figure.model_validate({**HELD_OUT, **changes})


# --- what the presets hold -----------------------------------------------------------------------


def test_there_are_the_eight_programs_and_the_generic_city():
    assert sorted(program_names()) == sorted([*EIGHT, "generic"])


@pytest.mark.parametrize("name", EIGHT)
def test_a_preset_says_how_it_works_and_where_its_figures_are_from(name):
    config = told_of(name).config
    program = config.program
    assert (program.name, program.calibrated) == (name, None)
    assert min(len(program.how) - 1, len(program.plans), len(program.figures) - 5) >= 2
    for one in program.figures:
        number = programs.published(config, one)
        assert number.source, one.what
        assert number.confidence in SEEN, one.what
        assert number.year or one.counts == "dollars", one.what
        assert one.note or one.role != "not_simulated", one.what


@pytest.mark.parametrize("name", EIGHT)
def test_a_held_out_figure_stands_nowhere_else_in_the_config(name):
    config = told_of(name).config
    groups = [getattr(config, x) for x in type(config).model_fields if x != "program"]
    used = {number.value for group in groups for _, number in numbers(group, "")}
    assert not used & {
        x.published.value for x in figures(name) if x.role == "held_out" and x.published
    }


@pytest.mark.parametrize(
    ("name", "what", "value"),
    [
        ("los_angeles", "Calls responded to, a day", 9_725 / 366),
        ("los_angeles", "Calls responded to, of", 9_725 / (9_725 + 12_500)),
        ("st_louis", "People engaged, a year", 7_584 / 569 * 365),
        ("st_louis", "People engaged per team", 7_584 / 569 * 365 / 8),
        ("st_louis", "Not hospitalized", 6_937 / 7_584),
        ("st_louis", "Not jailed", 7_490 / 7_584),
        ("aurora", "Calls answered, a day", 2_500 / 365),
        ("aurora", "Calls answered per unit", 2_500 / 5 / 312),
        ("dauphin", "Referrals from officers", 3_096),
        ("dauphin", "Referrals per co-responder", 3_096 / 8),
        ("dauphin", "Referrals that ended", 133 / 3_096),
        ("johnson", "911 calls accompanied, a day", 2_260 / 365),
        ("johnson", "Calls per co-responder", 2_260 / 12),
        ("mobile", "Calls to be taken", 1_000 / 365),
        ("arlington", "Of the 390: diverted from em", 67 / 390),
        ("arlington", "Of the 390: diverted from arrest", 10 / 390),
    ],
)
def test_derived_figures_follow_from_the_published_ones(name, what, value):
    (one,) = [x for x in figures(name) if x.what.startswith(what)]
    number = programs.published(told_of(name).config, one)
    assert number.value == pytest.approx(value, rel=0.025)


def test_assumed_calls_follow_from_people_and_the_rate_between_programs():
    for name, people in (("johnson", 609_863), ("arlington", 43_000), ("boulder", 182_081)):
        calls = told_of(name).config.demand.calls_per_year
        assert f"{people:,} people" in calls.source
        per_person = [x / people for x in (calls.low or 0, calls.value, calls.high or 0)]
        assert per_person == pytest.approx([0.006, 0.015, 0.024], rel=0.01)
    calls = told_of("st_louis").config.demand.calls_per_year
    a_third = 700_000 / 3
    shares = [x / a_third for x in (calls.low or 0, calls.value, calls.high or 0)]
    assert shares == pytest.approx([0.01, 0.03, 0.12], rel=0.01)


def test_shares_of_outcomes_give_the_published_ones():
    shares = told_of("st_louis").config.outcomes.team_shares
    assert shares is not None
    assert float(shares.hold) + float(shares.voluntary) == pytest.approx(647 / 7_584, abs=0.001)
    assert float(shares.arrest) == pytest.approx(94 / 7_584, abs=0.001)


def test_counties_are_towns_with_minutes_between_them():
    for name in ("dauphin", "johnson", "boulder"):
        config = told_of(name).config
        assert config.travel.model == "matrix"
        minutes = np.array(config.travel.minutes)
        assert len(config.demand.zones) > 1
        np.testing.assert_array_equal(minutes, minutes.T)
        assert (minutes.min(axis=0) == minutes.diagonal()).all()  # nearest to itself


def test_hours_and_staffing_are_the_published_ones():
    shifts = [(x.count, x.starts) for x in staffing("st_louis_8").lines]
    assert shifts == [(4, ["09:00"]), (4, ["15:00"])]
    teams, manager = staffing("aurora_5").lines
    assert (teams.count, teams.starts, teams.length_s // 3600, len(teams.days)) == (
        *(5, ["08:00"], 14, 6),
    )
    assert manager.kind == "follow_up"
    assert staffing("johnson_12").teams == 12
    assert staffing("dauphin_8").teams == 8
    assert {line.kind for line in staffing("johnson_12").lines} == {"clinician_only"}
    assert told_of("mobile").config.service.center.chairs == 15
    assert told_of("mobile").config.service.center.open.by_hour == (True,) * 168


def test_dauphin_divides_no_referral_by_a_call():
    program = told_of("dauphin").config.program
    assert not any("calls" in (x.measure or "").partition("/")[2] for x in program.figures)
    said = " ".join([*program.notes, *(x.note + x.what for x in program.figures)])
    assert f"{100 * 3_096 / 3_300:.0f}%" not in said


# --- figures -------------------------------------------------------------------------------------

BAD = {
    "expected exactly one of published and key, got both": {"key": "demand.calls_per_year"},
    "expected a confidence of S, S2, D, got A": {"published": {**TOLERANCE}},
    "expected role input or calibrated with a key, got held_out": {
        "published": None,
        "key": "demand.calls_per_year",
    },
    "expected a measure with role held_out, got none": {"measure": None},
    "expected no measure with role not_simulated, got one": {
        "role": "not_simulated",
        "tolerance_share": None,
    },
    "expected a tolerance_share, set before the run": {"tolerance_share": None},
    "expected role held_out with a tolerance_share, got input": {"role": "input"},
    "published: expected above 0 with role held_out, got 0": {
        "published": {**PUBLISHED, "value": 0}
    },
}


@pytest.mark.parametrize("fault", BAD)
def test_a_figure_that_makes_no_sense_is_refused(fault):
    with pytest.raises(InputError, match=fault) as caught:
        validated(Figure, {**HELD_OUT, **BAD[fault]}, "figure: ")
    assert "Calls a day" in str(caught.value)


def test_a_program_needs_a_plan_for_its_measures_and_says_what_was_calibrated():
    tree = {"name": "x", "title": "X", "figures": [HELD_OUT]}
    with pytest.raises(InputError, match="expected plans or a plan to run, got none"):
        validated(Program, tree, "")
    assert validated(Program, {**tree, "plans": [12]}, "").plans == ["12"]
    fitted = {**HELD_OUT, "role": "calibrated", "tolerance_share": None}
    tree |= {"plans": [1], "figures": [fitted]}
    with pytest.raises(
        InputError, match=r"expected both calibrated figures and .* got the figures alone"
    ):
        validated(Program, tree, "")
    chosen = {"key": "demand.calls_per_year", "why": "as nothing else is free"}
    assert validated(Program, {**tree, "calibrated": chosen}, "").calibrated is not None


def test_history_is_made_of_the_figures():
    history = told_of("los_angeles").config.program.history
    assert history is not None
    assert (history.plan, history.year) == ("unit_shifts_12", 2020)
    handled, *others, reach = (x for x in figures("los_angeles") if x.role == "held_out")
    assert [(x.plan, x.repeats) for x in others] == [("unit_shifts_12_of_12_h", True), ("14", True)]
    assert (history.handled_per_day, history.reach_share) == (handled.published, reach.published)
    assert history.tolerance_share == handled.tolerance_share
    assert told_of("johnson").config.program.history is None


def test_a_key_of_no_number_is_told():
    config = told_of("aurora").config
    assert programs.number_at(config, "demand.calls_per_year").value == 19_000
    with pytest.raises(InputError, match=r"expected the key of a number, got 'demand\.zones'"):
        programs.number_at(config, "demand.zones")
    with pytest.raises(InputError, match="expected the key of a number"):
        programs.number_at(config, "demand.nothing.mean")


# --- verdicts ------------------------------------------------------------------------------------


def test_sums_and_ratios_of_measures_are_taken_by_replication():
    values = np.zeros((2, len(NAMES)))
    columns = [NAMES.index(x) for x in ("contacts_per_year", "calls_per_year", "teams_funded")]
    values[:, columns] = [[6, 2, 4], [10, 0, 0]]
    assert held_out.simulated("contacts_per_year", values).tolist() == [6, 10]
    both = "contacts_per_year + calls_per_year"
    assert held_out.simulated(both, values).tolist() == [8, 10]
    of_teams = held_out.simulated(f"{both} / teams_funded", values)
    np.testing.assert_array_equal(of_teams, [2, np.nan])
    with pytest.raises(InputError, match="did you mean 'contacts_per_year'"):
        held_out.simulated("contacts_per_yaer", values)


NUMBER = Sourced.model_validate(PUBLISHED)


def held(low: float | None, high: float | None, published: float = 10) -> HeldOut:
    """Return a figure with a tolerance of 20%, and a predictive interval."""
    return HeldOut(published, 0.2, Interval(10, 9.9, 10.1, 20), Spread(9, 11, low, high, 1, 100))


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("input", "given"),
        ("calibrated", "calibrated"),
        ("target", "a target, not a count"),
        ("not_simulated", "not simulated"),
    ],
)
def test_what_is_not_held_out_has_no_verdict(role, told):
    changes = {"role": role, "tolerance_share": None}
    one = figure(**changes, **({"measure": None} if role == "not_simulated" else {}))
    assert report.said(Row(one, NUMBER, "4")) == told


@pytest.mark.parametrize(
    ("figure_held", "told"),
    [
        (held(9.5, 11), "consistent and sharp"),
        (held(8.5, 11), "consistent but vague (weak evidence)"),
        (held(8, 9.5), "inconsistent"),
        (held(None, None), "no verdict: no predictive interval"),
        (replace(held(9, 11), spread=None), "no verdict: no predictive interval"),
    ],
)
def test_a_vague_verdict_says_that_it_is_weak_evidence(figure_held, told):
    row = Row(figure(), NUMBER, "4", figure_held.central, figure_held)
    assert report.said(row) == told


# --- every program runs --------------------------------------------------------------------------

BRIEF = ["run.replications=2", "run.draws=0"]


@pytest.mark.parametrize("name", EIGHT)
def test_plans_of_a_program_and_numbers_of_posts_are_compared_in_both_engines(name):
    one, other, *_ = told_of(name).config.program.plans
    for plans, days in (((one, other), 28), ((3, 2), 7)):
        brief = [*BRIEF, f"run.window_days={days}"]
        comparison = sim.compare(*plans, program=name, overrides=brief)
        assert comparison.check is not None
        assert all(plan.measures["reach_share"].mean for plan in comparison.main.plans)


def check(*names: str, draws: int = 0, overrides: tuple[str, ...] = ()) -> list[ProgramCheck]:
    return held_out.check(Request.of("programs", names, {"overrides": overrides, "draws": draws}))


@cache
def brief(name: str, draws: int = 0) -> ProgramCheck:
    """Return a check of four weeks."""
    few = ("run.replications=2", "run.window_days=28")
    return check(name, draws=draws, overrides=few)[0]


def test_what_moves_a_figure_most_is_found_in_the_draws_and_told_at_its_ends():
    (row,) = brief("johnson", 30).tested
    assert row.held is not None
    assert row.simulated == row.held.central
    bar, predicted = row.moved_by, row.held.predicted
    assert bar.name == "demand.calls_per_year"
    assert bar.at_low < predicted.mean < bar.at_high
    assert predicted.low < predicted.mean < predicted.high
    assert predicted.n == 30


def test_a_predictive_interval_is_of_single_years_under_draws():
    few = [*BRIEF[:1], "run.window_days=28"]
    (plan,) = sim.run("johnson_12", program="johnson", overrides=few, draws=30).main.plans
    (row,) = brief("johnson", 30).tested
    assert row.held.spread == plan.spread["handled_per_day"]


def test_without_draws_there_is_no_verdict():
    (row,) = brief("johnson").tested
    assert (row.held.spread, row.held.verdict, row.moved_by) == (None, None, None)
    assert row.simulated.mean
    assert "no verdict: no predictive interval" in " ".join(
        report.program_page(brief("johnson")).split()
    )


def test_figures_of_other_calls_are_held_against_nothing():
    (other,) = check("johnson", overrides=("demand.calls_per_year=5000", "run.replications=2"))
    assert other.held_out == []


def test_the_json_of_a_program_has_every_held_out_figure():
    (tree,) = json.loads(report.checks_json([brief("johnson", 30)]))["programs"]
    assert tree["name"] == "johnson"
    (told,) = tree["held_out"]
    (row,) = brief("johnson", 30).tested
    assert (told["published"], told["plan"]) == (6.19, "johnson_12")
    assert told["verdict"] == row.held.verdict
    assert told["width_share"] == row.held.width_share
    predicted = row.held.predicted
    assert told["predictive"] == {"low": predicted.low, "high": predicted.high, "draws": 30}
    assert told["moved_by"]["at_high"] == row.moved_by.at_high


def test_a_screen_and_a_page_show_all_of_a_held_out_figure():
    check_of, (row,) = brief("johnson", 30), brief("johnson", 30).tested
    for text in (report.program_screen(check_of), report.program_page(check_of)):
        flat = " ".join(text.split())
        told = [
            *("published 6.19", report.simulated(row), report.predicted(row), report.said(row)),
            *("tolerance 25%", row.moved_by.name, *report.moved(row)),
            f"{100 * row.held.width_share:.0f}% of the figure wide",
        ]
        assert [x for x in told if x not in flat] == []


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", program_names())
def test_lists_and_pages_fit_and_claim_nothing(name):
    one = brief(name)
    assert len(report.program_screen(one).splitlines()) <= SCREEN
    listed = report.program_list_in_full([told_of(name)])
    for text in (listed, report.program_page(one), report.program_screen(one)):
        assert text.startswith(name)
        assert max(map(len, text.splitlines())) <= WIDTH
        unvalidated = name in ("arlington", "boulder", "mobile")
        assert (report.UNVALIDATED in text) == unvalidated


def drawn_by_hand(row: Row) -> Row:
    """Row with a predictive interval and a cause, which no run made."""
    bar = TornadoBar("demand.calls_per_year", "", 3_659, 9_148, 14_637, "", 2.0, 9.0)
    return replace(row, held=replace(row.held, spread=held(2.5, 7.5).spread), moved_by=bar)


def by_hand(name: str) -> ProgramCheck:
    one = brief(name)
    rows = [row if row.held is None else drawn_by_hand(row) for row in one.rows]
    return replace(one, rows=rows, draws=100)


def test_golden_list_and_page(golden):
    johnson = by_hand("johnson")
    listed = report.program_list_in_full([johnson.described, told_of("generic")])
    golden(f"{listed}\n\n{report.program_page(johnson)}", "programs.txt")


def test_golden_first_screens(golden):
    listed = report.program_list([told_of(name) for name in program_names()])
    assert len(listed.splitlines()) <= SCREEN
    screen = report.program_screen(by_hand("los_angeles"))
    golden(f"{listed}\n\n{screen}\n", "programs_screen.txt")


@pytest.mark.parametrize(
    ("value", "changes", "expected"),
    [
        (0.136, {"share": True}, "13.6%"),
        (1_100_000, {"counts": "dollars"}, "$1,100,000"),
        (20, {"counts": "minutes"}, "20 min"),
        (6.85, {}, "6.85"),
        (Interval(0.915, 0.91, 0.92, 20), {"share": True}, "91.5%"),
        (Interval(8.0, 8.0, 8.0, 20), {}, "8"),
        (None, {}, "–"),
    ],
)
def test_units_are_those_of_what_is_counted(value, changes, expected):
    if isinstance(value, int | float):
        assert report.shown(value, figure(**changes)) == expected
    else:
        assert report.simulated(Row(figure(**changes), NUMBER, "4", value)) == expected


def test_a_predictive_interval_has_the_unit_of_its_figure():
    row = Row(figure(share=True), NUMBER, "4", None, held(0.25, 0.5))
    assert report.predicted(row) == "25–50%"


def test_golden_section_of_a_miss_and_of_what_was_calibrated(golden):
    told = told_of("johnson")
    chosen = Calibrated(key="demand.calls_per_year", why="Nothing else was free.")
    program = told.config.program.model_copy(update={"calibrated": chosen})
    config = told.config.model_copy(update={"program": program})
    number = programs.number_at(config, chosen.key)
    missed = held(4.0, 6.0)
    bar = TornadoBar(chosen.key, "", 3_659, 9_148, 14_637, "", 2.0, 20.0)
    one = figure(note="Too few calls.")
    row = Row(one, NUMBER, "4", Interval(5, 4.9, 5.1, 20), missed, bar)
    check = ProgramCheck(replace(told, config=config, calibrated=number), [row], 20, 100)
    golden(report.markdown([check]), "programs_missed.md")


# --- docs/programs.md ----------------------------------------------------------------------------


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_links_of_the_overview_lead_to_the_programs():
    (overview, *_) = tables(page())
    anchors = [re.findall(r"\(#([\w-]+)\)", row["Program"])[0] for row in overview]
    titles = re.findall(r"^## (.*)$", page(), re.MULTILINE)
    assert anchors == [re.sub(r"[^\w\- ]", "", x.lower()).replace(" ", "-") for x in titles]


@pytest.mark.stress
@pytest.mark.parametrize("name", EIGHT)
def test_the_page_is_current(name, monkeypatch):
    monkeypatch.setattr(held_out, "_moved_by", lambda *_: None)
    monkeypatch.setattr(held_out, "twin_check", lambda *_: None)  # above, on briefer runs
    now = report.markdown(held_out.check(Request("programs", (name,))))
    title = told_of(name).config.program.title
    told, fresh = (tables(section(title, text))[0] for text in (page(), now))
    for one, other in zip(told, fresh, strict=True):
        for column in ("Simulated", "In a single year", "Width"):
            assert close(one.pop(column), other.pop(column))
        assert one == other
    below = [section(title, text).partition("**Sources and notes**")[2] for text in (page(), now)]
    assert below[0].strip() == below[1].strip()


def close(one: str, other: str) -> bool:
    """Whether two cells have the same figures but for rounding on another processor."""
    found = [
        [float(x.replace(",", "")) for x in re.findall(r"[\d.,]+\d|\d", y)] for y in (one, other)
    ]
    return found[0] == pytest.approx(found[1], rel=0.02, abs=0.11)
