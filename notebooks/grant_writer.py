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
# # A grant for two more teams
#
# A county has one team around the clock and applies for a grant to have three. What does the
# funder pay in 36 months, what does the county pay, and whom do the new teams reach?
#
# To be quick, this notebook runs four weeks, four times. For a proposal, leave out `SHORT` and
# `replications`: you then get twenty years.

# %%
import polars as pl

import sim

SHORT = ["run=smoke"]

# %% [markdown]
# ## How many people is a team?
#
# One team around the clock is more than one clinician and one officer: people sleep, train and
# take vacations. FTE are people at work full time.

# %%
sim.people(3, 1)

# %% [markdown]
# ## The 36 months
#
# Positions are filled month by month, as hiring takes time. The match grows in the third year, and
# the federal side pays no more than its ceiling. These terms are in `configs/costs/grant`; put in
# those of your own notice of funding.

# %%
grant = sim.grant(3, 1, overrides=SHORT, replications=4)
grant

# %%
sim.figures(grant)["quarters"]

# %% [markdown]
# The ceiling does not grow with the plan. What it leaves open is local money, and a proposal has
# to say where that comes from.

# %%
print(f"The federal side pays {grant.federal_share:.0%} of the cost.")
print(f"Its ceiling would buy {grant.ceiling_share:.0%} of one team around the clock.")

# %% [markdown]
# ## After the grant
#
# A reviewer asks what happens in month 37. This is the yearly cost of keeping the positions, in
# dollars.

# %%
print(f"From {grant.kept.label} on: ${grant.kept.year / 100:,.0f} a year")

# %% [markdown]
# ## Does it keep people out of jail?
#
# Say only what the evidence holds. *Net* means beyond what patrol alone would have done. If the
# range goes from below zero to above it, we cannot tell, and the proposal should say so. The column
# `interval` says what a range is of. That of the assumptions is the one to quote: more years of
# simulation do not narrow it, only better evidence does.

# %%
keys = ["jail_diversions_net_per_year", "hospital_diversions_net_per_year"]
changes = grant.reading.differences[0].to_frame()
changes.filter(pl.col("measure").is_in(keys)).drop("plan", "versus")

# %% [markdown]
# `sim.save(grant)` writes a results folder. `coresponder report` makes a Word file of it, with
# all tables, figures and sources, and gaps that are marked where your own words belong.
