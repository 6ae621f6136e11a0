"""Every measure, in the order of JSON and of columns."""

from __future__ import annotations

from sim.model.measures.dictionary import calls, money, outcomes, work
from sim.model.measures.dictionary.declaration import Group, Measure

__all__ = ["MEASURED", "MEASURES", "MONEY", "Group", "Measure"]

MEASURES: dict[str, Measure] = {
    **calls.MEASURES,
    **work.MEASURES,
    **outcomes.MEASURES,
    **money.MEASURES,
}
MONEY = tuple(money.MEASURES)  # computed from the others, the plan and its prices
MEASURED = tuple(name for name in MEASURES if name not in MONEY)  # read from tables alone
