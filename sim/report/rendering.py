"""What people read, rendered from the templates in `sim/report/templates`.

The ending of a template's name says what it makes: `.txt`, `.md` or `.html`, which is escaped. A
name that a template uses and nobody gave is an error. Prose stands between `filter paragraph` and
`endfilter`; how its lines are broken in the template does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    select_autoescape,
)
from jinja2.bccache import Bucket

from sim import caches
from sim.provenance import COMMAND
from sim.report.wording import (
    HELD,
    WIDTH,
    columns,
    mean_and_range,
    mean_of,
    number,
    percent,
    points,
    range_of,
    wrapped,
)
from sim.steering import harmless

if TYPE_CHECKING:
    from sim.report.table import Table

REMARK = 9  # columns of the word beside a remark
COMMANDS = re.compile(f"`{COMMAND} [^`]*`")
TEMPLATES = Path(__file__).with_name("templates")


def rendered(template: str, form: str = "", **values: object) -> str:
    """Text of a template, without a newline at its end.

    Parameters
    ----------
    template
        Name of the file, such as `people.txt`.
    form
        `txt` for a Markdown template that is to be read in a terminal; otherwise the name decides.
    values
        What the template calls by name.
    """
    environment = _environment(form or template.rpartition(".")[2])
    return harmless(environment.get_template(template).render(values).rstrip("\n"))


def as_many_as_fit(page: Callable[[int], str], most: int, lines: int) -> tuple[str, int]:
    """Page with as many of some remarks as fit on it, and how many these are.

    Parameters
    ----------
    page
        Text with the first so many of them.
    most
        Remarks that it may have at most.
    lines
        Of the page. A page narrower than 100 columns is as long as it needs.
    """
    for shown in range(most, -1, -1):
        text = page(shown)
        if columns() < WIDTH or len(text.splitlines()) <= lines:
            break
    return text, shown


class _Kept(BytecodeCache):
    """Compiled templates, each read only if whole: damaged bytecode would end the process."""

    def __init__(self, form: str) -> None:
        self._folder = caches.folder(f"templates-{form}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put what is kept into a bucket, if it is whole."""
        if self._folder is None:
            return
        content = caches.found(self._folder / bucket.key)
        if content is not None:
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket has, if there is room."""
        if self._folder is None:
            return
        with suppress(OSError):
            caches.keep(self._folder / bucket.key, bucket.bytecode_to_string())


@cache
def _environment(form: str) -> Environment:
    """Environment whose compiled templates are kept, as compiling them takes half a second."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_Kept(form),
        optimized=False,  # else the width of this page would be kept in what is compiled
        autoescape=select_autoescape(["html"], default=form == "html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = (number, percent, points, mean_of, mean_and_range, range_of, sentence)
    environment.filters |= {function.__name__: function for function in words}
    environment.filters |= MARKDOWN if form == "md" else TEXT
    return environment


def sentence(text: str) -> str:
    """Text with a capital and a full stop."""
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Text on one line, without the backticks of code; commands in them are to be pasted whole."""
    held = COMMANDS.sub(lambda match: _whole(match[0]), text)
    return _one_line(held).replace("`", "")


def _whole(command: str) -> str:
    """Command that no line breaks, however long: pasted in two, it would run as another one."""
    return command.replace(" ", HELD)


# --- filters of blocks: each ends its line, as the newline after `endfilter` is trimmed -----------


def _paragraph(text: str, indent: str = "", hanging: str = "") -> str:
    return f"{wrapped(_plain(text), indent, hanging)}\n"


def _item(text: str) -> str:
    return f"{wrapped(_plain(text), '- ', '  ')}\n"


def _remark(text: str, word: str) -> str:
    """Text beside the word that says what it is about; a command alone is never broken."""
    alone = text.strip()
    text = _whole(alone) if alone.startswith(f"{COMMAND} ") else text
    return _paragraph(text, f"{word:<{REMARK}}", " " * REMARK)


def _heading(text: str, _level: int = 2) -> str:
    """Text underlined, as wide as it is or as its first line."""
    folded = wrapped(_plain(text))
    return f"{folded}\n{'-' * min(len(folded.partition(chr(10))[0]), columns())}\n"


def _table(table: Table) -> str:
    return table.text()


def no_tags(text: str) -> str:
    """Markdown in which what looks like a tag of HTML is text."""
    return re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", text)


def _markdown_paragraph(text: str) -> str:
    return f"{no_tags(_one_line(text))}\n"


def _markdown_item(text: str) -> str:
    return f"- {no_tags(_one_line(text))}\n"


def _markdown_heading(text: str, level: int = 2) -> str:
    return f"{'#' * level} {no_tags(_one_line(text))}\n\n"


def _markdown_table(table: Table) -> str:
    return table.markdown()


Filters = dict[str, Callable[..., str]]
TEXT: Filters = {
    "paragraph": _paragraph,
    "item": _item,
    "remark": _remark,
    "heading": _heading,
    "table": _table,
}
MARKDOWN: Filters = {
    "paragraph": _markdown_paragraph,
    "item": _markdown_item,
    "heading": _markdown_heading,
    "table": _markdown_table,
}
