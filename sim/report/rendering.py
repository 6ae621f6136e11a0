"""What people read, rendered from the templates in `sim/report/templates`.

The ending of a template's name says what it makes: `.txt` and `.md` are plain, `.html` is escaped.
A name that a template uses and nobody gave is an error. Blocks of prose stand between `filter`
and `endfilter`; how their lines are broken in the template does not matter.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from sim.report.wording import (
    WIDTH,
    mean_and_range,
    mean_of,
    number,
    percent,
    range_of,
    wrapped,
)

TEMPLATES = Path(__file__).with_name("templates")


def rendered(template: str, **values: object) -> str:
    """Text of a template, without a newline at its end.

    Parameters
    ----------
    template
        Name of the file, such as `people.txt`.
    values
        What the template calls by name.
    """
    return _environment().get_template(template).render(values).rstrip("\n")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    blocks = (paragraph, item, joined, heading)
    words = (number, percent, mean_of, mean_and_range, range_of)
    environment.filters |= {function.__name__: function for function in (*blocks, *words)}
    return environment


# --- filters of blocks: each ends its line, as the newline after `endfilter` is trimmed -----------


def paragraph(text: str) -> str:
    """Text folded to the width of a page."""
    return f"{wrapped(_one_line(text))}\n"


def item(text: str) -> str:
    """Text as an item of a list, folded to the width of a page."""
    return f"{wrapped(_one_line(text), '- ', '  ')}\n"


def joined(text: str) -> str:
    """Text in one line, as Markdown has it."""
    return f"{_one_line(text)}\n"


def heading(text: str) -> str:
    """Text underlined, as wide as it is or as its first line."""
    folded = wrapped(_one_line(text))
    return f"{folded}\n{'-' * min(len(folded.partition(chr(10))[0]), WIDTH)}\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
