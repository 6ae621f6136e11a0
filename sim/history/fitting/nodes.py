"""Keys of the groups `service` and `travel` of what was fitted, each number with its source.

Time on scene is from arrived to cleared, so what follows the scene is in it: the report is set to
nothing, and so is turnout, which is in the time from dispatched to arrived. Of calls that end at a
hospital, what goes beyond the scene is drive and handover together.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.history.fitting.estimates import LEAST_FITTED, Estimate, positive
from sim.history.fitting.fates import NAMES, Fates
from sim.history.fitting.laws import Law
from sim.history.fitting.losses import Losses
from sim.history.fitting.tables import FIGURES, Node

NO_OTHER_FIGURE: Node = dict.fromkeys(("mean", "sd", "median", "p95"))  # of a shipped duration
LEAST_HANDOVER_MIN = 1.0
LEAST_CV, MOST_CV = 0.01, 10.0
SHIPPED_ARREST = 0.02  # of those engaged, as in configs/outcomes/default.yaml


class Cited(NamedTuple):
    """Source of every number of a log: its file, checksum and period."""

    name: str
    checksum: str
    period: str
    years: str

    def number(self, estimate: Estimate, what: str) -> Node:
        """Sourced value of an estimate; an error or a count goes with it to be drawn by."""
        source = (
            f"{what}, n={estimate.n:,}, {self.period} (fitted to {self.name}, "
            f"SHA-256 {self.checksum[:12]})"
        )
        plain: Node = {"source": source, "year": self.years, "confidence": "D"}
        if estimate.k is not None:
            return {"value": None, "low": None, "high": None, **_count(estimate), **plain}
        ends = {key: figures(getattr(estimate, key)) for key in ("value", "low", "high")}
        return {**ends, "se": None if estimate.se is None else figures(estimate.se), **plain}

    def nothing(self, why: str) -> Node:
        """Duration of 0 minutes, because it is a part of another that was fitted."""
        mean = {"value": 0, "low": None, "high": None, "source": why, "year": None}
        return {"distribution": "constant", **NO_OTHER_FIGURE, "mean": {**mean, "confidence": "D"}}

    def duration(self, law: Law, what: str) -> Node:
        """Duration of a law, a mixture if it has zeros apart."""
        simple: Node = {
            "distribution": law.family,
            "mean": self.number(law.mean, f"mean minutes, {what}"),
            "sd": self.number(law.sd, f"standard deviation in minutes, {what}"),
        }
        if law.zero_share is None:
            return {"distribution": law.family, **NO_OTHER_FIGURE, **simple}
        zeros = law.zero_share.value
        none = {"distribution": "constant", "mean": {"value": 0, "source": "the same click"}}
        parts = [
            {"weight": {"value": figures(zeros)}, "of": none},
            {"weight": {"value": figures(1 - zeros)}, "of": simple},
        ]
        return {"distribution": "mixture", **NO_OTHER_FIGURE, "parts": parts}


def _count(estimate: Estimate) -> Node:
    return {"k": estimate.k, "n": estimate.n}


def figures(number: float) -> float:
    """Number in six figures."""
    return float(f"{number:.{FIGURES}g}")


# --- service -------------------------------------------------------------------------------------


def team_service(laws: dict[str, Law], losses: Losses, cited: Cited, *, patrol: bool) -> Node:
    """Keys of `service` from the stamps and dispositions of the team's own calls."""
    tree: Node = {}
    if "triage" in laws:
        what = "received to dispatched with a team free, apart from waiting for one"
        tree["triage_delay"] = cited.duration(laws["triage"], what)
        tree["handoff_delay"] = tree["triage_delay"]
    if losses.withdrawn_per_hour is not None:
        what = "calls withdrawn an hour of waiting and driving"
        tree["withdrawn_per_hour"] = cited.number(losses.withdrawn_per_hour, what)
    if "travel" in laws:
        tree["turnout"] = cited.nothing("in travel, which is fitted from dispatched to arrived")
    tree |= _contact(losses, cited, "with_patrol" if patrol else "without_patrol")
    return tree | _scene(laws, cited)


def _contact(losses: Losses, cited: Cited, where: str) -> Node:
    contact: Node = {}
    if losses.contact_at_once is not None and losses.odds_ratio is not None:
        what = "share engaged by a team there at once, as a count worth its standard error"
        at_once = cited.number(losses.contact_at_once, what)
        ratio = cited.number(losses.odds_ratio, "odds of engaging, per 10 minutes of delay")
        contact[where] = {"share_at_once": at_once, "odds_ratio_per_10_min": ratio}
    if losses.refused_share is not None:
        what = "refused, of those that a team came to and did not engage"
        contact["refused_share"] = cited.number(losses.refused_share, what)
    return {"contact": contact} if contact else {}


def _scene(laws: dict[str, Law], cited: Cited) -> Node:
    contact = laws.get("contact", laws.get("all"))
    scenes = {
        "not_found": laws.get("not_found"),
        "refused": laws.get("refused"),
        **dict.fromkeys(("on_scene", "referral", "voluntary", "hold"), contact),
        "arrest": laws.get("arrested", contact),
    }
    named = {key: cited.duration(law, "arrived to cleared") for key, law in scenes.items() if law}
    tree: Node = {"on_scene": named} if named else {}
    if contact is not None:
        tree["report"] = cited.nothing("in the time on scene, which is fitted until cleared")
    return tree | _hospital(laws, cited)


def _hospital(laws: dict[str, Law], cited: Cited) -> Node:
    """Drive and handover: what calls that end at a hospital take beyond the time on scene."""
    handover = handover_of(laws)
    if handover is None:
        return {}
    what = "arrived to cleared if the person was transported, less the time on scene if not"
    mean, sd = handover
    law: Node = {"distribution": "lognormal", **NO_OTHER_FIGURE}
    law["mean"] = cited.number(mean, f"mean minutes of drive and handover: {what}")
    law["sd"] = cited.number(sd, "standard deviation of the same, by the difference of variances")
    drive = cited.nothing("in the handover, which is fitted with the drive")
    return {"hospital": {"transport": drive, "handover": law}}


def handover_of(laws: dict[str, Law]) -> tuple[Estimate, Estimate] | None:
    """Mean and standard deviation of drive and handover; None if they cannot be told."""
    whole, scene = laws.get("transported"), laws.get("contact")
    if whole is None or scene is None or whole.seen < LEAST_FITTED:
        return None
    mean = whole.mean_of_all - scene.mean_of_all
    se = math.hypot(whole.se_of_all, scene.se_of_all)
    if mean < max(LEAST_HANDOVER_MIN, 2 * se):
        return None
    variance = whole.sd.value**2 - scene.sd.value**2
    sd = math.sqrt(variance) if variance > (mean / 10) ** 2 else mean
    return positive(mean, se, whole.seen), positive(sd, whole.sd.se or 0.0, whole.seen)


def patrol_service(laws: dict[str, Law], cited: Cited) -> Node:
    """Keys of `service` from the stamps of patrol, which the log of a whole city has."""
    patrol: Node = {}
    if "patrol_arrival" in laws:
        patrol["arrival"] = cited.duration(laws["patrol_arrival"], "received to patrol's arrival")
    if "all" in laws:
        patrol["alone"] = cited.duration(laws["all"], "patrol's arrival to cleared")
    return {"patrol": patrol} if patrol else {}


def served_funnel() -> Node:
    """Shares of the funnel of a team's own log, which has no calls but those it was sent to."""
    why = "by definition: the log has the calls that the team served"
    one = {"value": 1.0, "low": None, "high": None, "year": None, "confidence": "D", "source": why}
    return {"funnel": dict.fromkeys(("recognized_share", "eligible_share", "requested_share"), one)}


def shown_funnel(for_a_team: Estimate | None, cited: Cited) -> Node:
    """Shares of the funnel of a log whose calls are for a team, as it shows by itself; or none."""
    if for_a_team is None:
        return {}
    what = "calls to which a team was sent, or whose disposition says that none was available"
    whole: Node = {"value": 1.0, "low": None, "high": None, "year": None, "confidence": "D"}
    one = whole | {"source": "in the share of calls in scope, which the log shows"}
    shares = {"recognized_share": one, "requested_share": one}
    return {"funnel": shares | {"eligible_share": cited.number(for_a_team, what)}}


# --- outcomes ------------------------------------------------------------------------------------


def team_outcomes(fates: Fates, cited: Cited) -> Node:
    """Keys of `outcomes`: shares of the people whom a team engaged, as they were counted.

    With fewer than 11 arrests their share is that of the shipped file, and the others are of those
    not arrested.
    """
    if not fates.shares:
        return {}
    what = "of the people whom a team engaged, by their dispositions"
    if set(fates.shares) == set(NAMES):
        return {
            "team_shares": {key: cited.number(x, what) for key, x in fates.shares.items()},
        }
    left = 1 - SHIPPED_ARREST
    what = f"{what}; {left:g} of them not arrested"
    named = {key: cited.number(_times(x, left), what) for key, x in fates.shares.items()}
    rest = sum(float(number["value"]) for key, number in named.items() if key != "on_scene")
    named["on_scene"] |= {"value": round(left - rest, 9), "low": None, "high": None}
    return {"team_shares": named}


def _times(estimate: Estimate, factor: float) -> Estimate:
    """Share of a part as one of the whole, which is no count any more."""
    value, low, high = (factor * x for x in (estimate.value, estimate.low, estimate.high))
    return estimate._replace(value=value, low=low, high=high, k=None)


# --- travel --------------------------------------------------------------------------------------


def team_travel(law: Law, cited: Cited) -> Node:
    """Keys of `travel`: the same mean for every drive, with the spread of them all."""
    cv = min(max(law.sd.value / law.mean.value, LEAST_CV), MOST_CV)
    relative = math.hypot((law.sd.se or 0) / law.sd.value, (law.mean.se or 0) / law.mean.value)
    spread = positive(cv, cv * relative, law.seen)
    return {
        "minutes": cited.number(law.mean, "mean minutes from dispatched to arrived"),
        "factor_sd": cited.number(spread, "their standard deviation over their mean"),
        "other_forms": [],
    }
