"""Figures of a comparison: each says what it found in its title."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from sim.report.comparison.figures.changes import changes
from sim.report.comparison.figures.gaps import coverage_gaps
from sim.report.comparison.figures.lost import lost_calls
from sim.report.comparison.figures.response import response_times
from sim.report.comparison.figures.tornado import tornado
from sim.report.drawing import STYLE
from sim.scenarios.answers.comparison import Comparison


def drawn(comparison: Comparison) -> dict[str, Figure]:
    """Every figure that there is something to show in, by name."""
    with mpl.rc_context(STYLE):
        figures = {
            "costs_and_changes": changes(comparison),
            "response_times": response_times(comparison),
            "lost_calls": lost_calls(comparison),
            "coverage_gaps": coverage_gaps(comparison),
            "tornado": tornado(comparison),
        }
    return {name: figure for name, figure in figures.items() if figure is not None}
