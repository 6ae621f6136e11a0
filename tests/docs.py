"""Put tables of measures, guard rails and the power of `verify` into the docs, between marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sim.model.measures.measure import MEASURES
from sim.report.verification.record import Record, record
from sim.report.verification.report import seen_words
from sim.scenarios.answers.rails import RULES
from tests.tables_of_docs import BLANK, ROOT

GUIDE = ROOT / "docs" / "guide.md"
RAILS = re.compile(r"(<!-- rails -->\n).*?(<!-- /rails -->)", re.DOTALL)
VERIFY = ROOT / "docs" / "verify.md"
POWER = re.compile(r"(<!-- power -->\n).*?(<!-- /power -->)", re.DOTALL)
BRACED = re.compile(r"\{\w+\}")
MARKED = re.compile(r"(<!-- measures: ([^\n]+) -->\n).*?(<!-- /measures -->)", re.DOTALL)


def equations(group: str) -> str:
    """Table of the equations of a group."""
    return _table(
        ["Measure", "Equation", "What it leaves out"],
        [
            [f"`{name}`", measure.equation, measure.leaves_out or BLANK]
            for name, measure in MEASURES.items()
            if measure.group == group
        ],
    )


def meanings(group: str) -> str:
    """Table of a group in plain words."""
    return _table(
        ["Measure", "Unit", "Meaning", "What it leaves out", "Name"],
        [
            [measure.label, measure.unit, measure.meaning, measure.leaves_out or BLANK, f"`{name}`"]
            for name, measure in MEASURES.items()
            if measure.group == group
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


PAGES: dict[str, Callable[[str], str]] = {
    "model/measures.md": equations,
    "glossary.md": meanings,
}


def written(page: str) -> str:
    """Text of a page of the docs with its tables of measures as they should be."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return MARKED.sub(lambda mark: f"{mark[1]}\n{PAGES[page](mark[2])}\n\n{mark[3]}", text)


def guide_written() -> str:
    """Text of the guide with its table of the guard rails as it should be."""
    rows = [
        [rule.word, rule.severity, BRACED.sub("…", f"{rule.sentence} {rule.advice}".rstrip())]
        for rule in RULES.values()
    ]
    table = _table(["Word", "How grave", "What it says"], rows)
    return RAILS.sub(lambda mark: f"{mark[1]}\n{table}\n\n{mark[2]}", GUIDE.read_text("utf-8"))


def power_of(verified: Record) -> str:
    """Table of the size of error that the whole and the quick verification would see, by law."""
    rows = [
        [law.label, *(seen_words(x) for p in (law.power, law.quick_power) for x in p[:2])]
        for law in verified.laws
    ]
    return _table(["", "Whole: median", "widest", "Quick: median", "widest"], rows)


def verify_written() -> str:
    """Text of the page on `verify` with its table of what would be seen as it should be."""
    table = power_of(record())
    return POWER.sub(lambda mark: f"{mark[1]}\n{table}\n\n{mark[2]}", VERIFY.read_text("utf-8"))


def main() -> None:
    """Rewrite the pages."""
    VERIFY.write_text(verify_written(), encoding="utf-8")
    GUIDE.write_text(guide_written(), encoding="utf-8")
    for page in PAGES:
        (ROOT / "docs" / page).write_text(written(page), encoding="utf-8")


if __name__ == "__main__":
    main()
