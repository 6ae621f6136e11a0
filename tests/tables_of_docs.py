"""Reading the tables of the docs: sections, rows, and figures as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path

from sim import schema
from sim.schema import NONE

ROOT = Path(__file__).resolve().parent.parent
MODEL_PAGES = sorted((ROOT / "docs" / "model").glob("*.md"))
MODEL = "\n".join(page.read_text(encoding="utf-8") for page in MODEL_PAGES)
BLANK = "–"

Row = dict[str, str]

CODES: dict[str, Mapping[str, IntEnum]] = {  # columns and rules that are written by name
    "end_cause": schema.EndCause.__members__,
    "status": {**schema.Status.__members__, **schema.VisitStatus.__members__},  # no name is in both
    "mode": schema.Mode.__members__,
    "ended_by": schema.EndedBy.__members__,
    "contact": schema.Contact.__members__,
    "why_no_contact": schema.Contact.__members__,
    "destination": schema.Destination.__members__,
    "wanted_destination": schema.Destination.__members__,
    "fate_patrol": schema.Fate.__members__,
    "fate_by_kind": schema.Fate.__members__,
    "kind": schema.Kind.__members__,
    "why": schema.BreakKind.__members__,
    "rule": schema.Rule.__members__,
    "scope": schema.Scope.__members__,
}


def section(title: str, text: str = MODEL) -> str:
    """Text under a heading, down to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}\n", text, re.MULTILINE)
    assert found, f"no heading {title!r}"
    below = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", below, re.MULTILINE)
    return below[: end.start()] if end else below


def tables(text: str) -> list[list[Row]]:
    """Markdown tables of a text, a dictionary a row."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [_rows(block.splitlines()) for block in blocks]


def _rows(lines: list[str]) -> list[Row]:
    head, ruler, *body = ([cell.strip() for cell in _cells(line)] for line in lines)
    assert set("".join(ruler)) <= {"-", ":"}
    return [dict(zip(head, cells, strict=True)) for cells in body]


def _cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line)[1:-1]


def coded(cell: str) -> list[str]:
    """Names in code font."""
    return re.findall(r"`([^`]+)`", cell)


def number(cell: str) -> float:
    """Figure of a cell; a dash is no row."""
    return NONE if cell == BLANK else float(cell.replace(",", "").replace("−", "-"))


def value_of(column: str, cell: str) -> float:
    """Cell of a column of the schema: a figure, or the name of a code."""
    is_code = column in CODES and cell != BLANK
    return int(CODES[column][cell]) if is_code else number(cell)


def as_written(value: float, cell: str) -> str:
    """Value with as many decimals as the cell has."""
    return f"{value:.{len(cell.partition('.')[2])}f}"
