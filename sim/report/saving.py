"""`sim.save`: the results folder of an answer that was asked for from Python.

It is a function and no method of the answers, because these stand below the reports that show them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.report.answer import Answer
from sim.report.comparison.report import ComparisonReport
from sim.report.draft import draft
from sim.report.experiments.calibrate import CalibrateReport
from sim.report.experiments.curve import CurveReport
from sim.report.experiments.recommend import RecommendReport
from sim.report.experiments.sensitivity import SensitivityReport
from sim.report.experiments.sweep import SweepReport
from sim.report.folder import publish
from sim.report.grant.grant import GrantReport
from sim.report.people.people import PeopleReport
from sim.report.validation.report import ValidationReport
from sim.scenarios.answers.calibration import Calibration
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.answers.people import PeopleAnswer
from sim.scenarios.answers.recommendation import Recommendation
from sim.scenarios.answers.sensitivity import Sensitivity
from sim.scenarios.answers.sweep import Sweep
from sim.scenarios.answers.validation import Validation

Saved = (
    Calibration
    | Comparison
    | Curve
    | GrantAnswer
    | PeopleAnswer
    | Recommendation
    | Sensitivity
    | Sweep
    | Validation
)

REPORTS: dict[type, Callable[..., Answer]] = {
    Calibration: CalibrateReport,
    Comparison: ComparisonReport,
    Curve: CurveReport,
    GrantAnswer: GrantReport,
    PeopleAnswer: PeopleReport,
    Recommendation: RecommendReport,
    Sensitivity: SensitivityReport,
    Sweep: SweepReport,
    Validation: ValidationReport,
}


def save(answer: Saved, folder: str | Path = "results") -> Path:
    """Write what the command of this answer writes, and return the results folder.

    Parameters
    ----------
    answer
        From any function of `sim` that answers, such as `compare` or `grant`.
    folder
        Where the results folder is made, under a name of its own.

    Raises
    ------
    InputError
        If nothing can be written there.
    NotWrittenError
        If the disk is full, or another limit is met.

    Examples
    --------
    >>> import tempfile
    >>> import sim
    >>> with tempfile.TemporaryDirectory() as here:
    ...     folder = sim.save(sim.people(2), here)
    ...     sorted(path.name for path in folder.iterdir())
    ['answer.txt', 'config.yaml', 'full.txt', 'run.json', 'summary.json']
    """
    with draft(Path(folder)) as unfinished:
        return publish(REPORTS[type(answer)](answer), answer.request, unfinished)
