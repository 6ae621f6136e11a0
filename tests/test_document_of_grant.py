"""The document of a grant: dollars with ranges and their year, what it hinges on, whose figures."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from copy import deepcopy
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.config import InputError
from sim.report.document.compose import document_of
from sim.report.document.evidence import is_at_best, is_unlikely
from sim.report.document.facts import Fact, shown, value_of
from sim.report.document.measured import change, figure, left_over, moved
from sim.report.document.parsing import unmarked
from sim.report.document.result import Result, result_of
from sim.report.document.served import at_least
from tests.documents import as_text

DRAWN = ["run.window_days=14", "run.replications=3", "run.draws=4"]
HINGE = {"what": "contacts", "label": "service.funnel.eligible_share", "confidence": "A"}
HINGE |= {"low": 0.4, "high": 0.95, "correlation": 0.72, "draws": 100}


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Result:
    folder: Path = tmp_path_factory.mktemp("results") / "grant"
    answer = sim.grant(3, 1, overrides=[*DRAWN, "demand=three_towns", "travel=three_towns"])
    request = replace(answer.request, figures=False)
    return result_of(sim.save(replace(answer, request=request), folder))


@pytest.fixture(scope="module")
def text(result) -> str:
    return as_text(document_of(result))


def changed(result: Result, tree: dict[str, Any], config: dict[str, Any] | None = None) -> str:
    """Text of the document with some of the answer, or of the config, in place of its own."""
    of_answer, of_config = (deepcopy(value_of(x)) for x in (result.tree, result.config))
    for key, value in (config or {}).items():
        *path, last = key.split(".")
        node = of_config
        for name in path:
            node = node[name]
        node[last] = value
    said = result.said
    new = replace(
        result, tree=Fact(of_answer | tree, said=said), config=Fact(of_config, file="c", said=said)
    )
    return as_text(document_of(new))


def test_dollars_in_prose_have_a_range_and_whole_dollars_stand_in_tables_alone(result, text):
    brief = text.partition("# Statement of need")[0]
    total = value_of(result.tree["total"]["total_dollars"])
    assert "as the assumptions vary), of which $550,000 is federal" in brief
    assert f"${total:,.0f}" not in brief
    assert f"${total:,.0f}" in text
    assert "as budgets are submitted, rounded so that they add up; no amount is known so" in text
    assert "Total | Total, as the assumptions vary" in text


def test_the_budget_says_which_years_dollars_and_what_inflation_adds(result, text):
    real = value_of(result.tree["price_year_dollars"])[1]
    spent = value_of(result.tree["budget"]["years"])[1]
    assert f"The second year of the budget is ${spent['total_dollars']:,} in dollars of the" in text
    assert f"and ${real:,.0f} in those of 2025: what is between these two is inflation" in text


def test_a_grant_of_before_its_dollars_had_ranges_is_refused(result, tmp_path):
    folder = tmp_path / "older"
    shutil.copytree(result.folder, folder)
    tree = deepcopy(value_of(result.tree))
    del tree["dollars"]
    summary = json.dumps(tree)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    run["summary_sha256"] = hashlib.sha256(summary.encode()).hexdigest()
    (folder / "summary.json").write_text(summary, encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(InputError, match="ranges of its dollars, got one of an older version; run"):
        result_of(folder)


def test_positions_and_fte_are_two_words_and_limits_say_what_vacancies_would_do(result, text):
    brief, limits = text.partition("# Statement of need")[0], text.partition("# Limits")[2]
    tree = value_of(result.tree)
    named = f"{tree['positions_full']} positions and {tree['positions_in_part']} in part"
    assert f"- {named}, {tree['fte_budgeted']:.3g} FTE together, are projected to make" in brief
    assert len(tree["positions"]) == tree["positions_full"] + tree["positions_in_part"]
    assert "Vacant positions come on top" not in text
    assert "That flatters the result: with 12% vacant, " in limits


def test_the_brief_names_what_the_result_hinges_on(result, text):
    assert "the result hinges on was not worked out" in text  # four draws tell nothing
    said = changed(result, {"hinges": [HINGE]}).partition("# Statement of need")[0]
    assert "hinges most on one assumption, share of calls in scope for a team, whose" in said
    assert "whose stated range is 40" in said
    assert "(rank correlation 0.72, where one is in step" in said


def test_the_applicants_own_dollars_for_each_contact_stand_beside_the_alternatives(text):
    row = next(x for x in text.splitlines() if x.startswith("Co-responder teams (this result)"))
    assert "not worked out" not in row
    assert row.endswith("| all requested | none")


def test_made_up_prices_are_named_where_the_budget_leans_on_them(result):
    price = {"value": 98_000, "low": 92_000, "high": 105_000, "confidence": "A"}
    price["source"] = "made up: replace by your pay scale"
    said = changed(result, {}, {"costs.per_fte.clinician": price})
    assert 'leans on 1 price whose own source says "made up"' in said
    assert (
        "pay and benefits of a clinician, 98,000 dollars a year" in said.partition("# Appendix")[0]
    )


def test_what_is_borrowed_is_told_from_what_may_be_the_applicants_own(result):
    own = changed(result, {}, {"demand.source.title": "Our CAD export"})
    assert "may be the applicant's own" not in own
    config = {
        "demand.source.title": "Made up, on the shape of Toronto's calls",
        "demand.source.dropped": "743 rows: of June 2015",
        "demand.source.n_rows": 31_944,
    }
    said = changed(result, {}, config)
    assert "but the hours and months in which they come are borrowed or made up" in said
    assert "Of the rows of that source, 31,944 in all" in said


def test_drives_and_calls_by_zone_are_among_the_assumptions(result, text):
    appendix = text.partition("# Appendix: assumptions")[2]
    zones = value_of(result.config["demand"]["zones"])
    assert f"Zone | Share of the calls\n{zones[0]} | " in appendix
    matrix = {"model": "matrix", "zones": ["a", "b"], "minutes": [[8, 15], [16, None]]}
    said = changed(result, {}, {"travel": matrix}).partition("# Appendix: assumptions")[2]
    assert "From | a | b\na | 8 | 15\nb | 16 | no way" in said


def test_a_list_of_entries_is_shown_by_its_length_and_no_range_as_wide_as_its_mean() -> None:
    assert shown(Fact([{"month": 1}, {"month": 2}])) == "a list of 2"
    hours = {"mean": 17_900.0, "low": 17_800.0, "high": 18_100.0, "interval": "assumptions"}
    assert unmarked(figure(Fact(hours), "sworn_hours_assigned_per_year")) == "18,000 hours a year"


def test_no_caption_stands_alone_and_no_row_is_parted_in_the_pdf() -> None:
    style = files("sim.report").joinpath("templates/document/document.typ").read_text("utf-8")
    assert "#show figure.caption: it => block(sticky: true" in style
    assert "#set table.cell(breakable: false)" in style


def test_a_bar_of_the_tornado_is_a_change_so_that_rows_differ() -> None:
    tornado = Fact({"central": -1_600_000.0, "low": -1_510_000.0, "high": -1_640_000.0})
    said = [unmarked(moved(tornado, tornado[end])) for end in ("low", "high")]
    assert said == ["+$90,000", "−$40,000"]


# --- what a funder asks of a budget --------------------------------------------------------------


@pytest.fixture(scope="module")
def of_four(tmp_path_factory) -> str:
    """Text of the document of three posts beside two, of which four people run nine hours a day."""
    people = "costs.grant.positions={clinician: 2, officer: 2}"
    answer = sim.grant(3, 2, overrides=[*DRAWN, people])
    request = replace(answer.request, figures=False)
    folder = tmp_path_factory.mktemp("results") / "four"
    return as_text(document_of(result_of(sim.save(replace(answer, request=request), folder))))


@pytest.fixture(scope="module")
def longer(tmp_path_factory) -> str:
    """Text of the document of people beside people: a team's day grows from 9 to 18 hours."""
    people = ["costs.grant.positions={clinician: 2, officer: 2}"]
    there = ["costs.grant.base_positions={clinician: 2, officer: 2}"]
    answer = sim.grant(overrides=[*DRAWN, *people, *there, "demand.calls_per_year=5200"])
    assert answer.plan_words == "One post for 18 h a day"
    request = replace(answer.request, figures=False)
    folder = tmp_path_factory.mktemp("results") / "longer"
    return as_text(document_of(result_of(sim.save(replace(answer, request=request), folder))))


def rows(text: str, caption: str) -> list[list[str]]:
    """Cells of a table, its head first."""
    lines = text.partition(f"\nTable: {caption}")[2].partition("\n\n")[0].splitlines()[1:]
    return [line.split(" | ") for line in lines]


def dollars_in(cell: str) -> int:
    return int(cell.replace("$", "").replace(",", "").replace("−", "-"))


@pytest.mark.parametrize(
    "caption", ["Budget by grant year", "Budget by quarter", "Budget by position and item"]
)
def test_the_tables_of_the_budget_add_up_both_ways(text, caption) -> None:
    _, *lines = rows(text, caption)
    total = next(at for at, row in enumerate(lines) if row[0].startswith(("Total", "All ")))
    each = [[dollars_in(cell) for cell in row[1:5]] for row in lines[: total + 1]]
    assert all(sum(row[:3]) == row[3] for row in each)
    assert [sum(column) for column in zip(*each[:-1], strict=True)] == each[-1]


def test_contacts_are_one_number_in_every_table(result, text) -> None:
    count = value_of(result.tree["budget"]["total"]["contacts"])
    brief = text.partition("# Statement of need")[0]
    assert f"are projected to make {count:,} contacts (" in brief
    for caption, column in (("Served by quarter", 2), ("Served by month", 3)):
        *lines, total = rows(text, caption)[1:]
        assert total[column].partition(" ")[0] == f"{count:,}"
        assert sum(dollars_in(row[column].partition(" ")[0]) for row in lines) == count


def test_fte_are_those_of_the_hours_asked_for_and_a_role_left_out_is_named(of_four) -> None:
    assert "All of the plan asked for would need 11.2 FTE." in of_four
    assert "No supervisor is budgeted, of whom 0.38 FTE are needed as well." in of_four
    assert "the hours that they staff need 3.8 FTE at work in the roles that are bud" in of_four
    assert "with 12% vacant, 4.32 FTE would have to be funded" in of_four
    assert "to have at work the 3.8 that the hours of these posts need in the roles" in of_four
    assert "in tenths" not in of_four.partition("# Appendix")[0]


def test_nine_hours_a_day_are_called_so(of_four) -> None:
    assert {row[1] for row in rows(of_four, "Served by quarter")[3:-1]} == {"9 h a day"}
    assert {row[2] for row in rows(of_four, "Served by month")[7:-1]} == {"9 h a day"}
    assert not re.search(r"requested, 3 posts", of_four)


def test_a_longer_day_of_a_team_is_hours_and_no_number_of_posts(longer) -> None:
    target = next(x for x in rows(longer, "Milestones") if x[0] == "Team-hours a day on duty")
    assert target[1] == "9 more team-hours a day (18 in place of 9)"
    assert {row[1] for row in rows(longer, "Served by quarter")[3:-1]} == {"9 h a day more"}
    assert {row[2] for row in rows(longer, "Served by month")[7:-1]} == {"9 h a day more"}


def test_a_plan_that_nobody_named_is_said_by_its_people_and_its_hours(longer) -> None:
    plans = longer.partition("# Plans compared")[2].partition("\nTable")[0]
    assert "two more clinicians and two more officers extend the team from 9 to 18 hours" in plans
    assert "One post for 18 hours a day (06:00 to 24:00, changing over at 15:00)" in plans
    assert "Today's staffing (10:30 to 19:30)" in plans
    assert "plan asked for" not in longer.partition("# Appendix")[0]
    assert "plan today" not in longer.partition("# Appendix")[0]
    assert "One post held around the clock costs" not in longer


def test_quantity_times_price_is_the_dollars_of_a_line_of_overtime_as_of_all(longer) -> None:
    lines = rows(longer, "What each line of the budget")[1:-1]
    overtime = [row for row in lines if row[0] == "Overtime"]
    assert overtime
    for _, _, hours, price, dollars in overtime:
        quantity, each = float(hours.removesuffix(" hours")), float(price[1:].partition(" ")[0])
        assert quantity * each == pytest.approx(dollars_in(dollars), rel=0.001)
    for _, _, people, price, dollars in (row for row in lines if row[0].startswith("Training")):
        paid = float(people.partition(" ")[0]) * dollars_in(price)
        assert paid == pytest.approx(dollars_in(dollars), abs=2)


def test_the_applicants_own_number_of_calls_is_told_from_the_hours_of_others(longer) -> None:
    assert "The number of calls is the applicant's; their times of day are Toronto's." in longer
    assert "These are Toronto's calls" not in longer
    assert "## Where calls come from" not in longer
    assert "The count holds only calls already logged as mental-health calls." in longer


def test_keys_stand_in_the_appendix_alone(longer) -> None:
    body = longer.partition("# Appendix: assumptions")[0]
    assert not re.findall(r"\b(?:costs|service|demand|travel|dispatch)\.[a-z_]+", body)


NET = {"mean": -6e5, "low": -1.4e6, "high": 2e5, "interval": "assumptions"}


@pytest.mark.parametrize(("above", "unlikely"), [(0.07, True), (0.1, True), (0.2, False)])
def test_a_saving_in_few_draws_is_unlikely_and_no_open_question(above, unlikely) -> None:
    assert is_unlikely(Fact(NET | {"parameters": {"chance_above_zero": above}})) is unlikely


def test_the_best_end_of_a_range_is_known_and_nothing_below_a_cent_is_left() -> None:
    assert is_at_best(Fact({"mean": 980, "low": 510, "high": 980, "interval": "assumptions"}))
    assert not is_at_best(Fact({"mean": 700, "low": 510, "high": 980, "interval": "assumptions"}))
    residue = {"mean": 0.0, "low": 0.0, "high": 1.2e-10}
    assert unmarked(left_over(Fact(residue))) == "none"
    assert unmarked(left_over(Fact(residue | {"high": 1e6}))) == "none (up to $1.0 million)"


def test_minutes_below_one_are_no_whole_minute_outside_their_range() -> None:
    paired = {"mean": 0.6, "low": -0.6, "high": 1.8, "interval": "assumptions"}
    said = unmarked(change(Fact(paired), "response_median_min", brief=True))
    assert said == "0.6 minutes (from a fall of 0.6 to a rise of 2 as the assumptions vary)"


def test_limits_say_where_duties_change_over_and_what_training_leaves_out(longer) -> None:
    limits = longer.partition("# Limits")[2].partition("# Methods")[0]
    assert "changing over at 15:00, are the program's choice" in limits
    assert "the contacts of the first month are too many" in limits
    assert "No start-up is budgeted, as no team is added" in longer
    assert "if there are any" not in longer


def test_what_the_budget_leaves_out_of_a_years_cost_is_said_by_item(of_four) -> None:
    lines = {row[0]: row[1:] for row in rows(of_four, "The cost of a year and the second year")}
    assert lines["Pay, supervisor"][1] == "$0"
    assert "a part of a position" not in lines["Training"][2]  # all of them are whole
    assert "0.38 FTE at work are needed, and 0 are budgeted" in lines["Pay, supervisor"][2]
    columns = [[dollars_in(cell) for cell in row[:2]] for row in list(lines.values())[1:]]
    for column in zip(*columns, strict=True):
        assert sum(column[:-1]) == pytest.approx(column[-1], abs=4)


def test_the_ceiling_is_faced_and_the_terms_of_other_years_are_named(result, text) -> None:
    share = value_of(result.tree["funded"]["federal_share"])
    brief = text.partition("# Statement of need")[0]
    assert f"The federal money pays {share:.0%} of this cost" in brief
    assert "FY25 (JMHCP) asked for 20% of the first two years together" in text


def test_a_justification_gives_rates_and_leaves_the_funders_categories_to_the_writer(text) -> None:
    (head, first, *_), prices = rows(text, "What each line of the budget"), rows(text, "Unit costs")
    assert head[2:4] == ["Quantity", "Price of one"]
    assert first[:2] == ["Pay, clinician", "2028"]
    assert prices[1][1:4] == ["$120,000", "2023", "$127,308"]
    pay = next(row for row in rows(text, "What the writer splits") if row[0] == "Pay")
    assert "has the vehicle and kit in it, so there is no line of cars" in pay[2]
    assert pay[3].startswith("[To be filled in: Personnel and Fringe Benefits")


def test_milestones_have_months_and_each_year_a_row(text) -> None:
    lines = {row[0]: row[1:] for row in rows(text, "Milestones")}
    assert lines["Officers hired and trained"][:2] == ["10.2 FTE", "Apr 2028"]
    assert lines["Posts on duty, beyond those of 1 post"][:2] == ["2", "Apr 2028"]
    years = [row for name, row in lines.items() if name.startswith("Year ")]
    assert [row[1] for row in years] == ["Sep 2028", "Sep 2029", "Sep 2030"]
    assert all(row[0].startswith(("at least", "measure and report")) for row in years)
    assert any(row[0].startswith("No team free") for row in rows(text, "Objectives"))


@pytest.mark.parametrize(
    ("low", "said"),
    [(1089.9, "at least 1,089"), (0.4, "measure and report; no target"), (-1.2, "measure and")],
)
def test_the_target_of_a_year_is_its_low_end_if_that_is_any(low, said) -> None:
    assert unmarked(at_least(Fact({"mean": 2_000.0, "low": low, "high": 3_000.0}))).startswith(said)


def test_the_month_in_which_prices_rise_is_said_where_the_months_are(text) -> None:
    assert "the fiscal year, which begins in July, while the first year of the grant" in text


def test_every_figure_of_a_key_is_in_the_table_of_keys(result) -> None:
    keys = document_of(result).keys
    assert not [key for key, value in keys.items() if re.search(r"and [0-9,]+ more$", value)]
    total = value_of(result.tree["budget"]["total"]["total_dollars"])
    assert keys["budget.total.total_dollars"] == str(total)
    kept = value_of(result.tree["kept"]["year_dollars"])
    assert keys["kept.year_dollars"] == f"{kept:.0f}"
