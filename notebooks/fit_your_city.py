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
# # Fit your own city
#
# A model of somewhere else persuades nobody. Here you read an export of your dispatch system, fit
# the model to it, and compare plans for your own calls.
#
# The export below is made up, so that the notebook runs anywhere. Put the path of your own file
# in its place: CSV, Excel or Parquet.

# %%
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import sim

folder = Path(tempfile.mkdtemp())
chance = random.Random(17)
lines = ["Incident,Call Type,District,Received,Dispatched,On Scene,Cleared"]
for day in range(366):
    for _ in range(chance.choice([4, 5, 6, 7, 8])):
        hour = chance.choices(range(24), weights=[2, 1, 1, 1, 1, 2, 3, 4] + [6] * 12 + [4] * 4)[0]
        received = datetime(2024, 1, 1) + timedelta(days=day, hours=hour)
        received += timedelta(minutes=chance.randrange(60))
        dispatched = received + timedelta(minutes=chance.randint(1, 9))
        arrived = dispatched + timedelta(minutes=chance.randint(4, 30))
        cleared = arrived + timedelta(minutes=round(chance.gammavariate(2, 30)) + 1)
        stamps = [f"{at:%Y-%m-%d %H:%M}" for at in (received, dispatched, arrived, cleared)]
        district = chance.choice(["North", "South", "South"])
        lines.append(",".join([str(len(lines)), "MENTAL HEALTH CRISIS", district, *stamps]))

calls = folder / "calls.csv"
calls.write_text("\n".join(lines))
print("\n".join(lines[:4]))

# %% [markdown]
# ## Look at what was read
#
# Names, addresses and free text are never read. Check first that each column was understood, and
# that no row was left out without a reason. If a column is wrong, name the right one in a file
# and pass it by `columns`.

# %%
fit = sim.fit(calls, name="my_city", stamps="team", teams=3)

for role, column in fit.columns.items():
    print(f"{role}: {column}")
print(f"{fit.report.rows_read:,} rows read, {fit.report.rejected:,} rejected")
for warning in fit.report.warnings:
    print("Check:", warning)

# %% [markdown]
# ## What was fitted
#
# Each figure has a 95% interval, and says how many rows are behind it.

# %%
fit

# %%
fit.figures()["calls_by_hour_of_week"]

# %%
fit.figures()["durations"]

# %% [markdown]
# ## Compare plans for your city
#
# `save` writes config files and a report. From then on, your city is one more choice. To be
# quick, this runs four weeks, four times; leave out `run=smoke` and `replications` for an answer.

# %%
fit.save(folder / "my_city")

answer = sim.compare(
    3,
    2,
    overrides=["demand=my_city", "service=my_city", "travel=my_city", "run=smoke"],
    config_dir=folder / "my_city",
    replications=4,
    draws=30,
)
answer

# %%
sim.figures(answer)["response_times"]

# %% [markdown]
# What stands in no log, such as what becomes of people whom no team reaches, is still as shipped.
# `sim.calibrate` and `sim.validate` hold the model against figures and months of your own.
