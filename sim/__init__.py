"""Staffing of mental-health co-responder teams, simulated: `sim.compare(17, 12)`.

The public names are imported when first asked for, so that `import sim` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.config import InputError
    from sim.model.measures.measure import MEASURES
    from sim.model.simulation import simulate
    from sim.scenarios.answers import Comparison, Difference, PlanResult
    from sim.scenarios.api import compare, grant, people, programs, run
    from sim.scenarios.grant import GrantAnswer
    from sim.scenarios.intervals import DifferenceInterval, Interval
    from sim.scenarios.people.people import PeopleAnswer
    from sim.scenarios.scenario import Scenario

    __version__: str

__all__ = [
    "MEASURES",
    "Comparison",
    "Difference",
    "DifferenceInterval",
    "GrantAnswer",
    "InputError",
    "Interval",
    "PeopleAnswer",
    "PlanResult",
    "Scenario",
    "__version__",
    "compare",
    "grant",
    "people",
    "programs",
    "run",
    "simulate",
]

_HOMES = {
    "sim.config": ["InputError"],
    "sim.model.measures.measure": ["MEASURES"],
    "sim.model.simulation": ["simulate"],
    "sim.scenarios.api": ["compare", "grant", "people", "programs", "run"],
    "sim.scenarios.grant": ["GrantAnswer"],
    "sim.scenarios.people.people": ["PeopleAnswer"],
    "sim.scenarios.answers": ["Comparison", "Difference", "PlanResult"],
    "sim.scenarios.scenario": ["Scenario"],
    "sim.scenarios.intervals": ["DifferenceInterval", "Interval"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name from the room it lives in."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - slow to import

        return version("coresponder-sim")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    found = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Names that can be asked for."""
    return sorted({*globals(), *__all__})
