"""Signs as they are printed: none that the encoding has not got, none that steers a terminal."""

from __future__ import annotations

import codecs
import json
import re
import sys
from io import TextIOWrapper

from sim.steering import harmless

__all__ = ["harmless", "json_for", "yield_signs"]

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


def json_for(encoding: str, text: str) -> str:
    """JSON as it is for UTF-8, and for any other encoding with escapes, which JSON knows."""
    if codecs.lookup(encoding).name == "utf-8":
        return text
    return BEYOND_ASCII.sub(lambda match: json.dumps(match[0])[1:-1], text)
