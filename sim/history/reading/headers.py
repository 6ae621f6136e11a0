"""Columns whose names no list has, by the words in them, and by whether their cells are stamps.

A word alone says too little: `Unit Dispatched` may be a time or a car, `Disp` a dispatch or a
disposition. So a stamp is proposed only if its cells look like one, and anything else only if they
do not. Of a cell nothing is taken but this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import polars as pl

Look = Literal["stamp", "date", "clock", "text"]
Looks = Callable[[str], Look]

STAMPS = {
    "received": (
        r"received|recvd|rcvd|queued|(?:call|incident|event) (?:entry|entered|created|start)"
        r"|(?:call|incident|event|cad) (?:date )?time|start (?:date )?time"
    ),
    "dispatched": r"dispatch(?:ed)?|disp|dsp|assign(?:ed|ment)?",
    "arrived": r"arriv\w*|arrv\w*|arvd|arr|on ?scene|at ?scene|on ?site",
    "cleared": r"clear(?:ed|ance)?|clr|clrd|clos(?:e|ed|ing)|complet(?:e|ed|ion)|in service"
    r"|available",
}
# Other steps, other services, and times that last: none of them is a stamp of the unit on the call.
NO_STAMP = (
    r"hospital|transport\w*|destination|facility|jail|booking|station|quarters|ems|fire|medics?"
    r"|ambulance|tow|backup|supervisor|en ?route|staged|staging|notified|held|hold|dob|birth|to"
    r"|until|from|between|after|by|mins?|minutes?|secs?|seconds?|hrs?|hours?|elapsed|duration"
    r"|interval|length|total|delay|avg|average|count|updated?|modified|codes?|reason|type"
)
LASTS = r"time (?:on|at|in)\b"  # such as Time On Scene, a stamp or a duration: cells have to tell
FIRST_OR_LAST = {"received": "first", "dispatched": "first", "arrived": "first", "cleared": "last"}
NO_TEXT = (
    r"time|date|phone|address|caller|count|total|fire|ems|medics?|mins?|minutes?|secs?|seconds?"
    r"|elapsed|duration|delay|interval|narrative|comments?|notes?|remarks?"
)


class Text(NamedTuple):
    """Words of a role that is no stamp, those that it never has, and those that are preferred."""

    words: str
    never: str = r"(?!)"
    better: str = r"(?!)"


TEXTS = {
    "disposition": Text(
        r"dispo|dispos|dispositions?|disp|outcome|result|resolution|(?:clear\w*|clos\w*) code",
        never=r"officer|hospital",
    ),
    "final_type": Text(
        r"final (?:\w+ )*(?:type|nature|problem|desc\w*|code)|(?:closed|cleared) as",
        never=r"priority|source|disp\w*",
        better=r"desc\w*|text",
    ),
    "type": Text(
        r"nature|problem|complaint|type (?:of )?(?:call|incident|event)"
        r"|(?:call|incident|event|initial|original|cfs) (?:\w+ )?(?:type|desc\w*|category|code)",
        never=r"final|source|priority|unit|location|id|number|disp\w*|clos\w*|clear\w*|agency|zip",
        better=r"initial|original|desc\w*|text",
    ),
    "zone": Text(
        r"district|sector|precinct|beat|zone|division|(?:reporting|patrol|response|police) area",
        never=r"time zone|school|council|court|attorney|unit|officer|assigned",
        better=r"district|sector|precinct",
    ),
    "priority": Text(r"priority|pri", never=r"final|source", better=r"initial|original"),
    "source": Text(
        r"source|initiated|how received|(?:call|incident) origin", never=r"data|file|system"
    ),
    "unit": Text(
        r"unit|call ?sign|radio name",
        never=r"type|status|agency|of|all|area",
        better=r"primary|first",
    ),
}
OF_A_NUMBER = {"incident", "event", "call", "cad", "cfs", "master"}
NUMBERS = {"number", "num", "no", "nbr", "id"}


def look_of(column: pl.Series) -> Look:
    """What 99% of the filled cells of a column of texts look like.

    Examples
    --------
    >>> import polars as pl
    >>> [look_of(pl.Series([cell])) for cell in ("2024-02-05 07:13", "2/5/2024", "7:13", "A12")]
    ['stamp', 'date', 'clock', 'text']
    """
    cells = column.drop_nulls()
    date = cells.str.contains(r"^\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}")
    clock = cells.str.contains(r"\d{1,2}:\d{2}")
    serial = cells.str.contains(r"^\d{5}\.\d+$")
    midnight = cells.str.contains(r"[T ](?:00:00(?::00)?(?:\.0+)?Z?|12:00(?::00)? ?[Aa][Mm])$")
    if _most((date & clock & ~midnight) | serial) or (_most(date & clock) and not _most(midnight)):
        return "stamp"
    if _most(date):
        return "date"
    return (
        "clock"
        if _most(cells.str.contains(r"^\d{1,2}:\d{2}(?::\d{2})?(?: ?[APap][Mm])?$"))
        else "text"
    )


def _most(flags: pl.Series) -> bool:
    return bool(len(flags)) and float(flags.mean() or 0) >= 0.99  # type: ignore[arg-type]  # noqa: PLR2004 - as of stamps


def look_by_name(name: str) -> Look:
    """What the cells of a column will look like, if only its name is known."""
    words = words_of(name).split()
    if "date" in words and "time" not in words:
        return "date"
    return "stamp"


def words_of(name: str) -> str:
    """Words of a name in small letters with blanks between, without accents.

    Examples
    --------
    >>> words_of("FirstUnitOnScene (Date/Time)")
    'first unit on scene date time'
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    small = apart.casefold().translate(str.maketrans("áéíóúñü", "aeiounu"))
    return " ".join(re.findall(r"[a-z0-9]+", small))


def by_words(
    names: Collection[str], taken: Mapping[str, str], looks: Looks
) -> Iterator[tuple[str, str]]:
    """Roles that are not taken, each with the column that its words and cells speak for.

    A column that has the words of two stamps is given to neither.
    """
    used = set(taken.values())
    roles = {role.partition("_")[0] for role in taken if role != "final_type"}
    for role in STAMPS:
        if role not in roles and not (role == "received" and "date" in roles):
            found = dict(_stamp(role, [x for x in names if x not in used], looks))
            used |= {*found.values()}
            yield from found.items()
    for role, text in TEXTS.items():
        free = [x for x in names if x not in used]
        column = None if role in taken else _text(text, free, looks)
        if column is not None:
            used.add(column)
            yield role, column
    number = next((x for x in names if x not in used and _is_number(x)), None)
    if "id" not in taken and number is not None:
        yield "id", number


def _has(words: str, pattern: str) -> bool:
    return re.search(rf"\b(?:{pattern})\b", words) is not None


def _stamp(role: str, names: list[str], looks: Looks) -> Iterator[tuple[str, str]]:
    """A stamp of one column, or of one with its date and one with its time."""
    fits = [x for x in names if _may_be(role, words_of(x))]
    pair = _pair(fits, looks)
    if pair is not None:
        yield from ((f"{role}_date", pair[0]), (f"{role}_time", pair[1]))
        return
    whole = [x for x in fits if _is_whole(role, x, looks(x))]
    if whole:
        yield role, min(whole, key=lambda x: _order(role, words_of(x)))


def _pair(names: list[str], looks: Looks) -> tuple[str, str] | None:
    """Columns of a date and of a time whose names are the same but for these words."""
    times = {_without("time", x): x for x in reversed(names)}
    for date in names:
        time = times.get(_without("date", date))
        if time not in {None, date} and looks(date) == "date" and looks(time) != "text":
            return date, time
    return None


def _without(word: str, name: str) -> tuple[str, ...]:
    return tuple(x for x in words_of(name).split() if x != word)


def _may_be(role: str, words: str) -> bool:
    others = (pattern for other, pattern in STAMPS.items() if other != role)
    is_other = any(_has(words, pattern) for pattern in others)
    return _has(words, STAMPS[role]) and not is_other and not _has(words, NO_STAMP)


def _is_whole(role: str, name: str, look: Look) -> bool:
    """Whether a column is a stamp by itself: with its date, or a clock time of a later step."""
    by_clock = look == "clock" and role != "received" and not _has(words_of(name), LASTS)
    return look == "stamp" or by_clock


def _order(role: str, words: str) -> tuple[bool, bool, bool, int]:
    """Of several columns the first or last unit's, a unit's clearing before the call's closing."""
    wanted, said = FIRST_OR_LAST[role], words.split()
    other = "last" if wanted == "first" else "first"
    is_closed = role == "cleared" and not _has(words, r"clear\w*|clr\w*")
    return other in said, wanted not in said, is_closed, len(said)


def _text(text: Text, names: list[str], looks: Looks) -> str | None:
    """Column of a role that is no stamp."""
    fits = [x for x in names if _has(words_of(x), text.words) and _is_text(text, x, looks)]
    return min(
        fits, key=lambda x: (not _has(words_of(x), text.better), len(words_of(x))), default=None
    )


def _is_text(text: Text, name: str, looks: Looks) -> bool:
    words = words_of(name)
    if _has(words, text.never) or _has(words, NO_TEXT):
        return False
    return looks is look_by_name or looks(name) == "text"


def _is_number(name: str) -> bool:
    """Whether a name is nothing but that of a call's number."""
    words = set(words_of(name).split())
    return bool(words & OF_A_NUMBER) and bool(words & NUMBERS) and words <= OF_A_NUMBER | NUMBERS
