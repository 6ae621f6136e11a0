"""Pages of text as a test looks at them."""

from __future__ import annotations


def without_commands(text: str) -> list[str]:
    """Return the lines but that of the next command, which is not broken as it is to be pasted."""
    return [line for line in text.splitlines() if not line.startswith("Next     coresponder ")]
