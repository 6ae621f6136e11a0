"""Signs that would steer a terminal, or turn the direction of writing: shown by their number."""

from __future__ import annotations

import re

CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
TURNS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # of the direction of writing
STEERING = {code: f"\\u{code:04x}" for code in CONTROLS | TURNS}  # as JSON has them, too
ANY = re.compile(f"[{''.join(map(re.escape, map(chr, sorted(STEERING))))}]")


def harmless(text: str) -> str:
    r"""Text in which signs that would steer a terminal are shown by their number.

    Examples
    --------
    >>> harmless("plain"), harmless("\x1b[31mred")
    ('plain', '\\u001b[31mred')
    """
    return text.translate(STEERING) if ANY.search(text) else text
