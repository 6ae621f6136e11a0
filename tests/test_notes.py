"""A program's notes and title are shown only while what they say is so."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.config import Config, compose, program_names
from sim.config.compose import packaged_configs
from sim.config.notes import settle
from tests.folders import Folder
from tests.test_bad_configs import refusal

# What a note that has a word must be about, at least: the key that makes it untrue.
ABOUT = {
    "travel": "travel",
    "minutes between": "travel",
    "how calls are lost": "service.patrol_settles",
    "outcomes:": "outcomes",
    "outcomes with": "outcomes",
    "calls: ": "demand.calls_per_year",
    "calls are those": "demand.calls_per_year",
    "safe": "service.funnel",
    "recognized": "service.funnel",
    "when patrol on scene asks": "dispatch.mode_share",
    "pattern by hour": "demand.hour_of_week_shape",
    "towns:": "demand.zones",
    "precincts": "demand.zones",
    "visits from a list": "service.outreach",
    "visits to a list": "service.outreach",
    "service=short_staffed": "service.absence",
    "chairs": "service.center",
    "booking": "outcomes",
}


@cache
def preset(program: str) -> Config:
    return compose([f"program={program}"])


def written(program: str) -> list[Any]:
    """Notes as the file has them."""
    path = packaged_configs() / "program" / f"{program}.yaml"
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    notes: list[Any] = tree.get("program", tree)["notes"]
    return notes


def keys(node: Any, key: str = "") -> list[str]:
    """Dotted keys of a tree, of mappings and of what is in them."""
    if not isinstance(node, dict):
        return [key]
    below = [x for name, part in node.items() for x in keys(part, f"{key}.{name}".lstrip("."))]
    return [key, *below] if key else below


@pytest.mark.parametrize("program", program_names())
def test_no_key_can_be_changed_and_a_note_about_it_stay(program: str) -> None:
    whole = preset(program).model_dump(mode="json")
    notes = [note if isinstance(note, dict) else {"text": note} for note in written(program)]
    for key in keys({name: part for name, part in whole.items() if name != "program"}):
        tree = preset(program).model_dump(mode="json")
        tree["program"]["notes"] = [dict(note) for note in notes]
        *groups, last = key.split(".")
        node = tree
        for name in groups:
            node = node[name]
        node[last] = "changed"
        settle(tree, whole)
        untrue = [note["text"] for note in notes if is_about(note.get("about", []), key)]
        assert not set(untrue) & set(tree["program"]["notes"]), key
        assert len(untrue) + len(tree["program"]["notes"]) == len(notes), key


def is_about(about: list[str], key: str) -> bool:
    return any(f"{key}.".startswith(f"{x}.") or f"{x}.".startswith(f"{key}.") for x in about)


@pytest.mark.parametrize("program", program_names())
def test_a_note_is_about_what_its_words_say(program: str) -> None:
    for note in written(program):
        text, about = (note, []) if isinstance(note, str) else (note["text"], note["about"])
        for word, key in ABOUT.items():
            published = "publishes no" in text or "grant was to achieve" in text
            if word in text.lower() and not published:
                assert is_about(about, key), (word, text)


def test_another_citys_notes_are_those_that_still_hold() -> None:
    program = compose(
        ["program=los_angeles", "travel=constant", "dispatch=closest", "demand.calls_per_year=9000"]
    ).program
    assert program.title == "A city of your own, begun from program=los_angeles"
    assert not [x for x in program.notes if "9,725" in x or "square-root" in x]
    assert [x for x in program.notes if x.startswith("How calls are lost")]
    assert program.history is None


@pytest.mark.parametrize(
    ("override", "gone"),
    [
        ("demand.calls_per_year=900", "Calls are those"),
        ("service.funnel.eligible_share=0.5", "three in four"),
        ("dispatch=officer_request", "60%"),
        ("travel.minutes=9", "Travel takes"),
        ("service.patrol_settles.mean=30", "How calls are lost"),
        ("outcomes=none", "Outcomes with a team"),
    ],
)
def test_a_note_goes_when_its_key_is_set(override: str, gone: str) -> None:
    assert [note for note in preset("generic").program.notes if gone in note]
    assert not [note for note in compose([override]).program.notes if gone in note]


def test_what_is_set_beside_leaves_notes_and_title_alone() -> None:
    config = compose(["program=los_angeles", "run.seed=3", "demand.name=los_angeles"])
    assert config.program == preset("los_angeles").program


def test_a_city_has_the_name_that_its_user_gives_it() -> None:
    named = ["program.city=Springfield", "demand.calls_per_year=900"]
    assert compose(named).program.title == "Springfield"
    title = compose(named[:1]).program.title
    assert title == "Springfield, with the calls of the program generic"
    assert compose(named[1:]).program.title == "A city of your own, begun from program=generic"


def test_a_program_that_names_its_own_city_is_that_city(tmp_path) -> None:
    (tmp_path / "program").mkdir()
    text = "# @package _global_\nprogram: {name: mine, title: mine, city: Riverton}\n"
    (tmp_path / "program" / "mine.yaml").write_text(text, encoding="utf-8")
    assert compose(["program=mine"], tmp_path).program.title == "Riverton"


def test_a_file_of_ones_own_in_place_of_a_shipped_one_is_a_change(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("travel/constant", "{model: constant, minutes: 33, factor_sd: 0}")
    assert not [note for note in folder.compose().program.notes if "Travel" in note]


def test_notes_of_ones_own_program_are_about_ones_own_keys(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    note = "{text: Ours, about: [demand.calls_per_year]}"
    folder.write("program/town", f"{{name: town, title: Town, notes: [Always, {note}]}}")
    assert folder.compose("program=town").program.notes == ["Always", "Ours"]
    assert folder.compose("program=town", "demand.calls_per_year=9").program.notes == ["Always"]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("{text: x, about: [demand.cals]}", "notes.0.about: expected keys like demand.calls_per"),
        ("{txt: x}", "program.notes.0.txt: unknown key; did you mean 'text'?"),
        ("{text: x, about: demand}", "program.notes.0.about: expected a list, got 'demand'"),
        ("3", "program.notes.0: expected text, got 3"),
    ],
)
def test_a_bad_note(tmp_path: Path, note: str, said: str) -> None:
    folder = Folder(tmp_path)
    folder.write("program/town", f"{{name: town, title: Town, notes: [{note}]}}")
    assert said in refusal(lambda: folder.compose("program=town"))
