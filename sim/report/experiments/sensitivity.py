"""The answer of `sensitivity`: the screen, everything as text, JSON, a table and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.model.measures.dictionary import MEASURES
from sim.report.answer import Answer, Basis
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.trees import hash_of
from sim.report.wording import BLANK, label, number, percent, range_of, scale, size_of
from sim.scenarios.answers.keys import key_words
from sim.scenarios.answers.sensitivity import Driver, Question, Sensitivity

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

MOST_ROWS = 8  # drivers on the screen
SMALL = 0.01  # total index of a figure that makes nothing
PAYS = ("net_benefit_per_year", ">=", 0)
END_LETTERS = 3  # significant digits of an end


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
        drivers = self._moving()[:MOST_ROWS]
        return _text(self.answer, "sensitivity_screen.txt", drivers, table(self.answer, drivers))

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
        return [x for x in self.answer.drivers if (x.total.mean or 0.0) >= SMALL]


def _text(answer: Sensitivity, template: str, drivers: list[Driver], table: Table) -> str:
    factor = scale(answer.question.measure)
    size = max(10.0, size_of(answer.range, factor))
    return rendered(
        template,
        answer=answer,
        drivers=drivers,
        table=table,
        asked=asked_words(answer.question),
        is_met=answer.question.is_met(answer.central),
        answers=lambda value: number(None if value is None else factor * value, size),
        spanned=range_of(answer.range, factor),
        key_words=key_words,
        end=end_words,
        unit=unit_of(answer.question),
        flips=[x for x in answer.drivers if x.flips_at is not None],
        met_below=met_below,
    )


# --- words ---------------------------------------------------------------------------------------


def asked_words(question: Question) -> str:
    """What is asked, as it is said if it holds."""
    side = plans_words(question)
    if question.versus is not None and question[:3] == PAYS:
        return f"{side} pays for itself"
    sense = "at least" if question.sense == ">=" else "at most"
    value = number(scale(question.measure) * question.value)
    words = f"with {side}, \u201c{MEASURES[question.measure].label}\u201d is {sense} {value}"
    return f"{words} {unit_of(question)}".rstrip()


def plans_words(question: Question) -> str:
    """Plan, or the difference of two."""
    plan = f"plan {question.plan}"
    return plan if question.versus is None else f"{plan} instead of {question.versus}"


def unit_of(question: Question) -> str:
    """Unit as tables have it."""
    return label(question.measure).rpartition(", ")[2] if _has_unit(question) else ""


def _has_unit(question: Question) -> bool:
    return ", " in label(question.measure)


def end_words(value: float) -> str:
    """End of a figure in three digits."""
    return number(value) if abs(value) >= 10**END_LETTERS else f"{value:.{END_LETTERS}g}"


def met_below(answer: Sensitivity, driver: Driver) -> bool:
    """Whether the question is met below the value at which the decision changes."""
    return driver.at_low is not None and answer.question.is_met(driver.at_low)


def table(answer: Sensitivity, drivers: list[Driver]) -> Table:
    """Row a driver: its range, what it makes of the variance, and the answer at its ends."""
    head = ["uncertain figure", "low", "high", "variance, %", "narrower", "at low", "at high"]
    rows = [_row(answer, driver) for driver in drivers]
    return Table(head, [Group(rows)], "lrrrrrr")


def _row(answer: Sensitivity, driver: Driver) -> list[str]:
    factor = scale(answer.question.measure)
    ends = [None if x is None else factor * x for x in (driver.at_low, driver.at_high)]
    return [
        key_words(driver.name, driver.label),
        end_words(driver.low),
        end_words(driver.high),
        _shares(driver),
        percent(driver.narrows_share.mean or 0.0),
        *(BLANK if x is None else number(x, 10) for x in ends),
    ]


def _shares(driver: Driver) -> str:
    total = driver.total
    ends = f"{_percents(total.low)}–{_percents(total.high)}"
    return f"{_percents(total.mean)} ({ends})"


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
        "unknowns": answer.unknowns,
        "drivers": answer.to_frame().to_dicts(),
    }
