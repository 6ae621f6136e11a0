"""Hydra's own command line, for those who have launchers and sweepers for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig

from sim.config.compose import packaged_configs

Job = Callable[[list[str], Path], None]  # overrides of a job, and its folder


def by_hydra(job: Job) -> None:
    """Do a job once for each set of overrides of the command line, as Hydra parts and starts it.

    `-m` or `--multirun` takes lists, and `hydra/launcher=` says where the jobs run.
    """

    def task(_: object) -> None:
        of_hydra = HydraConfig.get()
        job(list(of_hydra.overrides.task), Path(of_hydra.runtime.output_dir))

    folder = str(packaged_configs())
    hydra.main(config_path=folder, config_name="config", version_base="1.3")(task)()
