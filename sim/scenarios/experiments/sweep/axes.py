"""What varies in a sweep, from words such as `staffing.count=8..24` or `outcomes=evidence,none`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from sim.config import InputError, names
from sim.config.compose import GROUPS, swept_values

PLAN = "staffing"  # the axis of plans: names of files, or numbers of 24/7 posts
COUNT = f"{PLAN}.count"
MOST_VALUES = 100_000  # of one axis
NUMBER = r"-?\d+(?:\.\d+)?"
SPAN = re.compile(rf"(?P<low>{NUMBER})\.\.(?P<high>{NUMBER})(?:/(?P<step>{NUMBER}))?")
WHOLE = re.compile(r"-?\d+")
DIGITS = 9  # significant, of a value between two ends


class Axis(NamedTuple):
    """A key and the values it takes, as they are written; or two numbers it may lie between.

    `values` are empty if it lies between `low` and `high`; then it is a whole number if both ends
    are written as such.
    """

    key: str
    values: tuple[str, ...]
    low: str = ""
    high: str = ""

    @property
    def is_span(self) -> bool:
        """Whether it lies anywhere between two ends."""
        return not self.values

    def at(self, u: float) -> str:
        """Value at a place on [0, 1): of a list each value has the same share of it.

        Examples
        --------
        >>> Axis("staffing", (), "8", "24").at(0.99), Axis("x", (), "0.5", "1.5").at(0.25)
        ('24', '0.75')
        """
        if not self.is_span:
            return self.values[int(u * len(self.values))]
        if WHOLE.fullmatch(self.low) and WHOLE.fullmatch(self.high):
            low, high = int(self.low), int(self.high)
            return str(low + int(u * (high - low + 1)))
        low_end, high_end = float(self.low), float(self.high)
        return f"{low_end + u * (high_end - low_end):.{DIGITS}g}"


class Words(NamedTuple):
    """Words of a sweep, parted: what varies, in the order it was written, and what does not."""

    axes: tuple[Axis, ...]
    fixed: tuple[str, ...]
    plan: str | None


def words_of(
    plans: Sequence[str], overrides: Sequence[str], config_dir: Path | None, *, spans: bool
) -> Words:
    """Part the words of a sweep.

    Parameters
    ----------
    plans
        Words without a key: names of plans, numbers of 24/7 posts, or ranges of them.
    overrides
        Words with a key, of which some have several values.
    config_dir
        The user's configs, where names of groups are looked for, too.
    spans
        Whether `low..high` without a step is anything between the two, not a list.

    Raises
    ------
    InputError
        If a word is neither one value nor several, or there is no such group or plan.
    """
    axes, fixed = [], []
    written = [f"{PLAN}={','.join(plans)}"] if plans else []
    for word in (*written, *overrides):
        axis = _axis(word, config_dir, spans=spans)
        if axis.is_span or len(axis.values) > 1:
            axes.append(axis)
        else:
            fixed.append(f"{axis.key}={axis.values[0]}")
    keys = [word.partition("=")[0] for word in (*(axis.key for axis in axes), *fixed)]
    for key in keys:
        if keys.count(key) > 1:
            raise InputError(f"{key}: expected one word with all of its values, got two")
    plan = [word.partition("=")[2] for word in fixed if word.startswith(f"{PLAN}=")]
    others = tuple(word for word in fixed if not word.startswith(f"{PLAN}="))
    return Words(tuple(axes), others, plan[0] if plan else None)


def _axis(word: str, config_dir: Path | None, *, spans: bool) -> Axis:
    key, sign, text = word.partition("=")
    if not (sign and text):
        raise InputError(f"{key}: expected values, such as {key}=1,2 or {key}=1..4, got none")
    if key == COUNT:
        key = PLAN
    span = SPAN.fullmatch(text)
    if span and spans and not span["step"]:
        return _span(key, span["low"], span["high"])
    parts = text.split(",") if any(map(SPAN.fullmatch, text.split(","))) else [text]
    values = [value for part in parts for value in _values(key, part, config_dir)]
    if len(set(values)) < len(values):
        twice = next(value for value in values if values.count(value) > 1)
        raise InputError(f"{key}: expected every value once, got {twice} twice")
    if len(values) > MOST_VALUES:
        raise InputError(f"{key}: expected at most {MOST_VALUES:,} values, got {len(values):,}")
    return Axis(key, tuple(values))


def _span(key: str, low: str, high: str) -> Axis:
    if float(low) >= float(high):
        raise InputError(f"{key}: expected a low and a higher end, got {low}..{high}")
    return Axis(key, (), low, high)


def _values(key: str, text: str, config_dir: Path | None) -> list[str]:
    """Values of one word: a range of ours, or whatever Hydra's grammar says."""
    span = SPAN.fullmatch(text)
    if span:
        return _steps(key, span["low"], span["high"], span["step"])
    values, glob = swept_values(f"{key}={text}")
    if glob is not None:
        if key not in (PLAN, *GROUPS):
            raise InputError(f"{key}: expected glob() of a group's files, such as outcomes=glob(*)")
        values = [name for name in names(key, config_dir) if fnmatchcase(name, glob)]
    if not values:
        raise InputError(f"{key}: expected one value or more, got none in {text!r}")
    return values


def _steps(key: str, low: str, high: str, step: str | None) -> list[str]:
    """Numbers from low to high, both included if the steps meet it, as they are written."""
    if step is None and not (WHOLE.fullmatch(low) and WHOLE.fullmatch(high)):
        raise InputError(
            f"{key}: expected whole numbers or a step, such as {low}..{high}/0.1, got {low}..{high}"
        )
    decimals = max(len(x.partition(".")[2]) for x in (low, high, step or "1"))
    scale = 10**decimals
    first, last, by = (round(float(x) * scale) for x in (low, high, step or "1"))
    if by <= 0 or last < first:
        raise InputError(
            f"{key}: expected a low end, a higher one and a step above 0, got an empty range "
            f"{low}..{high}{'' if step is None else f'/{step}'}"
        )
    if (last - first) // by >= MOST_VALUES:
        raise InputError(f"{key}: expected at most {MOST_VALUES:,} values, got {low}..{high}")
    if decimals == 0:
        return [str(value) for value in range(first, last + 1, by)]
    return [f"{value / scale:.{decimals}f}" for value in range(first, last + 1, by)]
