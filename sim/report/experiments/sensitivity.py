"""The answer of `sensitivity`: the screen, everything as text, JSON, a table and figures."""

from __future__ import annotations

import math
import re
import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sim.model.measures.dictionary import MEASURES
from sim.report.answer import Answer, Basis
from sim.report.rendering import as_many_as_fit, rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import FOLD, Group, Table
from sim.report.trees import hash_of, rails_tree
from sim.report.wording import (
    BLANK,
    IN_TIME,
    dollars,
    in_time,
    label,
    number,
    percent,
    plural,
    range_of,
    scale,
)
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.keys import key_words
from sim.scenarios.answers.sensitivity import RESAMPLES, Driver, Question, Sensitivity

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

LINES = 28  # of a screen of 30
MOST_ROWS = 4  # drivers on the screen, each of up to two lines
KEY_LETTERS = 36  # of a line of a figure's name
PAYS = ("net_benefit_per_year", ">=", 0)
END_LETTERS = 3  # significant digits of an end
NORMAL_95 = 1.96  # two-sided


@dataclass(frozen=True)
class SensitivityReport(Answer):
    """A sensitivity analysis as it is published."""

    answer: Sensitivity

    def basis(self) -> Basis:
        """Return the config and plans, and how they were run."""
        made = self.answer
        return Basis(made.config, made.plans, made.replications, made.check)

    def summary(self) -> str:
        """Return the first screen."""
        return as_many_as_fit(self._screen, MOST_ROWS, LINES)[0]

    def _screen(self, rows: int) -> str:
        drivers = self._moving()[: max(rows, 1)]
        return _text(
            self.answer,
            "sensitivity_screen.txt",
            drivers,
            table(self.answer, drivers, with_keys=False),
        )

    def full(self) -> str:
        """Return every driver with its source, the screen at the top."""
        drivers = self.answer.drivers
        text = _text(self.answer, "sensitivity_full.txt", drivers, table(self.answer, drivers))
        return f"{self.summary()}\n\n{text}"

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer."""
        return tree(self.answer)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, and the drivers as rows."""
        frame = self.answer.to_frame()
        files: dict[str, str | pl.DataFrame] = {"full.txt": f"{self.full()}\n"}
        return files | {"drivers.parquet": frame, "drivers.csv": as_csv(frame)}

    def figures(self) -> dict[str, Figure]:
        """Return the indices, and a scatter of each of the worst drivers."""
        from sim.report.experiments.sensitivity_figures import drawn  # noqa: PLC0415 - slow to load

        return drawn(self.answer)

    def _moving(self) -> list[Driver]:
        return [x for x in self.answer.drivers if x.moves]


def _text(answer: Sensitivity, template: str, drivers: list[Driver], table: Table) -> str:
    return rendered(
        template,
        answer=answer,
        drivers=drivers,
        table=table,
        untold=sum(x.moves for x in answer.drivers) - len(drivers),
        captured=_share_words(answer.captured_share),
        narrows=_share_words,
        unsure=[x for x in drivers[1:] if overlap(drivers[0], x)],
        still=sorted((x for x in answer.drivers if x.moves_nothing), key=lambda x: not x.moves),
        chance=[x for x in answer.drivers if x.is_chance],
        missed=missed_below(answer.draws),
        level=percent(answer.confidence),
        resamples=RESAMPLES,
        plural=plural,
        asked=asked_words(answer),
        is_met=answer.question.is_met(answer.central),
        central=valued(answer.question.measure, answer.central),
        spanned=_spanned(answer),
        key_words=key_words,
        flip=flip_words,
        flips=[x for x in answer.drivers if x.flips_at is not None],
    )


# --- words ---------------------------------------------------------------------------------------


def asked_words(answer: Sensitivity) -> str:
    """What is asked, as it is said if it holds."""
    question = answer.question
    side = plans_words(question)
    if question.versus is not None and question[:3] == PAYS:
        return f"{side} pays for itself"
    sense = "at least" if question.sense == ">=" else "at most"
    is_in_time = question.measure == IN_TIME
    standard = answer.config.service.standard
    name = in_time(standard) if is_in_time else MEASURES[question.measure].label
    value = valued(question.measure, question.value, exact=True)
    return f"with {side}, \u201c{name}\u201d is {sense} {value}"


def plans_words(question: Question) -> str:
    """Plan, or the difference of two."""
    plan = f"plan {question.plan}"
    return plan if question.versus is None else f"{plan} instead of {question.versus}"


def valued(measure: str, value: float, *, exact: bool = False) -> str:
    """Value of a measure with its unit as a sentence has it, "71.4%", "−$7.8 million a year"."""
    if (unit := MEASURES[measure].unit).startswith("$"):
        return dollars(value, 6 if exact else 2) + (" a year" if "/year" in unit else "")
    figure = number(scale(measure) * value, None if exact else 10)
    unit = label(measure).rpartition(", ")[2] if ", " in label(measure) else ""
    return f"{figure}{unit}" if unit == "%" else f"{figure} {unit}".rstrip()


def _cell(measure: str, value: float | None) -> str:
    """Value in a table, whose head has the unit."""
    if value is None:
        return BLANK
    if MEASURES[measure].unit.startswith("$"):
        return dollars(value)
    return number(scale(measure) * value, 10)


def _spanned(answer: Sensitivity) -> str:
    measure, span = answer.question.measure, answer.range
    if not MEASURES[measure].unit.startswith("$"):
        return range_of(span, scale(measure))
    return " to ".join(dollars(end or 0.0) for end in (span.low, span.high))


def overlap(one: Driver, other: Driver) -> bool:
    """Whether the intervals of two total indices overlap, so that their order is not certain."""
    return max(one.total.low or 0.0, other.total.low or 0.0) <= min(
        one.total.high or 0.0, other.total.high or 0.0
    )


def missed_below(draws: int) -> str:
    """Rank correlation that so many draws do not tell from none at the 95% level."""
    return f"{min(1.0, NORMAL_95 / math.sqrt(draws - 1)):.1g}"


def named(driver: Driver, *, with_key: bool = True) -> str:
    """Words of a figure and, below them, the key that can be typed, in lines of a table."""
    words = textwrap.wrap(key_words(driver.name, driver.label), KEY_LETTERS, subsequent_indent="  ")
    has_key = driver.name in driver.label and driver.name != driver.label
    return FOLD.join(words if has_key or not with_key else [*words, *_key_lines(driver.name)])


def _key_lines(key: str) -> list[str]:
    """Key in indented lines that end after a dot."""
    lines = ["  "]
    for part in re.findall(r"[^.]+\.?", key):
        if lines[-1].strip() and len(lines[-1] + part) > KEY_LETTERS:
            lines.append("    ")
        lines[-1] += part
    return lines


def end_words(value: float) -> str:
    """End of a figure in three digits."""
    return number(value) if abs(value) >= 10**END_LETTERS else f"{value:.{END_LETTERS}g}"


def flip_words(answer: Sensitivity, driver: Driver) -> str:
    """Figure and the end beyond which the decision is another, "speed of a drive below 18"."""
    met = answer.question.is_met(answer.central)
    side = "above" if met_below(answer, driver) == met else "below"
    end = end_words(driver.flips_at or 0.0)
    return f"{key_words(driver.name, driver.label)} {side} {end}"


def met_below(answer: Sensitivity, driver: Driver) -> bool:
    """Whether the question is met below the value at which the decision changes."""
    return driver.at_low is not None and answer.question.is_met(driver.at_low)


def table(answer: Sensitivity, drivers: list[Driver], *, with_keys: bool = True) -> Table:
    """Row a driver: its range, what it makes of the variance, and the answer at its ends.

    Names are in words, with the keys below them unless room is short.
    """
    head = ["uncertain figure", "low", "high", "variance, %", "narrower, %", "at low", "at high"]
    rows = [_row(answer, driver, with_key=with_keys) for driver in drivers]
    return Table(head, [Group(rows)], "lrrrrrr")


def _row(answer: Sensitivity, driver: Driver, *, with_key: bool) -> list[str]:
    measure = answer.question.measure
    return [
        named(driver, with_key=with_key),
        end_words(driver.low),
        end_words(driver.high),
        _shares(driver.total),
        _shares(driver.narrows_share),
        *(_cell(measure, x) for x in (driver.at_low, driver.at_high)),
    ]


def _shares(share: Interval) -> str:
    return f"{_percents(share.mean)} ({_percents(share.low)}–{_percents(share.high)})"


def _share_words(share: Interval) -> str:
    """Share with its interval in a sentence, "54% (30 to 78)"."""
    return f"{_percents(share.mean)}% ({_percents(share.low)} to {_percents(share.high)})"


def _percents(share: float | None) -> str:
    return BLANK if share is None else f"{100 * min(max(share, 0.0), 1.0):.0f}"


# --- as JSON -------------------------------------------------------------------------------------


def tree(answer: Sensitivity) -> dict[str, Any]:
    """Everything of an answer as plain data."""
    return {
        "scenario": {
            "program": answer.config.program.name,
            "title": answer.config.program.title,
            "seed": answer.config.run.seed,
            "window_days": answer.window_days,
            "draws": answer.draws,
            "points": answer.points,
            "config_hash": hash_of(answer.config, answer.plans),
        },
        "question": {**answer.question._asdict(), "words": label(answer.question.measure)},
        "central": answer.central,
        "range": {"low": answer.range.low, "high": answer.range.high},
        "met_share": answer.met_share,
        "chance_share": answer.chance_share,
        "captured_share": asdict(answer.captured_share),
        "confidence": answer.confidence,
        "unknowns": answer.unknowns,
        "drivers": answer.to_frame().to_dicts(),
        "warnings": rails_tree(answer.warnings),
    }
