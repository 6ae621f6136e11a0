"""Measures of people and money: computed from the other measures, the plan and its prices."""

from __future__ import annotations

from sim.model.measures.dictionary.declaration import Group, Measure

GROUP: Group = "People and money"

# fmt: off
MEASURES: dict[str, Measure] = {  # a table to be read down
    "fte_clinician": Measure("Clinicians at work", "FTE", "neither", GROUP,
        meaning="Full-time clinicians needed to cover the plan's hours of duty and handover.",
        equation="fte of clinicians",
        leaves_out="vacant positions; rounding to whole people; overtime"),
    "fte_officer": Measure("Officers at work", "FTE", "neither", GROUP,
        meaning="Full-time officers needed to cover the plan's hours of duty and handover.",
        equation="fte of officers",
        leaves_out="vacant positions; rounding to whole people; overtime"),
    "fte_worker": Measure("Case managers and peers at work", "FTE", "neither", GROUP,
        meaning="Full-time case managers and peers needed to cover the plan's hours of duty and "
            "handover.",
        equation="fte of case managers and peers",
        leaves_out="vacant positions; rounding to whole people; overtime"),
    "fte_supervisor": Measure("Supervisors at work", "FTE", "neither", GROUP,
        meaning="Full-time supervisors needed for the clinicians, officers, case managers and "
            "peers at work.",
        equation="fte of supervisors",
        leaves_out="vacant positions; rounding to whole people; overtime"),
    "fte_overtime": Measure("Overtime as staff", "FTE", "less", GROUP,
        meaning="Full-time people it would take to work the overtime of clinicians and officers "
            "as regular hours.",
        equation="overtime hours of clinicians and officers / worked",
        leaves_out="overtime of case managers and peers, and on posts held around the clock"),
    "cost_per_year": Measure("Cost", "$/year", "less", GROUP,
        meaning="Pay, overtime, cars, training and overhead per year, with officers taken from "
            "patrol at full cost.",
        equation="sum of the lines of a year's cost",
        leaves_out="start-up; vacant positions; treatment, jail and hospital"),
    "cost_cash_per_year": Measure("Cost without reassigned officers", "$/year", "less", GROUP,
        meaning="Cost per year less the pay of officers reassigned from patrol, and its overhead.",
        equation="`cost_per_year` − pay of reassigned officers, with its overhead",
        leaves_out="what patrol goes without"),
    "cost_per_contact": Measure("Cost per contact", "$/contact", "less", GROUP,
        meaning="Cost per year divided by contacts per year; blank without contacts.",
        equation="`cost_per_year` / `contacts_per_year`",
        leaves_out="follow-up visits, which cost money as well"),
    "avoided_per_year": Measure("Costs avoided", "$/year", "more", GROUP,
        meaning="Dollars saved per year by net diversions and by patrol hours released, as cash "
            "or as capacity.",
        equation="sum of dollars over the items avoided",
        leaves_out="what diversions cost elsewhere; whatever follows after the day"),
    "avoided_cashable_per_year": Measure("Costs avoided, cashable", "$/year", "more", GROUP,
        meaning="The part of the costs avoided that is money not spent; the rest is capacity.",
        equation="sum of cashable dollars over the items avoided",
        leaves_out="capacity"),
    "avoided_capacity_per_year": Measure("Costs avoided, capacity", "$/year", "more", GROUP,
        meaning="The part of the costs avoided that is still spent, on people and rooms that are "
            "then free for others.",
        equation="`avoided_per_year` − `avoided_cashable_per_year`",
        leaves_out="whether anybody uses the capacity"),
    "avoided_claimed_per_year": Measure("Costs avoided, claimed", "$/year", "more", GROUP,
        meaning="The part of the costs avoided whose price only a program claims.",
        equation="sum of dollars over the items that are claimed"),
    "avoided_city_per_year": Measure("Costs avoided by the city", "$/year", "more", GROUP,
        meaning="The part of the costs avoided that the city would have paid.",
        equation="sum of dollars over the items that the city pays",
        leaves_out="who reimburses whom in the end"),
    "avoided_county_per_year": Measure("Costs avoided by the county", "$/year", "more", GROUP,
        meaning="The part of the costs avoided that the county would have paid.",
        equation="sum of dollars over the items that the county pays",
        leaves_out="who reimburses whom in the end"),
    "avoided_hospital_per_year": Measure("Costs avoided by hospitals", "$/year", "more", GROUP,
        meaning="The part of the costs avoided that hospitals would have paid.",
        equation="sum of dollars over the items that hospitals pay",
        leaves_out="who reimburses whom in the end"),
    "avoided_state_per_year": Measure("Costs avoided by the state", "$/year", "more", GROUP,
        meaning="The part of the costs avoided that the state would have paid.",
        equation="sum of dollars over the items that the state pays",
        leaves_out="who reimburses whom in the end"),
    "net_benefit_per_year": Measure("Net benefit", "$/year", "more", GROUP,
        meaning="Costs avoided per year, as cash or as capacity, minus the cost.",
        equation="`avoided_per_year` − `cost_per_year`",
        leaves_out="everything that has no dollar value here: harm, fear, a life"),
    "net_benefit_cashable_per_year": Measure("Net benefit, cashable", "$/year", "more", GROUP,
        meaning="Cashable costs avoided per year minus the cost.",
        equation="`avoided_cashable_per_year` − `cost_per_year`",
        leaves_out="capacity"),
}
# fmt: on
