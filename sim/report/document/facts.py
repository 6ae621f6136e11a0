"""What a result says, each value with its key, so that a reader can trace it.

A template walks the result by names, `plan.measures.reach_share`; what it prints of it goes through
`marked`, which leaves the key in the text for `parsing` to find.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sim.report.rendering import sentence

START, MIDDLE, END, BAR = "\ue000", "\ue001", "\ue002", "\ue003"  # private use: no text has them
RESERVED = re.compile("[\ue000-\ue003]")
MARK = re.compile(f"{START}([^{MIDDLE}]*){MIDDLE}([^{END}]*){END}")
MANY = 1e6  # from which on a number has all its digits before the point
ADVICE = re.compile(r"(?<=\.) Use [^.]*(\.|$)")  # a sentence to the user of the program
KEYS = re.compile(r" \((?:[a-z_]+\.)+[a-z_]+\)")  # a key of the config in brackets
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Fact:
    """A value of a result and its key; what it holds is reached by name or number.

    `said` collects every key that is said, with what the result has under it.

    Examples
    --------
    >>> fact = Fact({"plans": [{"name": "17"}]})
    >>> fact["plans"][0]["name"].key
    'plans[0].name'
    """

    def __init__(
        self,
        value: Any,  # noqa: ANN401 - a tree of plain data
        key: str = "",
        file: str = "",
        said: dict[str, str] | None = None,
    ) -> None:
        self._value, self._key, self._file = value, key, file
        self._said = {} if said is None else said

    @property
    def key(self) -> str:
        """Name of its file unless that is summary.json, and where it is in there."""
        return f"{self._file}: {self._key}" if self._file else self._key

    def __getitem__(self, name: str | int) -> Fact:
        if isinstance(self._value, list) and isinstance(name, int):
            at = range(len(self._value))[name]  # counted from the start, as it is in the key
            return self._inner(self._value[at], f"{self._key}[{at}]")
        if not isinstance(self._value, Mapping) or name not in self._value:
            raise KeyError(name)
        return self._inner(self._value[name], f"{self._key}.{name}" if self._key else str(name))

    def _inner(self, value: Any, key: str) -> Fact:  # noqa: ANN401 - as above
        return Fact(value, key, self._file, self._said)

    def __iter__(self) -> Iterator[Fact]:
        yield from (self[at] for at in range(len(self._value)))

    def __len__(self) -> int:
        return len(self._value) if isinstance(self._value, list | Mapping) else 1

    def __bool__(self) -> bool:
        return bool(self._value)

    def get(self, name: str) -> Fact | None:
        """What stands under a name; None if nothing does."""
        return self[name] if name in self and value_of(self[name]) is not None else None

    def without(self, names: Collection[str]) -> Fact:
        """The same without some of the names that it holds."""
        kept = {name: inner for name, inner in self._value.items() if name not in names}
        return self._inner(kept, self._key)

    def __contains__(self, name: str) -> bool:
        return isinstance(self._value, Mapping) and name in self._value


def value_of(fact: Fact) -> Any:  # noqa: ANN401 - of a tree of plain data
    """Plain value of a fact."""
    return fact._value  # noqa: SLF001 - as above


def named(fact: Fact) -> list[tuple[str, Fact]]:
    """Names that a fact holds, each with its fact."""
    return [(name, fact[name]) for name in value_of(fact)]


def is_number(value: object) -> bool:
    """Whether a value is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def marked(fact: Fact, words: str) -> str:
    """Words that say a fact, with its key, which is noted as said."""
    fact._said[fact.key] = shown(fact)  # noqa: SLF001 - kept from the names that templates walk by
    return f"{START}{fact.key}{MIDDLE}{harmless(words)}{END}"


def harmless(words: str) -> str:
    """Words of a result on one line, that a template's signs cannot be mistaken in."""
    return " ".join(RESERVED.sub("", words).replace("|", BAR).split())


def text(fact: Fact) -> str:
    """Words or whole number of a fact, as the result has them."""
    value = value_of(fact)
    return marked(fact, f"{value:g}" if isinstance(value, float) else str(value))


def listed(fact: Fact) -> str:
    """Words of a list, or that there are none."""
    return marked(fact, "; ".join(map(str, value_of(fact))) or "nothing")


def listed_days(fact: Fact) -> str:
    """Days of a shift: "every day", "weekdays", "weekends", or each by name."""
    days = [str(day) for day in value_of(fact)]
    known = {7: "every day", 5: "weekdays", 2: "weekends"}
    usual = {5: WEEK[:5], 2: WEEK[5:], 7: WEEK}.get(len(days))
    is_usual = usual is not None and sorted(map(str.lower, days)) == sorted(usual)
    return marked(fact, known[len(days)] if is_usual else ", ".join(days))


def size(fact: Fact) -> str:
    """How many things a fact holds."""
    return marked(fact, f"{len(fact):,}")


def shown(fact: Fact) -> str:
    """What the table of keys has of a fact: its figures by name, or itself."""
    if isinstance(value_of(fact), list) and isinstance(next(iter(value_of(fact)), None), Mapping):
        return f"a list of {len(fact):,}"  # whose entries have keys of their own
    return ", ".join(_figures(value_of(fact), ""))


def _figures(value: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - a tree
    if isinstance(value, Mapping):
        for part, inner in value.items():
            yield from _figures(inner, f"{name}.{part}" if name else str(part))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _figures(inner, f"{name}[{at}]")
    elif value is not None:
        short = isinstance(value, float) and abs(value) < MANY
        words = (
            f"{value:.6g}" if short else f"{value:.0f}" if isinstance(value, float) else str(value)
        )
        yield f"{name} {words}".strip()


def of(fact: Fact, words: str) -> str:
    """Words with the key of a fact in place of their own: a row's heading stands for the row."""
    return marked(fact, MARK.sub(r"\2", words))


def sentence_of(fact: Fact) -> str:
    """Words of a fact with a capital and a full stop."""
    return marked(fact, sentence(str(value_of(fact)).strip()))


def unadvised(fact: Fact) -> str:
    """Words of a fact as sentences, without keys and what the user of the program may do."""
    words = ADVICE.sub("", KEYS.sub("", str(value_of(fact)).strip()))
    return marked(fact, sentence(words))


def size_of(some: Sequence[Fact], whole: Fact) -> str:
    """How many of the things that a fact holds are meant."""
    return marked(whole, f"{len(some):,}")


def capitalized(words: str) -> str:
    """Words, marked or not, with a capital."""
    at = words.index(MIDDLE) + 1 if words.startswith(START) else 0
    return f"{words[:at]}{words[at : at + 1].upper()}{words[at + 1 :]}"
