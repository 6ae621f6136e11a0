"""Measures of people: what became of them, what they were spared, and who was visited."""

from __future__ import annotations

from sim.model.measures.dictionary.declaration import Measure

# fmt: off
MEASURES: dict[str, Measure] = {  # a table to be read down
    "arrest_diversions_gross_per_year": Measure(
        "Diverted from arrest, gross", "contacts/year", "more", "Outcomes",
        meaning="Contacts per year that did not end in an arrest, whether or not they would have "
            "with patrol alone.",
        equation="(contacts without fate arrest) / Y",
        leaves_out="what patrol would have done: most would not have been arrested; whether an "
            "arrest would have led to a booking"),
    "arrest_diversions_net_per_year": Measure(
        "Diverted from arrest, net", "arrests/year", "more", "Outcomes",
        meaning="Arrests per year with patrol alone minus arrests under the plan, over all calls, "
            "booked or not.",
        equation="(arrests with patrol alone − arrests as it happened) / Y",
        leaves_out="charges without arrest"),
    "jail_diversions_gross_per_year": Measure(
        "Diverted from jail, gross", "contacts/year", "more", "Outcomes",
        meaning="Expected contacts per year that did not end in a jail booking, whether or not "
            "they would have with patrol alone.",
        equation="(contacts − p · contacts with fate arrest) / Y",
        leaves_out="what patrol would have done: most were never going to jail",
        shown=1),
    "jail_diversions_net_per_year": Measure(
        "Diverted from jail, net", "bookings/year", "more", "Outcomes",
        meaning="Expected jail bookings per year with patrol alone minus those under the plan, "
            "over all calls.",
        equation="p · (arrests with patrol alone − arrests as it happened) / Y",
        leaves_out="bookings later on; charges without arrest; uncertainty of the effect",
        shown=2),
    "hospital_diversions_gross_per_year": Measure(
        "Diverted from hospital, gross", "contacts/year", "more", "Outcomes",
        meaning="Contacts per year that did not end in transport to a hospital, whether or not "
            "they would have with patrol alone.",
        equation="(contacts without hospital(f)) / Y",
        leaves_out="what patrol would have done",
        shown=3),
    "hospital_diversions_net_per_year": Measure(
        "Diverted from hospital, net", "transports/year", "more", "Outcomes",
        meaning="Transports to a hospital per year with patrol alone minus those under the plan, "
            "over all calls.",
        equation="(hospital with patrol alone − hospital as it happened) / Y",
        leaves_out="visits to a hospital by other ways or on other days; admission",
        shown=4),
    "hold_diversions_gross_per_year": Measure(
        "Diverted from involuntary hold, gross", "contacts/year", "more", "Outcomes",
        meaning="Contacts per year that did not end in an involuntary hold, whether or not they "
            "would have with patrol alone.",
        equation="(contacts without fate hold) / Y",
        leaves_out="what patrol would have done"),
    "hold_diversions_net_per_year": Measure(
        "Diverted from involuntary hold, net", "holds/year", "more", "Outcomes",
        meaning="Involuntary holds per year with patrol alone minus those under the plan, over "
            "all calls.",
        equation="(holds with patrol alone − holds as it happened) / Y",
        leaves_out="whether the person was admitted"),
    "voluntary_hospital_diversions_gross_per_year": Measure(
        "Diverted from voluntary hospital transport, gross", "contacts/year", "more", "Outcomes",
        meaning="Contacts per year that did not end in voluntary transport to a hospital, whether "
            "or not they would have with patrol alone.",
        equation="(contacts but those with fate voluntary and hospital(f)) / Y",
        leaves_out="what patrol would have done"),
    "voluntary_hospital_diversions_net_per_year": Measure(
        "Diverted from voluntary hospital transport, net", "transports/year", "more", "Outcomes",
        meaning="Voluntary transports to a hospital per year with patrol alone minus those under "
            "the plan, over all calls.",
        equation="(voluntary transports to hospital with patrol alone − as it happened) / Y",
        leaves_out="why there are more or fewer: with fewer holds there may be more of them, so it "
            "is often below zero"),
    "treatment_connections_per_year": Measure(
        "Connected to treatment", "contacts/year", "more", "Outcomes",
        meaning="Contacts per year that ended in a referral or a voluntary transport.",
        equation="(contacts with fate referral or voluntary) / Y",
        leaves_out="whether the person followed up on the referral; holds, which reach care too",
        shown=5),
    "treatment_connections_net_per_year": Measure(
        "Connected to treatment, net", "calls/year", "more", "Outcomes",
        meaning="Calls per year that ended in a referral or a voluntary transport minus those "
            "that would have with patrol alone, over all calls.",
        equation="(referral or voluntary as it happened − with patrol alone) / Y",
        leaves_out="whether the person followed up on the referral; holds, which reach care too",
        shown=6),
    "connected_share": Measure("Connected to care", "share", "more", "Follow-up",
        meaning="Share of contacts with a referral, a voluntary transport or a completed "
            "follow-up visit, each contact counted once.",
        equation="(contacts with fate referral or voluntary, or whose own visit was done) / "
            "contacts",
        leaves_out="whether it helped; outreach visits; visits completed after the end of the run",
        shown=6),
    "on_scene_share": Measure(
        "Resolved on scene", "share", "neither", "What became of contacts",
        meaning="Share of contacts whose person stayed where they were, without a referral.",
        equation="c(on scene) / contacts",
        leaves_out="calls without contact; what patrol alone would have done",
        shown=1, if_any=True),
    "referral_share": Measure("Referred", "share", "neither", "What became of contacts",
        meaning="Share of contacts that ended in a referral to services.",
        equation="c(referral) / contacts",
        leaves_out="calls without contact; what patrol alone would have done",
        shown=2, if_any=True),
    "voluntary_share": Measure(
        "Transported voluntarily", "share", "neither", "What became of contacts",
        meaning="Share of contacts that ended in voluntary transport to a hospital or crisis "
            "center.",
        equation="c(voluntary) / contacts",
        leaves_out="calls without contact; what patrol alone would have done",
        shown=3, if_any=True),
    "hold_share": Measure("Involuntary hold", "share", "less", "What became of contacts",
        meaning="Share of contacts that ended in an involuntary hold.",
        equation="c(hold) / contacts",
        leaves_out="calls without contact; what patrol alone would have done",
        shown=4, if_any=True),
    "arrest_share": Measure("Arrested", "share", "less", "What became of contacts",
        meaning="Share of contacts that ended in an arrest.",
        equation="c(arrest) / contacts",
        leaves_out="calls without contact; what patrol alone would have done",
        shown=5, if_any=True),
    "taken_to_center_per_year": Measure(
        "Taken to the crisis center", "people/year", "neither", "Crisis center",
        meaning="Contacts per year whose person was taken to the crisis center, whoever drove.",
        equation="(contacts with destination `CENTER`) / Y",
        leaves_out="walk-ins, and people brought by patrol without a team",
        shown=1),
    "taken_to_hospital_per_year": Measure(
        "Taken to a hospital", "people/year", "neither", "What became of contacts",
        meaning="Contacts per year whose person was taken to a hospital, whoever drove.",
        equation="(contacts with destination `HOSPITAL`) / Y",
        leaves_out="people taken by patrol without a team",
        shown=6, if_any=True),
    "center_turned_away_per_year": Measure(
        "Turned away by the center", "people/year", "less", "Crisis center",
        meaning="Contacts per year whose person was taken to a hospital because the crisis center "
            "was closed or full.",
        equation="(contacts with fate voluntary, the center wanted, and destination `HOSPITAL`) "
            "/ Y",
        leaves_out="whether it was closed or full; people never brought because it is known to be",
        shown=2),
    "chair_occupancy_share": Measure("Chair occupancy", "share", "neither", "Crisis center",
        meaning="Share of the crisis center's chair-hours in which a chair is occupied, closed "
            "hours included; blank if the center has no limit.",
        equation="len(stays in a chair) / (C · W)",
        leaves_out="opening hours: a center open only by day stays below 100% even when full",
        shown=3, if_any=True),
    "chairs_taken_mean": Measure("Chairs occupied, mean", "chairs", "neither", "Crisis center",
        meaning="Mean number of the crisis center's chairs that are occupied, over day and night.",
        equation="len(stays in a chair) / W",
        leaves_out="people who come by other ways",
        shown=4),
    "hospital_handover_hours_per_year": Measure(
        "Team time at the hospital", "h/year", "less", "What became of contacts",
        meaning="Team-hours per year of handover and custody at a hospital, for the calls on which "
            "the team went along.",
        equation="(sum over contacts with destination `HOSPITAL` whose team went along of "
            "`hospital_handover_for_s`, and of `custody_for_s` for holds) / 3,600 / Y",
        leaves_out="patrol's hours there; the drive; that only the officer is there if officer "
            "and clinician have separated",
        shown=7, if_any=True),
    "visits_due_per_year": Measure("Visits due", "visits/year", "neither", "Follow-up",
        meaning="Follow-up visits that came due, per year.",
        equation="due / Y",
        leaves_out="visits that were wanted but never scheduled",
        shown=1),
    "visits_done_per_year": Measure("Visits completed", "visits/year", "more", "Follow-up",
        meaning="Follow-up visits that came due and were completed, per year.",
        equation="(due with status `DONE`) / Y",
        leaves_out="interrupted visits, until they are completed",
        shown=2),
    "referred_per_year": Measure("Missed calls followed up", "calls/year", "more", "Follow-up",
        meaning="Calls for a team that none reached whose person was visited afterward, per year.",
        equation="(due with status `DONE` whose call was withdrawn, settled by patrol or "
            "missed) / Y",
        leaves_out="calls that no team was asked for; visits to a list",
        shown=7, if_any=True),
    "visits_late_per_year": Measure("Visits completed late", "visits/year", "less", "Follow-up",
        meaning="Completed follow-up visits per year that began later after they came due than "
            "the standard allows.",
        equation="(due with status `DONE` whose last trip arrived more than "
            "`service.follow_up.late_h` after they were due) / Y",
        leaves_out="visits never made",
        shown=3),
    "visits_expired_per_year": Measure("Visits never made", "visits/year", "less", "Follow-up",
        meaning="Follow-up visits per year that expired before anyone could make them.",
        equation="(due with status `EXPIRED`) / Y",
        leaves_out="visits still open at the end of the run",
        shown=4),
    "visit_hours_per_year": Measure("Time on visits", "h/year", "neither", "Follow-up",
        meaning="Hours per year that teams, case managers and peers spend on follow-up visits, "
            "travel and interrupted visits included.",
        equation="len(trips for visits, assigned to end, of teams and workers) / 3,600 / Y",
        leaves_out="notes and phone calls about the visit; free hours of case managers and peers",
        shown=5),
}
# fmt: on
