"""Overrides that widen the range of an assumption: tried, so that none is named that is refused."""

from __future__ import annotations

from sim.config import InputError, compose
from sim.scenarios.calibration.conflicts import Side
from sim.scenarios.request import Request
from sim.scenarios.unknown import Unknown

MORE = 0.5  # of the width of a range
DIGITS = 3
OF_RANGES = ("range", "ratio")  # laws that are drawn between a low and a high


def widening(request: Request, unknown: Unknown, side: Side) -> list[str] | None:
    """Overrides that widen a range by half of its width, or as far as its key can go.

    Empty if the assumption has no low and high of its own, as an estimate with an error has none;
    None if no value beyond that end is possible.
    """
    if unknown.law not in OF_RANGES:
        return []
    for end in _ends(unknown, side):
        overrides = [
            f"{path}.{'high' if side == 'above' else 'low'}={end:g}" for path in unknown.paths
        ]
        if _holds(request, overrides):
            return overrides
    return None


def _ends(unknown: Unknown, side: Side) -> list[float]:
    """Ends to be tried: half a width more, then the end of shares, or half the way to 0."""
    low, high = unknown.low, unknown.high
    more = MORE * (high - low)
    if side == "above":
        tried = [high + more, *([1.0] if high < 1 else [])]
        return [x for x in map(_rounded, tried) if x > high]
    return [x for x in map(_rounded, (low - more, low / 2)) if x < low]


def _rounded(end: float) -> float:
    return float(f"{end:.{DIGITS}g}")


def _holds(request: Request, overrides: list[str]) -> bool:
    try:
        compose([*request.overrides, *overrides], request.config_dir)
    except InputError:
        return False
    return True
