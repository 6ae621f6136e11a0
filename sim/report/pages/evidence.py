"""The evidence in words: a page of text, one of Markdown (docs/evidence.md), and JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sim.config import Sourced
from sim.config.groups.outcomes import Effect
from sim.config.groups.pooling import Study
from sim.report.wording import BLANK, WIDTH, wrapped
from sim.scenarios.evidence.evidence import EffectEvidence, Evidence, Number

LETTERS = {
    "S": "seen in the source's own text",
    "S2": "seen in a secondary source",
    "D": "derived by the arithmetic shown, or by definition",
    "R": "remembered, and seen in no source",
    "A": "an assumption; its range is a judgment unless it says whose",
    "": "a dial for the user, no fact: 1 or 0 as shipped",
}
DESIGNS = {
    "randomized": "randomized trial",
    "quasi_experiment": "quasi-experiment",
    "before_after": "before and after",
    "descriptive": "descriptive",
}
WHEN = {  # options that are shipped; a user's own says what it is in its head
    "default": "where nothing better is known of your city: start here",
    "evidence": "in place of the default, to name it in a command that is kept",
    "null_trial": "where only randomized evidence counts; show it beside the default",
    "optimistic": "to say how good it could be at best; never alone",
    "none": "to check: every net diversion is then exactly zero",
    "own_counts": "where all five fates were counted among the same people; copy it",
    "one_count": "where one fate was counted, and the others are known roughly; copy it",
    "patrol_and_team": "where both worlds were seen in one city, and you take them as alike",
    "fewer_repeats": "to see what visits would change if they averted calls",
}
WHEN_COSTS = {"default": "always; put in your own pay, your own savings and your own grant"}
DRAWN = """\
A number with a low and a high is uncertain, and has another value in each of the draws \
(`run.draws`) behind the interval of the parameters: from a PERT distribution between its low and \
its high with the mode at its value; a ratio from one of its logarithm; a count of k among n from \
a beta distribution, Beta(k + 1/2, n - k + 1/2); a pooled effect from the normal distribution of \
its logarithm that the studies below give. Shares that sum to one are drawn together."""
KEPT = """\
A number that is 0 stands for a mechanism that is turned off, and stays 0. One without a range \
stays what it is. Numbers with the same value, range and source are one unknown, drawn once."""
ORDER = """\
What was measured is seldom what the ratio stands for, so it is told for each study. Studies that \
are not pooled are listed with the reason. Randomized ones come first, then quasi-experiments, and \
of equal designs the one nearest to no effect. The letter is that of what the study reports; how \
the odds ratio follows from it, with a letter of its own, is told with the source."""
NOT_MODELED = (
    "Use of force, injury and death.",
    "Race, language, age, and whether effects differ by them.",
    "The quality of treatment, and whether a referral or a connection led to any.",
    "How long somebody stays in jail or in hospital, beyond an assumed mean.",
    "Bookings, holds and visits to hospital on later days, but for calls that visits avert.",
    "Effects that change with time, with who is on the team, or with how many teams there are.",
)


class Part(NamedTuple):
    """A part of the page: a heading and its level, paragraphs, and a table if it has one."""

    level: int
    title: str
    text: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


# --- the parts -----------------------------------------------------------------------------------


def parts(found: Evidence) -> list[Part]:
    """Every part of the page, in order."""
    return [
        _introduction(found),
        _letters(found),
        Part(2, "Studies of the effect", (ORDER,)),
        *(_effect(one) for one in found.effects),
        _outcomes(found),
        _costs(found),
        Part(2, "Numbers", ("Every number that the model uses, by group of the config.",)),
        *(_group(found, name, each) for name, each in found.numbers.items()),
        Part(2, "Not modeled", tuple(f"- {line}" for line in NOT_MODELED)),
    ]


def _introduction(found: Evidence) -> Part:
    program, total = found.config.program, sum(map(len, found.numbers.values()))
    what = f"""\
What the numbers rest on, with `program={program.name}`. `coresponder evidence [key=value...]` \
prints this page for any config; `make evidence` writes it for the defaults."""
    return Part(1, "Evidence", (what, f"Of {total} numbers {found.assumed} are assumptions."))


def _letters(found: Evidence) -> Part:
    times: Counter[str] = Counter(
        one.number.confidence for each in found.numbers.values() for one in each
    )
    rows = [
        (letter or BLANK, f"{times[letter]}", sentence(said)) for letter, said in LETTERS.items()
    ]
    head = ("Letter", "Numbers", "Means")
    return Part(2, "Letters and ranges", (DRAWN, KEPT), head, tuple(rows))


def _effect(one: EffectEvidence) -> Part:
    head = (
        *("Study", "Design", "Team, patrol", "Measured", "Odds ratio", "Pooled", "Year"),
        *("Letter", "Source, ratio, note"),
    )
    rows = tuple(map(_study, one.studies))
    return Part(3, f"Effect on {one.name}s", tuple(_pooling(one)), head, rows)


def _study(study: Study) -> tuple[str, ...]:
    ratio, team, patrol = study.odds_ratio, study.n_team, study.n_patrol
    derived = "" if ratio is None else f"Ratio ({ratio.confidence}): {ratio.source}"
    return (
        study.name,
        DESIGNS[study.design],
        "not seen" if team is None or patrol is None else f"{team:,} against {patrol:,}",
        study.outcome,
        BLANK if ratio is None else span(ratio),
        "yes" if study.pooled else "no",
        f"{study.year}",
        study.confidence,
        " ".join(sentence(text) for text in (study.source, derived, study.note) if text),
    )


def _pooling(one: EffectEvidence) -> Iterator[str]:
    """How the studies are pooled, and which ratio is in use."""
    program, pool = one.new_program, one.pool
    if not one.studies:
        yield "No study of this alone was found."
    if program is not None and pool is not None:
        low, high = (math.exp(program.inv_cdf(u)) for u in (0.025, 0.975))
        yield f"""\
{pool.studies} studies are pooled as in DerSimonian and Laird (1986): mean odds ratio \
{math.exp(pool.mu):.3f} (its logarithm {pool.mu:.3f}, with a standard error of {pool.se:.3f}), \
standard deviation between studies {pool.tau:.3f} on the logarithm. A new program: \
{math.exp(pool.mu):.3f}, 95 % from {low:.3f} to {high:.3f} (standard deviation of the logarithm \
{program.stdev:.3f}). Chance that its ratio is below 1: {100 * program.cdf(0):.0f} %."""
    if one.used is None:
        yield "In use: computed from the shares of both worlds."
    else:
        yield f"In use: {span(one.used)}. {sentence(one.used.source)}"


def _outcomes(found: Evidence) -> Part:
    text = (
        "Chosen by `outcomes=NAME`. Odds ratios are of a team against patrol alone.",
        f"Programs have files with shares of their own: {', '.join(found.of_programs)}.",
    )
    head = ("Option", "Arrest", "Hold", "Voluntary transport", "Use it", "What it is")
    rows = tuple(
        (f"`{one.name}`", *_ratios(one.effect), WHEN.get(one.name, BLANK), one.says)
        for one in found.outcomes
    )
    return Part(2, "Options of outcomes", text, head, rows)


def _ratios(effect: Effect | None) -> tuple[str, ...]:
    if effect is None:
        return ("computed",) * 3
    of = (effect.arrest_odds_ratio, effect.hold_odds_ratio, effect.voluntary_odds_ratio)
    return tuple(map(span, of))


def _costs(found: Evidence) -> Part:
    rows = tuple(
        (f"`{one.name}`", WHEN_COSTS.get(one.name, BLANK), one.says) for one in found.costs
    )
    head = ("Option", "Use it", "What it is")
    return Part(2, "Options of costs", ("Chosen by `costs=NAME`.",), head, rows)


def _group(found: Evidence, name: str, each: Sequence[Number]) -> Part:
    head = ("Key", "Value", "Low to high", "Year", "Letter", "Source")
    return Part(3, name, _about(found, name, each), head, tuple(map(_number, each)))


def _about(found: Evidence, name: str, each: Sequence[Number]) -> tuple[str, ...]:
    """How many of a group's numbers are assumptions, and where its tables are from."""
    assumed = sum(one.number.confidence == "A" for one in each)
    said = f"{len(each)} numbers, {assumed} of them assumptions."
    if name != "demand":
        return (said,)
    table = found.config.demand.source
    of = [text for text in (table.title, table.publisher, table.period, table.license) if text]
    rows = f" {table.n_used:,} of {table.n_rows:,} rows are used." if table.n_rows else ""
    return said, f"The shapes by hour, month, type and zone: {'; '.join(of)}.{rows}"


def _number(one: Number) -> tuple[str, ...]:
    of = one.number
    ends = BLANK if of.low is None or of.high is None else f"{of.low:,.6g} to {of.high:,.6g}"
    year = BLANK if of.year is None else f"{of.year}"
    source = sentence(of.source) if of.source else "A dial."
    return f"`{one.key}`", value(of), ends, year, of.confidence or BLANK, source


# --- figures in words ----------------------------------------------------------------------------


def value(of: Sourced) -> str:
    """Value of a number, and the counts it is made of if it is."""
    counts = "" if of.k is None or of.n is None else f" ({of.k:,} of {of.n:,})"
    return f"{of.value:,.6g}{counts}"


def span(ratio: Sourced) -> str:
    """Ratio and its range, "0.48 (0.25 to 0.92)"."""
    if ratio.low is None or ratio.high is None or ratio.low == ratio.high:
        return _ratio(ratio.value)
    return f"{_ratio(ratio.value)} ({_ratio(ratio.low)} to {_ratio(ratio.high)})"


def _ratio(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def sentence(text: str) -> str:
    """Text with a capital and a full stop."""
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


# --- the page ------------------------------------------------------------------------------------


def markdown(found: Evidence) -> str:
    """Text of docs/evidence.md."""
    return "\n".join(line for part in parts(found) for line in _markdown(part))


def _markdown(part: Part) -> Iterator[str]:
    yield from (f"{'#' * part.level} {part.title}", "")
    for text in part.text:
        yield text
        if not text.startswith("- "):
            yield ""
    if part.rows:
        ruler = ("---",) * len(part.head)
        for row in (part.head, ruler, *part.rows):
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
        yield ""


def page(found: Evidence) -> str:
    """The same to be read in a terminal."""
    return "\n\n".join("\n".join(_plain(part)) for part in parts(found))


def _plain(part: Part) -> Iterator[str]:
    yield from (part.title, "-" * min(len(part.title), WIDTH))
    for text in (*part.text, *(_line(part.head, row) for row in part.rows)):
        hanging = "  " if text.startswith("- ") else ""
        yield wrapped(text.replace("`", ""), "", hanging)


def _line(head: Sequence[str], row: Sequence[str]) -> str:
    """Row of a table as a line: its first cell, then the others that say something."""
    said = [
        f"{name.lower()} {cell}"
        for name, cell in zip(head[1:-1], row[1:-1], strict=True)
        if cell != BLANK
    ]
    return f"- {row[0]}: {'; '.join(said)}{'. ' if said else ''}{row[-1]}"


def evidence_json(found: Evidence) -> str:
    """One JSON object: letters, studies, pools, options and numbers."""
    tree = {
        "program": found.config.program.name,
        "letters": LETTERS,
        "effects": {one.name: _effect_tree(one) for one in found.effects},
        "options": {
            group: {one.name: one.says for one in options}
            for group, options in (("outcomes", found.outcomes), ("costs", found.costs))
        },
        "numbers": {
            one.key: one.number.model_dump(mode="json")
            for each in found.numbers.values()
            for one in each
        },
        "not_modeled": NOT_MODELED,
    }
    return json.dumps(tree, indent=2, ensure_ascii=False)


def _effect_tree(one: EffectEvidence) -> dict[str, Any]:
    return {
        "studies": [study.model_dump(mode="json") for study in one.studies],
        "pool": None if one.pool is None else one.pool._asdict(),
        "chance_below_one": one.chance_below_one,
        "used": None if one.used is None else one.used.model_dump(mode="json"),
    }
