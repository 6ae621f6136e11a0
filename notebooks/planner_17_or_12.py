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
# # 17 teams or 12?
#
# A city has 12 co-responder teams and asks what 17 would buy. Both plans are run on the same
# calls, so that the difference comes from the teams and not from luck.
#
# To be quick, this notebook runs four weeks, four times, with few draws of the assumptions. For
# an answer that you can rely on, leave out `overrides=SHORT`.

# %%
import polars as pl

import sim

SHORT = ["run.window_days=28", "run.replications=4", "run.draws=30"]
answer = sim.compare(17, 12, program="los_angeles", overrides=SHORT)
answer

# %% [markdown]
# The table has each plan, and then the difference. The range holds what we do not know well: the
# assumptions were drawn again and again from what the sources allow. Where a range of a
# difference has no 0 in it, the plans really differ.
#
# The median response time of a plan is that of the calls it reached. A plan that reaches more
# calls also reaches slower ones, so the difference is of the calls that both plans reached.
#
# ## How soon does a team arrive?

# %%
figures = sim.figures(answer)
figures["response_times"]

# %% [markdown]
# The lines end below 100%, since some calls get no team at all. Why not?

# %%
figures["lost_calls"]

# %% [markdown]
# ## What does it cost, and what changes?
#
# Five more posts around the clock mean many more people and dollars. The figure shows what they
# buy, and how sure that is.

# %%
figures["costs_and_changes"]

# %% [markdown]
# Every measure has a key, such as `reach_share`. With it you find any figure in the full table.

# %%
keys = ["gap_hours_per_week", "jail_diversions_net_per_year", "cost_per_year"]
difference = answer.main.differences[0].to_frame()
difference.filter(pl.col("measure").is_in(keys)).drop("plan", "versus")

# %% [markdown]
# ## Read this before you use the answer
#
# "17 teams" can also mean 17 shifts a day, which is far fewer teams on the street at one time.
# The answer has that reading beside it, and warnings where a plan or a rule needs a second look.

# %%
for reading in answer.readings:
    reached = ", ".join(
        f"{plan.name}: {plan.measures['reach_share'].mean:.0%}" for plan in reading.plans
    )
    print(f"{reading.label}: calls reached by {reached}")

for warning in answer.warnings:
    print("Warning:", warning)

# %% [markdown]
# `sim.save(answer)` writes all of it into a folder. From that, `coresponder report` makes a
# document.
