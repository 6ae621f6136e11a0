"""Checks of what the formulas are given."""

from __future__ import annotations

import math


def check_servers(servers: int, at_least: int) -> None:
    """Raise ValueError unless the servers are a whole number of so many or more."""
    if not float(servers).is_integer() or servers < at_least:
        raise ValueError(f"servers: expected a whole number of {at_least} or more, got {servers!r}")


def check_not_negative(name: str, figure: float) -> None:
    """Raise ValueError, naming the figure, unless it is finite and not negative."""
    if not (math.isfinite(figure) and figure >= 0):
        raise ValueError(f"{name}: expected a finite number of zero or more, got {figure!r}")
