"""What the page shows of answers and inputs: sections, figures, the roster's week, the words."""

from __future__ import annotations

import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim.app.inputs import Inputs
from sim.app.runs import STAGES, Run
from sim.config import compose, names, program_names, staffing
from sim.config.plans import StaffingPlan
from sim.identical import Identical
from sim.model.measures.dictionary import MEASURES, Measure
from sim.report.comparison.page import section_of
from sim.report.experiments.curve import section_of as curve_section_of
from sim.scenarios.answers.calibration import Calibration
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve
from sim.scenarios.people.week import Week, week_of

FIGURES = ("response_times", "coverage_gaps", "lost_calls", "costs_and_changes", "tornado")
KEPT = 12  # answers whose figures are kept
_DRAWING = threading.Lock()  # matplotlib has one style for all threads


class Programs(NamedTuple):
    """What can be chosen: programs by name with their titles, and staffing plans."""

    titles: dict[str, str]
    plans: dict[str, str]


def programs() -> Programs:
    """Programs and plans that come with the product."""
    titles = {name: compose([f"program={name}"]).program.title for name in program_names()}
    plans: list[StaffingPlan] = [staffing(name) for name in names("staffing")]
    return Programs(titles, {plan.name: plan.title or plan.name for plan in plans})


def section(run: Run) -> str:
    """HTML of the newest answer of a run."""
    comparison = run.comparison
    if comparison is None:
        return ""
    at = f"/answer/{run.id}/figure"
    stamp = f"?made={run.made}"
    beside = ""
    if run.curve is not None:
        first = run.inputs.plans[0]
        figures = {"reach": f"{at}/curve_reach.svg{stamp}"}
        beside = curve_section_of(run.curve, figures, int(first) if first.isdigit() else None)
    brief = run.made == STAGES[0].name  # of few years: figures and tables come with the next
    names = [] if brief else FIGURES
    drawn = {name: f"{at}/{name}.svg{stamp}" for name in names if _is_there(name, comparison)}
    unfinished = run.made != STAGES[-1].name and not run.is_over
    return section_of(comparison, drawn, beside, brief=brief, unfinished=unfinished)


def _is_there(name: str, comparison: Comparison) -> bool:
    """Whether there is something to show, told without drawing it."""
    if name == "tornado":
        return comparison.economics is not None and bool(comparison.economics.tornado)
    reached = any(plan.sample.histogram.sum() for plan in comparison.main.plans)
    return name != "response_times" or reached


def _drawn(answer: Comparison | Curve | Calibration) -> dict[str, bytes]:
    """Figures of an answer; a page asks for all at once, and the first request draws them."""
    with _DRAWING:
        return _drawn_once(Identical(answer))


@lru_cache(maxsize=KEPT)
def _drawn_once(of: Identical[Comparison | Curve | Calibration]) -> dict[str, bytes]:
    from sim.report.comparison.figures import drawn  # noqa: PLC0415 - slow to load
    from sim.report.drawing import as_svg  # noqa: PLC0415
    from sim.report.experiments.calibrate_figures import drawn as drawn_of_draws  # noqa: PLC0415
    from sim.report.experiments.curve_figures import drawn as drawn_of_curve  # noqa: PLC0415

    answer = of.value
    if isinstance(answer, Calibration):
        return as_svg(drawn_of_draws(answer))
    return as_svg(drawn_of_curve(answer) if isinstance(answer, Curve) else drawn(answer))


def figures_of(comparison: Comparison) -> dict[str, bytes]:
    """Figures of a comparison as SVG, by name."""
    return _drawn(comparison)


def curve_figures(curve: Curve) -> dict[str, bytes]:
    """Figures of a curve as SVG, by name."""
    return _drawn(curve)


def calibration_figures(answer: Calibration) -> dict[str, bytes]:
    """Figures of a calibration as SVG, by name."""
    return _drawn(answer)


def weeks_of(inputs: Inputs, config_dir: Path | None) -> dict[str, Week]:
    """Week of each roster of some inputs by its title, against the calls of their city."""
    with tempfile.TemporaryDirectory() as here:
        inputs.write_files(Path(here))
        config = compose(inputs.overrides, config_dir or Path(here))
        plans = [staffing(name, Path(here)) for name in inputs.rosters]
    return {plan.title: week_of(plan, config) for plan in plans}


def glossary() -> dict[str, Measure]:
    """Measures by name."""
    return MEASURES
