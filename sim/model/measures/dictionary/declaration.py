"""What a measure declares about itself, once for the screen, the docs and the glossary."""

from __future__ import annotations

from typing import Literal, NamedTuple

Better = Literal["more", "less", "neither"]
Group = Literal[  # in the order of the screen; each has a table in docs/model and the glossary
    "Teams",
    "All calls",
    "Requested calls",
    "Times",
    "Coverage",
    "Work",
    "Sworn hours",
    "What became of contacts",
    "Crisis center",
    "Outcomes",
    "Follow-up",
    "Repeat calls",
    "People and money",
]


class Measure(NamedTuple):
    """What a measure is called, what it says and what it does not, and where it is shown.

    `meaning` is one sentence for a reader of the answer. `equation` is one line in the symbols of
    docs/model/measures.md. `shown` is its place among the rows of its group on the screen, from
    1, and 0 if it has none; with `if_any` the row is left out where every plan has none or zero.
    The order of the dictionary is that of JSON and of columns: it is not that of the screen.

    Examples
    --------
    >>> import sim
    >>> measure = sim.MEASURES["reach_share"]
    >>> measure.label, measure.unit, measure.better
    ('Reached', 'share', 'more')
    """

    label: str
    unit: str
    better: Better
    group: Group
    meaning: str
    equation: str
    leaves_out: str = ""
    shown: int = 0
    if_any: bool = False
