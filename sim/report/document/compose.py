"""The document of a result: which sections it has, in which order, and their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.report.document.asked import subtitle_of
from sim.report.document.blocks import (
    Document,
    Grid,
    Paragraph,
    Picture,
    Section,
    Text,
    Words,
    plain,
    words_of,
)
from sim.report.document.context import context_of
from sim.report.document.facts import value_of
from sim.report.document.parsing import sections_of, words
from sim.report.document.result import Kind, Result
from sim.report.rendering import rendered

GRANT: tuple[Kind, ...] = ("grant",)
OF_PLANS: tuple[Kind, ...] = ("comparison", "curve", "recommendation", "grant")
OF_LOG: tuple[Kind, ...] = ("validation",)
PARTS: dict[str, tuple[Kind, ...]] = {  # templates in order, and the kinds of result they are for
    "brief": OF_PLANS,
    "validated": OF_LOG,
    "need": OF_PLANS,
    "reach": OF_PLANS,
    "plans": OF_PLANS,
    "changes": OF_PLANS,
    "budget": OF_PLANS,
    "objectives": OF_PLANS,
    "months": GRANT,
    "sustaining": OF_PLANS,
    "limits": (*OF_PLANS, *OF_LOG),
    "methods": (*OF_PLANS, *OF_LOG),
    "appendix/stress": (*OF_PLANS, *OF_LOG),
    "appendix/assumptions": (*OF_PLANS, *OF_LOG),
    "appendix/validation": OF_PLANS,
    "appendix/run": (*OF_PLANS, *OF_LOG),
}
TITLES: dict[Kind, str] = {"validation": "Co-responder teams: how far the model can be trusted"}
TITLE = "Co-responder teams: need, plans and projected results"


def document_of(result: Result) -> Document:
    """Whole document of a result.

    Parameters
    ----------
    result
        From `result_of`.

    Returns
    -------
    Document
        Sections in order, the table of keys last.
    """
    context = context_of(result)
    pictures = _pictures(context)
    sections: list[Section] = []
    for name, kinds in PARTS.items():
        if result.kind in kinds:
            text = rendered(f"document/{name}.md", "txt", **context)
            sections += sections_of(text, pictures.get)
    named = _named(sections, result.said)
    return Document(
        TITLES.get(result.kind, TITLE),
        subtitle_of(result, context["plans"]),
        str(value_of(result.run["began_at"])),
        (*sections, _keys(named)),
        named,
        _front(context),
    )


def _front(context: Mapping[str, Any]) -> tuple[Words, ...]:
    """Lines under the subtitle: who applies, and whose calls these are."""
    (section,) = sections_of(rendered("document/front.md", "txt", **context), _none)
    return tuple(map(words_of, section.blocks))


def _pictures(context: Mapping[str, Any]) -> dict[str, Picture]:
    """Figures of the folder by name, each with its caption and what it shows."""
    pictures = {}
    for section in sections_of(rendered("document/figures.md", "txt", **context), _none):
        match section.blocks:
            case (Paragraph(caption), Paragraph(alternative)):
                pictures[section.title] = Picture(section.title, caption, plain(alternative))
    return pictures


def _none(_name: str) -> None:
    """No figure stands within what is said of figures."""


def _named(sections: Sequence[Section], said: Mapping[str, str]) -> dict[str, str]:
    """Keys that the words of the sections name, in order, each with its value."""
    blocks = [block for section in sections for block in section.blocks]
    keys = [word.key for block in blocks for word in words_of(block) if word.key]
    return {key: said[key] for key in dict.fromkeys(keys)}


def _keys(said: Mapping[str, str]) -> Section:
    """The table that every figure of the text leads to."""
    text = rendered("document/appendix/keys.md", "txt")
    (section,) = sections_of(text, _none)
    (said_first,) = section.blocks
    rows = tuple(((Text(key, kind="code"),), (Text(value),)) for key, value in said.items())
    caption = words("Keys: the file of the result, the place in it, and what stands there")
    grid = Grid(caption, (words("Key"), words("Value")), rows, (False, False), tuple(said))
    return Section(section.title, section.level, (said_first, grid))
