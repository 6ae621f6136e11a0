"""A document as text, for golden files and for tests that read it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.document.blocks import Block, Bullets, Document, Grid, Paragraph, Text, plain


def as_text(document: Document, before: str = "") -> str:
    """Text of a document, up to a heading that begins in some way."""
    lines: list[str] = [document.title, document.subtitle, *map(plain, document.front)]
    for section in document.sections:
        if before and section.title.startswith(before):
            break
        lines += ["", f"{'#' * section.level} {section.title}"]
        for block in section.blocks:
            lines += ["", *_lines(block)]
    return "\n".join(lines) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(words):
            yield plain(words)
        case Bullets(items):
            yield from (f"- {plain(item)}" for item in items)
        case Grid(caption, head, rows):
            yield f"Table: {plain(caption)}"
            yield from (" | ".join(map(plain, row)) for row in (head, *rows))
        case _:
            yield f"Figure: {plain(block.caption)} ({block.alternative})"


def prose(document: Document) -> Iterator[Text]:
    """Words of the running text, section by section."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield from block.words
        elif isinstance(block, Bullets):
            yield from (word for item in block.items for word in item)


def cells(document: Document) -> Iterator[Text]:
    """Words with a key in the cells of tables, without the headings of rows."""
    for block in document.blocks:
        if isinstance(block, Grid) and not block.anchors:
            yield from (word for row in block.rows for cell in row[1:] for word in cell if word.key)
