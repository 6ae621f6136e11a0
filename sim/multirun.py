"""`python -m sim.multirun -m +plan=8,12,17 program=los_angeles`: one job of Hydra for each point.

It is for those who have launchers of Hydra (submitit, joblib, ray); each job writes
`measures.parquet` to its folder. `coresponder sweep` does the same points hundreds of times sooner,
as it composes once and shares calls.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import sim
from sim.config.multirun import by_hydra
from sim.files import put

PLAN = "+plan="


def job(overrides: list[str], folder: Path) -> None:
    """Simulate one plan under some overrides, and write a row a measure to a folder."""
    plans = [word.removeprefix(PLAN) for word in overrides if word.startswith(PLAN)]
    others = [word for word in overrides if not word.startswith(PLAN)]
    answer = sim.run(*plans, overrides=others, draws=0)
    content = BytesIO()
    answer.to_frame().write_parquet(content)
    put(folder / "measures.parquet", content.getvalue())


if __name__ == "__main__":
    by_hydra(job)
