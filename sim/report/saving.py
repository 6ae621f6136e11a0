"""`sim.save` and `sim.figures`: the results folder and the figures of an answer.

They are functions and no methods of the answers, because these stand below the reports.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

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
from sim.report.verification.report import VerificationReport
from sim.scenarios.answers.calibration import Calibration
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve
from sim.scenarios.answers.grant import GrantAnswer
from sim.scenarios.answers.people import PeopleAnswer
from sim.scenarios.answers.recommendation import Recommendation
from sim.scenarios.answers.sensitivity import Sensitivity
from sim.scenarios.answers.sweep import Sweep
from sim.scenarios.answers.validation import Validation
from sim.scenarios.answers.verification import Verification

if TYPE_CHECKING:
    from sim.report.drawing import Drawing

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
    | Verification
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
    Verification: VerificationReport,
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


def figures(answer: Saved) -> dict[str, Drawing]:
    """Draw the figures of an answer, by the name of their file in the results folder.

    A notebook shows one that a cell ends with; its `figure` is matplotlib's.

    Parameters
    ----------
    answer
        From any function of `sim` that answers, but `fit`, whose answer draws its own.

    Examples
    --------
    >>> import sim
    >>> curve = sim.curve("1..3", overrides=["run=smoke"], replications=2, draws=0)
    >>> list(sim.figures(curve))
    ['reach', 'cost']
    """
    from sim.report.drawing import drawings  # noqa: PLC0415 - matplotlib is slow to load

    return drawings(REPORTS[type(answer)](answer).figures())
