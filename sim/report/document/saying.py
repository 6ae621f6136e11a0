"""What a document calls things, and what it says by rule of calls, costs and central values."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.document import asked, evidence, measured, views
from sim.report.document.facts import value_of
from sim.report.document.result import Result

TORONTO = "Toronto"  # whose calls the program of nobody in particular has
ALIKE = "requested_share"  # of every plan
AT_ENDS = {  # measures of which more is better
    "requested_share": "calls for which a team is requested",
    "reach_share": "requested calls reached",
    "contacts_per_year": "contacts a year",
}
CLOCKS = {"dispatchable": "when a team can be sent", "received": "the call"}
RULES = {
    "closest": "the closest free team",
    "preference": "the first free team in a zone's order",
    "longest_idle": "the team that has been free longest",
    "least_worked": "the team that has worked least",
}
FORMS = {
    "constant": "the same minutes between any two places",
    "matrix": "minutes from zone to zone",
    "coordinates": "by distance",
    "square_root": "minutes that fall as more teams are free",
}
CELLS = {"all": "All calls", "sd": "Standard deviation"}  # numbers of a profile
LOST = {
    "missed_off_duty_share": "No team is on duty",
    "missed_busy_share": "All teams are busy",
    "missed_out_of_range_share": "No team is in range",
    "withdrawn_share": "The call is called off with a team on its way",
    "settled_by_patrol_share": "Patrol settles the call with a team on its way",
}
HOLDERS = {
    "reach_share": "dispatch center (CAD)",
    "within_standard_share": "dispatch center (CAD)",
    "response_median_min": "dispatch center (CAD)",
    "gap_hours_per_week": "dispatch center (CAD)",
    "contacts_per_year": "the teams' own log",
    "jail_diversions_net_per_year": "jail (bookings), police (arrests)",
    "hospital_diversions_net_per_year": "hospitals, emergency medical services",
    "treatment_connections_net_per_year": "mental-health agency",
}
SAID = {
    "unclear": "we cannot tell whether it changes",
    "rises": "is projected to rise",
    "falls": "is projected to fall",
    "same": "is projected not to change",
    "unknown": "nothing, as there is no range",
}
AIMS = {
    "comparison": "What does one plan change against another?",
    "curve": "What does each additional post buy?",
    "recommendation": "Which plan of least cost meets the targets?",
    "grant": "Whom does a plan serve under a grant, and who pays?",
    "validation": "What of the last part of a log does a model of the first part predict?",
}


def at_ends(plans: Sequence[views.Plan]) -> str:
    """Measures whose central value is at the best end of its range, with the plan that it is of."""
    both = dict.fromkeys((0, len(plans) - 1))
    some = [
        (words, at, plans[at].measures[name])
        for name, words in AT_ENDS.items()
        for at in (both if name != ALIKE else [0])
        if name in plans[at].measures and evidence.is_at_best(plans[at].measures[name])
    ]
    return "; ".join(
        f"{words}{'' if fact.key.endswith(ALIKE) else f' with {plans[at].words}'}, "
        f"{measured.cell(fact)}"
        for words, at, fact in some
    )


def is_about_equal(changes: Sequence[views.Change]) -> bool:
    """Whether the cost of some pair of plans may be the same."""
    costs = [pair.measures["cost_per_year"] for pair in changes]
    return any(evidence.verdict(cost) in ("unclear", "same") for cost in costs)


def borrowed(result: Result) -> str:
    """Whose calls stand in for those of an applicant without a program of its own; else empty."""
    program, demand = value_of(result.config["program"]), value_of(result.config["demand"])
    about = f"{demand['source']['title']} {demand['source']['publisher']}"
    if program["name"] != asked.GENERIC or program.get("city") or TORONTO not in about:
        return ""
    if "source" not in result.config["demand"]["calls_per_year"]:  # the user's own number
        return f"The number of calls is the applicant's; their times of day are {TORONTO}'s."
    is_whole = str(demand["name"]).startswith(TORONTO.lower())
    whose = f"These are {TORONTO}'s calls" if is_whole else f"The shape of calls is {TORONTO}'s"
    return f"{whose}, not the applicant's."
