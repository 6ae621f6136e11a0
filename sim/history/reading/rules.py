"""Which rows are calls of mental health, and which no demand at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml

from sim.config.files.named import NOT_READ, text_of
from sim.history.faults import LogError

WORDS = (
    *("mental", "mentally", "suicidal", "suicide", "crisis", "psychiatric", "psych", "edp"),
    *("emotionally disturbed", "- mh", "5150", "behavioral health"),
)
BY_OFFICERS = ("self", "officer")  # a whole text; what is begun so is told by these words in it
BEGUN = (
    r"\b(?:self|officers?|deputy|police|patrol|field) ?(?:initiated|generated)\b"
    r"|\bon ?view(?:ed)?\b|\bproactive\b"
)
NOT_BEGUN = rf"\b(?:not?|non) (?:{BEGUN})"
INITIATED = ("y", "yes", "true", "1")  # of a column whose name says that it is about officers


AT_ONCE = 200  # words of one regular expression


class Rules(NamedTuple):
    """Words and codes: a type is one of mental health if it holds a word, or is a code."""

    words: tuple[str, ...] = WORDS
    codes: tuple[str, ...] = ()

    def hold(self, text: pl.Series) -> pl.Series:
        """Whether each text, in small letters, is of mental health.

        Words are matched as words, so that governmental is not mental.
        """
        found = text.is_in([x.casefold() for x in self.codes])
        for at in range(0, len(self.words), AT_ONCE):
            some = "|".join(map(re.escape, self.words[at : at + AT_ONCE])).casefold()
            found = found | text.str.contains(rf"(?:^|[^a-z0-9])(?:{some})(?:[^a-z0-9]|$)")
        return found


def read_rules(path: Path) -> Rules:
    """Rules of a file with `words` and `codes`.

    Raises
    ------
    LogError
        If it is none.
    """
    try:
        tree: Any = yaml.safe_load(text_of(path))
    except NOT_READ as error:
        raise LogError(f"--rules: expected a file with words and codes, got {path.name}") from error
    known = isinstance(tree, dict) and tree.keys() <= {"words", "codes"}
    lists = known and all(isinstance(x, list) for x in tree.values())
    if not lists or not any(tree.values()):
        raise LogError(f"--rules: expected lists words and codes in {path.name}, got neither")
    parts = {key: tuple(str(x).casefold() for x in values) for key, values in tree.items()}
    return Rules(parts.get("words", ()), parts.get("codes", ()))


def is_mental_health(types: Sequence[pl.Series], rules: Rules) -> pl.Series:
    """Whether a call is one of mental health by any of its types."""
    marks = [_is_of(x, lambda text: rules.hold(_plain(text))) for x in types]
    out = marks[0]
    for mark in marks[1:]:
        out = out | mark
    return out


def _is_of(column: pl.Series, holds: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Whether each text is one of those that something holds for; asked once for each of them."""
    texts = column.unique().drop_nulls()
    wanted = texts.filter(holds(texts))
    return column.is_in(wanted.implode()).fill_null(value=False)


def _plain(text: pl.Series) -> pl.Series:
    return text.str.to_lowercase().str.replace_all(r"\s+", " ")


def by_officers(source: pl.Series) -> pl.Series:
    """Whether officers began a call themselves, which is no demand for a team.

    Examples
    --------
    >>> words = ["OFFICER-INITIATED", "Onview", "Self", "911", "Not officer initiated", None]
    >>> by_officers(pl.Series("Source", words)).to_list()
    [True, True, True, False, False, False]
    """
    name = _words(pl.Series([source.name])).str.contains(f"self|{BEGUN}")[0]
    whole = [*(INITIATED if name else ()), *BY_OFFICERS]
    return _is_of(source, lambda text: _words(text).is_in(whole) | _is_begun(text))


def by_officers_type(types: pl.Series) -> pl.Series:
    """Whether the type of a call says that officers began it."""
    return _is_of(types, _is_begun)


def _is_begun(text: pl.Series) -> pl.Series:
    words = _words(text)
    return words.str.contains(BEGUN) & ~words.str.contains(NOT_BEGUN)


def _words(text: pl.Series) -> pl.Series:
    """Words in lower case with one blank between them, whatever parted them."""
    return text.str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()
