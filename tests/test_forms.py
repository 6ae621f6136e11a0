"""The form of travel: which are drawn, what a draw leaves alone, and what ends it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.config import Config, InputError, compose, program_names, staffing
from sim.config.fleet import with_fitting_forms
from sim.config.groups.travel import SquareRootTravel, in_force
from sim.config.numbers import numbers
from sim.model.inputs.travel import compile_travel
from sim.scenarios.draws import drawn, unknowns, values_of, with_value
from sim.scenarios.scenario import Scenario
from sim.scenarios.structure import FORM
from sim.schema import TravelModel
from tests.folders import Folder

MANY = 200
SHORT = ["run=smoke", "run.replications=2", "run.draws=4"]
WITH_PLACES = ("boulder", "dauphin", "johnson")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def forms(config: Config) -> list[str]:
    return list(getattr(config.travel, "other_forms", []))


def names_of(config: Config) -> list[str]:
    return [one.name for one in unknowns(config)]


# --- which are drawn -----------------------------------------------------------------------------


@pytest.mark.parametrize("program", ["los_angeles", "generic"])
def test_both_forms_are_drawn_about_equally(program):
    config = compose([f"program={program}"])
    models = [in_force(drawn(config, 1, k).travel).model for k in range(MANY)]
    assert set(models) == {"constant", "square_root"}
    assert 64 <= models.count("constant") <= 136  # 100 expected; beyond 99.99% of a binomial


def test_the_central_form_is_the_configs_own():
    config = compose(["program=los_angeles"])
    assert in_force(config.travel) is config.travel
    assert isinstance(config.travel, SquareRootTravel)
    assert Scenario(config).arm(staffing("3")).travel.model == TravelModel.SQUARE_ROOT


@pytest.mark.parametrize("program", program_names())
def test_a_program_without_zones_of_its_own_draws_both(program):
    expected = program not in (*WITH_PLACES, "arlington")
    assert (FORM in names_of(compose([f"program={program}"]))) == expected


def test_a_drawn_form_has_its_own_numbers_drawn():
    config = compose([])
    law = [drawn(config, 1, k) for k in range(20)]
    areas = {float(one.travel.other_forms["square_root"].area_sq_mi) for one in law}
    assert len(areas) == len(law)
    taken = next(one for one in law if one.travel.form == "square_root")
    by_free_s = compile_travel(taken.travel, taken.demand, 9).by_free_s
    of_form = compile_travel(taken.travel.other_forms["square_root"], taken.demand, 9).by_free_s
    assert np.array_equal(by_free_s, of_form)
    assert by_free_s[1] > by_free_s[9]


def test_what_both_forms_have_in_common_is_one_unknown():
    one = next(x for x in unknowns(compose([])) if x.name == "travel.factor_sd")
    assert one.paths == ("travel.factor_sd", "travel.other_forms.square_root.factor_sd")


# --- what a draw leaves alone --------------------------------------------------------------------


def test_no_other_draw_moves():
    with_forms = compose(["program=los_angeles"])
    without = compose(["program=los_angeles", "travel.other_forms=[]"])
    known = unknowns(without)
    for k in range(5):
        first, second = drawn(with_forms, 1, k), drawn(without, 1, k)
        assert values_of(first, known) == values_of(second, known)
        assert first.demand == second.demand


def test_one_number_stands_for_the_form():
    config = compose(["program=los_angeles"])
    one = next(x for x in unknowns(config) if x.name == FORM)
    assert (one.value, one.low, one.high) == (0, 0, 1)
    assert one.label == "how drives depend on free teams (0 square root, 1 constant)"
    changed = with_value(config, one, 1)
    assert in_force(changed.travel).model == "constant"
    assert values_of(changed, [one]) == [1]
    assert dict(numbers(changed)) == dict(numbers(config))
    assert with_value(changed, one, 0) == config


# --- what ends it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["travel=constant"],
        ["travel=square_root", "travel.area_sq_mi=50"],
        ["travel.minutes=12"],
        ["travel.other_forms=[]"],
        ["demand=three_towns", "travel=three_towns"],
        ["demand=three_towns", "travel=coordinates"],
    ],
    ids=" ".join,
)
def test_who_says_how_travel_is_draws_no_other_form(words):
    config = compose(words)
    assert FORM not in names_of(config)
    assert drawn(config, 1, 0).travel.model == config.travel.model


def test_it_is_drawn_again_by_naming_the_other_form():
    both = compose(["travel=square_root", "travel.area_sq_mi=50", "travel.other_forms=[constant]"])
    assert forms(both) == ["constant"]
    assert float(both.travel.area_sq_mi) == 50


def test_a_file_of_ones_own_may_name_the_other_form(folder):
    own = "defaults: [constant, _self_]\nminutes: 12\n"
    folder.write("travel/mine", own)
    folder.write("travel/both", f"{own}other_forms: [square_root]\n")
    assert forms(folder.compose("travel=mine")) == []
    assert forms(folder.compose("travel=both")) == ["square_root"]


@pytest.mark.parametrize("rule", ["dispatch=closest", "dispatch.after_call=home"])
def test_rules_that_need_places_leave_the_square_root_law_out(rule):
    assert forms(compose([rule])) == []


def test_a_plan_whose_rule_needs_places_leaves_it_out(folder):
    line = "lines: [{name: post, count: 2, pattern: continuous}]"
    folder.write("staffing/near", f"dispatch: {{rule: closest}}\n{line}\n")
    config, near = compose([]), staffing("near", folder.path)
    assert forms(with_fitting_forms(config, [staffing("2"), near])) == []
    assert forms(with_fitting_forms(config, [staffing("2")])) == ["square_root"]
    assert sim.run("near", overrides=SHORT, config_dir=folder.path).draws is not None


def test_the_law_has_somebody_near_for_a_team_that_takes_calls():
    config = compose(["travel=square_root"])
    assert float(config.dispatch.mode_share.self_dispatch) > 0


# --- answers and bad input -----------------------------------------------------------------------


def test_an_answer_has_the_form_among_its_unknowns():
    answer = sim.compare(3, 2, overrides=SHORT)
    assert answer.draws is not None
    names = [one.name for one in answer.draws.unknowns]
    assert set(answer.draws.inputs[:, names.index(FORM)]) <= {0.0, 1.0}
    assert any("either as likely" in note for note in answer.config.program.notes)
    kept = Config.model_validate_json(answer.config.model_dump_json())
    assert kept == answer.config


@pytest.mark.parametrize("program", sorted({*program_names()} - {"generic"}))
def test_each_program_says_which_team_is_published_to_go(program):
    notes = compose([f"program={program}"]).program.notes
    assert len([note for note in notes if note.startswith("Which team goes")]) == 1


BAD = {
    "travel.other_forms=3": "travel.other_forms: expected a list of names of travel, got 3",
    "travel.other_forms=[constnt]": "travel.other_forms: unknown travel 'constnt'; did you mean",
    "travel.other_forms=[los_angeles]": "expected a file with all its keys, got 'los_angeles'",
    "travel.other_forms=[three_towns]": "travel.other_forms.three_towns",
    "travel.form=constant": "travel: form: expected null (a draw sets it), got 'constant'",
}


@pytest.mark.parametrize("override", BAD)
def test_bad_forms_are_one_line(override):
    with pytest.raises(InputError) as caught:
        compose([override])
    assert BAD[override] in str(caught.value)
    assert "\n" not in str(caught.value)
