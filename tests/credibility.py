"""Write docs/credibility.md from what configs, tests and runs say (`make credibility`)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import yaml

from sim.config.compose import compose, names
from sim.report.document.blocks import Grid, Words, plain
from sim.report.document.context import context_of
from sim.report.document.facts import Fact
from sim.report.document.parsing import sections_of
from sim.report.document.result import CONFIG, RUN, SUMMARY, Result
from sim.report.pages.evidence import NOT_MODELED
from sim.report.pages.programs import ROLES, UNVALIDATED
from sim.report.rendering import rendered
from sim.report.table import Group, Table
from sim.report.verification.record import Record, record
from sim.report.verification.report import seen_words
from sim.scenarios.answers.held_out import Verdict
from sim.scenarios.evidence.evidence import evidence
from sim.scenarios.rails.beside import VERDICTS
from tests.tables_of_docs import ROOT, Row, section, tables

DOCS = ROOT / "docs"
PAGE, PROGRAMS = DOCS / "credibility.md", DOCS / "programs.md"
REFERENCE = ROOT / "results" / "reference"
SHARP, VAGUE, INCONSISTENT = get_args(Verdict)
GRAVEST_FIRST = (INCONSISTENT, VAGUE, SHARP, UNVALIDATED)
SAME = "(same count)"
SHOWN = ("Figure", "Published", "Plan", "In a single year", "Width", "Tolerance", "Verdict")


@dataclass(frozen=True)
class Tested:
    """A program of docs/programs.md: its held-out rows, and why it is missed where it is."""

    link: str
    rows: list[Row]
    why: list[str]

    @property
    def title(self) -> str:
        """Title, without its link."""
        return re.sub(r"\[(.*)\]\(.*\)", r"\1", self.link)

    @property
    def counts(self) -> list[Row]:
        """Held-out rows, each count once."""
        return [row for row in self.rows if SAME not in row["Figure"]]

    @property
    def verdict(self) -> str:
        """Gravest verdict on its counts."""
        said = [verdict_of(row) for row in self.counts] or [UNVALIDATED]
        return min(said, key=GRAVEST_FIRST.index)


def verdict_of(row: Row) -> str:
    """Verdict of a row, without what it is worth; unknown words are an error."""
    (verdict,) = (x for x in GRAVEST_FIRST if row["Verdict"].startswith(x))
    return verdict


def programs(page: str) -> list[Tested]:
    """Programs of docs/programs.md, those that the model contradicts first."""
    links = dict.fromkeys(row["Program"] for row in tables(page)[0])
    found = [_tested(link, page) for link in links]
    return sorted(found, key=lambda program: GRAVEST_FIRST.index(program.verdict))


def _tested(link: str, page: str) -> Tested:
    bare = Tested(link.replace("(#", "(programs.md#"), [], [])
    text = section(bare.title, page)
    rows = [row for row in tables(text)[0] if row["Role"] == ROLES["held_out"]]
    missed = text.partition("**Inconsistent, and why**")[2].partition("\n**")[0]
    return Tested(bare.link, rows, re.findall(r"^- (.*)$", missed, re.MULTILINE))


def held_out(found: Sequence[Tested]) -> Table:
    """Row a held-out figure, in the order of the programs."""
    rows = [
        [program.link, re.sub(r"^\d+\. ", "", row["Figure"]), *(row[x] for x in SHOWN[1:])]
        for program in found
        for row in program.rows
    ]
    return Table(("Program", *SHOWN), [Group(rows)], "llrlrrrl")


def by_law(of: Record) -> Table:
    """Row a law of the last whole verification."""
    rows = [
        [
            law.label,
            str(law.figures),
            str(law.agree),
            str(law.near),
            law.worst,
            f"{law.z:+.1f}".replace("-", "−"),
            *(f"{seen_words(p.median)}, {seen_words(p.widest)}" for p in law[-2:]),
        ]
        for law in of.laws
    ]
    head = ["Law", "Figures", "Agree", "Near", "Farthest off", "z", "Error seen", "Quick form"]
    return Table(head, [Group(rows)], "lrrrlrrr")


def stress() -> Table:
    """STRESS-DES as the document of the reference result fills it in, without gaps to be filled."""
    text = rendered("document/appendix/stress.md", "txt", **context_of(_reference()))
    (section_of_it,) = sections_of(text, lambda _: None)
    (grid,) = (block for block in section_of_it.blocks if isinstance(block, Grid))
    rows = [[_filled(cell) for cell in row] for row in grid.rows]
    return Table([plain(cell) for cell in grid.head], [Group(rows)], "llp")


def _reference() -> Result:
    """Read the reference result, which may be an older version's until `make reference`."""
    tree, config, run = (
        yaml.load((REFERENCE / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
        for name in (SUMMARY, CONFIG, RUN)
    )
    facts = Fact(tree), Fact(config, file=CONFIG), Fact(run, file=RUN)
    return Result(REFERENCE, "comparison", *facts, {})


def _filled(cell: Words) -> str:
    return plain(tuple(word for word in cell if word.kind != "gap")).strip()


def written(published: str) -> str:
    """Text of docs/credibility.md as it should be, from that of docs/programs.md."""
    found = programs(published)
    behind = evidence([])
    pooled = {x.name: x for effect in behind.effects for x in effect.studies if x.pooled}
    page = rendered(
        "credibility.md",
        programs=found,
        verdicts=Counter(verdict_of(row) for program in found for row in program.counts),
        titles=lambda verdict: [x.title for x in found if x.verdict == verdict],
        held_out=held_out(found),
        verified=record(),
        by_law=by_law(record()),
        run=json.loads((REFERENCE / "run.json").read_text(encoding="utf-8")),
        numbers=behind.by_letter.total(),
        assumed=behind.by_letter["A"],
        pooled=len(pooled),
        randomized=sum(study.design == "randomized" for study in pooled.values()),
        stress=stress(),
        not_modeled=NOT_MODELED,
        INCONSISTENT=INCONSISTENT,
        VAGUE=VAGUE,
        SHARP=SHARP,
        UNVALIDATED=UNVALIDATED,
    )
    return f"{page}\n"


def published(page: str) -> dict[str, dict[str, str]]:
    """Gravest verdict on a count of each program that has one, with its row, by the program's name.

    It travels with the package: a run of a program says what came of another that was tested.
    """
    tested = {program.title: program for program in programs(page)}
    names_of = {compose([f"program={name}"]).program.title: name for name in names("program")}
    return {
        names_of[title]: _short(program)
        for title, program in sorted(tested.items())
        if program.counts
    }


def _short(program: Tested) -> dict[str, str]:
    row = next(row for row in program.counts if verdict_of(row) == program.verdict)
    return {
        "verdict": program.verdict,
        "figure": re.sub(r"^\d+\. | \(.*\)$", "", row["Figure"]).lower(),
        "published": row["Published"],
        "plan": row["Plan"].strip("`"),
        "in_a_year": row["In a single year"],
    }


if __name__ == "__main__":
    verdicts = published(PROGRAMS.read_text(encoding="utf-8"))
    VERDICTS.write_text(f"{json.dumps(verdicts, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
    PAGE.write_text(written(PROGRAMS.read_text(encoding="utf-8")), encoding="utf-8")
