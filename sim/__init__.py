"""Staffing of mental-health co-responder teams, simulated: `sim.compare(17, 12)`.

The public names are imported when first asked for, so that `import sim` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.config import InputError
    from sim.config.compose import compose, staffing
    from sim.fits import Fit, fit
    from sim.model.measures.measure import MEASURES
    from sim.model.simulation import simulate
    from sim.report.saving import figures, save
    from sim.scenarios.answers.calibration import Calibration
    from sim.scenarios.answers.comparison import Comparison, Difference, PlanResult
    from sim.scenarios.answers.curve import Curve
    from sim.scenarios.answers.grant import GrantAnswer
    from sim.scenarios.answers.intervals import DifferenceInterval, Interval
    from sim.scenarios.answers.people import PeopleAnswer
    from sim.scenarios.answers.recommendation import Recommendation
    from sim.scenarios.answers.sensitivity import Sensitivity
    from sim.scenarios.answers.sweep import Sweep
    from sim.scenarios.answers.validation import Validation
    from sim.scenarios.answers.verification import Verification
    from sim.scenarios.calibration.calibrate import calibrate
    from sim.scenarios.comparison.compare import compare, run
    from sim.scenarios.evidence.programs import programs
    from sim.scenarios.experiments.curve import curve
    from sim.scenarios.experiments.recommend.recommend import recommend
    from sim.scenarios.experiments.sensitivity import sensitivity
    from sim.scenarios.experiments.sweep.sweep import sweep
    from sim.scenarios.grant.grant import grant
    from sim.scenarios.people.people import people
    from sim.scenarios.scenario import Scenario
    from sim.scenarios.validation.validate import validate
    from sim.scenarios.verification.verify import verify

    __version__: str

__all__ = [
    "MEASURES",
    "Calibration",
    "Comparison",
    "Curve",
    "Difference",
    "DifferenceInterval",
    "Fit",
    "GrantAnswer",
    "InputError",
    "Interval",
    "PeopleAnswer",
    "PlanResult",
    "Recommendation",
    "Scenario",
    "Sensitivity",
    "Sweep",
    "Validation",
    "Verification",
    "__version__",
    "calibrate",
    "compare",
    "compose",
    "curve",
    "figures",
    "fit",
    "grant",
    "people",
    "programs",
    "recommend",
    "run",
    "save",
    "sensitivity",
    "simulate",
    "staffing",
    "sweep",
    "validate",
    "verify",
]

_HOMES = {
    "sim.config": ["InputError", "compose", "staffing"],
    "sim.fits": ["Fit", "fit"],
    "sim.model.measures.measure": ["MEASURES"],
    "sim.model.simulation": ["simulate"],
    "sim.report.saving": ["figures", "save"],
    "sim.scenarios.answers.calibration": ["Calibration"],
    "sim.scenarios.answers.comparison": ["Comparison", "Difference", "PlanResult"],
    "sim.scenarios.answers.curve": ["Curve"],
    "sim.scenarios.answers.grant": ["GrantAnswer"],
    "sim.scenarios.answers.intervals": ["DifferenceInterval", "Interval"],
    "sim.scenarios.answers.people": ["PeopleAnswer"],
    "sim.scenarios.answers.recommendation": ["Recommendation"],
    "sim.scenarios.answers.sensitivity": ["Sensitivity"],
    "sim.scenarios.calibration.calibrate": ["calibrate"],
    "sim.scenarios.comparison.compare": ["compare", "run"],
    "sim.scenarios.evidence.programs": ["programs"],
    "sim.scenarios.experiments.curve": ["curve"],
    "sim.scenarios.experiments.recommend.recommend": ["recommend"],
    "sim.scenarios.experiments.sensitivity": ["sensitivity"],
    "sim.scenarios.answers.sweep": ["Sweep"],
    "sim.scenarios.experiments.sweep.sweep": ["sweep"],
    "sim.scenarios.grant.grant": ["grant"],
    "sim.scenarios.people.people": ["people"],
    "sim.scenarios.answers.validation": ["Validation"],
    "sim.scenarios.scenario": ["Scenario"],
    "sim.scenarios.validation.validate": ["validate"],
    "sim.scenarios.answers.verification": ["Verification"],
    "sim.scenarios.verification.verify": ["verify"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name from the room it lives in."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - slow to import

        return version("coresponder-sim")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Names that can be asked for."""
    return sorted({*globals(), *__all__})
