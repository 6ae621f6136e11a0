"""What is asked of a verb: options declared once, and plans that need not be named."""

from __future__ import annotations

import re
import shlex

import pytest

import sim
from sim import cli
from sim.config import InputError
from sim.scenarios.request import Compared, Drawn, Request, Uncertain, options_of

BRIEF = ["run.window_days=7", "run.replications=2", "run.draws=0", "run.cores=1"]


@pytest.mark.parametrize(
    ("verb", "kinds"), [("compare", (Drawn, Compared)), ("run", (Drawn, Compared))]
)
def test_the_command_line_has_every_option_that_is_declared(verb, kinds, capsys):
    assert cli.main([verb, "--help"]) == 0
    shown = set(re.findall(r"--([a-z][\w-]*)", capsys.readouterr().out))
    declared = {name.replace("_", "-") for kind in kinds for name in options_of(kind)}
    assert shown == declared | {"help", "no-figures", "no-store"}


def test_a_verb_has_no_option_that_it_does_not_use(capsys):
    assert cli.main(["grant", "--help"]) == 0
    assert not {"figures", "ledger"} & set(options_of(Uncertain))
    assert "--ledger" not in capsys.readouterr().out


def test_options_short_for_a_key_are_overrides_and_the_rest_is_kept():
    given = {"seed": 3, "draws": None, "program": "aurora", "overrides": ["a=b"], "trace": True}
    request = Request.of("run", [5], given)
    assert request.plans == ("5",)
    assert sorted(request.overrides) == ["a=b", "program=aurora", "run.seed=3"]
    assert request.words == ["--trace"]


def test_a_request_says_its_options_as_they_are_typed():
    request = Request.of(
        "people", [], {"config_dir": "mine", "figures": False}, {"clinicians": 3, "officers": None}
    )
    assert request.words == shlex.split("--config-dir mine --no-figures --clinicians 3")


def test_an_option_that_is_not_there_is_refused():
    with pytest.raises(TypeError, match="drawz"):
        sim.compare(3, 2, drawz=3)


# --- plans that are not named ---------------------------------------------------------------------


def test_the_plans_of_a_program_need_not_be_named():
    given = {"program": "aurora", "overrides": BRIEF, "check": "none"}
    own = sim.people(program="aurora").config.program.plans
    assert [plan.plan.name for plan in sim.people(program="aurora").plans] == own
    assert [plan.name for plan in sim.run(**given).main.plans] == own[:1]
    assert [plan.name for plan in sim.compare(**given).main.plans] == own
    assert [plan.name for plan in sim.compare(6, **given).main.plans] == ["6", own[0]]
    assert sim.grant(**given).plan.name == own[0]


@pytest.mark.parametrize("verb", ["compare", "run", "people", "grant"])
def test_without_plan_and_program_it_is_said_what_to_type(verb):
    ask = getattr(sim, verb)
    with pytest.raises(InputError, match=rf"^{verb}: expected .*; type coresponder {verb} \d"):
        ask()


def test_one_override_of_python_need_not_be_in_a_list() -> None:
    one, listed = (
        Request.of("run", (2,), {"overrides": x}) for x in ("run.seed=3", ["run.seed=3"])
    )
    assert one == listed
    assert one.overrides == ("run.seed=3",)
