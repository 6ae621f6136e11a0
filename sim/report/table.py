"""The one table: rows under a head, as aligned text, as Markdown and as HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sim.report.rendering import no_tags, rendered
from sim.report.wording import BLANK, columns, wrapped
from sim.steering import harmless

GAP = "  "
LEAST = 26  # columns that are left to the first column of a table of figures
FOLD = "\v"  # where a cell goes on in the next line
BREAK = re.compile(r"\s*[\r\n\t]\s*")  # which a name of the user's may hold
LEFT, RIGHT, PROSE = "l", "r", "p"
RULERS = {LEFT: "---", RIGHT: "---:", PROSE: "---"}

Cells = Sequence[str]


@dataclass(frozen=True)
class Group:
    """Rows that stand together, under a heading if they have one."""

    rows: Sequence[Cells]
    heading: str = ""


@dataclass(frozen=True)
class Table:
    """Groups of rows under a head.

    Attributes
    ----------
    head
        Headings of the columns.
    groups
        Groups of rows; every row has a cell for each column. Backticks in a cell mark code, and a
        cell with a `FOLD` in it has several lines, of which the last is that of its row.
    columns
        A letter for each column: `l` flush left, `r` flush right, `p` prose. Without letters, the
        first column is flush left and the others are flush right, as in a table of figures.

    Examples
    --------
    >>> table = Table(["Posts", "calls"], [Group([["12", "9,000"], ["17", "12,500"]])])
    >>> print(table.text())
    Posts   calls
    -------------
    12      9,000
    17     12,500
    """

    head: Cells
    groups: Sequence[Group]
    columns: str = ""

    @property
    def rows(self) -> list[Cells]:
        """All rows, without the headings of their groups."""
        return [row for group in self.groups for row in group.rows]

    @property
    def alignment(self) -> str:
        """Letter of each column."""
        return self.columns or LEFT + RIGHT * (len(self.head) - 1)

    def text(self) -> str:
        """Lines no wider than the page.

        A table that is wider becomes a list, an item a row, if it has prose; if not, it becomes
        several tables below each other, each with the first column and as many others as fit.
        """
        if _width(self) <= columns():
            return harmless(_aligned(self))
        if PROSE in self.alignment:
            return harmless("\n".join(_items(self)))
        folded = _folded(self, columns())
        return harmless("\n\n".join(map(_aligned, _parts(folded, columns()))))

    def markdown(self) -> str:
        """Lines of a Markdown table; the heading of a group is a row in bold."""
        lines = [self.head, [RULERS[letter] for letter in self.alignment]]
        for group in self.groups:
            if group.heading:
                lines.append([f"**{group.heading}**", *[""] * (len(self.head) - 1)])
            lines += group.rows
        return "\n".join(f"| {' | '.join(map(_escaped, row))} |" for row in lines)

    def html(self) -> str:
        """Element `table`, escaped, with a `tbody` for each group."""
        return rendered("table.html", table=self, unfolded=_unfolded)


# --- text ----------------------------------------------------------------------------------------


def _widths(table: Table) -> list[int]:
    """Width of each column."""
    cells_of = zip(table.head, *table.rows, strict=True)
    return [max(len(line) for cell in cells for line in _lines(cell)) for cells in cells_of]


def _width(table: Table) -> int:
    widths = _widths(table)
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _aligned(table: Table) -> str:
    """Head, ruler and rows side by side, with no heed of a page's width."""
    widths = _widths(table)
    lines = [_line(table, table.head, widths), "-" * _width(table)]
    for group in table.groups:
        lines += [f"{group.heading} ".ljust(len(lines[1]), "-")] if group.heading else []
        lines += [_line(table, row, widths) for row in group.rows]
    return "\n".join(lines)


def _line(table: Table, row: Cells, widths: Sequence[int]) -> str:
    """Row of cells; where some have several lines, all end on the last one."""
    cells = [_lines(cell) for cell in row]
    high = max(map(len, cells))
    columns_of = [
        [
            line.rjust(width) if letter == RIGHT else line.ljust(width)
            for line in [""] * (high - len(lines)) + lines
        ]
        for lines, letter, width in zip(cells, table.alignment, widths, strict=True)
    ]
    return "\n".join(GAP.join(line).rstrip() for line in zip(*columns_of, strict=True))


def _folded(table: Table, width: int) -> Table:
    """Table whose first column leaves room for all others, or for the widest if it takes less."""
    first, *others = _widths(table)
    room = width - sum(others) - len(GAP) * len(others)
    if room < LEAST:
        room = width - len(GAP) - max(others, default=0)
    if first <= room:
        return table
    groups = [
        replace(group, rows=[[_fold(row[0], room), *row[1:]] for row in group.rows])
        for group in table.groups
    ]
    return replace(table, head=[_fold(table.head[0], room), *table.head[1:]], groups=groups)


def _fold(cell: str, width: int) -> str:
    lines = textwrap.wrap(_plain(cell), width, subsequent_indent="  ", break_on_hyphens=False)
    return FOLD.join(lines)


def _items(table: Table) -> Iterator[str]:
    """Rows as items: the first cell, those in the middle with their heads, and the last."""
    for group in table.groups:
        if group.heading:
            yield group.heading
        for first, *middle, last in group.rows:
            cells = zip(table.head[1:-1], middle, strict=True)
            named = "; ".join(f"{name.lower()} {cell}" for name, cell in cells if cell != BLANK)
            text = f"{first}: {named}{'. ' if named else ''}{last}"
            yield wrapped(_plain(text), "- ", "  ")


def _parts(table: Table, width: int) -> Iterator[Table]:
    """Tables of the first column and as many of the others as fit beside it."""
    start, end = 1, len(table.head)
    while start < end:
        stop = end
        while stop > start + 1 and _width(_part(table, start, stop)) > width:
            stop -= 1
        yield _part(table, start, stop)
        start = stop


def _part(table: Table, start: int, stop: int) -> Table:
    """Table of the first column and those from `start` up to `stop`; rows without a cell go."""

    def cut(row: Cells) -> list[str]:
        return [row[0], *row[start:stop]]

    groups = [
        replace(group, rows=[cut(row) for row in group.rows if any(row[start:stop])])
        for group in table.groups
    ]
    letters = table.alignment[0] + table.alignment[start:stop]
    return Table(cut(table.head), [group for group in groups if group.rows], letters)


def _plain(text: str) -> str:
    return BREAK.sub(" ", text).replace("`", "")


def _lines(cell: str) -> list[str]:
    return [_plain(line) for line in cell.split(FOLD)]


def _unfolded(cell: str) -> str:
    """Cell on one line: a name that was broken at its underscores is whole again."""
    return cell.replace(f"_{FOLD}", "_").replace(FOLD, " ")


# --- Markdown ------------------------------------------------------------------------------------


def _escaped(cell: str) -> str:
    return no_tags(BREAK.sub(" ", _unfolded(cell))).replace("|", "\\|")
