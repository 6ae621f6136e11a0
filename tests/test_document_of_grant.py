"""The document of a grant: dollars with ranges and their year, what it hinges on, whose figures."""

from __future__ import annotations

import hashlib
import json
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
from sim.report.document.facts import Fact, shown, value_of
from sim.report.document.measured import figure, moved
from sim.report.document.parsing import unmarked
from sim.report.document.result import Result, result_of
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
    assert "as budgets are submitted; no amount is known so closely" in text
    assert "Total | Total, as the assumptions vary" in text


def test_the_budget_says_which_years_dollars_and_what_inflation_adds(result, text):
    real, spent = value_of(result.tree["price_year_dollars"])[1], value_of(result.tree["years"])[1]
    assert "in dollars of 2025. In these, the second year of the budget would come to" in text
    assert f"${real:,.0f}, not ${spent['total_dollars']:,.0f}: that much is inflation" in text


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
    seats, fte = value_of(result.tree["positions"]), value_of(result.tree["fte_budgeted"])
    assert f"- {len(seats)} positions, {fte:.3g} FTE together, are projected to make" in brief
    assert "Vacant positions come on top" not in text
    assert "That flatters the result: with 12 % vacant, " in limits


def test_the_brief_names_what_the_result_hinges_on(result, text):
    assert "the result hinges on was not worked out" in text  # four draws tell nothing
    said = changed(result, {"hinges": [HINGE]}).partition("# Statement of need")[0]
    assert "hinges most on one assumption, share of calls in scope for a team (service" in said
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
    assert "costs.per_fte.clinician, 98,000 dollars a year" in said.partition("# Appendix")[0]


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
