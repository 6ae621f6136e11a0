"""The verb `init`: a folder of configs to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.verbs.words import loading, say


def init(
    folder: Annotated[Path, typer.Argument(help="A new folder; its name is that of the configs.")],
) -> None:
    """Write a commented folder of plans, zones, prices and observations that runs at once."""
    with loading():
        from sim.config import InputError
        from sim.config.starter import start
        from sim.report.rendering import rendered

    try:
        files = start(folder)
    except OSError as error:
        raise InputError(
            f"{folder}: expected a folder that can be written, got {error.strerror!r}"
        ) from error
    say(rendered("init_screen.txt", folder=folder, name=folder.resolve().name, files=files))
