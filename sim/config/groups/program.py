"""The group `program`: how a program works, its plans, and the figures published of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import field_validator, model_validator

from sim.config.values import Positive, Share, Sourced, Strict

Counts = Literal[
    "calls", "contacts", "referrals", "people", "teams", "staff", "chairs", "hours", "minutes",
    "dollars",
]  # fmt: skip
Role = Literal["input", "calibrated", "held_out", "target", "not_simulated"]
SEEN = ("S", "S2", "D")  # what may be called published


class Figure(Strict):
    """A figure published of a program, and what it is to the preset.

    It is `published`, or stands in the config at a `key`: no number is written twice. `counts` says
    what it counts, `share` that it is a share of them. `measure` names what a run of `plan` (the
    program's first if none) gives for it: a measure, or sums of measures divided by one another.

    An input is given to the model; a held-out figure set nothing, and is reproduced if the run
    comes within `tolerance_share` of it, as stated beforehand; a target is no count and can only be
    shown beside the run. One that `repeats` is the same count as the figure before, and no test of
    its own.
    """

    what: str
    counts: Counts
    share: bool = False
    published: Sourced | None = None
    key: str | None = None
    role: Role
    measure: str | None = None
    plan: str | None = None
    tolerance_share: Positive | None = None
    repeats: bool = False
    note: str = ""

    @field_validator("plan", mode="before")
    @classmethod
    def _name(cls, given: object) -> object:
        return str(given) if isinstance(given, int) else given

    @model_validator(mode="after")
    def _makes_sense(self) -> Figure:
        for fault in self._faults():
            raise ValueError(f"{self.what!r}: {fault}")
        return self

    def _faults(self) -> Iterator[str]:
        if (self.published is None) == (self.key is None):
            yield "exactly one of published and key is wanted"
        if self.published is not None and self.published.confidence not in SEEN:
            yield f"published wants a confidence of {', '.join(SEEN)}; an assumption is none"
        if self.key is not None and self.role not in {"input", "calibrated"}:
            yield f"what stands at a key is an input or calibrated, not {self.role}"
        if self.role in {"held_out", "target"} and self.measure is None:
            yield f"{self.role} wants the measure it is held against"
        if self.role == "not_simulated" and self.measure is not None:
            yield "a measure, though it is not simulated"
        if self.role == "held_out" and self.tolerance_share is None:
            yield "held_out wants a tolerance_share, stated before any run"
        if self.role != "held_out" and self.tolerance_share is not None:
            yield f"a tolerance_share is for held_out figures; this one is {self.role}"


class Calibrated(Strict):
    """The one assumption set so that a published figure comes out: its key, and why this one."""

    key: str
    why: str


class History(Strict):
    """What a plan of the program should give a day and reach, with the tolerance stated."""

    plan: str
    year: int | str
    handled_per_day: Positive
    reach_share: Share
    tolerance_share: Positive


class Program(Strict):
    """Who the program is, its staffing plans (the usual one first), and what is said of it.

    `hinges_on` is the key of the assumption that its held-out figures depend on most.
    """

    name: str
    title: str
    notes: list[str] = []
    how: list[str] = []
    plans: list[str] = []
    figures: list[Figure] = []
    calibrated: Calibrated | None = None
    hinges_on: str | None = None
    other_reading: dict[str, str] = {}
    other_reading_label: str = ""
    other_reading_reason: str = ""
    travel_beside: str | None = None

    @field_validator("plans", mode="before")
    @classmethod
    def _names(cls, given: object) -> object:
        if not isinstance(given, list):
            return given
        return [str(one) if isinstance(one, int) else one for one in given]

    @model_validator(mode="after")
    def _agrees(self) -> Program:
        for figure in self.figures:
            if figure.measure is not None and not self.plans and figure.plan is None:
                raise ValueError(f"{figure.what!r}: no plan to run; plans or its plan is wanted")
        marked = any(figure.role == "calibrated" for figure in self.figures)
        if marked != (self.calibrated is not None):
            raise ValueError("calibrated figures and program.calibrated go together")
        return self

    def plan_of(self, figure: Figure) -> str:
        """Name of the plan that a figure is of."""
        return figure.plan or self.plans[0]

    @property
    def history(self) -> History | None:
        """Held-out calls a day and share reached of one plan, if both are published of it."""
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
        found = [x for x in self.figures if (x.role, x.measure) == ("held_out", measure)]
        return found[0] if found else None
