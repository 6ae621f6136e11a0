"""The verb report: every figure of the document comes from the answer, and says so."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest

import sim
from sim import cli
from sim.config import InputError
from sim.report.document import evidence, measured, numbers
from sim.report.document.blocks import Document, Picture, held, plain
from sim.report.document.compose import document_of
from sim.report.document.facts import Fact, unadvised, value_of
from sim.report.document.pack import formats_of, written
from sim.report.document.page import page_of
from sim.report.document.parsing import words as words_in
from sim.report.document.pdf import pdf_of
from sim.report.document.result import Result, result_of
from sim.report.document.units import unit_of
from sim.report.document.views import ledger_of
from sim.report.document.word import word_of
from sim.report.verification.record import record
from tests.documents import as_text, cells, prose
from tests.tables_of_docs import ROOT

TEMPLATES = ROOT / "sim" / "report" / "templates" / "document"
SMALL = ["run.window_days=14", "run.replications=3"]
DRAWN, ALONE = [*SMALL, "run.draws=4"], [*SMALL, "run.draws=0"]
KINDS = ("comparison", "alone", "patrol", "curve", "recommendation", "grant", "validation")
WITHOUT_FIGURES = ("alone", "patrol", "validation")
LETTERS = "S2: seen in a secondary source"  # the one name with a digit in it
DIGIT = re.compile(r"\d")
TAGS = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
LINKS = re.compile(r'href="#([^"]+)"')
IDS = re.compile(r'\bid="([^"]+)"')


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """Results folders by kind; the pictures of two of them."""
    root = tmp_path_factory.mktemp("results")
    answers: dict[str, Any] = {
        "comparison": sim.compare(3, 2, overrides=DRAWN),
        "alone": sim.run("towns_3x8", overrides=[*ALONE, "demand=three_towns"]),
        "patrol": sim.compare(2, 0, overrides=ALONE),
        "curve": sim.curve("1..6", overrides=ALONE),
        "recommendation": sim.recommend(
            targets=["reach_share >= 0.5"],
            starts=["08:00", "20:00"],
            lengths=[12],
            fresh_years=10,
            overrides=ALONE,
        ),
        "grant": sim.grant(3, 1, overrides=DRAWN),
    }
    for kind in ("alone", "patrol"):  # whose figures are those of the comparison
        request = replace(answers[kind].request, figures=False)
        answers[kind] = replace(answers[kind], request=request)
    folders = {kind: sim.save(answer, root / kind) for kind, answer in answers.items()}
    return folders | {"validation": validation_in(root / "validation", folders["alone"])}


def validation_in(folder: Path, other: Path) -> Path:
    """Results folder of a validation, whose config and run are those of another answer."""
    folder.mkdir()
    cells = [{"name": "all", "observed": 7.9, "mean": 7.5, "low": 6.7, "high": 8.5}]
    held = {"name": "calls", "label": "Calls", "unit": "a day", "replayed": False, "cells": cells}
    held |= {"tolerance_share": 0.3, "width_share": 0.22, "verdict": "consistent and sharp"}
    tree = {
        "scenario": {"program": "generic", "title": "A city", "draws": 40, "confidence": 0.95},
        "fitted_to": {"first": "2025-01-01", "last": "2025-08-31", "calls": 1816},
        "held_against": {"first": "2025-09-01", "last": "2025-12-31", "calls": 962},
        "valid_for": ["Calls"],
        "weak_evidence_for": [],
        "not_valid_for": ["Withdrawn"],
        "not_looked_at": {"Zones": "there is one"},
        "profiles": [held, {**held, "replayed": True}],
    }
    text = json.dumps(tree)
    run = json.loads((other / "run.json").read_text(encoding="utf-8"))
    run["summary_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "summary.json").write_text(text, encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    (folder / "config.yaml").write_bytes((other / "config.yaml").read_bytes())
    return folder


@pytest.fixture(scope="module")
def results(folders) -> dict[str, Result]:
    return {kind: result_of(folder) for kind, folder in folders.items()}


@pytest.fixture(scope="module")
def documents(results) -> dict[str, Document]:
    return {kind: document_of(result) for kind, result in results.items()}


each_kind = pytest.mark.parametrize("kind", KINDS)


# --- every figure comes from the answer ----------------------------------------------------------


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.m*")), ids=lambda path: path.stem)
def test_no_template_has_a_number_of_its_own(path) -> None:
    assert not DIGIT.findall(TAGS.sub("", path.read_text(encoding="utf-8")))


@each_kind
def test_every_number_in_prose_has_a_key(documents, kind) -> None:
    said = list(prose(documents[kind]))
    assert [x.text for x in said if _is_bare(x) and LETTERS not in x.text] == []
    assert all(word.key in documents[kind].keys for word in said if word.key)


def _is_bare(word) -> bool:
    return not word.key and word.kind == "plain" and bool(DIGIT.search(word.text))


def with_tree(result: Result, tree: Any) -> Result:
    """Result of another answer, in the same folder."""
    return replace(result, tree=Fact(tree, said=result.said))


def altered(node: Any, name: str = "") -> Any:
    """Tree whose every number is another; how many calls are still open decides what is said."""
    if isinstance(node, dict):
        return {key: altered(inner, key) for key, inner in node.items()}
    if isinstance(node, list):
        return [altered(inner, name) for inner in node]
    if isinstance(node, bool) or not isinstance(node, int | float):
        return node
    return 1.9 * node + (0.37 if node >= 0 else -0.37)


@each_kind
def test_no_number_outlives_a_change_of_the_answer(results, documents, kind) -> None:
    before = results[kind]
    tree = altered(value_of(before.tree))
    for plan in tree.get("plans", []):
        plan["measures"]["unfinished_share"] = {"mean": 0.0, "low": 0.0, "high": 0.0}
    after = document_of(with_tree(before, tree))
    old, new = _numbers(documents[kind], before.tree), _numbers(after, before.tree)
    least = 3 if kind == "validation" else 11
    assert len(old) > least
    assert not old & new
    common = {key for key, _ in old} & {key for key, _ in new}
    assert len(common) > least - 1


def _numbers(document: Document, tree: Fact) -> set[tuple[str, str]]:
    """Keys of summary.json and what is said of them, where that is a number."""
    words = [*prose(document), *cells(document)]
    return {
        (word.key, word.text)
        for word in words
        if DIGIT.search(word.text) and ": " not in word.key and _is_number(tree, word.key)
    }


def _is_number(tree: Fact, key: str) -> bool:
    node = tree
    for name, at in re.findall(r"([^.\[\]]+)|\[(\d+)\]", key):
        node = node[int(at)] if at else node[name]
    value = value_of(node)
    return isinstance(value, int | float) or (isinstance(value, dict) and "mean" in value)


def test_the_table_of_keys_has_the_answer_in_full(documents, results) -> None:
    tree, keys = value_of(results["grant"].tree), documents["grant"].keys
    reach = tree["plans"][0]["measures"]["reach_share"]
    assert keys["plans[0].measures.reach_share"].startswith(f"mean {reach['mean']:.6g}, ")
    federal = tree["budget"]["total"]["federal_dollars"]
    assert keys["budget.total.federal_dollars"] == str(federal)


# --- what may be said ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "low", "high", "verdict"),
    [
        (5.0, 1.0, 9.0, "rises"),
        (-5.0, -9.0, -1.0, "falls"),
        (5.0, -1.0, 9.0, "unclear"),
        (5.0, 0.0, 9.0, "unclear"),
        (0.0, 0.0, 0.0, "same"),
        (5.0, None, None, "unknown"),
        (None, None, None, "unknown"),
    ],
)
def test_a_verdict_is_by_the_range_to_quote(mean, low, high, verdict) -> None:
    assert evidence.verdict(Fact({"mean": mean, "low": low, "high": high})) == verdict


def test_what_cannot_be_told_stands_first(documents) -> None:
    for kind in ("comparison", "grant"):
        section = next(x for x in documents[kind].sections if "rather than" in x.title)
        (bullets,) = section.blocks
        unclear = [plain(item).startswith("We cannot tell") for item in bullets.items]
        assert unclear == sorted(unclear, reverse=True)
        assert any(unclear)
        assert not all(unclear)


@each_kind
def test_gross_counts_are_said_to_be_no_effect_and_nothing_diverts(documents, kind) -> None:
    text = as_text(documents[kind])
    assert not re.search(r"\bdiverts\b|\bproves\b|\bwill reduce\b", text)
    gross = [line for line in text.splitlines() if "do not end in a jail booking" in line]
    assert all(
        "Not an effect" in line and "do not say what the teams changed" in line for line in gross
    )


def test_without_draws_the_text_says_that_assumptions_are_not_in(documents) -> None:
    text = as_text(documents["patrol"], "Appendix")
    assert "At the central assumptions" in text
    assert "assumptions not included" in text
    assert "every range is of chance alone" in text


def test_a_target_is_set_only_where_the_range_says_that_it_improves(documents, results) -> None:
    text = as_text(documents["comparison"])
    difference = results["comparison"].tree["differences"][0]["measures"]
    for name, label in (
        ("reach_share", "Reached | "),
        ("jail_diversions_net_per_year", "Diverted from jail, net"),
        ("hospital_diversions_net_per_year", "Diverted from hospital, net"),
    ):
        rows = [x for x in text.splitlines() if x.startswith(label) and "no target" in x]
        assert not (rows and evidence.improves(difference[name]))
    assert "at least" in text
    assert "measure and report; no target" in text


@pytest.mark.parametrize(
    ("name", "low", "high", "said"),
    [
        ("contacts_per_year", 439.9, 1391.0, "430 more contacts a year"),
        ("contacts_per_year", 1400.0, 1800.0, "1,400 more contacts a year"),
        ("jail_diversions_net_per_year", 20.96, 80.0, "20 fewer bookings a year"),
        ("reach_share", 0.0399, 0.06, "3 percentage points more"),
    ],
)
def test_a_target_is_rounded_toward_no_change(name, low, high, said) -> None:
    fact = Fact({"mean": (low + high) / 2, "low": low, "high": high}, name)
    assert said in measured.least(fact)


def test_the_target_of_a_time_is_a_plans_own_and_below_its_baseline() -> None:
    time = Fact({"mean": 25.2, "low": 20.4, "high": 27.1}, "response_median_min")
    assert "28 minutes" in measured.worst(time)
    assert evidence.is_beaten(time, Fact({"mean": 28.5}))
    assert not evidence.is_beaten(time, Fact({"mean": 27.9}))


@pytest.mark.parametrize(
    ("confidence", "source", "said"),
    [
        ("S", "as published", "as published"),
        ("A", "assumed: no number is known", "assumed"),
        ("A", "risk ratio 0.84 at a base of 36%. Interval assumed", "converted, interval assumed"),
        ("D", "from 36% (base of Alexandria VA)", "converted"),
        ("D", "33 of 73 against 42 of 58", "derived from its own figures"),
    ],
)
def test_a_ratio_that_is_not_the_studys_own_says_so(confidence, source, said) -> None:
    assert numbers.known_as(Fact({"confidence": confidence, "source": source})) == said


def test_a_model_that_history_contradicts_says_so_up_front_and_keeps_its_other_reading(
    results,
) -> None:
    tree = json.loads(json.dumps(value_of(results["comparison"].tree)))
    ends = {"low": 0.58, "high": 0.69}
    reach = {"published": 0.44, "mean": 0.58, "predictive": ends, "verdict": "inconsistent"}
    past = {"plan": "2", "year": "2020", "verdict": "inconsistent", "reach_share": reach}
    tree["history"] = past | {"handled_per_day": reach}
    reading = {"label": "unit-shifts a day", "reason": "staff cannot hold posts"}
    tree["other_reading"] = reading | {"plans": tree["plans"]}
    text = as_text(document_of(with_tree(results["comparison"], tree)))
    for section in ("# In brief", "# Present reach"):
        part = text.partition(section)[2].partition("\n# ")[0]
        assert "reaches more calls than was published" in part
        assert "should not be taken as the city's" in part
        assert "staff cannot hold posts" in part


def test_the_verification_of_the_version_is_cited_from_the_run(documents, results) -> None:
    verified = value_of(results["comparison"].run)["verified"]
    assert verified == record().in_short()
    text = as_text(documents["comparison"])
    assert f"When version {verified['version']} was verified, {verified['agree']} of" in text


def test_a_grant_whose_positions_staff_a_part_is_named_by_that_part(results) -> None:
    tree = json.loads(json.dumps(value_of(results["grant"].tree)))
    assert tree["runs"]["posts_that_run"] == "all posts"
    assert tree["runs"]["team_hours_per_day"] == 72.0
    tree["runs"] |= {"posts_that_run": "1 of 3 posts, and one for 4 h a day"}
    tree["runs"]["team_hours_per_day"] = 28.0
    document = document_of(with_tree(results["grant"], tree))
    assert "1 of 3 posts and another for 4 hours a day compared with 1 post" in document.subtitle
    text = as_text(document, "Appendix")
    assert "28 team-hours a day" in text
    for rail in tree["warnings"]:  # which are of the run, whatever part of it is staffed
        text = text.replace(rail["text"], "")
    assert "with 3 posts" not in text.lower()


def test_signs_stay_with_their_dollars_and_advice_to_users_stays_out() -> None:
    assert held("−$26 million") == "−\N{WORD JOINER}$26 million"
    assert plain(words_in(unadvised(Fact("It may not. Use a=b, or another")))) == "It may not."
    assert held("44% of 5%") == "44% of 5%"
    said = unadvised(Fact("It is assumed (service.funnel.eligible_share)."))
    assert plain(words_in(said)) == "It is assumed."


def test_every_assumption_has_a_unit(results) -> None:
    assert unit_of("costs.per_fte.officer") == "dollars a year"
    keys = [number.key.partition(": ")[2] for number in ledger_of(results["comparison"].config)]
    assert len(keys) > 100
    assert [key for key in keys if not unit_of(key)] == []


def test_three_plans_have_a_ladder_and_an_older_result_a_gap_for_alternatives(results) -> None:
    tree = json.loads(json.dumps(value_of(results["comparison"].tree)))
    change, ratios = (
        tree["differences"][0]["measures"],
        tree["economics"]["differences"][0]["ratios"],
    )
    rung = {"plan": "3", "versus": "2", "calls_per_year": change["contacts_per_year"]}
    rung |= {"cost_per_year": change["cost_per_year"]}
    rung |= {"per_call": ratios["cost_per_additional_call_reached"]}
    tree["economics"]["ladder"] = [rung]
    del tree["same_money"]
    text = as_text(document_of(with_tree(results["comparison"], tree)), "Appendix")
    assert "2 to 3 | +2,200" in text
    assert "[To be filled in: what the same money would do" in text


def test_of_three_plans_the_document_is_of_the_leading_one_and_names_the_other(results) -> None:
    tree = json.loads(json.dumps(value_of(results["comparison"].tree)))
    for part, key in (("plans", "name"), ("differences", "plan")):
        tree[part].insert(0, json.loads(json.dumps(tree[part][0])) | {key: "9"})
    reach = tree["differences"][0]["measures"]["reach_share"]
    reach |= {"low": -reach["high"], "high": reach["high"]}
    tree["scenario"]["staffing"]["9"] = tree["scenario"]["staffing"]["3"] | {"teams": 9}
    economics = tree["economics"]
    economics["differences"].insert(0, economics["differences"][0])
    for by_plan in ("bridges", "cost_lines", "start_up_dollars", "staff"):
        economics[by_plan]["9"] = economics[by_plan]["3"]
    assert tree["leading"] == "3"
    text = as_text(document_of(with_tree(results["comparison"], tree)), "Appendix")
    brief = text.partition("# Statement of need")[0]
    assert "3 posts compared with 2 posts" in brief
    assert "this document leads with 3 posts: each requested call" in brief
    assert "- 9 posts, also compared with 2 posts: requested calls reached" in brief
    assert "Projected (3 posts)" in text
    assert text.count("No cost of a further call reached is given") == 1


def test_a_dearer_base_leaves_the_money_to_the_plan(results) -> None:
    tree = json.loads(json.dumps(value_of(results["comparison"].tree)))
    cost = tree["differences"][0]["measures"]["cost_per_year"]
    cost |= {"mean": -cost["mean"], "low": -cost["high"], "high": -cost["low"]}
    text = as_text(document_of(with_tree(results["comparison"], tree)), "Appendix")
    assert "less than 2 posts." in text
    assert "## What the difference costs" in text
    assert "The budget of 2 posts would pay for 3 posts" in text


def test_in_overload_no_share_is_said(results) -> None:
    tree = json.loads(json.dumps(value_of(results["comparison"].tree)))
    for plan in tree["plans"]:
        plan["measures"]["unfinished_share"]["mean"] = 0.2
    document = document_of(with_tree(results["comparison"], tree))
    text = as_text(document, "Appendix")
    assert "no share reached can be stated" in text
    assert "the share of requested calls that a team reaches" not in text.lower()


def test_golden_a_comparison_as_it_is_read(documents, golden) -> None:
    golden(as_text(documents["comparison"], "Appendix"), "document.txt")


def test_golden_a_grant_as_it_is_read(documents, golden) -> None:
    golden(as_text(documents["grant"], "Appendix"), "document_of_grant.txt")


# --- files ---------------------------------------------------------------------------------------


def opened(document: Document, result: Result, template: Path | None = None) -> Any:
    return docx.Document(BytesIO(word_of(document, result, template)))


@each_kind
def test_word_has_headings_in_order_captions_and_alternative_text(documents, results, kind) -> None:
    body = opened(documents[kind], results[kind])
    levels = [int(x.style.name[-1]) for x in body.paragraphs if x.style.name.startswith("Heading")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    captions = [x.text for x in body.paragraphs if x.style.name == "Caption"]
    assert len(captions) == len(body.tables) + len(body.inline_shapes)
    tables = [int(re.findall(r"\d+", x)[0]) for x in captions if x.startswith("Table")]
    assert tables == list(range(1, len(tables) + 1))
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in body.tables)
    assert all(shape._inline.docPr.get("descr") for shape in body.inline_shapes)
    pictures = [block for block in documents[kind].blocks if isinstance(block, Picture)]
    assert len(body.inline_shapes) == len(pictures)
    assert bool(pictures) == (kind not in WITHOUT_FIGURES)


def test_every_link_of_word_has_its_bookmark(documents, results) -> None:
    xml = opened(documents["grant"], results["grant"]).element
    marks = xml.xpath("//w:bookmarkStart/@w:name")
    assert len(marks) == len(set(marks))
    links = set(xml.xpath("//w:hyperlink[not(@r:id)]/@w:anchor"))
    assert links <= set(marks)
    beside = set(xml.xpath("//w:hyperlink[@r:id]/@w:anchor"))
    page = page_of(documents["grant"].of_keys, results["grant"]).decode()
    assert beside == set(documents["grant"].addresses.values()) <= set(IDS.findall(page))


def test_keys_stand_in_a_file_beside_word_and_pdf(results, tmp_path) -> None:
    from sim.report.document.pack import written

    pack = written(results["grant"].folder, ["pdf"], out=tmp_path / "one")
    assert {path.name for path in pack.folder.iterdir()} == {"report.pdf", "keys.html"}
    assert b"keys.html#key-1" in pdf_of(document_of(results["grant"]), results["grant"])
    alone = written(results["grant"].folder, ["html"], out=tmp_path / "two")
    assert [path.name for path in alone.folder.iterdir()] == ["report.html"]
    assert b'id="key-1"' in (alone.folder / "report.html").read_bytes()


def test_a_template_gives_its_styles_and_its_header(documents, results, tmp_path) -> None:
    agency = docx.Document()
    agency.styles["Heading 1"].font.name = "Gill Sans"
    agency.sections[0].header.paragraphs[0].text = "City of Nowhere"
    agency.styles["Heading 2"].element.getparent().remove(agency.styles["Heading 2"].element)
    agency.save(tmp_path / "agency.docx")
    body = opened(documents["curve"], results["curve"], tmp_path / "agency.docx")
    assert body.styles["Heading 1"].font.name == "Gill Sans"
    assert body.sections[0].header.paragraphs[0].text == "City of Nowhere"
    assert any(x.style.name == "Heading 2" for x in body.paragraphs)


@each_kind
def test_html_stands_alone_and_every_link_leads_somewhere(documents, results, kind) -> None:
    page = page_of(documents[kind], results[kind]).decode()
    links, ids = LINKS.findall(page), IDS.findall(page)
    assert len(ids) == len(set(ids))
    assert set(links) <= set(ids)
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    assert page.count("<img ") == page.count('alt="')
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@each_kind
def test_pdf_is_tagged_for_screen_readers(documents, results, kind) -> None:
    pdf = pdf_of(documents[kind], results[kind])
    assert pdf.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert pdf == pdf_of(documents[kind], results[kind])


def test_names_of_the_users_own_are_text_and_nothing_else(results) -> None:
    tree = json.loads(json.dumps(value_of(results["comparison"].tree)))
    tree["scenario"]["title"] = "A | B <b>& `C` \ue000 $x$ #let\n# D"
    result = with_tree(results["comparison"], tree)
    document = document_of(result)
    assert "A | B <b>& `C` $x$ #let # D" in as_text(document).replace("\n", " ")
    assert b"A | B &lt;b&gt;&amp; `C`" in page_of(document, result)
    assert pdf_of(document, result)
    assert "# D" not in [x.title for x in document.sections]


# --- the command ---------------------------------------------------------------------------------


def test_two_commands_from_nothing_to_a_document(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["grant", "2", "1", *ALONE]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("As a document: coresponder report results/grant-")
    assert cli.main(["report", "results", "--format", "html"]) == 0
    folder = Path(last.rpartition(" ")[2]) / "report"
    assert [path.name for path in folder.iterdir()] == ["report.html"]
    out = capsys.readouterr().out
    assert len(out.splitlines()) <= 30
    assert "places are left for you to fill in" in out


def changed(folder: Path, tmp_path: Path, name: str, text: str | None) -> Path:
    """Copy of a results folder with a file that is gone or another."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in ("summary.json", "config.yaml", "run.json"):
        (copy / file).write_bytes((folder / file).read_bytes())
    if text is None:
        (copy / name).unlink()
    else:
        (copy / name).write_text(text, encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("summary.json", None, "summary.json"),
        ("config.yaml", None, "config.yaml"),
        ("run.json", "{", "damaged"),
        ("run.json", "[]", "names and values"),
        ("summary.json", "{}", "changed since"),
        ("run.json", '{"versions": {"schema": "1"}, "command": "coresponder run"}', "version"),
        ("run.json", "{}", "got none"),
    ],
)
def test_half_a_folder_is_refused(folders, tmp_path, name, text, said) -> None:
    copy = changed(folders["comparison"], tmp_path, name, text)
    with pytest.raises(InputError, match=said):
        written(copy, ["html"])
    assert not (copy / "report").exists()


@pytest.mark.parametrize("name", ["hours.csv", "config.yaml", "cost.svg"])
def test_a_file_that_was_cut_short_is_refused_and_one_that_is_gone_left_out(tmp_path, name) -> None:
    answer = sim.curve("1..3", overrides=ALONE, replications=2, draws=0)
    folder = sim.save(answer, tmp_path)
    files = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files_sha256"]
    name = name if name in files else next(x for x in files if x.endswith(Path(name).suffix))
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"whole file|changed since"):
        written(folder, ["html"])
    assert not (folder / "report").exists()
    if name != "config.yaml":
        (folder / name).unlink()
        assert written(folder, ["html"]).files["html"].is_file()


def test_an_answer_of_another_verb_is_refused(tmp_path) -> None:
    folder = sim.save(sim.people(2), tmp_path)
    with pytest.raises(InputError, match="got one of people"):
        written(folder, ["html"])


def test_what_is_wrong_is_said_in_a_line_and_nothing_is_left(folders, tmp_path) -> None:
    folder, out = folders["curve"], tmp_path / "out"
    (tmp_path / "no.docx").write_text("no Word file", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for words, said in (
        (["nowhere"], "no folder"),
        ([folder, "--format", "odt"], "docx, html, pdf"),
        ([folder, "--out", tmp_path], "not there yet"),
        ([folder, "--out", tmp_path / "file" / "x", "--format", "html"], "can be written"),
        ([folder, "--out", out, "--template", tmp_path / "no.docx"], "a Word file"),
        ([folder, "--out", out, "--template", tmp_path / "none.docx"], "a Word file"),
        ([folder, "--out", out, "--template", "x.docx", "--format", "pdf"], "which it is for"),
    ):
        assert cli.main(["report", *map(str, words)]) == 2, said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "no.docx"]


@pytest.mark.parametrize(("form", "module"), [("docx", "docx"), ("pdf", "typst")])
def test_a_missing_extra_is_named(folders, tmp_path, monkeypatch, form, module) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "sim.report.document.word", raising=False)
    monkeypatch.delitem(sys.modules, "sim.report.document.pdf", raising=False)
    with pytest.raises(InputError, match=r"coresponder-sim\[report\]"):
        written(folders["curve"], [form], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_formats_are_those_asked_for_each_once() -> None:
    assert formats_of("html, docx,html") == ["html", "docx"]


def test_a_summary_with_its_own_checksum_is_taken(folders, tmp_path) -> None:
    text = (folders["curve"] / "summary.json").read_text(encoding="utf-8")
    copy = changed(folders["curve"], tmp_path, "summary.json", text)
    run = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    assert run["summary_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert written(copy, ["html"]).files["html"].is_file()
