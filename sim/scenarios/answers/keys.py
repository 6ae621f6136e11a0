"""Assumptions by a short name in plain words; the key of the config stands behind it."""

from __future__ import annotations

SILENT = ("other_forms", "mean")  # parts of a key that say nothing in words
CASHABLE = "share of {} that is cash"
OF_WHAT_IS_AVOIDED = {
    "booking": "a booking",
    "ed_visit": "an emergency visit",
    "inpatient_day": "a hospital day",
    "jail_day": "a jail day",
    "patrol_hour": "a patrol hour",
}
NAMES = {
    "costs.avoided.admitted_given_hold": "share of holds admitted to hospital",
    "costs.avoided.admitted_given_voluntary": "share of voluntary patients admitted",
    "costs.avoided.inpatient_days_per_admission": "hospital days of an admission",
    "costs.avoided.jail_days_per_booking": "jail days of a booking",
    "costs.avoided.patrol_hours_per_booking": "patrol hours of a booking",
    "costs.inflation_per_year": "inflation",
    "costs.overhead_share": "overhead on all costs",
    "costs.overtime_pay_factor": "pay of overtime",
    "costs.per_fte.case_manager": "pay and benefits of a case manager",
    "costs.per_fte.clinician": "pay and benefits of a clinician",
    "costs.per_fte.officer": "pay and benefits of an officer",
    "costs.per_fte.peer": "pay and benefits of a peer",
    "costs.per_fte.supervisor": "pay and benefits of a supervisor",
    "costs.positions.leave_hours_per_year": "hours of vacation and holidays",
    "costs.positions.overlap_minutes_per_duty": "handover between duties",
    "costs.positions.sick_hours_per_year": "hours of sickness",
    "costs.positions.staff_per_supervisor": "staff for each supervisor",
    "costs.positions.training_hours_per_year": "hours of training",
    "costs.positions.vacancy_share": "share of positions vacant",
    "costs.start_up_per_team": "start-up of a team",
    "costs.training.clinician": "training of a clinician",
    "costs.training.officer": "training of an officer",
    "costs.training.turnover_share_per_year": "share of staff who leave in a year",
    "costs.training.worker": "training of a follow-up worker",
    "costs.vehicle.life_years": "years that a car lasts",
    "costs.vehicle.purchase": "price of a car",
    "costs.vehicle.running_per_year": "running of a car",
    "demand.calls_per_year": "calls a year",
    "demand.day_factor_cv": "how much days differ in calls",
    "demand.growth_factor": "growth of calls",
    "demand.night_share": "share of calls at night",
    "dispatch.borrow_minutes": "longest drive to another zone",
    "dispatch.mode_share.co_dispatch": "share of calls sent to team and patrol at once",
    "dispatch.mode_share.direct": "share of calls sent to a team at once",
    "dispatch.mode_share.self_dispatch": "share of calls that teams pick up",
    "dispatch.other_responder_share": "share of calls another responder takes",
    "outcomes.booked_given_arrest": "share of arrests that are booked",
    "outcomes.effect.arrest_odds_ratio": "odds of arrest with a team",
    "outcomes.effect.hold_odds_ratio": "odds of a hold with a team",
    "outcomes.effect.voluntary_odds_ratio": "odds of a voluntary trip with a team",
    "outcomes.repeat.effect_days": "days that a visit has an effect",
    "outcomes.repeat.risk_ratio": "risk of a repeat call after a visit",
    "outcomes.team_shares.arrest": "share of team contacts that end in arrest",
    "outcomes.team_shares.hold": "share of team contacts that end in a hold",
    "outcomes.team_shares.on_scene": "share of team contacts that end on scene",
    "outcomes.team_shares.voluntary": "share of team contacts with a voluntary trip",
    "service.booking.mean": "time of a booking",
    "service.contact.refused_share": "share of people who refuse a team",
    "service.contact.with_patrol.share_at_once": "share engaged at once, patrol there",
    "service.contact.without_patrol.share_at_once": "share engaged at once, no patrol there",
    "service.follow_up.missed_share": "share of visits that meet nobody",
    "service.follow_up.share": "share of contacts that get a visit",
    "service.funnel.eligible_share": "share of calls in scope for a team",
    "service.funnel.recognized_share": "share of calls recognized",
    "service.funnel.requested_share": "share of calls in scope that ask for a team",
    "service.on_scene.on_scene.mean": "time on scene",
    "service.on_scene.voluntary.mean": "time on scene before a voluntary trip",
    "service.patrol.alone.mean": "time of patrol alone on a call",
    "service.patrol.officers": "officers of patrol on a call",
    "service.patrol_settles.mean": "time until patrol settles a call",
    "service.patrol_waits_share": "share of calls where patrol waits for a team",
    "service.report.mean": "time of the report",
    "service.voluntary_to_center_share": "share of voluntary trips to a crisis center",
    "service.withdrawn_per_hour": "rate at which calls are called off",
    "travel.minutes": "minutes of a drive",
    "travel.speed_mph": "speed of a drive",
    "travel.start_minutes": "fixed minutes of every drive",
} | {
    f"costs.avoided.{key}.{part}": words
    for key, of in OF_WHAT_IS_AVOIDED.items()
    for part, words in (("cashable_share", CASHABLE.format(of)), ("dollars", f"price of {of}"))
}


def key_words(name: str, label: str = "") -> str:
    """Name of an assumption in words; without one, its key without the group.

    Parameters
    ----------
    name
        Dotted key.
    label
        What it is called where no number alone says it; the key itself does not count.

    Examples
    --------
    >>> key_words("costs.per_fte.officer"), key_words("service.hospital.handover.mean")
    ('pay and benefits of an officer', 'hospital handover')
    """
    if label and label != name:
        return label
    parts = [x for x in name.split(".")[1:] if x not in SILENT]
    return NAMES.get(name) or " ".join(parts).replace("_", " ")


def with_key(name: str, label: str = "") -> str:
    """Name of an assumption in words, and its key in parentheses.

    Examples
    --------
    >>> with_key("costs.overhead_share")
    'overhead on all costs (costs.overhead_share)'
    """
    words = key_words(name, label)
    return words if words == label else f"{words} ({name})"
