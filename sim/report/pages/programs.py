"""Programs in words: the list, a program's page, and docs/programs.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from sim.config import Sourced
from sim.config.groups.program import Figure, Program
from sim.report.wording import BLANK, WIDTH, interval_name, number, range_of, size_of, wrapped
from sim.scenarios.evidence.programs import (
    Assumption,
    Described,
    ProgramCheck,
    Row,
    number_at,
    published,
)
from sim.scenarios.intervals import INTERVAL_LABEL, Interval

GAP = "  "
UNVALIDATED = "illustrative, not validated"
ROLES = {
    "input": "input",
    "calibrated": "calibrated",
    "held_out": "held out",
    "target": "target",
    "not_simulated": "not simulated",
}


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


def simulated(found: Interval | None, figure: Figure) -> str:
    """Simulated mean and interval with their unit, or a blank."""
    if found is None or found.mean is None:
        return BLANK
    factor, unit = (100.0, " %") if figure.share else (1.0, "")
    if found.low is None or found.low == found.high:
        return f"{number(factor * found.mean)}{unit}"
    mean = number(factor * found.mean, size_of(found, factor))
    return f"{mean} ({range_of(found, factor, '–')}){unit}"


def said(row: Row) -> str:
    """Verdict in words, and of a held-out row by how many percent it is off."""
    if row.figure.role != "held_out":
        return row.verdict
    if row.off_share is None:
        return f"{row.verdict}: nothing to compare"
    percents = round(100 * abs(row.off_share))
    way = "above" if row.off_share > 0 else "below"
    return f"{row.verdict}: {f'{percents} % {way}' if percents else 'less than 1 % off'}"


def status(told: Described) -> str:
    """What could be checked of a program, or that nothing could."""
    if not told.config.program.figures:
        return "nothing: no program, and no figure published"
    if not told.held_out:
        return f"nothing: {UNVALIDATED}"
    return "; ".join(f"{x.what}, within {_tolerance(x)}" for x in told.held_out)


def _tolerance(figure: Figure) -> str:
    share = figure.tolerance_share
    return BLANK if share is None else f"{100 * share.value:g} %"


def _year(number: Sourced) -> str:
    return BLANK if number.year is None else str(number.year)


def _span(assumed: Sourced) -> str:
    low, high = assumed.low, assumed.high
    around = "" if low is None or high is None else f" ({low:,g} to {high:,g})"
    return f"{assumed.value:,g}{around}"


# --- the list ------------------------------------------------------------------------------------


def program_list(programs: Sequence[Described]) -> str:
    """Every program: what is published, what is assumed, and what could be checked."""
    return "\n\n".join("\n".join(_listed(told)) for told in programs)


def _listed(told: Described) -> Iterator[str]:
    program = told.config.program
    yield f"{program.name}{GAP}{program.title}"
    yield _item("published", _published(told))
    yield _item("assumed", _assumed_keys(told))
    yield _item("could be checked", status(told))


def _published(told: Described) -> str:
    figures = told.config.program.figures
    if not figures:
        return "nothing"
    used = [x.what for x in figures if x.role != "not_simulated" and not x.repeats]
    others = (
        f"; and {n} not simulated" if (n := sum(x.role == "not_simulated" for x in figures)) else ""
    )
    return f"{'; '.join(used)}{others}"


def _assumed_keys(told: Described) -> str:
    keys = [one.keys[0].partition(".lines.")[0] for one in told.own]
    any_city = f"{told.shared} numbers that any city would have"
    return f"{', '.join(dict.fromkeys(keys))}; and {any_city}" if keys else any_city


def _item(name: str, text: str) -> str:
    return wrapped(f"{name}: {text}", "  ", "    ")


# --- a page --------------------------------------------------------------------------------------


def program_page(told: Described) -> str:
    """One program: how it works, its plans, what is published, what is assumed, what to know."""
    program = told.config.program
    blocks = [
        [f"{program.name}: {program.title}"],
        _block("How it works", [wrapped(line, "- ", "  ") for line in program.how]),
        _block("Plans", [_plan(plan.name, plan.title) for plan in told.plans]),
        _block("Published", [_figure(told, figure) for figure in program.figures]),
        _block(
            "Assumed here, beside what any city would have", [_assumption(one) for one in told.own]
        ),
        _block("Assumed as for any city", [f"{told.shared} numbers, in configs/"]),
        _block("Calibrated", [_calibrated(told)]),
        _block("Could be checked", [wrapped(status(told))]),
        _block("To know", [wrapped(note, "- ", "  ") for note in program.notes]),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _block(title: str, lines: list[str]) -> list[str]:
    return [title, "-" * min(len(title), WIDTH), *lines] if lines else []


def _plan(name: str, title: str) -> str:
    return wrapped(f"{name}: {title}", "- ", "  ")


def _figure(told: Described, figure: Figure) -> str:
    value = published(told.config, figure)
    words = [
        f"{figure.what}: {shown(value.value, figure)} ({counted(figure)}, {_year(value)};",
        f"{ROLES[figure.role]}). {_sentence(value.source)}",
    ]
    note = [figure.note] if figure.note else []
    return wrapped(" ".join([*words, *note]), "- ", "  ")


def _assumption(one: Assumption) -> str:
    others = f" and {len(one.keys) - 1} more" if len(one.keys) > 1 else ""
    text = f"{one.keys[0]}{others} = {_span(one.number)}: {_reason(one.number)}"
    return wrapped(text, "- ", "  ")


def _reason(assumed: Sourced) -> str:
    return assumed.source.removeprefix("assumption: ").removeprefix("assumption ")


def _calibrated(told: Described) -> str:
    chosen = told.config.program.calibrated
    if chosen is None:
        return "nothing"
    return wrapped(f"{chosen.key} = {_span(number_at(told.config, chosen.key))}: {chosen.why}")


def programs_json(programs: Sequence[Described]) -> str:
    """One JSON object: every field of the programs."""
    trees = [told.config.program.model_dump(mode="json") for told in programs]
    return json.dumps({"programs": trees}, indent=2, ensure_ascii=False)


# --- docs/programs.md ----------------------------------------------------------------------------

INTRODUCTION = """\
# Programs

What is published of the programs that have a preset, and what the model makes of them. `make
programs` writes this page; its figures and their sources stand in `configs/program/`.

- **Input**: given to the model, so it cannot test it; the verdict is *given*. **Calibrated**: set
  so that a published figure comes out; at most one assumption a program. **Held out**: set nothing;
  *reproduced* if the simulated mean is within the tolerance, which was stated, like every
  assumption, before any run. **Target**: what a grant was to bring, no count.
- A row marked "same count" says the row before it in another unit, and is no test of its own.
- A program with nothing held out is *illustrative, not validated*.
- Simulated: mean of {replications} years of the plan, and its {interval}
  ({label}).
- What a held-out figure leans on is told with it: one that is reproduced only where a wide
  assumption happens to stand is weak evidence.
- What became of people is not what a team changed: *not jailed*, *not hospitalised* are no effects.
"""
HEAD = (
    "Figure", "Counts", "Year", "Published", "Role", "Plan", "Simulated", "Tolerance", "Verdict",
)  # fmt: skip


def markdown(checks: Sequence[ProgramCheck]) -> str:
    """Text of docs/programs.md: a section a program that was run, a row a figure."""
    top = INTRODUCTION.format(
        replications=max((one.replications for one in checks), default=0),
        interval=interval_name(checks[0].confidence_level if checks else 0.95),
        label=INTERVAL_LABEL,
    )
    return "\n".join([top, *_overview(checks), *(x for one in checks for x in _section(one))])


def _overview(checks: Sequence[ProgramCheck]) -> list[str]:
    head = ["Program", "Preset", "Held out", "Verdict", "Over the assumption it leans on"]
    return [*_table(head, [row for one in checks for row in _overview_rows(one)]), ""]


def _overview_rows(check: ProgramCheck) -> Iterator[list[str]]:
    program = _program(check)
    of_whom = [f"[{program.title}](#{_anchor(check)})", f"`{program.name}`"]
    for row in check.tested:
        ends = BLANK if row.at_ends is None else " to ".join(_ends(row))
        yield [*of_whom, row.figure.what, said(row), ends]
    if not check.tested:
        yield [*of_whom, BLANK, UNVALIDATED, BLANK]


def outcome(check: ProgramCheck) -> str:
    """Verdict on a whole program: those on its held-out figures, or that it has none."""
    return "; ".join(said(row) for row in check.tested) or UNVALIDATED


def _ends(row: Row) -> list[str]:
    """Simulated means of a row at both ends of the assumption it leans on."""
    return [simulated(Interval(x, None, None, 1), row.figure) for x in row.at_ends or ()]


def _program(check: ProgramCheck) -> Program:
    return check.described.config.program


def _anchor(check: ProgramCheck) -> str:
    """Anchor of the program's heading, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", _program(check).title.lower()).replace(" ", "-")


def _section(check: ProgramCheck) -> Iterator[str]:
    program = _program(check)
    yield f"## {program.title}\n"
    yield f"Preset `{program.name}`: **{outcome(check)}**. {' '.join(program.how)}\n"
    yield from (f"- Plan `{plan.name}`: {plan.title}" for plan in check.described.plans)
    yield ""
    yield from _table(HEAD, [_cells(at, row) for at, row in enumerate(check.rows, 1)])
    for title, lines in _beside(check):
        yield from ["", f"**{title}**", "", *lines]
    yield ""


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


def _beside(check: ProgramCheck) -> Iterator[tuple[str, list[str]]]:
    """Titles and lines below a program's table."""
    missed = [row for row in check.tested if row.verdict == "not reproduced"]
    if missed:
        yield "Off target, and why", [f"- {_missed(row)}" for row in missed]
    leaning = [f"- {_leaning(check, row)}" for row in check.tested if row.at_ends is not None]
    if leaning:
        yield "What the held-out figure leans on", leaning
    yield "Calibrated", [_calibrated_markdown(check.described)]
    yield "Sources and notes", [f"{at}. {_source(row)}" for at, row in enumerate(check.rows, 1)]
    yield "To know", [f"- {note}" for note in _program(check).notes]
    yield (
        "Assumed here, beside what any city would have",
        [f"- {_assumed(one)}" for one in check.described.own],
    )


def _missed(row: Row) -> str:
    return f"{row.figure.what}: {said(row).partition(': ')[2]}. {row.figure.note}"


def _leaning(check: ProgramCheck, row: Row) -> str:
    key, (low, high) = _program(check).hinges_on or "", _ends(row)
    assumed = number_at(check.described.config, key)
    return (
        f"{row.figure.what}: {low} with `{key}` at {assumed.low:,g}, and {high} at "
        f"{assumed.high:,g}, the ends of its range; assumed is {assumed.value:,g}."
    )


def _calibrated_markdown(told: Described) -> str:
    chosen = told.config.program.calibrated
    if chosen is None:
        return "Nothing."
    return f"`{chosen.key}` = {_span(number_at(told.config, chosen.key))}. {chosen.why}"


def _source(row: Row) -> str:
    """Where a figure is from and what to know of it, unless that is told of a miss already."""
    figure, told = row.figure, row.verdict == "not reproduced" and not row.figure.repeats
    parts = [row.published.source, "" if told else figure.note]
    if figure.tolerance_share is not None and not figure.repeats:
        parts.append(f"Tolerance: {figure.tolerance_share.source}")
    return " ".join(_sentence(part) for part in parts if part)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _assumed(one: Assumption) -> str:
    others = f" (and {len(one.keys) - 1} more)" if len(one.keys) > 1 else ""
    return f"`{one.keys[0]}`{others} = {_span(one.number)}: {_reason(one.number)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    ruler = ["---"] * len(head)
    return [f"| {' | '.join(_cell(x) for x in row)} |" for row in (head, ruler, *rows)]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
