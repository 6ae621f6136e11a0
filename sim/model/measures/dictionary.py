"""What each measure is called, its unit, which way is better, and what it is in one sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

Better = Literal["more", "less", "neither"]


class Measure(NamedTuple):
    """What a measure is called, its unit, which way is better, and what it is in one sentence."""

    label: str
    unit: str
    better: Better
    meaning: str


# fmt: off
MEASURES: dict[str, Measure] = {  # a table to be read down: a measure on two or three lines
    "calls_per_year": Measure("Calls", "calls/year", "neither",
        "Calls received in the window, a year."),
    "calls_averted_per_year": Measure("Averted", "calls/year", "more",
        "Calls a year that did not come because their person had been visited, which no other "
        "measure counts as calls."),
    "frequent_callers_share": Measure("Of frequent callers", "share", "neither",
        "Share of the calls of the window that are of people who made five or more of them."),
    "recognized_share": Measure("Recognized", "share", "neither",
        "Recognized calls as a share of all calls."),
    "eligible_share": Measure("Eligible", "share", "neither",
        "Eligible calls as a share of the recognized."),
    "requested_share": Measure("Requested", "share", "neither",
        "Calls that asked for a team as a share of the eligible."),
    "phone_resolved_per_year": Measure("Resolved by telephone", "calls/year", "neither",
        "Eligible calls that a telephone clinician resolved before any car was sent, a year."),
    "other_responder_per_year": Measure("Handed to another responder", "calls/year", "neither",
        "Eligible calls handed to a responder that is neither patrol nor one of the teams, a "
        "year."),
    "reach_share": Measure("Reached", "share", "more",
        "Share of requested calls on whose scene a team arrived."),
    "missed_off_duty_share": Measure("Missed, nobody on duty", "share", "less",
        "Share of requested calls missed with no team on duty at any second of their wait."),
    "missed_out_of_range_share": Measure("Missed, out of range", "share", "less",
        "Share of requested calls missed with teams on duty during their wait but none in scope "
        "or range."),
    "missed_busy_share": Measure("Missed, all busy", "share", "less",
        "Share of requested calls missed with a team on duty at some second of their wait but none "
        "free for them."),
    "cancelled_en_route_share": Measure("Cancelled en route", "share", "less",
        "Share of requested calls whose assigned team was recalled before it arrived."),
    "came_off_duty_share": Measure("Came with nobody on duty", "share", "less",
        "Share of requested calls received at a second with no team on duty, whether or not one "
        "came on in time to be sent."),
    "unfinished_share": Measure("Unfinished", "share", "less",
        "Share of requested calls still waiting or being served at the end of the run, which "
        "the other shares of requested leave out."),
    "reach_of_all_share": Measure("Reached of all calls", "share", "more",
        "Reached calls as a share of all calls, requested or not, except the unfinished."),
    "handled_per_day": Measure("Calls handled a day", "calls/day", "more",
        "Reached calls per day of the window."),
    "contacts_per_year": Measure("Contacts", "contacts/year", "more",
        "Reached calls whose person was engaged, a year."),
    "people_reached_per_year": Measure("People reached", "people/year", "more",
        "Different people among the contacts of the window, a year."),
    "response_mean_min": Measure("Response, mean", "min", "less",
        "Mean time from received to team on scene, of reached calls."),
    "response_median_min": Measure("Response, median", "min", "less",
        "Median time from received to team on scene, of reached calls."),
    "response_p90_min": Measure("Response, 90th percentile", "min", "less",
        "90th percentile of the time from received to team on scene, of reached calls."),
    "request_to_arrival_mean_min": Measure("Request to arrival, mean", "min", "less",
        "Mean time from dispatchable to team on scene, of reached calls."),
    "request_to_arrival_median_min": Measure("Request to arrival, median", "min", "less",
        "Median time from dispatchable to team on scene, of reached calls."),
    "request_to_arrival_p90_min": Measure("Request to arrival, 90th percentile", "min", "less",
        "90th percentile of the time from dispatchable to team on scene, of reached calls."),
    "wait_mean_min": Measure("Wait for a team, mean", "min", "less",
        "Mean time from dispatchable to a team assigned, of reached calls."),
    "within_standard_share": Measure("Within the standard", "share", "more",
        "Share of all requested calls reached within the standard's minutes of its stated "
        "clock, those never reached counting as not within."),
    "request_to_arrival_restricted_mean_min": Measure(
        "Request to arrival, restricted mean", "min", "less",
        "Mean over all requested calls of the time from dispatchable to team on scene, cut off "
        "at a limit that calls never reached count with in full."),
    "time_to_clear_mean_min": Measure("Time to clear, mean", "min", "less",
        "Mean time from received to the last unit clear, of teams or patrol, over all requested "
        "calls."),
    "time_to_clear_median_min": Measure("Time to clear, median", "min", "less",
        "Median time from received to the last unit clear, of teams or patrol, over all requested "
        "calls."),
    "gap_hours_per_week": Measure("Coverage gap", "h/week", "less",
        "Hours a week in which no team on duty is free, or none is on duty."),
    "gap_off_duty_hours_per_week": Measure("Coverage gap, nobody on duty", "h/week", "less",
        "Hours a week in which no team is on duty, a team in overtime being on duty until "
        "released."),
    "gap_busy_hours_per_week": Measure("Coverage gap, all busy", "h/week", "less",
        "Hours a week in which teams are on duty or in overtime and every one of them is busy or "
        "on a break."),
    "gaps_per_week": Measure("Coverage gaps", "gaps/week", "less",
        "Number a week of unbroken stretches with no free team on duty."),
    "gap_longest_h": Measure("Longest coverage gap", "h", "less",
        "Longest gap, cut at the ends of the window; zero if there is none."),
    "calls_in_gap_per_year": Measure("Calls in a gap", "calls/year", "less",
        "Requested calls a year that became dispatchable in a gap and got no team at that "
        "second."),
    "utilization_share": Measure("Utilization", "share", "neither",
        "Team-hours busy within duty as a share of team-hours on duty, overtime in neither."),
    "unavailable_share": Measure("Unavailable", "share", "less",
        "Team-hours on duty spent on meals, paperwork, standing work or other duties as a share "
        "of team-hours on duty."),
    "hours_over_60pct_share": Measure("Hours over 60 % busy", "share", "less",
        "Share of the clock hours with a team on duty in which the teams' utilization is above "
        "60 %."),
    "hours_nobody_on_duty_share": Measure("Hours with nobody on duty", "share", "less",
        "Share of the clock hours of the window in which no team is on duty at any second, "
        "overtime not counting as duty."),
    "evenings_nobody_on_per_month": Measure(
        "Evenings with nobody on duty", "evenings/month", "less",
        "Evenings a month, 18:00 to 24:00, in which no team is on duty at any second, overtime "
        "not counting as duty."),
    "overtime_hours_per_year": Measure("Overtime", "h/year", "less",
        "Team-hours a year from the end of a duty to the release of its team."),
    "calls_per_duty": Measure("Calls a duty", "calls/duty", "neither",
        "Mean number of calls reached by a duty that lay wholly in the window, blank if none did."),
    "calls_per_team_day": Measure("Calls a team-day", "calls/team-day", "neither",
        "Reached calls per 24 team-hours on duty."),
    "teams_funded": Measure("Teams funded", "teams", "neither",
        "Posts that the plan pays for, manned or not."),
    "teams_filled_mean": Measure("Teams filled, mean", "teams", "neither",
        "Posts paid for times the share of their rostered hours whose positions are all filled, "
        "blank if none are rostered."),
    "teams_deployed_mean": Measure("Teams on duty, mean", "teams", "neither",
        "Mean number of teams on duty over the seconds of the window."),
    "busy_mean_h": Measure("Time on a call, mean", "h", "neither",
        "Mean time from assigned to released, of the trips to reached calls."),
    "reassigned_per_year": Measure("Taken for another call", "trips/year", "neither",
        "Trips a year to calls of the window that lost their team on its way to a call of higher "
        "priority."),
    "sworn_hours_assigned_per_year": Measure("Sworn hours assigned", "h/year", "neither",
        "Officer-hours a year on duties of co-responder teams, as rostered plus overtime, whether "
        "or not the clinician was there too."),
    "patrol_hours_released_per_year": Measure("Patrol hours released", "h/year", "more",
        "Officer-hours a year that patrol would have spent on the calls alone minus those that it "
        "spent, with officers left without a clinician if they serve as patrol."),
    "sworn_hours_net_per_year": Measure("Sworn hours, net", "h/year", "more",
        "Patrol hours released minus sworn hours assigned, a year."),
    "arrest_diversions_gross_per_year": Measure(
        "Diverted from arrest, gross", "contacts/year", "more",
        "Contacts a year that did not end in an arrest, whether or not they would have with patrol "
        "alone."),
    "arrest_diversions_net_per_year": Measure("Diverted from arrest, net", "arrests/year", "more",
        "Arrests a year with patrol alone minus those as it happened, over all calls, booked or "
        "not."),
    "jail_diversions_gross_per_year": Measure("Diverted from jail, gross", "contacts/year", "more",
        "Expected contacts a year that did not end in a booking, whether or not they would have "
        "with patrol alone."),
    "jail_diversions_net_per_year": Measure("Diverted from jail, net", "bookings/year", "more",
        "Expected bookings a year with patrol alone minus those as it happened, over all calls."),
    "hospital_diversions_gross_per_year": Measure(
        "Diverted from hospital, gross", "contacts/year", "more",
        "Contacts a year that did not end in a transport to hospital, whether or not they would "
        "have with patrol alone."),
    "hospital_diversions_net_per_year": Measure(
        "Diverted from hospital, net", "transports/year", "more",
        "Transports to hospital a year with patrol alone minus those as it happened, over all "
        "calls."),
    "hold_diversions_gross_per_year": Measure("Diverted from holds, gross", "contacts/year", "more",
        "Contacts a year that did not end in an involuntary hold, whether or not they would have "
        "with patrol alone."),
    "hold_diversions_net_per_year": Measure("Diverted from holds, net", "holds/year", "more",
        "Involuntary holds a year with patrol alone minus those as it happened, over all calls."),
    "voluntary_hospital_diversions_gross_per_year": Measure(
        "Diverted from hospital by consent, gross", "contacts/year", "more",
        "Contacts a year that did not end in a voluntary transport to hospital, whether or not "
        "they would have with patrol alone."),
    "voluntary_hospital_diversions_net_per_year": Measure(
        "Diverted from hospital by consent, net", "transports/year", "more",
        "Voluntary transports to hospital a year with patrol alone minus those as it happened, "
        "over all calls."),
    "treatment_connections_per_year": Measure("Connected to treatment", "contacts/year", "more",
        "Contacts a year that ended in a referral or a voluntary transport."),
    "treatment_connections_net_per_year": Measure(
        "Connected to treatment, net", "calls/year", "more",
        "Calls a year that ended in a referral or a voluntary transport minus those that would "
        "have with patrol alone, over all calls."),
    "connected_share": Measure("Connected to care", "share", "more",
        "Share of contacts with a referral, a voluntary transport or a visit that was made, each "
        "once."),
    "on_scene_share": Measure("Settled on scene", "share", "neither",
        "Share of contacts whose person stayed where they were without a referral."),
    "referral_share": Measure("Referred", "share", "neither",
        "Share of contacts that ended in a referral."),
    "voluntary_share": Measure("Transported by consent", "share", "neither",
        "Share of contacts that ended in a voluntary transport."),
    "hold_share": Measure("Held", "share", "less",
        "Share of contacts that ended in an involuntary hold."),
    "arrest_share": Measure("Arrested", "share", "less",
        "Share of contacts that ended in an arrest."),
    "taken_to_center_per_year": Measure("Taken to the crisis center", "people/year", "neither",
        "Reached calls a year whose person was taken to the crisis center, by whomever."),
    "taken_to_hospital_per_year": Measure("Taken to hospital", "people/year", "neither",
        "Reached calls a year whose person was taken to hospital, by whomever."),
    "center_turned_away_per_year": Measure("No chair at the center", "people/year", "less",
        "Contacts a year taken to hospital because the crisis center was closed or had no chair "
        "left."),
    "chair_occupancy_share": Measure("Chairs taken, of all", "share", "neither",
        "Share of the time of the crisis center's chairs in which they were taken, hours in which "
        "it was closed included, blank if it has no limit."),
    "chairs_taken_mean": Measure("Chairs taken, mean", "chairs", "neither",
        "Mean number of chairs taken over the seconds of the window."),
    "hospital_handover_hours_per_year": Measure("Teams in hospital", "h/year", "less",
        "Team-hours a year of handover and custody in hospital, of the calls whose team went "
        "along."),
    "visits_due_per_year": Measure("Visits due", "visits/year", "neither",
        "Follow-up visits that fell due in the window, a year."),
    "visits_done_per_year": Measure("Visits made", "visits/year", "more",
        "Follow-up visits that fell due in the window and were made to their end, a year."),
    "visits_late_per_year": Measure("Visits made late", "visits/year", "less",
        "Follow-up visits that fell due in the window, were made, and began later than the "
        "standard after they were due, a year."),
    "visits_expired_per_year": Measure("Visits never made", "visits/year", "less",
        "Follow-up visits that fell due in the window and had expired before they were made, a "
        "year."),
    "visit_hours_per_year": Measure("Time on visits", "h/year", "neither",
        "Hours a year from assigned to the end of a visit, of teams and of those who make visits "
        "only, interrupted visits included."),
    "fte_clinician": Measure("Clinicians at work", "FTE", "neither",
        "Full-time clinicians who man the plan's hours of duty and handovers."),
    "fte_officer": Measure("Officers at work", "FTE", "neither",
        "Full-time officers who man the plan's hours of duty and handovers."),
    "fte_worker": Measure("Case managers and peers at work", "FTE", "neither",
        "Full-time case managers and peers who man the plan's hours of duty and handovers."),
    "fte_supervisor": Measure("Supervisors at work", "FTE", "neither",
        "Full-time supervisors of the clinicians, officers, case managers and peers at work."),
    "fte_overtime": Measure("Overtime as people", "FTE", "less",
        "Full-time people who would work the overtime of clinicians and officers within duty."),
    "cost_per_year": Measure("Cost", "$/year", "less",
        "Pay, overtime, cars, training and overhead a year, officers taken from patrol at full "
        "cost."),
    "cost_cash_per_year": Measure("Cost without reassigned officers", "$/year", "less",
        "The cost a year less the pay of officers who are reassigned from patrol, and its "
        "overhead."),
    "cost_per_contact": Measure("Cost of a contact", "$/contact", "less",
        "The cost a year over the contacts a year, blank if there are none."),
    "avoided_per_year": Measure("Avoided", "$/year", "more",
        "Dollars saved a year by net diversions and patrol hours released, as cash or as "
        "capacity."),
    "avoided_cashable_per_year": Measure("Avoided, cashable", "$/year", "more",
        "Of the dollars avoided, those that are not spent; the rest is capacity."),
    "avoided_capacity_per_year": Measure("Avoided, capacity", "$/year", "more",
        "Of the dollars avoided, those that are spent all the same, on people and rooms that are "
        "then free for others."),
    "avoided_claimed_per_year": Measure("Avoided, claimed", "$/year", "more",
        "Of the dollars avoided, those at a price that only a program claims."),
    "avoided_city_per_year": Measure("Avoided, by the city", "$/year", "more",
        "Of the dollars avoided, those that the city would have paid."),
    "avoided_county_per_year": Measure("Avoided, by the county", "$/year", "more",
        "Of the dollars avoided, those that the county would have paid."),
    "avoided_hospital_per_year": Measure("Avoided, by hospitals", "$/year", "more",
        "Of the dollars avoided, those that hospitals would have paid."),
    "avoided_state_per_year": Measure("Avoided, by the state", "$/year", "more",
        "Of the dollars avoided, those that the state would have paid."),
    "net_benefit_per_year": Measure("Net benefit", "$/year", "more",
        "Dollars avoided a year, as cash or as capacity, minus the cost."),
    "net_benefit_cashable_per_year": Measure("Net benefit, cashable", "$/year", "more",
        "Cashable dollars avoided a year minus the cost."),
}
# fmt: on
MONEY = (  # of people and money: computed from the others, the plan and its prices
    "fte_clinician",
    "fte_officer",
    "fte_worker",
    "fte_supervisor",
    "fte_overtime",
    "cost_per_year",
    "cost_cash_per_year",
    "cost_per_contact",
    "avoided_per_year",
    "avoided_cashable_per_year",
    "avoided_capacity_per_year",
    "avoided_claimed_per_year",
    "avoided_city_per_year",
    "avoided_county_per_year",
    "avoided_hospital_per_year",
    "avoided_state_per_year",
    "net_benefit_per_year",
    "net_benefit_cashable_per_year",
)
MEASURED = tuple(name for name in MEASURES if name not in MONEY)  # read from tables alone
