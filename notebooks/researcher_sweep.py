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
# A researcher's path with the public names only: how many teams, over which settings, and which
# assumption the answer rests on. The years here are few and short, so that it runs in a minute;
# without the line SHORT everything is as on the command line.

# %%
import polars as pl

import sim

SHORT = ["run=smoke", "run.replications=4"]

# %% [markdown]
# ## What does one more team buy?
#
# All points have the same calls, so steps are paired. A range holds for all points at once.

# %%
curve = sim.curve("2..8", draws=10, targets=["reach_share >= 0.8"], overrides=SHORT)
print(curve)

# %%
reached = curve.to_frame().filter((pl.col("measure") == "reach_share") & pl.col("versus").is_null())
print(sim.MEASURES["reach_share"].label)
print(reached.select("plan", "mean", "low", "high"))

# %%
target = curve.targets[0]
print(
    f"at central values from {target.at_central} teams on; in 95 % of draws from {target.in_draws}"
)

# %% [markdown]
# ## Does that hold if demand grows, and without an effect?
#
# A grid of plans and settings: every combination, one tidy table. Points that share their calls
# share the sampling.

# %%
sweep = sim.sweep(
    "2..8/2",
    overrides=[*SHORT, "demand.growth_factor=0.8,1.0,1.2", "outcomes=evidence,null_trial"],
    measures=["reach_share", "jail_diversions_net_per_year"],
    cores=1,
)
points = sweep.to_frame()
print(points.head())

# %% [markdown]
# The null trial takes the diversions away and leaves the calls reached as they are.

# %%
null = points.filter(pl.col("outcomes") == "null_trial")
print("largest net diversion:", null["jail_diversions_net_per_year"].abs().max())
print(null.select("demand.growth_factor", "reach_share").head())

# %% [markdown]
# ## Which figure must be measured before the answer is sure?

# %%
sensitivity = sim.sensitivity(
    4, target="reach_share >= 0.7", points=16, drivers=4, draws=20, overrides=SHORT
)
print(sensitivity.to_frame().select("name", "total", "narrows_share", "flips_at"))
