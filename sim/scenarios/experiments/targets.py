"""Targets of a service, such as `within_standard_share >= 0.8`: how they are written and met."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from sim.arrays import Bools, Floats
from sim.config import InputError
from sim.model.measures.dictionary import MEASURES
from sim.scenarios.intervals import t_quantile

FORM = re.compile(
    r"\s*(?P<measure>\w+)\s*(?P<sense><=|>=)\s*(?P<value>\S+)(?:\s+(?P<over>\w+))?\s*"
)
EXAMPLE = "'within_standard_share >= 0.8'"
SUCH_AS = "one such as 'reach_share', 'response_median_min' or 'cost_per_year'"
COMMON = {"share", "per", "year", "min", "h", "mean", "of", "net", "gross"}  # no hint by themselves
MOST_NEAR = 3  # measures that are suggested
ALIKE = 0.6  # ratio of difflib from which two names are spelled alike

Sense = Literal[">=", "<="]
Over = Literal["week", "by_hour", "by_zone"]
IN_CELLS = ("reach_share", "response_mean_min")  # measures that are also kept by hour and by zone


class Target(NamedTuple):
    """A measure that is to be at least or at most a value: over the week, or in each hour or zone.

    Examples
    --------
    >>> str(target_of("reach_share >= 0.9 by_hour"))
    'reach_share >= 0.9 by_hour'
    """

    measure: str
    sense: Sense
    value: float
    over: Over = "week"

    def __str__(self) -> str:
        where = "" if self.over == "week" else f" {self.over}"
        return f"{self.measure} {self.sense} {self.value:.12g}{where}"

    def margin(self, values: Floats) -> Floats:
        """How far values are on the right side of the target; negative where it is missed."""
        return np.asarray((values - self.value) * (1 if self.sense == ">=" else -1), np.float64)

    def is_met(self, values: Floats) -> Bools:
        """Whether values meet it; not where a measure does not exist."""
        met: Bools = self.margin(values) >= 0
        return met

    def is_confirmed(self, values: Floats, confidence: float) -> Bools:
        """Whether the mean over replications meets it with confidence, by a one-sided t bound.

        Parameters
        ----------
        values
            Shape (..., replications), two or more.
        confidence
            One-sided; that of each of several targets is for the caller to raise (Bonferroni).

        Returns
        -------
        ndarray
            Shape (...,); not where a measure does not exist in some replication.
        """
        margins, n = self.margin(values), values.shape[-1]
        error = margins.std(axis=-1, ddof=1) / math.sqrt(n)
        bound = margins.mean(axis=-1) - t_quantile(2 * confidence - 1, n - 1) * error
        return np.asarray(bound >= 0)


def known_measure(name: str, option: str) -> str:
    """Name of a measure, as it is.

    Raises
    ------
    InputError
        If there is none of that name; those that are near are suggested, never all there are.
    """
    if name in MEASURES:
        return name
    near = _near(name)
    said = f"did you mean {' or '.join(map(repr, near))}?" if near else f"expected {SUCH_AS}"
    raise InputError(f"{option}: unknown measure {name!r}; {said} (docs/glossary.md has all)")


def _near(name: str) -> list[str]:
    """Measures that share a word with a name, those spelled most like it first; or else alike."""
    words = {word for word in name.lower().split("_") if word not in COMMON}
    sharing = [measure for measure in MEASURES if words & set(measure.split("_"))]
    return difflib.get_close_matches(
        name.lower(), sharing or list(MEASURES), MOST_NEAR, 0.0 if sharing else ALIKE
    )


def target_of(text: str, option: str = "--target") -> Target:
    """Target of a text.

    Raises
    ------
    InputError
        If it is not one: the measure, the sense or the number.
    """
    form = FORM.fullmatch(text)
    if form is None:
        raise InputError(f"{option}: expected a target such as {EXAMPLE}, got {text!r}")
    measure, over = known_measure(form["measure"], option), form["over"] or "week"
    value = _value(form["value"], text, option)
    if measure.endswith("_share") and not 0 <= value <= 1:
        right = f"a share from 0 to 1, such as 0.8, of {measure}"
        raise InputError(f"{option}: expected {right}, got {form['value']}")
    if over not in get_args(Over):
        raise InputError(f"{option}: expected by_hour or by_zone after the number, got {over!r}")
    if over != "week" and measure not in IN_CELLS:
        raise InputError(
            f"{option}: expected one of {', '.join(IN_CELLS)} {over}, got {measure}, which is a "
            "measure of the whole week"
        )
    return Target(measure, form["sense"], value, over)  # type: ignore[arg-type]  # the pattern allows no other


def _value(text: str, target: str, option: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{option}: expected a number in {target!r}, got {text!r}")
    return value


def texts_of(value: object) -> list[str]:
    """Texts of an option that takes several: a list of them, each one or several by commas."""
    many = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(many, Sequence):
        raise TypeError(f"expected texts, got {value!r}")
    return [part.strip() for text in many for part in str(text).split(",") if part.strip()]


def targets_of(texts: Sequence[str], option: str = "--target") -> list[Target]:
    """Targets of several texts, each once; errors as of `target_of`."""
    targets = [target_of(text, option) for text in texts]
    for target in targets:
        if targets.count(target) > 1:
            raise InputError(f"{option}: expected every target once, got {str(target)!r} twice")
    return targets
