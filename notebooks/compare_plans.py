# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What would 17 teams buy over 12?
#
# Two staffing plans for Los Angeles, on the same calls: 17 and 12 posts held around the clock.
# Four weeks and four replications, so that it takes seconds; for an answer, leave out `overrides`
# and `replications` and get twenty years.

# %%
import matplotlib.pyplot as plt
import numpy as np

import sim
from sim.scenarios.answers.intervals import quoted

found = sim.compare(17, 12, program="los_angeles", overrides=["run.window_days=28"], replications=4)

# %% [markdown]
# Nothing here is under `if __name__ == "__main__":`. Replications of the compiled engine, the
# default, are threads. With `engine="simpy"` they are processes of their own, and a script has to
# have that line.
#
# ## The table
#
# The last plan named is the base. A difference is paired: each replication gives both plans the
# same calls. The range is the one to quote: of the assumptions as they are drawn. Where it
# excludes 0 there is a star. Differences of response times are over the calls reached under both
# plans, so they are not the difference of the two columns.

# %%
SHOWN = [
    "reach_share",
    "missed_busy_share",
    "withdrawn_share",
    "handled_per_day",
    "response_median_min",
    "response_p90_min",
    "gap_hours_per_week",
    "utilization_share",
    "jail_diversions_net_per_year",
    "hospital_diversions_net_per_year",
]


def shown(value: float | None, factor: float) -> str:
    return "-" if value is None else f"{factor * value:.1f}"


plans, (difference,) = found.main.plans, found.main.differences
print(f"{'':<42}" + "".join(f"{plan.name:>9}" for plan in plans) + f"{'difference':>12}  range")
for name in SHOWN:
    about, change = sim.MEASURES[name], quoted(difference, name)
    unit, factor = ("%", 100) if about.unit == "share" else (about.unit, 1)
    means = "".join(f"{shown(plan.measures[name].mean, factor):>9}" for plan in plans)
    star = " " if change.includes_zero else "*"
    interval = f"{shown(change.low, factor)} to {shown(change.high, factor)}"
    label = f"{about.label} ({unit})"
    print(f"{label:<42}{means}{shown(change.mean, factor):>11}{star}  {interval}")

# %% [markdown]
# ## The figure
#
# Of all requested calls, how many had a team on scene within so many minutes of the call? The
# lines end below 100 %: the rest never got a team. Reached calls alone would hide that.

# %%
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for plan, style in zip(plans, ["-", "--"], strict=True):
    by_minute = np.cumsum(plan.sample.histogram)
    reached = 100 * plan.measures["reach_share"].mean
    axes.plot(reached * by_minute / by_minute[-1], style, color="black", label=f"{plan.name} posts")
axes.set(
    xlim=(0, 90),
    ylim=(0, 100),
    xlabel="Minutes from call received",
    ylabel="Requested calls with a team on scene (%)",
)
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# ## Beside the answer
#
# "17 teams" can also be read as 17 unit-shifts a day, and travel can be modeled in another way.
# Both are run on the same calls.

# %%
for reading in (found.main, found.other_reading, found.travel_beside):
    reach = ", ".join(
        f"{plan.name}: {100 * plan.measures['reach_share'].mean:.0f} %" for plan in reading.plans
    )
    print(f"{reading.label:<24} calls reached  {reach}")
for warning in found.warnings:
    print("Warning:", warning)

# %% [markdown]
# ## How sure are diversions and dollars?
#
# Two intervals, never merged. The first is chance: more replications narrow it. The second comes
# from draws of all uncertain assumptions: only better evidence narrows it. Four weeks are scaled
# to a year.

# %%
for name in ("jail_diversions_net_per_year", "hospital_diversions_net_per_year"):
    chance, drawn = difference.measures[name], difference.spread[name]
    print(
        f"{sim.MEASURES[name].label}: {shown(chance.mean, 1)}, chance {shown(chance.low, 1)} to "
        f"{shown(chance.high, 1)}, assumptions {shown(drawn.low, 1)} to {shown(drawn.high, 1)}, "
        f"above zero in {100 * drawn.chance_above_zero:.0f} % of {drawn.draws} draws"
    )
benefit, drawn = (x["net_benefit_per_year"] for x in (difference.measures, difference.spread))
print(f"Net benefit: ${benefit.mean / 1e6:.1f} million a year ", end="")
print(f"(assumptions {drawn.low / 1e6:.1f} to {drawn.high / 1e6:.1f})")
