"""What became of the people whom a team engaged, where dispositions tell all five outcomes apart.

The five of the model: settled on scene, referred, taken to care voluntarily, held, arrested. They
are fitted only if the log codes referrals, and says of nearly all who were transported whether they
went of their own will: otherwise what is missing would be counted as something else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import yaml

from sim.history.cells import LEAST_CELL
from sim.history.fitting.estimates import LEAST_FITTED, Estimate, share
from sim.history.fitting.stamps import CONTACTS, Outcome, Stamps, by_words

RULES = Path(__file__).with_name("fates.yaml")
NAMES = ("on_scene", "referral", "voluntary", "hold", "arrest")
MOST_UNCLEAR = 0.05  # of those transported, who went nobody says how


class Fates(NamedTuple):
    """Shares of the five outcomes of people engaged, by name; empty if they are not fitted.

    `why_not` says why, and is empty if they are, or if no disposition says any of them. `arrest` is
    missing if fewer than 11 were arrested: the others are then of those not arrested.
    """

    shares: dict[str, Estimate]
    why_not: str = ""


def fit_fates(stamps: Stamps, dispositions: pl.Series) -> Fates:
    """Fit the outcomes of people whom a team engaged.

    Parameters
    ----------
    stamps
        Of the calls, with outcomes.
    dispositions
        Disposition of each call.
    """
    said = by_words(dispositions, _rules(), "none").to_numpy().astype(np.str_)
    engaged = stamps.reached & stamps.are(*CONTACTS)
    moved = stamps.are(Outcome.TRANSPORTED) & np.isin(said, ["hold", "voluntary"])
    fates = np.select(
        [
            stamps.are(Outcome.ARRESTED),
            moved,
            stamps.are(Outcome.TRANSPORTED),
            said == "referral",
        ],
        ["arrest", said, "unclear", "referral"],
        "on_scene",
    )[engaged]
    counts = {name: int((fates == name).sum()) for name in (*NAMES, "unclear")}
    why_not = _why_not(counts)
    return Fates({}, why_not) if why_not is not None else Fates(_shares(counts))


def _why_not(counts: dict[str, int]) -> str | None:
    """Why outcomes cannot be fitted; nothing to say if no disposition has any; None if they can."""
    moved = counts["hold"] + counts["voluntary"] + counts["unclear"]
    if moved + counts["referral"] + counts["arrest"] < LEAST_CELL:
        return ""
    if counts["unclear"] > MOST_UNCLEAR * moved:
        return "of those transported, too few say whether it was voluntary or a hold"
    few = [name for name in NAMES[:-1] if counts[name] < LEAST_CELL]
    if few or sum(counts.values()) < LEAST_FITTED:
        what = {"on_scene": "settled on scene", "referral": "referred", "hold": "held"}
        names = ", ".join(what.get(name, name) for name in few)
        return f"fewer than {LEAST_CELL} people are coded as {names}"
    return None


def _shares(counts: dict[str, int]) -> dict[str, Estimate]:
    names = NAMES if counts["arrest"] >= LEAST_CELL else NAMES[:-1]
    n = sum(counts[name] for name in names)
    return {name: share(counts[name], n) for name in names}


@cache
def _rules() -> dict[str, list[str]]:
    rules: dict[str, list[str]] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return rules
