"""What every verb hands over: one text, one JSON object, the files and the figures beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sim.config import Config, StaffingPlan
from sim.scenarios.answers.comparison import TwinCheck
from sim.scenarios.request import Request

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure


class NotWrittenError(Exception):
    """An answer that is there, but could not be written; its message is one line."""


class Basis(NamedTuple):
    """What an answer rests on; no replications and no check where nothing was simulated.

    `made_by` is the request that had it simulated, where another one may have put it together;
    `identity` tells a sweep from another one with the same first point and plans.
    """

    config: Config
    plans: Sequence[StaffingPlan]
    replications: int = 0
    check: TwinCheck | None = None
    made_by: Request | None = None
    identity: str = ""


class Answer(Protocol):
    """An answer as it is published; a verb without tables or figures leaves these as they are."""

    def basis(self) -> Basis:
        """Config and plans as they were read: their files may have been edited since."""

    def summary(self) -> str:
        """Text that is printed, without a newline at its end."""

    def full(self) -> str:
        """Text of all there is, for a verb whose summary is only its first screen."""
        return self.summary()

    def tree(self) -> dict[str, Any]:
        """The whole answer as plain data, for JSON."""

    def tables(self) -> Mapping[str, str | pl.DataFrame]:
        """Texts and data frames by the name of their file."""
        return {}

    def figures(self) -> Mapping[str, Figure]:
        """Figures by the name of their file, without its ending."""
        return {}


def as_json(answer: Answer) -> str:
    """One JSON object with everything of an answer, with a newline at its end.

    It says what the draws were conditioned on, if they were.
    """
    tree, draws = answer.tree(), answer.basis().config.run.conditioned
    if draws is not None:
        tree["conditioned"] = draws.model_dump(mode="json")
    return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
