"""The example of every public name, run as it is printed."""

import doctest

import pytest

import sim
from sim.scenarios.calibration import posterior

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
