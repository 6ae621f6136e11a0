"""The answer as HTML: one file that stands alone and can be printed, and a part of a page."""

from __future__ import annotations

from collections.abc import Mapping

from sim.report.comparison.cells import cell_tables
from sim.report.comparison.full import side_tables
from sim.report.comparison.screen import parts_of, titled
from sim.report.money.tornado import tornado_tables
from sim.report.pages.alone import FILE, alone, inside
from sim.report.rendering import rendered
from sim.report.verification.record import record
from sim.scenarios.answers.comparison import Comparison
from sim.scenarios.answers.curve import Curve

__all__ = ["FILE", "page_alone", "page_of", "section_of"]


def page_of(comparison: Comparison) -> str:
    """HTML of the screen, and of the table of each plan and difference under it."""
    page = rendered(
        "compare_page.html",
        **parts_of(comparison),
        sides=side_tables(comparison),
        cells=cell_tables(comparison),
        verified=record(),
    )
    return f"{page}\n"


def section_of(
    comparison: Comparison,
    figures: Mapping[str, str],
    beside: str = "",
    *,
    brief: bool = False,
    unfinished: bool = False,
) -> str:
    """HTML of the answer as a part of a page, with the figures that there are.

    Parameters
    ----------
    comparison
        The answer.
    figures
        Address of each figure by its name.
    beside
        HTML of what each post more buys, if that is there.
    brief
        Whether only the finding and the rows that decide are shown.
    unfinished
        Whether the assumptions are still being drawn, so that ranges will widen.
    """
    section = rendered(
        "compare_section.html",
        **parts_of(comparison),
        brief=brief,
        unfinished=unfinished,
        sides=[] if brief else side_tables(comparison),
        cells=[] if brief else cell_tables(comparison),
        tornados=[] if brief else tornado_tables(comparison),
        unknowns=[] if comparison.draws is None else comparison.draws.unknowns,
        figures=figures,
        titled=titled,
        beside=beside,
        verified=record(),
    )
    return section.replace("−$", "−\N{WORD JOINER}$")  # a line may not end in a sign


def page_alone(comparison: Comparison, curve: Curve | None = None) -> str:
    """HTML of one file that stands alone, with a curve and its slider if there is one."""
    from sim.report.comparison.figures import drawn  # noqa: PLC0415 - matplotlib is slow to load
    from sim.report.experiments.curve import section_of as section_of_curve  # noqa: PLC0415
    from sim.report.experiments.curve_figures import drawn as drawn_of_curve  # noqa: PLC0415

    figures = inside(drawn(comparison))
    beside = "" if curve is None else section_of_curve(curve, inside(drawn_of_curve(curve)))
    title = f"{' or '.join(plan.name for plan in comparison.main.plans)}?"
    return alone(title, section_of(comparison, figures, beside), comparison.request)
