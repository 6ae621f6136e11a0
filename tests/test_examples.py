"""The example of every public name, run as it is printed."""

import doctest

import pytest

import sim

NAMES = sorted(set(sim.__all__) - {"MEASURES", "__version__"})  # data, without a docstring


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_public_name_runs(name: str) -> None:
    examples = doctest.DocTestFinder(recurse=False).find(getattr(sim, name), name, globs={})
    assert sum(len(example.examples) for example in examples) > 0
    for example in examples:
        report: list[str] = []
        doctest.DocTestRunner(verbose=False).run(example, out=report.append)
        assert not report, "".join(report)
