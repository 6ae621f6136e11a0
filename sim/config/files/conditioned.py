"""The file of conditioned draws, which `calibrate` writes, and the config that it makes.

A config that names it (`run.conditioned`) has central values in the middle of these draws and their
95% intervals as its ranges; prices are as they were, and are drawn as ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.config.faults import InputError, file_in, shown
from sim.config.groups.conditioned import Conditioned
from sim.config.models import Config
from sim.config.numbers import with_ranges
from sim.provenance import checksum

GROUPS = ("demand", "service", "travel", "dispatch", "outcomes")
KEY = "run.conditioned"
DIGITS = 16  # of a digest, in hex


def written(draws: Conditioned) -> str:
    """Text of the file: what it is at the top, then a line a draw."""
    head = draws.model_dump(mode="json", exclude={"checksum"})
    tables = {name: getattr(draws, name) for name in ("keys", "central", "of")}
    lines = [f'"{name}": {json.dumps(value)}' for name, value in {**head, **tables}.items()]
    rows = ",\n".join(json.dumps(row) for row in draws.values)
    return "{" + ",\n".join([*lines, f'"values": [\n{rows}]']) + "}\n"


def digests(config: Config) -> dict[str, str]:
    """Digest of each group that draws belong to."""
    return {
        group: checksum(getattr(config, group).model_dump(mode="json"))[:DIGITS] for group in GROUPS
    }


def put_conditioned(tree: dict[str, Any], folders: list[Path]) -> None:
    """Put the draws of a file in place of the key that names it; changes the tree.

    Raises
    ------
    InputError
        If there is no such file, or it is not one that `calibrate` wrote.
    """
    run = tree.get("run")
    name = run.get("conditioned") if isinstance(run, dict) else None
    if name is None or not isinstance(run, dict):
        return
    if not isinstance(name, str):
        raise InputError(f"{KEY}: expected a file that calibrate wrote, got {shown(name)}")
    content = file_in(folders, name, KEY).read_bytes()
    try:
        draws = json.loads(content)
    except ValueError:
        draws = None
    if not isinstance(draws, dict) or "values" not in draws:
        raise InputError(f"{KEY}: expected a file that calibrate wrote, got {name!r}")
    run["conditioned"] = {**draws, "checksum": hashlib.sha256(content).hexdigest()[:DIGITS]}


def conditioned(config: Config) -> Config:
    """Config with the middle and the ranges of its conditioned draws, if it names any.

    Figures that they were conditioned on are no longer held out: they are inputs.

    Raises
    ------
    InputError
        If the draws belong to another config.
    """
    draws = config.run.conditioned
    if draws is None:
        return config
    _check_belongs(draws.groups, digests(config))
    program = config.program
    figures = [
        figure.model_copy(update={"role": "input", "tolerance_share": None})
        if figure.role == "held_out" and figure.measure in draws.measures
        else figure
        for figure in program.figures
    ]
    config = with_ranges(config, draws.ranges(), f"conditioned on {draws.years}")
    program = program.model_copy(update={"figures": figures})
    return config.model_copy(update={"program": program})


def _check_belongs(expected: Mapping[str, str], got: Mapping[str, str]) -> None:
    other = [group for group in GROUPS if expected.get(group) != got[group]]
    if other:
        raise InputError(
            f"{KEY}: expected the config that its draws were conditioned in, got another "
            f"{' and '.join(other)}; give the overrides that calibrate had, or calibrate anew"
        )
