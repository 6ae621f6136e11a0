"""Programs in words: the list, a program's page, and docs/programs.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from sim.config import Sourced
from sim.config.groups.program import Figure
from sim.report.rendering import rendered, sentence
from sim.report.table import Group, Table
from sim.report.wording import BLANK, interval_name, number, range_of, size_of
from sim.scenarios.answers.intervals import INTERVAL_LABEL, Interval
from sim.scenarios.answers.programs import Described, ProgramCheck, Row

MOST_FIGURES, MOST_KEYS = 8, 4  # on the first screen
UNVALIDATED = "illustrative, not validated"
ROLES = {
    "input": "input",
    "calibrated": "calibrated",
    "held_out": "held out",
    "target": "target",
    "not_simulated": "not simulated",
}
HEAD = (
    "Figure", "Counts", "Year", "Published", "Role", "Plan", "Simulated", "Tolerance", "Verdict",
)  # fmt: skip


# --- pages ---------------------------------------------------------------------------------------


def program_list(programs: Sequence[Described]) -> str:
    """Every program on a line: its title, and how many of its figures could be checked."""
    rows = [_listed(program) for program in programs]
    head = ("Name", "Program", "Published", "Held out")
    return rendered("program_list.txt", programs=programs, list=Table(head, [Group(rows)], "llrr"))


def _listed(program: Described) -> list[str]:
    preset = program.config.program
    published = [figure for figure in preset.figures if not figure.repeats]
    return [preset.name, preset.title, number(len(published)), number(len(program.held_out))]


def program_list_in_full(programs: Sequence[Described]) -> str:
    """Every program: what is published, what is assumed, and what could be checked."""
    return rendered("program_list_full.txt", programs=programs, keys=_assumed_keys, status=status)


def program_screen(program: Described) -> str:
    """One program on one screen: of its figures those that were used."""
    used = [x for x in program.published if x[0].role != "not_simulated"][:MOST_FIGURES]
    rows = [
        [figure.what, f"{shown(published.value, figure)} ({_year(published)})", ROLES[figure.role]]
        for figure, published in used
    ]
    keys = _assumed_keys(program)
    named = [f"{len(keys)} numbers or groups of them", *keys[:MOST_KEYS]] if keys else ["nothing"]
    return rendered(
        "program_screen.txt",
        program=program,
        figures=Table(("Published", "figure", "role"), [Group(rows)], "lrl"),
        unused=len(program.published) - len(used),
        assumed=", ".join(named),
        status=status,
    )


def program_page(program: Described) -> str:
    """One program: how it works, its plans, what is published and assumed, and its caveats."""
    return rendered(
        "program_page.txt",
        program=program,
        shown=shown,
        counted=counted,
        year=_year,
        roles=ROLES,
        status=status,
        span=_span,
        reason=_reason,
    )


def markdown(checks: Sequence[ProgramCheck]) -> str:
    """Text of docs/programs.md: a section a program that was run, a row a figure."""
    page = rendered(
        "programs.md",
        checks=checks,
        replications=max((check.replications for check in checks), default=0),
        interval=interval_name(checks[0].confidence_level if checks else 0.95),
        label=INTERVAL_LABEL,
        unvalidated=UNVALIDATED,
        overview=_overview(checks),
        outcome=outcome,
        figures=_figures,
        verdict=said,
        ends=_ends,
        source=_source,
        span=_span,
        reason=_reason,
    )
    return f"{page}\n"


def programs_json(programs: Sequence[Described]) -> str:
    """One JSON object: every field of the programs."""
    trees = [program.config.program.model_dump(mode="json") for program in programs]
    return json.dumps({"programs": trees}, indent=2, ensure_ascii=False)


# --- tables of docs/programs.md ------------------------------------------------------------------


def _overview(checks: Sequence[ProgramCheck]) -> Table:
    head = ("Program", "Preset", "Held out", "Verdict", "Over the range of its main assumption")
    return Table(head, [Group([row for check in checks for row in _overview_rows(check)])], "lllll")


def _overview_rows(check: ProgramCheck) -> Iterator[list[str]]:
    preset = check.described.config.program
    names = [f"[{preset.title}](#{_anchor(preset.title)})", f"`{preset.name}`"]
    for row in check.tested:
        ends = BLANK if row.at_ends is None else " to ".join(_ends(row))
        yield [*names, row.figure.what, said(row), ends]
    if not check.tested:
        yield [*names, BLANK, UNVALIDATED, BLANK]


def _anchor(title: str) -> str:
    """Anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _figures(check: ProgramCheck) -> Table:
    rows = [_cells(at, row) for at, row in enumerate(check.rows, 1)]
    return Table(HEAD, [Group(rows)], "lllrllrrl")


def _cells(at: int, row: Row) -> list[str]:
    figure = row.figure
    return [
        f"{at}. {figure.what}{' (same count)' if figure.repeats else ''}",
        counted(figure),
        _year(row.published),
        shown(row.published.value, figure),
        ROLES[figure.role],
        BLANK if row.plan is None else f"`{row.plan}`",
        simulated(row.simulated, figure),
        _tolerance(figure),
        said(row),
    ]


# --- figures in words ----------------------------------------------------------------------------


def shown(value: float, figure: Figure) -> str:
    """Published value as it was written, with its unit: "13.6 %", "$742,000", "1,022"."""
    plain = f"{round(100 * value if figure.share else value, 6):,.10g}"
    if figure.share:
        return f"{plain} %"
    units = {"dollars": f"${plain}", "minutes": f"{plain} min", "hours": f"{plain} h"}
    return units.get(figure.counts, plain)


def counted(figure: Figure) -> str:
    """What a figure counts: "calls", or "share of calls"."""
    return f"share of {figure.counts}" if figure.share else figure.counts


def simulated(interval: Interval | None, figure: Figure) -> str:
    """Simulated mean and interval with their unit, or a blank."""
    if interval is None or interval.mean is None:
        return BLANK
    factor, unit = (100.0, " %") if figure.share else (1.0, "")
    if interval.low is None or interval.low == interval.high:
        return f"{number(factor * interval.mean)}{unit}"
    mean = number(factor * interval.mean, size_of(interval, factor))
    return f"{mean} ({range_of(interval, factor, '–')}){unit}"


def _ends(row: Row) -> list[str]:
    """Simulated means of a row at both ends of the assumption that it depends on most."""
    return [simulated(Interval(x, None, None, 1), row.figure) for x in row.at_ends or ()]


def said(row: Row) -> str:
    """Verdict in words, and of a held-out row by how many percent it is off."""
    if row.figure.role != "held_out":
        return row.verdict
    if row.off_share is None:
        return f"{row.verdict}: nothing to compare"
    percents = round(100 * abs(row.off_share))
    way = "above" if row.off_share > 0 else "below"
    return f"{row.verdict}: {f'{percents} % {way}' if percents else 'less than 1 % off'}"


def outcome(check: ProgramCheck) -> str:
    """Verdict on a whole program: those on its held-out figures, or that it has none."""
    return "; ".join(said(row) for row in check.tested) or UNVALIDATED


def status(program: Described) -> str:
    """What could be checked of a program, or that nothing could."""
    if not program.config.program.figures:
        return "nothing: no program, and no figure published"
    if not program.held_out:
        return f"nothing: {UNVALIDATED}"
    return "; ".join(f"{figure.what}, within {_tolerance(figure)}" for figure in program.held_out)


def _tolerance(figure: Figure) -> str:
    share = figure.tolerance_share
    return BLANK if share is None else f"{100 * share.value:g} %"


def _year(published_number: Sourced) -> str:
    return BLANK if published_number.year is None else str(published_number.year)


def _span(assumed: Sourced) -> str:
    low, high = assumed.low, assumed.high
    around = "" if low is None or high is None else f" ({low:,g} to {high:,g})"
    return f"{assumed.value:,g}{around}"


# --- sources -------------------------------------------------------------------------------------


def _assumed_keys(program: Described) -> list[str]:
    """Keys that only this program assumes; of a plan's lines, the plan alone."""
    keys = (assumption.keys[0].partition(".lines.")[0] for assumption in program.own)
    return list(dict.fromkeys(keys))


def _reason(assumed: Sourced) -> str:
    return assumed.source.removeprefix("assumption: ").removeprefix("assumption ")


def _source(row: Row) -> str:
    """Where a figure is from and its note, unless a miss was explained with that already."""
    figure = row.figure
    explained = row.verdict == "not reproduced" and not figure.repeats
    parts = [row.published.source, "" if explained else figure.note]
    if figure.tolerance_share is not None and not figure.repeats:
        parts.append(f"Tolerance: {figure.tolerance_share.source}")
    return " ".join(sentence(part) for part in parts if part)
