"""From the text of a template to blocks: a small part of Markdown, and the marks of facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from sim.report.document.blocks import (
    Block,
    Bullets,
    Grid,
    Paragraph,
    Picture,
    Section,
    Text,
    Words,
)
from sim.report.document.facts import BAR, END, MARK, MIDDLE, START

PARTS = re.compile(
    f"{START}(?P<key>[^{MIDDLE}]*){MIDDLE}(?P<said>[^{END}]*){END}"
    r"|`(?P<code>[^`]+)`|(?P<gap>\[To be filled in: [^\]]+\])"
)
CAPTION, PICTURE, CELLS, ITEM, HEADING = "Table: ", "Figure: ", "|", "- ", "#"
Pictured = Callable[[str], Picture | None]


def sections_of(text: str, pictured: Pictured) -> list[Section]:
    """Sections of a text.

    Parameters
    ----------
    text
        Blocks parted by empty lines: headings (`#`, `##`), paragraphs, lists (`- `), tables
        (`Table: caption`, and lines of cells between bars) and `Figure: name`.
    pictured
        What gives the figure of a name, or None if the result has none.
    """
    sections: list[Section] = []
    blocks: list[Block] = []
    title, level = "", 0
    for part in re.split(r"\n\s*\n|\n(?=#+ )", text.strip()):
        if part.startswith(HEADING):
            if title:
                sections.append(Section(title, level, tuple(blocks)))
            signs, _, title = part.partition(" ")
            level, blocks = len(signs), []
        elif part.strip():
            blocks += _block(part.strip(), pictured)
    return [*sections, Section(title, level, tuple(blocks))]


def words(text: str) -> Words:
    """Words of a line, with keys, code and gaps apart."""
    return tuple(_words(" ".join(text.split())))


def unmarked(text: str) -> str:
    """Text without the marks of facts."""
    return " ".join(MARK.sub(r"\2", text).replace(BAR, "|").split())


def _words(text: str) -> Iterator[Text]:
    at = 0
    for match in PARTS.finditer(text):
        if match.start() > at:
            yield Text(_bare(text[at : match.start()]))
        at = match.end()
        if match["key"] is not None:
            yield Text(_bare(match["said"]), match["key"])
        elif match["code"]:
            yield Text(unmarked(match["code"]), kind="code")
        else:
            yield Text(unmarked(match["gap"]).replace("`", ""), kind="gap")
    if at < len(text):
        yield Text(_bare(text[at:]))


def _bare(text: str) -> str:
    return text.replace(BAR, "|")


def _block(part: str, pictured: Pictured) -> list[Block]:
    if part.startswith(CAPTION):
        return _grid(part.splitlines())
    if part.startswith(PICTURE):
        picture = pictured(part.removeprefix(PICTURE).strip())
        return [] if picture is None else [picture]
    if part.startswith(ITEM):
        items = re.split(r"\n(?=- )", part)
        return [Bullets(tuple(words(item.removeprefix(ITEM)) for item in items))]
    return [Paragraph(words(part))]


def _grid(lines: Sequence[str]) -> list[Block]:
    """Table under its caption; none if it has no row."""
    at = next(at for at, line in enumerate(lines) if line.startswith(CELLS))
    caption = words(" ".join(lines[:at]).removeprefix(CAPTION))
    head, ruler, *rows = (_cells(line) for line in lines[at:])
    right = tuple(cell.strip().endswith(":") for cell in ruler)
    whole = tuple(tuple(map(words, row)) for row in rows)
    return [Grid(caption, tuple(map(words, head)), whole, right)] if rows else []


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip()[1:-1].split(CELLS)]
