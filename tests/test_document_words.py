"""The document as a funder reads it: whose city, what was asked, which range, what is missing."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest

import sim
from sim.report.document.asked import is_nameless
from sim.report.document.blocks import Bullets, Document, Grid, Paragraph, Picture, Section, Text
from sim.report.document.compose import document_of
from sim.report.document.facts import Fact, value_of
from sim.report.document.measured import figure, headed
from sim.report.document.numbers import named, share_to_a_tenth, stated
from sim.report.document.parsing import unmarked
from sim.report.document.result import Result, result_of
from sim.report.document.sizes import shape_of, width_share
from sim.report.document.word import word_of
from sim.report.drawing import run_line
from sim.report.validation.figures import TALLEST_IN, profiles
from sim.report.wording import place_of
from sim.scenarios.answers.validation import Cell, Held
from tests.documents import as_text

CALLS = "demand.calls_per_year=5200"
DRAWN = ["run.window_days=14", "run.replications=3", "run.draws=4", CALLS]
ASKED: dict[str, Any] = {"starts": ["08:00", "20:00"], "lengths": [12], "fresh_years": 10}
PIXEL = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 600, 1200) + b"\x08\x00"


def saved(answer: Any, folder: Path) -> Result:
    request = replace(answer.request, figures=False)
    return result_of(sim.save(replace(answer, request=request), folder))


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[str, Result]:
    root = tmp_path_factory.mktemp("results")
    answers = {
        "comparison": sim.compare(3, 2, overrides=DRAWN),
        "curve": sim.curve("1..4", targets=["reach_share >= 0.5"], overrides=DRAWN),
        "recommendation": sim.recommend(targets=["reach_share >= 0.5"], overrides=DRAWN, **ASKED),
    }
    return {kind: saved(answer, root / kind) for kind, answer in answers.items()}


@pytest.fixture(scope="module")
def texts(results) -> dict[str, str]:
    return {kind: as_text(document_of(x), "Appendix") for kind, x in results.items()}


def changed(result: Result, **parts: Any) -> Result:
    tree = json.loads(json.dumps(value_of(result.tree))) | parts
    return replace(result, tree=Fact(tree, said=result.said))


def brief(text: str) -> str:
    return text.partition("# In brief")[2].partition("## Words used")[0]


# --- whose city ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["comparison", "curve", "recommendation"])
def test_a_city_without_a_name_is_marked_and_never_in_words_of_the_program(texts, kind) -> None:
    assert "program=" not in texts[kind]
    assert "city of your own" not in texts[kind]
    assert "[To be filled in: applicant, the name of the jurisdiction, date]" in texts[kind]
    assert "The jurisdiction" not in texts[kind].partition("\n")[2].partition("# Appendix")[0]


def test_a_city_with_a_name_has_it_in_the_subtitle_and_no_mark(results) -> None:
    scenario = value_of(results["comparison"].tree["scenario"]) | {"title": "Mobile, Alabama"}
    result = changed(results["comparison"], scenario=scenario)
    document = document_of(result)
    assert document.subtitle == "Mobile, Alabama: 3 posts compared with 2 posts"
    assert "name of the jurisdiction" not in as_text(document)
    assert not is_nameless(result)


def test_the_line_under_a_figure_has_no_words_of_the_program() -> None:
    assert place_of("A city of your own, begun from program=generic") == "The jurisdiction"
    answer = sim.run(
        2, overrides=["run.window_days=14", "run.replications=3", "run.draws=0", CALLS]
    )
    assert run_line(answer) == "14 days, 3 replications."


def test_the_screen_names_the_key_of_the_name(results, tmp_path) -> None:
    from sim.report.document.pack import written

    pack = written(results["curve"].folder, ["html"], out=tmp_path / "out")
    assert 'program.city="Your county"' in pack.screen()
    assert "baselines are simulated" in pack.screen()
    assert "baselines are simulated" not in pack._replace(of_log=True).screen()


# --- what was asked ------------------------------------------------------------------------------


def test_a_curve_leads_with_the_posts_to_plan_with_and_their_dollars(results, texts) -> None:
    tree = value_of(results["curve"].tree)
    said = brief(texts["curve"])
    assert document_of(results["curve"]).subtitle == "1 to 4 posts: what each one adds"
    assert f"Plan with {tree['targets'][0]['in_draws']} post" in said
    assert 'the target "Reached: at least 50' in said
    assert "$" in said
    nothing = [tree["targets"][0] | {"in_draws": None}]
    said = brief(as_text(document_of(changed(results["curve"], targets=nothing))))
    assert "No number of posts of this range meets the target" in said


def test_what_the_last_post_costs_for_each_call_stands_beside_the_alternatives(texts) -> None:
    rows = [x for x in texts["curve"].splitlines() if x.startswith("Co-responder teams (this")]
    assert all("not worked out" not in row for row in rows)
    assert len(rows) == 1
    assert "Officers at work, FTE" in texts["curve"]
    assert "not known contacts" not in texts["recommendation"]


def test_a_recommended_plan_says_at_which_values_and_what_it_gives_up(results, texts) -> None:
    said = brief(texts["recommendation"])
    assert "at the central values of the assumptions" in said
    assert "confirmed at central values" in said
    assert "a year (chance changes no digit; assumptions not included)" in said
    gap = value_of(results["recommendation"].tree)["measures"]["gap_hours_per_week"]["mean"]
    assert "the hours with no team free add up to" in said
    flat = value_of(results["recommendation"].tree["flat"])
    covers_less = gap > flat["measures"]["gap_hours_per_week"]["mean"]
    assert ("but it covers less" in said) == covers_less
    assert "Confirmed, at central values" in texts["recommendation"]


def test_of_a_budget_alone_no_target_is_said_to_be_met(results) -> None:
    budget = {"measure": "cost_per_year", "sense": "<=", "value": 4e6, "over": "week"}
    budget |= {"mean": 3e6, "bound": 3.1e6, "confirmed": True}
    asked = {"goal": "reach_share", "targets": [], "budget": budget, "flat": None}
    result = changed(results["recommendation"], **asked)
    said = brief(as_text(document_of(result)))
    assert "target" not in said
    assert "within the limits" in said
    assert "The budget of $4.0 million is confirmed to hold, at central values" in said
    none = changed(result, plan=None, measures={}, reasons=["there are too few people"])
    assert "No plan was found within the limits." in brief(as_text(document_of(none)))


def test_methods_say_of_what_the_ranges_are(results, texts) -> None:
    methods = texts["recommendation"].partition("# Methods")[2]
    assert "The saving against posts around the clock alone was also worked out" in methods
    without = value_of(results["recommendation"].tree["flat"]) | {"saving_spread": None}
    text = as_text(document_of(changed(results["recommendation"], flat=without)), "Appendix")
    assert "of these draws" not in text
    assert "every range is of chance alone" in text


# --- which range, and in which words -------------------------------------------------------------


def test_assumptions_have_a_name_a_unit_and_a_stated_range() -> None:
    ends = Fact({"low": 110_000.0, "high": 190_000.0, "least": 0.4, "most": 0.95})
    pay, scope = "costs.per_fte.officer", "service.funnel.eligible_share"
    said = unmarked(stated(ends["low"], ends["high"], pay))
    assert said == "$110,000 to $190,000 a year"
    assert unmarked(stated(ends["least"], ends["most"], scope)).replace(" ", "") == "40%to95%"
    assert unmarked(named(Fact(scope))) == "share of calls in scope for a team"


def test_the_tornado_is_in_words_with_units(texts) -> None:
    text = texts["comparison"]
    assert "Assumption | Its stated range | Change at its low end" in text
    rows = text.partition("Its stated range")[2].partition("\n\n")[0].splitlines()[1:]
    assert rows
    assert not [row for row in rows if re.search(r"[a-z]\.[a-z_]+", row.partition(" | ")[0])]
    assert 'Two kinds of range: "as the assumptions vary"' in text


def test_a_sign_is_never_left_to_the_reader(texts) -> None:
    assert all("it is above zero" not in text for text in texts.values())
    assert "No team is free for" not in texts["comparison"]


def test_one_order_of_plans_and_one_word_for_a_measure(texts) -> None:
    text = texts["comparison"]
    assert "Measure | 2 posts | 3 posts | Difference" in text
    assert "Call to arrival, median, minutes" in text
    assert "Coverage gap" not in text
    assert headed("gap_hours_per_week") == "No team free, hours a week"
    assert "Cost without reassigned officers" not in text
    assert "The cost per contact is the average over all contacts" in text
    assert "Overhead | 10" in text
    assert " of | $" in text


def test_the_brief_has_what_decides_and_the_saving_in_one_rule(results, texts) -> None:
    said = [line for line in brief(texts["comparison"]).splitlines() if line.startswith("- ")]
    assert len(said) <= 7
    assert not any("treatment" in line for line in said)
    (saving,) = (line for line in said if "net benefit (costs" in line)
    section = texts["comparison"].partition("# What would change")[2]
    assert saving.partition(":")[0] in section


def test_no_figure_stands_without_a_word_on_its_range() -> None:
    reach = {"mean": 0.8272, "low": 0.8267, "high": 0.8277, "interval": "chance"}
    assert "(chance changes no digit" in unmarked(figure(Fact(reach), "reach_share"))
    drawn = reach | {"interval": "assumptions"}
    assert "chance" not in unmarked(figure(Fact(drawn), "reach_share"))


def test_no_advice_to_the_writer_is_left_for_the_funder(texts) -> None:
    for text in texts.values():
        assert "to quote" not in text
        assert "What may be said" not in text


def test_zones_of_another_city_are_left_out_and_its_hours_are_marked(texts) -> None:
    text = texts["comparison"]
    assert "Requested calls by zone" not in text
    assert "[To be filled in: the applicant's own calls by hour]" in text
    assert "[To be filled in: the share of requested calls that your teams reached" in text


def test_a_width_that_is_too_wide_by_a_little_shows_it() -> None:
    assert unmarked(share_to_a_tenth(Fact(0.503))).startswith("50.3")


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["comparison", "curve", "recommendation"])
def test_as_many_marks_are_found_as_the_screen_counts(results, texts, kind) -> None:
    document = document_of(results[kind])
    assert as_text(document).count("[To be filled in: ") == len(document.gaps)


def test_a_tall_figure_is_made_narrow_enough_for_its_page(results, tmp_path) -> None:
    path = tmp_path / "tall.png"
    path.write_bytes(PIXEL)
    assert shape_of(path) == (600, 1200)
    assert width_share(path, 6.5, 8.4) == pytest.approx(8.4 / 6.5 / 2)
    assert width_share(path, 2.0, 8.4) == 1.0
    path.write_bytes(b"no picture")
    with pytest.raises(ValueError, match="expected a PNG"):
        shape_of(path)


def test_word_has_no_picture_taller_than_its_page(results, tmp_path) -> None:
    import matplotlib.figure

    matplotlib.figure.Figure(figsize=(4, 12)).savefig(tmp_path / "tall.png")
    picture = Picture("tall", (Text("A tall one"),), "nothing")
    document = Document("A", "B", "2026-01-01", (Section("C", 1, (picture,)),), {})
    result = replace(results["curve"], folder=tmp_path)
    (shape,) = docx.Document(BytesIO(word_of(document, result, None))).inline_shapes
    assert shape.height.inches < 8.5
    assert shape.width.inches == pytest.approx(shape.height.inches / 3, rel=0.01)


def test_the_figure_of_a_validation_fits_a_page_and_says_what_orange_is() -> None:
    cells = [Cell(f"{at}", 1.0, 1.0, 0.5, 1.5) for at in range(3)]
    held = [Held(f"{at}", f"{at}", "%", 0.5, False, cells) for at in range(12)]
    answer: Any = type("A", (), {"draws": 40, "log": "calls.csv", "not_valid_for": ["x"]})
    drawn = profiles(answer, held)
    assert drawn.get_figheight() <= TALLEST_IN
    assert "orange diamonds: outside" in drawn.get_supxlabel()


def test_a_paragraph_before_a_table_stays_with_it() -> None:
    table = Grid((Text("A"),), ((Text("B"),),), (((Text("C"),),),), (False,))
    before, colon = Paragraph((Text("Before."),)), Paragraph((Text("As these:"),))
    blocks = (before, table, colon, Bullets(((Text("x"),),)), before)
    assert [leads for _, leads in Section("S", 1, blocks).led] == [True, False, True, False, False]
    assert Section("S", 1, ()).led == []
