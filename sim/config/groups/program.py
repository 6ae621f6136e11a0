"""The group `program`: how a program works, its plans, and its published figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import field_validator, model_validator

from sim.config.values import Positive, Share, Sourced, Strict, Within

Counts = Literal[
    "calls", "contacts", "referrals", "people", "teams", "staff", "chairs", "hours", "minutes",
    "dollars",
]  # fmt: skip
Role = Literal["input", "calibrated", "held_out", "target", "not_simulated"]
Tolerance = Annotated[Positive, Within(0.001, 10)]
SEEN = ("S", "S2", "D")  # what may be called published


class Figure(Strict):
    """A published figure of a program, and its role in the preset.

    It is `published`, or stands in the config at a `key`, so that no number is written twice.
    `counts` says what it counts, and `share` whether it is a share of them. `measure` names what a
    run of `plan` (by default the program's first) gives for it: a measure, or sums of measures
    divided by one another.

    An input feeds the model. A held-out figure set nothing; it is held against the predictive
    interval, and that is sharp if its width is at most `tolerance_share` of the figure, which was
    set before the run. A target is not a count and can only be shown next to the run. A figure that
    `repeats` is the same count as the one before it, and not a test of its own.
    """

    what: str
    counts: Counts
    share: bool = False
    published: Annotated[Sourced, Within(-1e12, 1e12)] | None = None
    key: str | None = None
    role: Role
    measure: str | None = None
    plan: str | None = None
    tolerance_share: Tolerance | None = None
    repeats: bool = False
    note: str = ""

    @field_validator("plan", mode="before")
    @classmethod
    def _name(cls, entry: object) -> object:
        return str(entry) if isinstance(entry, int) else entry

    @model_validator(mode="after")
    def _makes_sense(self) -> Figure:
        for fault in self._faults():
            raise ValueError(f"{self.what!r}: {fault}")
        return self

    def _faults(self) -> Iterator[str]:
        if (self.published is None) == (self.key is None):
            got = "neither" if self.key is None else "both"
            yield f"expected exactly one of published and key, got {got}"
        if self.published is not None and self.published.confidence not in SEEN:
            got = self.published.confidence or "none"
            yield f"published: expected a confidence of {', '.join(SEEN)}, got {got}"
        if self.key is not None and self.role not in {"input", "calibrated"}:
            yield f"expected role input or calibrated with a key, got {self.role}"
        if self.role in {"held_out", "target"} and self.measure is None:
            yield f"expected a measure with role {self.role}, got none"
        if self.role == "not_simulated" and self.measure is not None:
            yield "expected no measure with role not_simulated, got one"
        if self.role == "held_out" and self.tolerance_share is None:
            yield "expected a tolerance_share, set before the run, with role held_out, got none"
        if self.role == "held_out" and self.published and self.published.value <= 0:
            yield f"published: expected above 0 with role held_out, got {self.published.value:g}"
        if self.role != "held_out" and self.tolerance_share is not None:
            yield f"expected role held_out with a tolerance_share, got {self.role}"


class Calibrated(Strict):
    """The one assumption tuned to match a published figure: its key, and why this one."""

    key: str
    why: str


class History(Strict):
    """Calls per day and share reached that are published of a plan, and the tolerance of both."""

    plan: str
    year: int | str
    handled_per_day: Annotated[Positive, Within(1e-6, 1e12, "calls per day")]
    reach_share: Share
    tolerance_share: Tolerance


class Program(Strict):
    """A program: its name, its staffing plans (the usual one first), and what is published of it.

    `city` is the user's own, in place of the title. A composed program has only the notes that
    hold, and warnings of the user's own files.
    """

    name: str
    title: str
    city: str | None = None
    notes: list[str] = []
    warnings: list[str] = []
    how: list[str] = []
    plans: list[str] = []
    figures: list[Figure] = []
    calibrated: Calibrated | None = None
    other_reading: dict[str, str] = {}
    other_reading_label: str = ""
    other_reading_reason: str = ""
    travel_beside: str | None = None

    @field_validator("plans", mode="before")
    @classmethod
    def _names(cls, plans: object) -> object:
        if not isinstance(plans, list):
            return plans
        return [str(plan) if isinstance(plan, int) else plan for plan in plans]

    @model_validator(mode="after")
    def _agrees(self) -> Program:
        for figure in self.figures:
            if figure.measure is not None and not self.plans and figure.plan is None:
                raise ValueError(f"{figure.what!r}: expected plans or a plan to run, got none")
        marked = any(figure.role == "calibrated" for figure in self.figures)
        if marked != (self.calibrated is not None):
            got = "the figures" if marked else "program.calibrated"
            raise ValueError(
                "expected both calibrated figures and program.calibrated or neither, got "
                f"{got} alone"
            )
        return self

    def plan_of(self, figure: Figure) -> str:
        """Name of the plan that a figure is of."""
        return figure.plan or self.plans[0]

    @property
    def history(self) -> History | None:
        """Held-out calls per day and share reached of one plan, if both are published."""
        handled, reach = (self._held_out(name) for name in ("handled_per_day", "reach_share"))
        if handled is None or reach is None or self.plan_of(handled) != self.plan_of(reach):
            return None
        return History.model_validate(
            {
                "plan": self.plan_of(handled),
                "year": None if handled.published is None else handled.published.year,
                "handled_per_day": handled.published,
                "reach_share": reach.published,
                "tolerance_share": handled.tolerance_share,
            }
        )

    def _held_out(self, measure: str) -> Figure | None:
        held_out = (x for x in self.figures if (x.role, x.measure) == ("held_out", measure))
        return next(held_out, None)
