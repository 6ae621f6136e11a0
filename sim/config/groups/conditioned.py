"""Draws that were conditioned on an agency's own figures, as the file of `calibrate` has them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.config.values import Strict, Whole

Range = tuple[float, float, float]  # low, value, high


class Conditioned(Strict):
    """What draws were conditioned on, and the draws; these are left out where a config is written.

    `on` says the figures in words, `file`, `source`, `period` and `plan` where they are from;
    `measures` are theirs. `groups` has a digest of each group of the config they belong to. Column
    j of `values` is of all the dotted keys `keys[j]`, whose range is then `central[j]`; row i is a
    draw, which takes the shape of the week and the form of travel of draw `of[i]` with the seed
    `seed`. `effective` is how many independent draws they are worth.
    """

    on: str
    file: str
    source: str
    period: str
    plan: str
    measures: list[str]
    groups: dict[str, str]
    seed: Annotated[Whole, Field(ge=0, lt=2**63)]
    effective: Annotated[float, Field(ge=1)]
    checksum: str = ""
    keys: Annotated[list[list[str]], Field(exclude=True)]
    central: Annotated[list[Range], Field(exclude=True)]
    of: Annotated[list[Annotated[Whole, Field(ge=0)]], Field(exclude=True, min_length=1)]
    values: Annotated[list[list[float]], Field(exclude=True)]

    @model_validator(mode="after")
    def _is_whole(self) -> Conditioned:
        if len(self.values) != len(self.of) or len(self.central) != len(self.keys):
            raise ValueError("expected a value a draw and a range a key, got other numbers of them")
        if {len(row) for row in self.values} != {len(self.keys)}:
            raise ValueError(f"expected {len(self.keys)} values in each draw, got another number")
        return self

    @property
    def years(self) -> str:
        """Source and period, as a caveat says them."""
        return f"{self.source}, {self.period}"

    def draw(self, k: int) -> tuple[int, dict[str, float]]:
        """Draw whose shape draw k takes, and its values by key; after the last row the first."""
        row = k % len(self.of)
        of_each = zip(self.keys, self.values[row], strict=True)
        return self.of[row], {key: value for keys, value in of_each for key in keys}

    def ranges(self) -> dict[str, Range]:
        """Low, value and high of every key."""
        return {
            key: ends for keys, ends in zip(self.keys, self.central, strict=True) for key in keys
        }
