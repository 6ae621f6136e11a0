"""Measures of calls: how many there are, how many are reached, and how soon."""

from __future__ import annotations

from sim.model.measures.dictionary.declaration import Measure

# fmt: off
MEASURES: dict[str, Measure] = {  # a table to be read down
    "calls_per_year": Measure("Calls received", "calls/year", "neither", "All calls",
        meaning="Calls received per year.",
        equation="all / Y",
        leaves_out="calls averted"),
    "calls_averted_per_year": Measure("Calls averted", "calls/year", "more", "Repeat calls",
        meaning="Calls per year that did not come because the person had been visited; no other "
            "measure counts them as calls.",
        equation="n(AVERTED) / Y",
        leaves_out="whether a team would have been requested for them, or would have reached them",
        shown=1, if_any=True),
    "frequent_callers_share": Measure(
        "Calls from frequent callers", "share", "neither", "Repeat calls",
        meaning="Share of calls that concern people with five or more calls.",
        equation="(calls by persons with five or more of them) / all",
        leaves_out="calls before and after the window: a short window has few frequent callers",
        shown=2),
    "recognized_share": Measure("Recognized", "share", "neither", "All calls",
        meaning="Share of all calls that are recognized as having a mental-health element.",
        equation="recognized / all",
        leaves_out="mental-health calls that nobody ever coded as such"),
    "eligible_share": Measure("Eligible", "share", "neither", "All calls",
        meaning="Share of recognized calls that are eligible for a team.",
        equation="eligible / recognized"),
    "requested_share": Measure("Requested", "share", "neither", "All calls",
        meaning="Share of eligible calls for which a team is requested.",
        equation="requested / eligible"),
    "phone_resolved_per_year": Measure(
        "Resolved by phone", "calls/year", "neither", "Requested calls",
        meaning="Eligible calls per year that a clinician resolves by phone before any car is "
            "sent.",
        equation="n(PHONE_RESOLVED) / Y",
        leaves_out="what became of the person; the phone clinicians' hours",
        shown=9, if_any=True),
    "other_responder_per_year": Measure(
        "Sent to another responder", "calls/year", "neither", "Requested calls",
        meaning="Eligible calls per year that go to a responder other than patrol or the teams.",
        equation="n(OTHER_RESPONDER) / Y",
        leaves_out="the other responder's hours, and whether it was free",
        shown=10, if_any=True),
    "reach_share": Measure("Reached", "share", "more", "Requested calls",
        meaning="Share of requested calls at which a team arrived.",
        equation="reached / settled",
        leaves_out="unfinished calls; how soon the team arrived",
        shown=1),
    "missed_off_duty_share": Measure("Missed, no team on duty", "share", "less", "Requested calls",
        meaning="Share of requested calls that no team reached because none that may serve them "
            "was on duty, or would have been soon; a call is not held for one.",
        equation="n(MISSED_OFF_DUTY) / settled",
        leaves_out="calls that ended otherwise after a team had been on duty for even one second "
            "of their wait",
        shown=2),
    "missed_out_of_range_share": Measure(
        "Missed, out of range", "share", "less", "Requested calls",
        meaning="Share of requested calls that no team reached because the teams on duty were all "
            "too far away or not allowed to serve the call's district.",
        equation="n(MISSED_OUT_OF_RANGE) / settled",
        leaves_out="calls that a team from another district could reach from its base, but not "
            "from where it was",
        shown=3),
    "missed_busy_share": Measure("Missed, all teams busy", "share", "less", "Requested calls",
        meaning="Share of requested calls that no team reached because none of the teams on duty "
            "was free for them.",
        equation="n(MISSED_BUSY) / settled",
        leaves_out="calls to which a team was sent in vain; it includes calls for which free teams "
            "were held back by a cutoff or a reserve",
        shown=4),
    "withdrawn_share": Measure(
        "Withdrawn with a team on its way", "share", "less", "Requested calls",
        meaning="Share of requested calls that somebody called off before the team on its way "
            "arrived.",
        equation="n(WITHDRAWN) / settled",
        leaves_out="calls called off before any team was sent, which are missed; the team-hours "
            "lost, which count as busy time",
        shown=5),
    "settled_by_patrol_share": Measure(
        "Settled by patrol with a team on its way", "share", "less", "Requested calls",
        meaning="Share of requested calls that patrol settled itself before the team on its way "
            "arrived.",
        equation="n(SETTLED_BY_PATROL) / settled",
        leaves_out="calls that patrol settled before any team was sent, which are missed; the "
            "team-hours lost, which count as busy time",
        shown=6),
    "came_off_duty_share": Measure(
        "Received while no team was on duty", "share", "less", "Requested calls",
        meaning="Share of requested calls received while no team was on duty, whether or not a "
            "team came on duty in time to be sent.",
        equation="(settled calls received with no team on duty until released) / settled",
        leaves_out="whether a team came on duty in time: some of these calls are reached, so this "
            "share overlaps the others",
        shown=7),
    "unfinished_share": Measure(
        "Unfinished at the end of the run", "share", "less", "Requested calls",
        meaning="Share of requested calls that are still waiting or being served at the end of "
            "the run; the other shares of requested calls leave them out.",
        equation="n(UNFINISHED) / requested"),
    "reach_of_all_share": Measure("Reached, of all calls", "share", "more", "All calls",
        meaning="Share of all calls, requested or not, at which a team arrived.",
        equation="reached / (all − n(UNFINISHED))",
        leaves_out="unfinished calls"),
    "handled_per_day": Measure("Calls handled per day", "calls/day", "more", "Requested calls",
        meaning="Calls reached per day.",
        equation="86,400 · reached / W",
        leaves_out="whether the person was found and engaged",
        shown=11),
    "contact_share": Measure("Engaged, of those reached", "share", "more", "Requested calls",
        meaning="Share of reached calls at which the person was found and did not refuse.",
        equation="contacts / reached",
        leaves_out="what came of it",
        shown=12),
    "not_found_share": Measure("Not found, of those reached", "share", "less", "Requested calls",
        meaning="Share of reached calls at which the team did not find the person.",
        equation="n(NOT_FOUND) / reached",
        leaves_out="whether the person was found later",
        shown=13),
    "refused_share": Measure("Refused, of those reached", "share", "less", "Requested calls",
        meaning="Share of reached calls at which the person refused the team.",
        equation="n(REFUSED) / reached",
        leaves_out="whether the person accepted help later",
        shown=14),
    "contacts_per_year": Measure("Contacts", "contacts/year", "more", "Requested calls",
        meaning="Reached calls per year at which the person was found and did not refuse.",
        equation="contacts / Y",
        leaves_out="whether it is the same person again",
        shown=15),
    "people_reached_per_year": Measure("People reached", "people/year", "more", "Repeat calls",
        meaning="Different people among the contacts, per year.",
        equation="(different persons among the contacts) / Y",
        leaves_out="people reached by a visit alone; months do not add up to the year, since a "
            "person may count in several",
        shown=3),
    "response_mean_min": Measure("Response, mean", "min", "less", "Times",
        meaning="Mean time from the call being received to a team on scene, for reached calls.",
        equation="mean of (arrived(j) − received(k)) / 60",
        leaves_out="calls not reached"),
    "response_median_min": Measure("Response, median", "min", "less", "Times",
        meaning="Median time from the call being received to a team on scene, for reached calls.",
        equation="median of (arrived(j) − received(k)) / 60",
        leaves_out="calls not reached",
        shown=1),
    "response_p90_min": Measure("Response, 90th percentile", "min", "less", "Times",
        meaning="Time from the call being received to a team on scene that 90% of reached "
            "calls do not exceed.",
        equation="90th percentile of (arrived(j) − received(k)) / 60",
        leaves_out="calls not reached",
        shown=2),
    "request_to_arrival_mean_min": Measure("Request to arrival, mean", "min", "less", "Times",
        meaning="Mean time from when a team could be sent to a team on scene, for reached calls.",
        equation="mean of (arrived(j) − dispatchable(k)) / 60",
        leaves_out="calls not reached; triage, or patrol's arrival and request"),
    "request_to_arrival_median_min": Measure("Request to arrival, median", "min", "less", "Times",
        meaning="Median time from when a team could be sent to a team on scene, for reached "
            "calls.",
        equation="median of (arrived(j) − dispatchable(k)) / 60",
        leaves_out="calls not reached; triage, or patrol's arrival and request",
        shown=3),
    "request_to_arrival_p90_min": Measure(
        "Request to arrival, 90th percentile", "min", "less", "Times",
        meaning="Time from when a team could be sent to a team on scene that 90% of reached "
            "calls do not exceed.",
        equation="90th percentile of (arrived(j) − dispatchable(k)) / 60",
        leaves_out="calls not reached; triage, or patrol's arrival and request"),
    "wait_mean_min": Measure("Wait for a team, mean", "min", "less", "Times",
        meaning="Mean time from when a team could be sent to when one was assigned, for reached "
            "calls.",
        equation="mean of (assigned(j) − dispatchable(k)) / 60",
        leaves_out="calls not reached; turnout and travel; time with an earlier team that was "
            "taken away counts as waiting"),
    "delay_mean_min": Measure("Wait of all requests, mean", "min", "less", "Times",
        meaning="Mean time from when a team could be sent until one was, or until the call was "
            "over without one, over all requested calls.",
        equation="mean over settled of (assigned(j) or, with no team sent, over(k), "
            "− dispatchable(k)) / 60",
        leaves_out="unfinished calls; turnout and travel; who gives up soon lowers it",
        shown=6),
    "delay_any_share": Measure("Had to wait for a team", "share", "less", "Times",
        meaning="Share of requested calls that no team was sent to at once.",
        equation="(settled calls that waited a second or more) / settled",
        leaves_out="how long, and whether a team came in the end",
        shown=7),
    "delay_over_15_min_share": Measure("Waited over 15 minutes", "share", "less", "Times",
        meaning="Share of requested calls that waited for a team for more than 15 minutes, "
            "whether one came or not.",
        equation="(settled calls that waited more than 900 s) / settled",
        leaves_out="turnout and travel; calls that were over sooner without a team",
        shown=8),
    "delay_over_60_min_share": Measure("Waited over 60 minutes", "share", "less", "Times",
        meaning="Share of requested calls that waited for a team for more than 60 minutes, "
            "whether one came or not.",
        equation="(settled calls that waited more than 3,600 s) / settled",
        leaves_out="turnout and travel; calls that were over sooner without a team"),
    "other_district_share": Measure(
        "Served by another zone's team", "share", "less", "Requested calls",
        meaning="Share of reached calls, in zones with a team of their own, that a team based "
            "elsewhere served; by dispatch.rule=preference a zone's own is the first of its order.",
        equation="(reached calls with base(j) ≠ own(zone(k))) / (those of zones with an own team)",
        leaves_out="calls of zones without a team of their own",
        shown=16, if_any=True),
    "within_standard_share": Measure("Within the standard", "share", "more", "Requested calls",
        meaning="Share of all requested calls that a team reached within the response standard; "
            "calls never reached count as outside it.",
        equation="(reached calls with arrived − clock ≤ standard) / settled; the clock is "
            "dispatchable or received (`service.standard.clock`)",
        leaves_out="how far over the standard a call was",
        shown=8),
    "request_to_arrival_restricted_mean_min": Measure(
        "Request to arrival, capped mean", "min", "less", "Times",
        meaning="Mean time from when a team could be sent to a team on scene, over all requested "
            "calls, with longer times and calls never reached counted at a fixed limit.",
        equation="mean over settled of min(arrived − dispatchable, L) / 60, with L for calls not "
            "reached; L is twice the standard's minutes",
        leaves_out="what happens after the limit",
        shown=4),
    "time_to_clear_mean_min": Measure("Time to clear, mean", "min", "less", "Times",
        meaning="Mean time from the call being received to the last unit clear, team or patrol, "
            "over all requested calls.",
        equation="mean over settled of (cleared − received) / 60",
        leaves_out="whatever follows once the last unit is clear; patrol's queue; a quick end "
            "without a team lowers it"),
    "time_to_clear_median_min": Measure("Time to clear, median", "min", "less", "Times",
        meaning="Median time from the call being received to the last unit clear, team or "
            "patrol, over all requested calls.",
        equation="median over settled of (cleared − received) / 60",
        leaves_out="whatever follows once the last unit is clear; patrol's queue; a quick end "
            "without a team lowers it",
        shown=5),
}
# fmt: on
