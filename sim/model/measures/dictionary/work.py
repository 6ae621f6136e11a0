"""Measures of teams: when one is free, how busy they are, and the officers' hours they take."""

from __future__ import annotations

from sim.model.measures.dictionary.declaration import Measure

# fmt: off
MEASURES: dict[str, Measure] = {  # a table to be read down
    "gap_hours_per_week": Measure("Coverage gap", "h/week", "less", "Coverage",
        meaning="Hours per week with no free team: all are busy, or none is on duty.",
        equation="len(gaps) / 3,600 / weeks",
        leaves_out="whether anybody called",
        shown=1),
    "gap_off_duty_hours_per_week": Measure(
        "Coverage gap, no team on duty", "h/week", "less", "Coverage",
        meaning="Hours per week with no team on duty; a team in overtime is on duty until it is "
            "released.",
        equation="len(seconds with no team on duty until released) / 3,600 / weeks",
        leaves_out="hours covered only by a team in overtime: they count as all teams busy",
        shown=2),
    "gap_busy_hours_per_week": Measure(
        "Coverage gap, all teams busy", "h/week", "less", "Coverage",
        meaning="Hours per week in which teams are on duty or in overtime and every one of them "
            "is busy or on a break.",
        equation="`gap_hours_per_week` − `gap_off_duty_hours_per_week`",
        leaves_out="how much of it was on a call and how much on a break",
        shown=3),
    "gaps_per_week": Measure("Number of coverage gaps", "gaps/week", "less", "Coverage",
        meaning="Unbroken stretches of time with no free team, per week.",
        equation="(number of gaps, cut to the window) / weeks",
        leaves_out="how long they last"),
    "gap_longest_h": Measure("Longest coverage gap", "h", "less", "Coverage",
        meaning="Longest unbroken stretch of time with no free team.",
        equation="(longest gap, cut to the window) / 3,600; zero if there is none",
        leaves_out="longer gaps in other years: it is the maximum of one run and grows with the "
            "length of the window"),
    "calls_in_gap_per_year": Measure(
        "Calls during a coverage gap", "calls/year", "less", "Coverage",
        meaning="Requested calls per year for which a team could be sent but none was free at "
            "that moment.",
        equation="(requested calls that became dispatchable in a gap and were not assigned at that "
            "second) / Y",
        leaves_out="the call that takes the last free team: it opens the gap"),
    "utilization_share": Measure("Utilization", "share", "neither", "Work",
        meaning="Share of the teams' rostered hours in which they are busy with calls or visits, "
            "overtime not counted.",
        equation="sum of len(B(j)) / sum of len(D(d))",
        leaves_out="overtime, on both sides; breaks, which are on duty and not busy",
        shown=1),
    "unavailable_share": Measure("On duty but unavailable", "share", "less", "Work",
        meaning="Share of the teams' hours on duty spent on meals, paperwork, standing work or "
            "other assignments.",
        equation="len(breaks taken) / sum of len(D(d))",
        leaves_out="breaks that were lost; reports and visits, which are busy time",
        shown=3, if_any=True),
    "hours_over_60pct_share": Measure("Hours over 60% busy", "share", "less", "Work",
        meaning="Share of the clock hours with a team on duty in which utilization is above 60%.",
        equation="(hours with b(h) > 0.6 · o(h)) / (hours with o(h) > 0)",
        leaves_out="how far above 60%; breaks",
        shown=2),
    "hours_nobody_on_duty_share": Measure("Hours with no team on duty", "share", "less", "Work",
        meaning="Share of clock hours in which no team is on duty at any time, overtime not "
            "counted.",
        equation="(hours with o(h) = 0) / hours",
        leaves_out="hours in which a team is on duty for even one second; overtime"),
    "evenings_nobody_on_per_month": Measure(
        "Evenings without a team", "evenings/month", "less", "Coverage",
        meaning="Evenings per month (6 PM to midnight) in which no team is on duty at any time, "
            "overtime not counted.",
        equation="(whole evenings of the window that no D(d) touches at any second) / months",
        leaves_out="evenings with a team for even one second; overtime; nights and days",
        shown=4),
    "overtime_hours_per_year": Measure("Overtime", "h/year", "less", "Work",
        meaning="Team-hours per year between the scheduled end of a duty and the team's release.",
        equation="sum over duties of len(end on the roster to release) / 3,600 / Y",
        leaves_out="overtime of the people on posts held around the clock, which never end",
        shown=4, if_any=True),
    "calls_per_duty": Measure("Calls per duty", "calls/duty", "neither", "Work",
        meaning="Mean number of calls reached during one duty; blank if no duty begins and ends "
            "in the window, as with posts held around the clock.",
        equation="(cleared trips to calls of duties that lie wholly in the window) / (number of "
            "these duties)",
        leaves_out="trips in vain; visits",
        shown=6, if_any=True),
    "calls_per_team_day": Measure("Calls per team-day", "calls/team-day", "neither", "Work",
        meaning="Calls reached per 24 team-hours on duty.",
        equation="86,400 · reached / sum of len(D(d))",
        leaves_out="how the calls are spread over the teams",
        shown=5),
    "teams_funded": Measure("Teams funded", "teams", "neither", "Teams",
        meaning="Posts that the plan pays for, staffed or not.",
        equation="posts of the plan, workers' left out",
        leaves_out="the people it takes to staff them: no relief factor",
        shown=1),
    "teams_filled_mean": Measure("Teams filled, mean", "teams", "neither", "Teams",
        meaning="Posts that the plan pays for times the share of their rostered hours with no "
            "vacant position; blank if no hours are rostered.",
        equation="posts of the plan · sum of len(R(d)) over filled duties / sum of len(R(d))",
        leaves_out="leave and sickness: a filled duty may still be short of a person",
        shown=2),
    "teams_deployed_mean": Measure("Teams on duty, mean", "teams", "neither", "Teams",
        meaning="Mean number of teams on duty, over day and night.",
        equation="sum of len(D(d)) / W",
        leaves_out="overtime",
        shown=3),
    "busy_mean_h": Measure("Time per call, mean", "h", "neither", "Work",
        meaning="Mean time from a team's assignment to its release, for reached calls.",
        equation="mean over reached calls of (end(j) − assigned(j)) / 3,600",
        leaves_out="trips in vain; visits that follow"),
    "reassigned_per_year": Measure("Reassigned en route", "trips/year", "neither", "Work",
        meaning="Trips per year that ended on the way because the team was sent to a "
            "higher-priority call.",
        equation="(trips for calls of the window that ended reassigned) / Y",
        leaves_out="whether another team reached the call they left; interrupted visits",
        shown=7, if_any=True),
    "sworn_hours_assigned_per_year": Measure(
        "Sworn hours assigned", "h/year", "neither", "Sworn hours",
        meaning="Officer-hours per year on co-responder teams, as rostered plus overtime, whether "
            "or not the clinician was there.",
        equation="(sum of len(R(d)) over co-responder duties with the officer present + overtime) "
            "/ 3,600 / Y",
        leaves_out="officers on leave or sick, who are paid all the same; supervisors; hours that "
            "would be spent on other calls",
        shown=1),
    "patrol_hours_released_per_year": Measure(
        "Patrol hours released", "h/year", "more", "Sworn hours",
        meaning="Officer-hours per year that patrol would have spent on the calls alone minus "
            "those it did spend; officers left without a clinician are added if they serve as "
            "patrol.",
        equation="officers · sum over calls of the window but the unfinished of "
            "(`patrol_alone_for_s` − `patrol_for_s`) / 3,600 / Y",
        leaves_out="patrol's drive to the scene; whether the hours are used for anything; calls "
            "that teams would cause",
        shown=2),
    "sworn_hours_net_per_year": Measure("Sworn hours, net", "h/year", "more", "Sworn hours",
        meaning="Patrol hours released minus sworn hours assigned, per year.",
        equation="`patrol_hours_released_per_year` − `sworn_hours_assigned_per_year`",
        leaves_out="clinicians' hours; what the hours are worth",
        shown=3),
}
# fmt: on
