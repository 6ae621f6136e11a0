"""What an agency observed of itself: the file that it states it in, and its figures.

A figure is a measure of the dictionary, or a product of some (`PRODUCTS`), with its value and how
sure that is: `n`, what a share or a count was counted from, or `se`, its standard error.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field, field_validator, model_validator

from sim.arrays import Floats
from sim.config import InputError
from sim.config.compose import nearest
from sim.config.faults import validated
from sim.config.hydra_part import read_yaml
from sim.config.values import Strict, Whole
from sim.model.measures.dictionary import MEASURED, MEASURES
from sim.scenarios.answers.calibration import Figure
from sim.scenarios.samples import NAMES

NUMBER = re.compile(r"\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|-?\.\d+)\s*(.*?)\s*")
DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12, "year": 365.0}
MINUTES = {"min": 1.0, "minute": 1.0, "minutes": 1.0, "h": 60.0, "hour": 60.0, "hours": 60.0}
PERCENTS = {"%": 0.01, "percent": 0.01}
TOLERANCE = 0.2  # width of a sharp prediction, as a share of the figure, unless the file says it
MOST_FIGURES = 30


class Product(NamedTuple):
    """A figure that agencies count and the dictionary has as a product of measures."""

    label: str
    unit: str
    measures: tuple[str, ...]
    factor: float = 1.0


PRODUCTS = {
    "busy_hours_per_day": Product(
        "Team-hours busy", "h/day", ("utilization_share", "teams_deployed_mean"), 24.0
    ),
    "holds_per_year": Product("Holds", "people/year", ("hold_share", "contacts_per_year")),
}


# Of measures whose label leaves open of what they are a share, where two such stand together.
LABELS = {"reach_share": "Reached, of requested calls"}


def label_of(name: str) -> str:
    """Label of a measure of the dictionary, with what it is a share of."""
    return LABELS.get(name, MEASURES[name].label)


class Stated(Strict):
    """One figure as the file has it."""

    value: float | str
    n: Annotated[Whole, Field(ge=1, le=1_000_000_000)] | None = None
    se: float | str | None = None
    tolerance_share: Annotated[float, Field(gt=0, le=10)] | None = None

    @model_validator(mode="after")
    def _says_how_sure(self) -> Stated:
        if (self.n is None) == (self.se is None):
            got = "neither" if self.n is None else "both"
            raise ValueError(
                f"expected either n (what it was counted from) or se (its standard error), got "
                f"{got}"
            )
        return self


class Observed(Strict):
    """The file: figures that condition, and figures that are only predicted and checked."""

    plan: str | None = None
    period: str
    source: Annotated[str, Field(min_length=1)]
    figures: Annotated[dict[str, Stated], Field(min_length=1, max_length=MOST_FIGURES)]
    held_out: Annotated[dict[str, Stated], Field(default_factory=dict, max_length=MOST_FIGURES)]

    @field_validator("plan", "period", mode="before")
    @classmethod
    def _text(cls, entry: object) -> object:
        return (
            str(entry) if isinstance(entry, int | date) and not isinstance(entry, bool) else entry
        )

    @model_validator(mode="after")
    def _keeps_them_apart(self) -> Observed:
        for name, stated in self.figures.items():
            if name in self.held_out:
                raise ValueError(
                    f"held_out.{name}: expected a figure that conditions nothing, got one of "
                    "figures; what was used to condition cannot test"
                )
            if stated.tolerance_share is not None:
                raise ValueError(f"figures.{name}.tolerance_share: expected it in held_out only")
        days_of(self.period)
        return self


class Read(NamedTuple):
    """An observed file, read: its figures in the units of their measures; `days` of its period."""

    file: str
    plan: str | None
    period: str
    days: int
    source: str
    figures: list[Figure]
    held_out: list[Figure]


def observed(file: Path) -> Read:
    """Figures of a file.

    Raises
    ------
    InputError
        One line that names the file and the key, what was expected and what was there.
    """
    what = f"{file}: "
    if not file.is_file():
        raise InputError(f"--observed: expected a file of what you observed, got {str(file)!r}")
    tree = read_yaml(file, what)
    if not tree or not isinstance(tree, dict):
        raise InputError(f"{what}expected a mapping with period, source and figures, got none")
    stated = validated(Observed, tree, what)
    return Read(
        file.name,
        stated.plan,
        stated.period,
        days_of(stated.period),
        stated.source,
        [_figure(f"{what}figures", *item) for item in stated.figures.items()],
        [_held_out(f"{what}held_out", *item) for item in stated.held_out.items()],
    )


def days_of(period: str) -> int:
    """Days of a period: a year, a month, or from one of these or a date to another.

    Examples
    --------
    >>> days_of("2024"), days_of("2024-02"), days_of("2024-01-01 to 2024-06-30")
    (366, 29, 182)

    Raises
    ------
    ValueError
        If it is none of these.
    """
    first, _, last = period.partition(" to ")
    try:
        days = (_bounds(last or first)[1] - _bounds(first)[0]).days
    except ValueError:
        days = 0
    if days < 1:
        raise ValueError(
            "period: expected a period like 2024, 2024-03 or 2024-01-01 to 2024-06-30, got "
            f"{period!r}"
        )
    return days


def _bounds(text: str) -> tuple[date, date]:
    """First day of a year, a month or a day, and the first one after it."""
    parts = [int(part) for part in text.strip().split("-")]
    match parts:
        case [year]:
            return date(year, 1, 1), date(year + 1, 1, 1)
        case [year, month]:
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    first = date(*parts)
    return first, first + timedelta(days=1)


# --- one figure ----------------------------------------------------------------------------------


def _held_out(where: str, name: str, stated: Stated) -> Figure:
    figure = _figure(where, name, stated)
    if figure.value <= 0:
        raise InputError(f"{where}.{name}.value: expected above 0, got {figure.value:g}")
    return figure._replace(tolerance_share=stated.tolerance_share or TOLERANCE)


def _figure(where: str, name: str, stated: Stated) -> Figure:
    measure, where = _measure(where, name), f"{where}.{name}"
    value, factor = _number(f"{where}.value", stated.value, measure.unit)
    if measure.unit == "share" and not 0 <= value <= 1:
        raise InputError(
            f"{where}.value: expected a share from 0 to 1, or from 0% to 100%, got {stated.value!r}"
        )
    if stated.se is None:
        se = _counted(where, value, stated.n or 1, measure.unit)
    else:
        _check_same_scale(f"{where}.se", stated)
        se = _number(f"{where}.se", stated.se, measure.unit, factor)[0]
        if not 0 < se < math.inf:
            raise InputError(f"{where}.se: expected above 0, got {stated.se!r}")
    return Figure(name, measure.label, measure.unit, value, se)


def _check_same_scale(where: str, stated: Stated) -> None:
    """Refuse a bare standard error beside a value in percent: it could be a share or percent."""
    is_bare = isinstance(stated.se, float | int) or re.fullmatch(r"[\s\d.,-]+", str(stated.se))
    if is_bare and re.search(r"%|percent", str(stated.value)):
        raise InputError(
            f"{where}: expected it with the unit of its value, such as '2%' for 2 percentage "
            f"points, got {stated.se!r}"
        )


def _measure(where: str, name: str) -> Product:
    if name in PRODUCTS:
        return PRODUCTS[name]
    if name not in MEASURED:
        right = nearest(name, [*MEASURED, *PRODUCTS])
        hint = right if right.startswith("did") else "docs/glossary.md has their names"
        raise InputError(f"{where}: unknown measure {name!r}; {hint}")
    return Product(label_of(name), MEASURES[name].unit, (name,))


def _number(
    where: str, stated: float | str, unit: str, usual: float | None = None
) -> tuple[float, float]:
    """Number in the unit of its measure, and the factor that it was stated by."""
    factors = _factors(unit)
    match = NUMBER.fullmatch(str(stated))
    words = " ".join(match[2].split()) if match else ""
    word = re.sub(r"^(a|an|per|/|by) ?", "", words)
    if match is None or (words and word not in factors):
        units = ", ".join(factors) or "nothing"
        raise InputError(f"{where}: expected a number (with {units} after it), got {stated!r}")
    factor = factors[word] if words else usual or 1.0
    return float(match[1].replace(",", "")) * factor, factor


def _factors(unit: str) -> dict[str, float]:
    """Units that may be written after a number, by what each is in that of its measure."""
    counted, _, period = unit.partition("/")
    if period in DAYS:
        return {word: DAYS[period] / days for word, days in DAYS.items()}
    if unit in ("min", "h"):
        return {word: minutes / MINUTES[unit] for word, minutes in MINUTES.items()}
    return PERCENTS if counted == "share" else {}


def _counted(where: str, value: float, n: int, unit: str) -> float:
    """Standard error of a share of n, or of a count of n over a period."""
    if unit == "share":
        smoothed = (value * n + 0.5) / (n + 1)  # none of n is not surely none
        return math.sqrt(smoothed * (1 - smoothed) / n)
    if unit.partition("/")[2] not in DAYS or unit.startswith("h/"):
        raise InputError(f"{where}: expected se, its standard error, as it is no count, got n")
    return abs(value) / math.sqrt(n)


# --- as simulated --------------------------------------------------------------------------------


def measures_of(figures: list[Figure]) -> list[str]:
    """Measures that some figures are made of, each once."""
    return list(dict.fromkeys(name for x in figures for name in _made_of(x.name).measures))


def simulated(figures: list[Figure], values: Floats) -> Floats:
    """Figures as simulated; shape (..., figures) of measures in the order of the dictionary."""
    return np.stack([_product(_made_of(x.name), values) for x in figures], axis=-1)


def _product(product: Product, values: Floats) -> Floats:
    columns = [NAMES.index(name) for name in product.measures]
    return np.asarray(product.factor * values[..., columns].prod(axis=-1), np.float64)


def _made_of(name: str) -> Product:
    return PRODUCTS.get(name) or Product("", "", (name,))
