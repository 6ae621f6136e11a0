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
# # From a curve to a sweep to what must be known better
#
# How many teams, under which settings, and on which assumption does the answer rest?
#
# To be quick, this notebook runs four weeks, four times. Leave out `SHORT` to have whole years
# and twenty of them.

# %%
import polars as pl

import sim

SHORT = ["run=smoke", "run.replications=4"]

# %% [markdown]
# ## What does one more team buy?
#
# All points have the same calls, so each step is a paired difference. The ranges hold for all
# points at once.

# %%
curve = sim.curve("2..8", draws=10, targets=["reach_share >= 0.8"], overrides=SHORT)
sim.figures(curve)["reach"]

# %%
target = curve.targets[0]
print(f"80% of the requested calls are reached from {target.at_central} teams on.")
print(f"In 95% of the draws of the assumptions, from {target.in_draws} teams on.")

# %% [markdown]
# ## Does that hold if demand grows, or if teams have no effect?
#
# A sweep runs every combination and gives one tidy table, a row a point. Points that share their
# calls are sampled once.

# %%
sweep = sim.sweep(
    "2..8/2",
    overrides=[*SHORT, "demand.growth_factor=0.8,1.0,1.2", "outcomes=evidence,null_trial"],
    measures=["reach_share", "jail_diversions_net_per_year"],
    cores=1,
)
points = sweep.to_frame()
points.select("staffing", "demand.growth_factor", "outcomes", "reach_share").head()

# %%
sim.figures(sweep)["effects"]

# %% [markdown]
# The setting `null_trial` is a world in which teams change nothing about arrests. It is a check:
# net diversions are zero there, while as many calls are reached.

# %%
null = points.filter(pl.col("outcomes") == "null_trial")
print("Largest net diversion:", null["jail_diversions_net_per_year"].abs().max())

# %% [markdown]
# ## Which figure must be measured before the answer is sure?
#
# The question is whether four teams reach at least 70% of the requested calls. A total index of
# 0.5 means that half of the uncertainty goes through that figure. With only 16 points an index is
# rough, and may even be over 1.

# %%
sensitivity = sim.sensitivity(
    4, target="reach_share >= 0.7", points=16, drivers=4, draws=20, overrides=SHORT
)
sensitivity

# %%
sim.figures(sensitivity)["drivers"]
