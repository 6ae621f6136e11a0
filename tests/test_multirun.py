"""Hydra's own multirun: a folder a job, with the numbers of `sim.run`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl

import sim

ROOT = Path(__file__).resolve().parent.parent
SHORT = ["run=smoke", "run.window_days=2"]


def test_each_job_of_hydra_has_a_folder_with_the_answer(tmp_path: Path) -> None:
    words = ["-m", "+plan=2,3", *SHORT, "hydra.sweep.dir=jobs", "hydra.sweep.subdir=${plan}"]
    subprocess.run(
        [sys.executable, "-m", "sim.multirun", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    for plan in (2, 3):
        table = pl.read_parquet(tmp_path / f"jobs/{plan}/measures.parquet")
        assert table.equals(sim.run(plan, overrides=SHORT, draws=0).to_frame())
