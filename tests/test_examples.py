"""The example of every public name, run as it is printed."""

import doctest

import pytest

import sim

NAMES = sorted(set(sim.__all__) - {"__version__"})


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_public_name_runs(name: str) -> None:
    # A dictionary has no docstring of its own; what it holds has.
    documented = type(sim.MEASURES["reach_share"]) if name == "MEASURES" else getattr(sim, name)
    examples = doctest.DocTestFinder(recurse=False).find(documented, name, globs={})
    run = [x for example in examples for x in example.examples if doctest.SKIP not in x.options]
    assert run
    for example in examples:
        report: list[str] = []
        doctest.DocTestRunner(verbose=False).run(example, out=report.append)
        assert not report, "".join(report)
