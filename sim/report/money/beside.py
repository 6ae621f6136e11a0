"""What stands beside the simulated people and money: Crisis Now's formula, and what is left out."""

from __future__ import annotations

from sim.report.money.claims import two_figures
from sim.report.wording import minutes, percent, plan_words
from sim.scenarios.answers import Comparison, PlanResult

NOT_GIVEN = "Crisis Now's formula is not shown: costs.crisis_now.population is not given."
WHY_THEY_DIFFER = (
    "They differ because the formula is an annual average: it has no queue, no hour of the day, no "
    "response time and no relief. Its teams are cars on duty, not people employed."
)
NOT_MODELED = (
    "Not modeled: use of force, injury, race, language, and what becomes of people later, but for "
    "repeat calls averted by visits. No figure here says anything of them. No interval has the "
    "form of the model in it; how far off that can be, the held-out programs show "
    "(docs/programs.md)."
)


def crisis_now(found: Comparison) -> str:
    """Crisis Now's formula beside every plan and why they differ, or that it lacks a population."""
    answer = None if found.economics is None else found.economics.crisis_now
    population = found.config.costs.crisis_now.population
    if answer is None or population is None:
        return NOT_GIVEN
    return (
        f"Crisis Now's formula, for {float(population):,.0f} people: "
        f"{two_figures(answer.episodes_per_year)} episodes a year, "
        f"{two_figures(answer.mobile_per_year)} of them for mobile teams, {answer.teams:.1f} "
        f"teams. Simulated: {'; '.join(map(_simulated, found.main.plans))}. {WHY_THEY_DIFFER}"
    )


def _simulated(plan: PlanResult) -> str:
    contacts = plan.measures["contacts_per_year"].mean or 0.0
    reach, median = (plan.measures[x].mean for x in ("reach_share", "response_median_min"))
    reached = "" if reach is None else f", {percent(reach)} of requested calls reached"
    after = "" if median is None else f", median response {minutes(median)}"
    return f"{plan_words(plan)}, {two_figures(contacts)} contacts a year{reached}{after}"
