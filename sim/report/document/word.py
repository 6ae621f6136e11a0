"""The document as a Word file: editable, with real headings, captions and alternative text."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as Body
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Emu, Inches, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Lines
from docx.text.run import Run

from sim.config import InputError
from sim.report.document.blocks import (
    KEYS,
    LEAST,
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Picture,
    Section,
    Words,
    held,
    plain,
)
from sim.report.document.result import Result
from sim.report.document.sizes import width_share

CELL = "Table Text"  # a style that a template may have; made if it has not
CELL_PT, AROUND_PT = 8.5, 1.5  # letters of a cell, and the space above and below them
MONO = "Consolas"
BREAK = re.compile(r"(?<=[._])(?=\w)")  # of a key, where a line may end
SPACE = "\N{ZERO WIDTH SPACE}"
HEADED = 14  # points of the heading of the contents, in a template without its style
CONTENTS_LEVELS = 2
CAPTION_IN = 0.8  # of a page's height, for the caption under a figure


def word_of(document: Document, result: Result, template: Path | None) -> bytes:
    """Bytes of a Word file.

    Parameters
    ----------
    document
        From `document_of`.
    result
        Whose folder has the figures.
    template
        A Word file whose styles, page and headers are taken; what it says stays in front.

    Raises
    ------
    InputError
        If the template is no Word file.
    """
    if template is None:
        return _written(docx.Document(), document, result, of_agency=False)
    try:
        return _written(docx.Document(str(template)), document, result, of_agency=True)
    except Exception as error:  # python-docx raises whatever the XML of a damaged file leads to
        raise InputError(f"--template: expected a Word file (.docx), got {template}") from error


def _written(body: Body, document: Document, result: Result, *, of_agency: bool) -> bytes:
    writer, file = _Writer(body, document, result, of_agency=of_agency), BytesIO()
    writer.write()
    body.save(file)
    return file.getvalue()


class _Writer:
    """A Word file that grows block by block."""

    def __init__(self, body: Body, document: Document, result: Result, *, of_agency: bool) -> None:
        self.body, self.document, self.result = body, document.apart, result
        self.marks = document.addresses
        self.beside = body.part.relate_to(KEYS, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        self.known = {style.name for style in body.styles}
        self.numbers = {"Table": 0, "Figure": 0}
        self.named = 0  # bookmarks so far, each of which needs a number
        page = body.sections[-1]
        if not of_agency:
            page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Inches(1)
        sides = (page.left_margin or 0) + (page.right_margin or 0)
        self.width = Emu((page.page_width or 0) - sides)
        ends = (page.top_margin or 0) + (page.bottom_margin or 0)
        self.most_height = Emu((page.page_height or 0) - ends - Inches(CAPTION_IN))

    def write(self) -> None:
        """Write the whole document after what the template says."""
        self._properties()
        self._styles()
        self.body.add_paragraph(self.document.title, self._style("Title"))
        self.body.add_paragraph(self.document.subtitle, self._style("Subtitle"))
        for line in self.document.front:
            self._words(self.body.add_paragraph(), line)
        self.cell_style = self.body.styles[CELL].style_id
        self._contents()
        self._page_number()
        for at, section in enumerate(self.document.sections):
            self._section(section, f"section_{at}")

    def _properties(self) -> None:
        about, made_at = self.body.core_properties, datetime.fromisoformat(self.document.made_at)
        about.title, about.subject = self.document.title, self.document.subtitle
        about.author, about.comments, about.language = "", "", "en-US"
        about.created = about.modified = made_at

    # --- styles ----------------------------------------------------------------------------------

    def _styles(self) -> None:
        if CELL not in self.known:
            style = self.body.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = self.body.styles["Normal"]
            style.font.size = Pt(CELL_PT)
            space = Pt(AROUND_PT)
            style.paragraph_format.space_after = style.paragraph_format.space_before = space
        for level in range(1, CONTENTS_LEVELS + 1):
            if f"Heading {level}" not in self.known:
                self._heading_style(level)

    def _heading_style(self, level: int) -> None:
        """A heading that screen readers and the contents know, in a template without one."""
        style = self.body.styles.add_style(
            f"Heading {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True
        )
        style.base_style = self.body.styles["Normal"]
        style.font.bold, style.font.size = True, Pt(18 - 3 * level)
        outline = _element("w:outlineLvl", val=str(level - 1))
        style.element.get_or_add_pPr().append(outline)

    def _style(self, name: str) -> str | None:
        """Name of a style, if the file has it."""
        return name if name in self.known else None

    # --- contents --------------------------------------------------------------------------------

    def _contents(self) -> None:
        """Contents that Word can update, with the headings as they are in it already."""
        heading = self.body.add_paragraph(style=self._style("TOC Heading"))
        run = heading.add_run("Contents")
        if "TOC Heading" not in self.known:
            run.bold, run.font.size = True, Pt(HEADED)
        lines: list[Lines] = []
        for at, section in enumerate(self.document.sections):
            line = self.body.add_paragraph(style=self._style(f"TOC {section.level}"))
            line.paragraph_format.left_indent = Pt(14 * (section.level - 1))
            line.paragraph_format.space_after = Pt(2)
            if not lines:
                _field_begins(line, f'TOC \\o "1-{CONTENTS_LEVELS}" \\h \\z \\u')
            line._p.append(_link(f"section_{at}", section.title))  # noqa: SLF001 - no public way
            lines.append(line)
        lines[-1].add_run()._r.append(_element("w:fldChar", fldCharType="end"))  # noqa: SLF001

    def _page_number(self) -> None:
        """Number the pages, unless the template has a footer of its own."""
        footer = self.body.sections[-1].footer
        if footer.is_linked_to_previous:
            line = footer.paragraphs[0]
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _field_begins(line, "PAGE")
            line.add_run("1")
            line.add_run()._r.append(_element("w:fldChar", fldCharType="end"))  # noqa: SLF001

    # --- blocks ----------------------------------------------------------------------------------

    def _section(self, section: Section, name: str) -> None:
        heading = self.body.add_paragraph(style=f"Heading {section.level}")
        self._bookmarked(heading, name, section.title)
        for block, leads in section.led:
            self._block(block, leads=leads)

    def _block(self, block: Block, *, leads: bool) -> None:
        match block:
            case Paragraph(words):
                line = self.body.add_paragraph()
                line.paragraph_format.keep_with_next = leads
                self._words(line, words)
            case Bullets(items):
                for item in items:
                    self._words(self.body.add_paragraph(style=self._style("List Bullet")), item)
            case Grid():
                self._grid(block)
            case Picture():
                self._picture(block)

    def _words(self, line: Lines, words: Words) -> None:
        for word in words:
            if word.key in self.marks:
                link = _link(self.marks[word.key], word.text, word.key, self.beside)
                line._p.append(link)  # noqa: SLF001 - python-docx has no way to add one
                continue
            text = BREAK.sub(SPACE, word.text) if word.kind == "code" else held(word.text)
            run = line.add_run(text)
            if word.kind == "gap":
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            elif word.kind == "code":
                run.font.name = MONO

    def _caption(self, kind: str, words: Words) -> Lines:
        """Caption with a number that Word counts."""
        self.numbers[kind] += 1
        line = self.body.add_paragraph(style=self._style("Caption"))
        line.add_run(f"{kind} ")
        _field_begins(line, f"SEQ {kind} \\* ARABIC")
        line.add_run(str(self.numbers[kind]))
        line.add_run()._r.append(_element("w:fldChar", fldCharType="end"))  # noqa: SLF001
        line.add_run(". ")
        self._words(line, words)
        return line

    def _picture(self, picture: Picture) -> None:
        file = self.result.picture(picture.name, "png")
        if file is None:
            return
        line = self.body.add_paragraph()
        line.paragraph_format.keep_with_next = True
        share = width_share(file, self.width, self.most_height)
        shape = line.add_run().add_picture(str(file), width=Emu(int(self.width * share)))
        shape._inline.docPr.set("descr", picture.alternative)  # noqa: SLF001 - as above
        for side in ("distL", "distR", "distT", "distB"):  # else some programs shift it
            shape._inline.set(side, "0")  # noqa: SLF001 - as above
        self._caption("Figure", picture.caption)

    def _grid(self, grid: Grid) -> None:
        self._caption("Table", grid.caption).paragraph_format.keep_with_next = True
        table = self.body.add_table(1 + len(grid.rows), len(grid.head))
        table.style, table.autofit = self._style("Table Grid") or table.style, False
        widths = [Emu(int(self.width * part)) for part in grid.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        rows = [(grid.head, True), *((row, False) for row in grid.rows)]
        for at, (row, (of_row, is_head)) in enumerate(zip(table.rows, rows, strict=True)):
            _keep_whole(row._tr, is_head=is_head)  # noqa: SLF001 - python-docx has no way to
            cells = row.cells
            for cell, words, right, width in zip(cells, of_row, grid.right, widths, strict=True):
                cell.width = width
                self._cell(cell, words, right=right, bold=is_head)
            if at < (len(grid.rows) if grid.is_short else LEAST):
                cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        self.body.add_paragraph()

    def _cell(self, cell: _Cell, words: Words, *, right: bool, bold: bool = False) -> None:
        line = cell.paragraphs[0]
        line._p.style = self.cell_style  # noqa: SLF001 - a look-up of the style is slow
        if right:
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if bold:
            line.add_run(plain(words)).bold = True
        else:
            self._words(line, words)

    # --- bookmarks -------------------------------------------------------------------------------

    def _bookmarked(self, line: Lines, name: str, text: str) -> None:
        line.add_run(text)
        self._bookmark(line, name)

    def _bookmark(self, line: Lines, name: str) -> None:
        """Put a bookmark around a line."""
        self.named += 1
        number = str(self.named)
        first = line._p.pPr  # noqa: SLF001 - python-docx has no bookmarks
        start = _element("w:bookmarkStart", id=number, name=name)
        line._p.insert(0 if first is None else 1, start)  # noqa: SLF001 - as above
        line._p.append(_element("w:bookmarkEnd", id=number))  # noqa: SLF001 - as above


# --- what python-docx has no way for -------------------------------------------------------------


def _element(tag: str, **attributes: str) -> Any:  # noqa: ANN401 - an lxml element
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _link(bookmark: str, text: str, tip: str = "", beside: str = "") -> Any:  # noqa: ANN401 - lxml
    """Link to a bookmark, which looks like the text around it and says its key when pointed at.

    `beside` is the relation to another file that has the bookmark; without it, it is in this one.
    """
    link = _element("w:hyperlink", anchor=bookmark, history="1")
    if beside:
        link.set(qn("r:id"), beside)
    if tip:
        link.set(qn("w:tooltip"), tip)
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = held(text)
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    link.append(run)
    return link


def _field_begins(line: Lines, instruction: str) -> None:
    """Begin a field; what follows is its result until its end."""
    for part in ("begin", instruction, "separate"):
        run: Run = line.add_run()
        if part == instruction:
            code = OxmlElement("w:instrText")
            code.text = f" {instruction} "
            code.set(qn("xml:space"), "preserve")
            run._r.append(code)  # noqa: SLF001 - python-docx has no fields
        else:
            run._r.append(_element("w:fldChar", fldCharType=part))  # noqa: SLF001 - as above


def _keep_whole(row: Any, *, is_head: bool) -> None:  # noqa: ANN401 - an lxml element
    """Keep a row on one page; that of the head is marked as such and repeated on every page."""
    properties = row.get_or_add_trPr()
    properties.append(_element("w:cantSplit", val="true"))
    if is_head:
        properties.append(_element("w:tblHeader", val="true"))
