"""Signs as they are printed: none that the encoding has not got, none that steers a terminal."""

from __future__ import annotations

import codecs
import json
import re
import sys
from io import TextIOWrapper

# What stands in text, for a terminal or file whose encoding has not got it.
PLAIN = {
    **dict.fromkeys("–−—━╸╺", "-"),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("“”", '"'),
    "×": "x",
    "·": "*",
    "…": "...",
    "≥": ">=",
    "≤": "<=",
    "±": "+/-",
    "→": "->",
    "σ": "sigma",
    "█": "#",
}
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
TURNS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # of the direction of writing
STEERING = {code: f"\\u{code:04x}" for code in CONTROLS | TURNS}  # as JSON has them, too


def yield_signs() -> None:
    """Let what is printed give way, sign by sign, where the encoding has no such sign."""
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="plain")


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Sign that stands for the first that cannot be said, or the byte of a path that is no text."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    sign = error.object[error.start]
    if "\udc80" <= sign <= "\udcff":
        return sign.encode("ascii", "surrogateescape"), error.start + 1
    return PLAIN.get(sign, "?"), error.start + 1


def harmless(text: str) -> str:
    """Text in which signs that would steer a terminal are shown by their number."""
    return text.translate(STEERING)


def json_for(encoding: str, text: str) -> str:
    """JSON as it is for UTF-8, and for any other encoding with escapes, which JSON knows."""
    if codecs.lookup(encoding).name == "utf-8":
        return text
    return BEYOND_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)
