"""What is known of an uncertain parameter."""

from __future__ import annotations

from typing import Literal, NamedTuple

Law = Literal["pooled", "count", "counts", "ratio", "range", "error", "shape", "form"]


class Unknown(NamedTuple):
    """An uncertain parameter; `paths` are the dotted keys that hold it, `name` the first of them.

    `low` and `high` are its range, or the 95% interval of a pooled effect or a count. A count has
    `k` and `n`, an estimate its standard error `se`; they are None for any other. The shape of the
    week goes by the share of calls from 01:00 to 09:00, which is at no key of its own, and the form
    of travel by its place in a list, the config's own first. `label` is the name where no number
    speaks for itself.
    """

    name: str
    paths: tuple[str, ...]
    value: float
    low: float
    high: float
    source: str
    confidence: str
    law: Law
    k: int | None = None
    n: int | None = None
    label: str = ""
    se: float | None = None
