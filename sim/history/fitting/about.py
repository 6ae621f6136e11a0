"""What a file of calls does not say of itself: who published it, and what is borrowed for it."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from sim.config import Sourced
from sim.config.faults import validated
from sim.config.files.named import read_yaml
from sim.config.values import Strict


class About(Strict):
    """Source of a log, and figures that its rows cannot give; what is empty is left to the fit.

    `part_months`, such as 2015-06, are those that a log without calendar days covers in part.
    `shape_drawn_from` names the shapes a draw may take in place of the log's own.
    """

    title: str = ""
    publisher: str = ""
    license: str = ""
    part_months: list[str] = Field(default=[], max_length=1_000)
    growth_factor: Sourced | None = None
    shape_drawn_from: list[str] = Field(default=[], max_length=100)


def read_about(path: Path) -> About:
    """Read what is said of a log from a file of YAML.

    Raises
    ------
    InputError
        One line that names the key, what was expected and what was there.
    """
    return validated(About, read_yaml(path), f"{path}: ")
