"""The example of every public name, and of every function below the scenarios, run as printed."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import sim
from sim.scenarios.calibration import posterior

ROOMS = ("model", "config", "report", "history")  # those whose examples are quick
PACKAGE = Path(sim.__file__).parent
MODULES = sorted(
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in (
        *PACKAGE.glob("*.py"),
        *(x for room in ROOMS for x in (PACKAGE / room).rglob("*.py")),
    )
    if ">>> " in file.read_text("utf-8")
)
NAMES = sorted(set(sim.__all__) - {"__version__"})


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_public_name_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "CHECKED", 10)  # it is the form that is tried
    monkeypatch.setattr(posterior, "KEPT", 60)
    # A dictionary has no docstring of its own; what it holds has.
    documented = type(sim.MEASURES["reach_share"]) if name == "MEASURES" else getattr(sim, name)
    examples = doctest.DocTestFinder(recurse=False).find(documented, name, globs={})
    run = [x for example in examples for x in example.examples if doctest.SKIP not in x.options]
    assert run
    for example in examples:
        report: list[str] = []
        doctest.DocTestRunner(verbose=False).run(example, out=report.append)
        assert not report, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
