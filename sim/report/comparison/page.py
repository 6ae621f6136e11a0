"""The answer as one HTML file that stands alone and can be printed."""

from __future__ import annotations

from sim.report.comparison.cells import cell_tables
from sim.report.comparison.full import side_tables
from sim.report.comparison.screen import parts_of
from sim.report.rendering import rendered
from sim.scenarios.answers.comparison import Comparison


def page_of(comparison: Comparison) -> str:
    """HTML of the screen, and of the table of each plan and difference under it."""
    sides, cells = side_tables(comparison), cell_tables(comparison)
    page = rendered("compare_page.html", **parts_of(comparison), sides=sides, cells=cells)
    return f"{page}\n"
