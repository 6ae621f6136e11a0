"""What is wrong with a log, in one line."""

from __future__ import annotations


class LogError(ValueError):
    """A log that cannot be used: one line with what, where, and what would be right."""
