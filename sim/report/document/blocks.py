"""The document as plain data, which every form of file is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

Kind = Literal["plain", "code", "gap"]
KEYS = "keys.html"  # the file beside Word and PDF to which their figures lead
LINE = 96  # letters of a table that a page is wide
SIGN, JOINER = re.compile(r"([+−])(?=\$)"), "\N{WORD JOINER}"
PERCENT, TIED = re.compile(r"(?<=\d) %"), "\N{NO-BREAK SPACE}%"
SHORT = 12  # rows of a table that is kept on one page
LEAST = 3  # rows of a longer one that stay with its caption
MOST, MOST_WORD, PADDING = 110, 24, 3  # letters of a column that count, and around each cell


@dataclass(frozen=True)
class Text:
    """Words of one kind; a `gap` is left for the reader to fill in.

    `key` is where the result has what they say, empty where they are nobody's figure.
    """

    text: str
    key: str = ""
    kind: Kind = "plain"


Words = tuple[Text, ...]


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    words: Words


@dataclass(frozen=True)
class Bullets:
    """A list without order."""

    items: tuple[Words, ...]


@dataclass(frozen=True)
class Grid:
    """A table: rows under a head, each with a cell for each column.

    The first cell of a row is its heading. `right` says which columns are flush right. `anchors`
    has the key that a row explains, where the table is the one of keys.
    """

    caption: Words
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    right: tuple[bool, ...]
    anchors: tuple[str, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether it is to stand on one page, and not be parted."""
        return len(self.rows) <= SHORT

    @property
    def widths(self) -> list[float]:
        """Widths of the columns as parts of one, by the letters that stand in them.

        No column is narrower than its longest word, as far as all of them fit on a page.
        """
        columns = list(zip(self.head, *self.rows, strict=True))
        wants = [min(MOST, PADDING + max(len(plain(x)) for x in column)) for column in columns]
        needs = [min(MOST_WORD, PADDING + max(map(_longest, column))) for column in columns]
        spare, wish = LINE - sum(needs), sum(wants) - sum(needs)
        more = 1.0 if wish <= spare else max(0.0, spare / wish)
        each = [need + more * (want - need) for need, want in zip(needs, wants, strict=True)]
        return [letters / sum(each) for letters in each]


@dataclass(frozen=True)
class Picture:
    """A figure by the name of its files in the results folder, and what it shows in words."""

    name: str
    caption: Words
    alternative: str


Block = Paragraph | Bullets | Grid | Picture


@dataclass(frozen=True)
class Section:
    """A heading of level 1 or 2, and what stands under it."""

    title: str
    level: int
    blocks: tuple[Block, ...]

    @property
    def led(self) -> list[tuple[Block, bool]]:
        """Blocks, and whether each is a paragraph that leads to the one after and stays with it."""
        pairs = zip_longest(self.blocks, self.blocks[1:])
        return [(block, _leads(block, after)) for block, after in pairs]


@dataclass(frozen=True)
class Document:
    """A whole document; `keys` has every key that its words name, in order, with its value.

    `front` are the lines under the subtitle. `made_at` is when the result was begun, in ISO 8601.
    """

    title: str
    subtitle: str
    made_at: str
    sections: tuple[Section, ...]
    keys: dict[str, str]
    front: tuple[Words, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        """Blocks of all sections, in order."""
        return [block for section in self.sections for block in section.blocks]

    @property
    def apart(self) -> Document:
        """The same without the table of keys, for forms whose links lead to the file `KEYS`."""
        *sections, last = self.sections
        kept = tuple(x for x in last.blocks if not (isinstance(x, Grid) and x.anchors))
        return replace(self, sections=(*sections, replace(last, blocks=kept)))

    @property
    def of_keys(self) -> Document:
        """The table of keys alone, for the file `KEYS`."""
        return replace(self, sections=self.sections[-1:], front=())

    @property
    def addresses(self) -> dict[str, str]:
        """Place of every key in the file `KEYS`."""
        return {key: f"key-{at}" for at, key in enumerate(self.keys, 1)}

    @property
    def gaps(self) -> list[str]:
        """What is left to fill in, in order."""
        lines = (*self.front, *map(words_of, self.blocks))
        return [word.text for line in lines for word in line if word.kind == "gap"]


def held(text: str) -> str:
    """Text whose signs stay on the line of their dollars, and whose % on that of its number."""
    return PERCENT.sub(TIED, SIGN.sub(f"\\1{JOINER}", text))


def words_of(block: Block) -> Words:
    """All words of a block, those of its caption first."""
    match block:
        case Paragraph(words):
            return words
        case Bullets(items):
            return sum(items, ())
        case Grid(caption, head, rows):
            return sum((*head, *(cell for row in rows for cell in row)), caption)
        case Picture(caption=caption):
            return caption


def _leads(block: Block, after: Block | None) -> bool:
    """Whether a block is a paragraph before a table, or one that ends with a colon."""
    if not isinstance(block, Paragraph):
        return False
    return isinstance(after, Grid) or plain(block.words).endswith(":")


def plain(words: Words) -> str:
    """Words as one string."""
    return "".join(word.text for word in words)


def _longest(words: Words) -> int:
    """Letters of the longest word, which keys of the config may be parted in."""
    return max(map(len, re.split(r"[\s._]", plain(words))))
