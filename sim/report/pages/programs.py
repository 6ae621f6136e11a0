"""Programs in words: the list, a program's page, and docs/programs.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sim.config import Sourced
from sim.config.groups.program import Figure
from sim.report.rendering import rendered, sentence
from sim.report.table import Group, Table
from sim.report.trees import held_tree
from sim.report.wording import BLANK, interval_name, mean_of, number, percent, range_of
from sim.scenarios.answers.held_out import HeldOut
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
UNTESTED = {
    "input": "given",
    "calibrated": "calibrated",
    "target": "a target, not a count",
    "not_simulated": "not simulated",
}
HEAD = (
    "Figure", "Counts", "Year", "Published", "Role", "Plan", "Simulated", "In a single year",
    "Width", "Tolerance", "Verdict",
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


def program_screen(check: ProgramCheck) -> str:
    """One program on one screen: of its figures those that were used, and each held-out count."""
    program = check.described
    used = [x for x in program.published if x[0].role != "not_simulated"]
    rows = [
        [figure.what, f"{shown(published.value, figure)} ({_year(published)})", ROLES[figure.role]]
        for figure, published in used
        if not figure.repeats
    ][:MOST_FIGURES]
    keys = _assumed_keys(program)
    named = [f"{len(keys)} numbers or groups of them", *keys[:MOST_KEYS]] if keys else ["nothing"]
    return rendered(
        "program_screen.txt",
        check=check,
        program=program,
        figures=Table(("Published", "figure", "role"), [Group(rows)], "lrl"),
        unused=len(program.published) - len(rows),
        assumed=", ".join(named),
        status=status,
        **_words(check),
    )


def program_page(check: ProgramCheck) -> str:
    """One program: how it works, its plans, what is published and assumed, and its caveats."""
    return rendered(
        "program_page.txt",
        check=check,
        program=check.described,
        counted=counted,
        year=_year,
        roles=ROLES,
        status=status,
        span=_span,
        reason=_reason,
        **_words(check),
    )


def _words(check: ProgramCheck) -> dict[str, Any]:
    """What the macro of a held-out figure calls by name."""
    return {
        "shown": shown,
        "simulated": simulated,
        "predicted": predicted,
        "said": said,
        "moved": moved,
        "interval": interval_name(check.confidence_level),
    }


def markdown(checks: Sequence[ProgramCheck]) -> str:
    """Text of docs/programs.md: a section a program that was run, a row a figure."""
    page = rendered(
        "programs.md",
        checks=checks,
        replications=max((check.replications for check in checks), default=0),
        draws=max((check.draws for check in checks), default=0),
        interval=interval_name(checks[0].confidence_level if checks else 0.95),
        unvalidated=UNVALIDATED,
        overview=_overview(checks),
        outcome=outcome,
        figures=_figures,
        moved=moved,
        source=_source,
        span=_span,
        reason=_reason,
    )
    return f"{page}\n"


def programs_json(programs: Sequence[Described]) -> str:
    """One JSON object: every field of the programs."""
    return _json([_tree(program) for program in programs])


def checks_json(checks: Sequence[ProgramCheck]) -> str:
    """One JSON object: every field of the programs, and what each held-out figure comes to."""
    return _json([{**_tree(x.described), "held_out": _held_trees(x)} for x in checks])


def _json(programs: list[dict[str, Any]]) -> str:
    return json.dumps({"programs": programs}, indent=2, ensure_ascii=False)


def _tree(program: Described) -> dict[str, Any]:
    return program.config.program.model_dump(mode="json")


def _held_trees(check: ProgramCheck) -> list[dict[str, Any]]:
    return [
        {
            "what": row.figure.what,
            "measure": row.figure.measure,
            "plan": row.plan,
            "repeats": row.figure.repeats,
            **held_tree(row.held),
            "moved_by": None if row.moved_by is None else asdict(row.moved_by),
        }
        for row in check.rows
        if row.held is not None
    ]


# --- tables of docs/programs.md ------------------------------------------------------------------


def _overview(checks: Sequence[ProgramCheck]) -> Table:
    head = ("Program", "Preset", "Held out", "Verdict", "Moved most by")
    return Table(head, [Group([row for check in checks for row in _overview_rows(check)])], "lllll")


def _overview_rows(check: ProgramCheck) -> Iterator[list[str]]:
    preset = check.described.config.program
    names = [f"[{preset.title}](#{_anchor(preset.title)})", f"`{preset.name}`"]
    for row in check.tested:
        bar = row.moved_by
        cause = BLANK if bar is None else f"`{bar.name}`: {' to '.join(moved(row))}"
        yield [*names, row.figure.what, said(row), cause]
    if not check.tested:
        yield [*names, BLANK, UNVALIDATED, BLANK]


def _anchor(title: str) -> str:
    """Anchor of a heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _figures(check: ProgramCheck) -> Table:
    rows = [_cells(at, row) for at, row in enumerate(check.rows, 1)]
    return Table(HEAD, [Group(rows)], "lllrllrrrrl")


def _cells(at: int, row: Row) -> list[str]:
    figure = row.figure
    return [
        f"{at}. {figure.what}{' (same count)' if figure.repeats else ''}",
        counted(figure),
        _year(row.published),
        shown(row.published.value, figure),
        ROLES[figure.role],
        BLANK if row.plan is None else f"`{row.plan}`",
        simulated(row),
        predicted(row),
        BLANK if row.held is None else _width(row.held),
        _tolerance(figure),
        said(row),
    ]


# --- figures in words ----------------------------------------------------------------------------


def shown(value: float, figure: Figure) -> str:
    """Published value as it was written, with its unit: "13.6%", "$742,000", "1,022"."""
    plain = f"{round(100 * value if figure.share else value, 6):,.10g}"
    if figure.share:
        return f"{plain}%"
    units = {"dollars": f"${plain}", "minutes": f"{plain} min", "hours": f"{plain} h"}
    return units.get(figure.counts, plain)


def counted(figure: Figure) -> str:
    """What a figure counts: "calls", or "share of calls"."""
    return f"share of {figure.counts}" if figure.share else figure.counts


def simulated(row: Row) -> str:
    """Simulated mean at central values with its unit, or a blank."""
    if row.simulated is None or row.simulated.mean is None:
        return BLANK
    factor, mean = _factor(row.figure), row.simulated.mean
    varies = row.simulated.low != row.simulated.high
    words = mean_of(row.simulated, factor) if varies else number(factor * mean)
    return f"{words}{_unit(row.figure)}"


def predicted(row: Row) -> str:
    """Predictive interval with its unit, or a blank."""
    span = BLANK if row.held is None else range_of(row.held.predicted, _factor(row.figure), "–")
    return span if span == BLANK else f"{span}{_unit(row.figure)}"


def moved(row: Row) -> list[str]:
    """What a figure comes to at both ends of the assumption that moves it most."""
    ends = (row.moved_by.at_low, row.moved_by.at_high) if row.moved_by else ()
    return [f"{number(_factor(row.figure) * end)}{_unit(row.figure)}" for end in ends]


def _factor(figure: Figure) -> float:
    return 100.0 if figure.share else 1.0


def _unit(figure: Figure) -> str:
    return "%" if figure.share else ""


def _width(held: HeldOut) -> str:
    return BLANK if held.width_share is None else percent(held.width_share)


def said(row: Row) -> str:
    """Verdict in words; a vague one says that it is weak evidence."""
    if row.held is None:
        return UNTESTED[row.figure.role]
    verdict = row.held.verdict
    if verdict is None:
        return "no verdict: no predictive interval"
    return f"{verdict} (weak evidence)" if verdict == "consistent but vague" else verdict


def outcome(check: ProgramCheck) -> str:
    """Verdict on a whole program: those on its held-out figures, or that it has none."""
    return "; ".join(said(row) for row in check.tested) or UNVALIDATED


def status(program: Described) -> str:
    """What could be checked of a program, or that nothing could."""
    if not program.config.program.figures:
        return "nothing: no program, and no figure published"
    if not program.held_out:
        return f"nothing: {UNVALIDATED}"
    return "; ".join(f"{x.what}, tolerance {_tolerance(x)}" for x in program.held_out)


def _tolerance(figure: Figure) -> str:
    share = figure.tolerance_share
    return BLANK if share is None else f"{100 * share.value:g}%"


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
    figure, held = row.figure, row.held
    explained = held is not None and held.verdict == "inconsistent" and not figure.repeats
    parts = [row.published.source, "" if explained else figure.note]
    if figure.tolerance_share is not None and not figure.repeats:
        parts.append(f"Tolerance: {figure.tolerance_share.source}")
    return " ".join(sentence(part) for part in parts if part)
