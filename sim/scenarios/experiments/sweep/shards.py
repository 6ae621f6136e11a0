"""Shards of a sweep: each a job that knows of no other, and all of them put together later."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from sim.compiled import announce
from sim.config import InputError
from sim.scenarios.answers.sweep import BLOCKS, RECORD, Sweep, SweepShard
from sim.scenarios.checking import TwinCheck
from sim.scenarios.experiments.sweep.blocks import version
from sim.scenarios.experiments.sweep.journal import digest_of
from sim.scenarios.experiments.sweep.sweep import Plan, answered, checked, contents_of, laid_out
from sim.scenarios.request import Progress, Request, silent

SHARD = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")
KEPT = ("plans", "overrides", "engine", "check")  # of the request, to ask for it again


class _Part(NamedTuple):
    """A folder of a shard as it was read."""

    folder: Path
    record: dict[str, Any]
    contents: dict[int, bytes]


def sharded(
    request: Request, progress: Progress = silent, journal: Path | None = None
) -> SweepShard:
    """Do the blocks of one shard of a sweep: every n-th of them, or none if there are fewer."""
    shard, shards = _shard(str(request.own["shard"]))
    plan = laid_out(request)
    announce()
    check = checked(plan)
    numbers = range(shard - 1, len(plan.blocks), shards)
    contents = contents_of(plan, numbers, progress, journal)
    plans = {x.plan.name: x.plan for x in plan.points.points if x.plan is not None}
    return SweepShard(
        request=request,
        config=plan.points.first,
        plans=list(plans.values()),
        shard=shard,
        shards=shards,
        blocks=len(plan.blocks),
        identity=plan.identity,
        made_by=version(),
        contents=contents,
        digests={number: digest_of(plan.identity, number, x) for number, x in contents.items()},
        replications=plan.replications,
        check=check,
    )


def _shard(word: str) -> tuple[int, int]:
    match = SHARD.fullmatch(word)
    if match is None or int(match[1]) > int(match[2]):
        raise InputError(f"--shard: expected a part of all, such as 1/8 or 8/8, got {word!r}")
    return int(match[1]), int(match[2])


def merged(request: Request, progress: Progress = silent) -> Sweep:
    """Put shards together; the plans of the request are "merge" and their folders.

    Raises
    ------
    InputError
        If they are not of one sweep and this version, some are missing, or one is damaged.
    """
    parts = [_read(Path(folder)) for folder in request.plans[1:]]
    if not parts:
        raise InputError("sweep merge: expected the results folders of all shards, got none")
    if request.overrides:
        raise InputError(f"sweep merge: expected folders alone, got {request.overrides[0]!r}")
    plan = laid_out(_asked_again(parts[0], request))
    for part in parts:
        _check(part, plan)
    _check_all_there(parts)
    contents = {number: x for part in parts for number, x in part.contents.items()}
    progress(len(plan.blocks), len(plan.blocks))
    return answered(plan, contents, _check_of(parts))


def _check_of(parts: Sequence[_Part]) -> TwinCheck | None:
    """What a shard has compared, which is the same points in each."""
    checks = [part.record.get("check") for part in parts]
    return next((TwinCheck(**check) for check in checks if check), None)


def _asked_again(part: _Part, request: Request) -> Request:
    """Request of which a shard is a part."""
    asked = part.record["request"]
    again = {name: asked[name] for name in KEPT}
    tuples = {name: tuple(again[name]) for name in ("plans", "overrides")}
    folder = request.config_dir or (Path(asked["config_dir"]) if asked["config_dir"] else None)
    return Request("sweep", **{**again, **tuples}, config_dir=folder, own=asked["own"])


def _read(folder: Path) -> _Part:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        frame = pl.read_parquet(folder / BLOCKS)
        contents = dict(zip(frame["block"], frame["content"], strict=True))
        digests = [digest_of(record["identity"], *block) for block in contents.items()]
        damaged = digests != frame["digest"].to_list()
    except FileNotFoundError as error:
        raise InputError(
            f"sweep merge: expected results folders of --shard, got {str(folder)!r}, which has no "
            f"{Path(error.filename or RECORD).name}"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
        damaged = True
    if damaged:
        raise InputError(
            f"sweep merge: expected shards as they were written, got a damaged {folder}"
        )
    return _Part(folder, record, contents)


def _check(part: _Part, plan: Plan) -> None:
    if part.record["made_by"] != version():
        raise InputError(
            f"sweep merge: expected shards of this version, got {part.folder} of another version"
        )
    if (part.record["identity"], part.record["blocks"]) != (plan.identity, len(plan.blocks)):
        raise InputError(
            f"sweep merge: expected shards of one sweep with the configs as they are here, got "
            f"{part.folder} of another"
        )


def _check_all_there(parts: Sequence[_Part]) -> None:
    n = parts[0].record["shards"]
    for part in parts:
        if part.record["shards"] != n:
            raise InputError(
                f"sweep merge: expected shards of {n}, got {part.folder}, one of "
                f"{part.record['shards']}"
            )
    numbers = [part.record["shard"] for part in parts]
    for number in numbers:
        if numbers.count(number) > 1:
            raise InputError(f"sweep merge: expected each shard once, got {number}/{n} twice")
    missing = [f"{number}/{n}" for number in range(1, n + 1) if number not in numbers]
    if missing:
        raise InputError(
            f"sweep merge: expected all {n} shards, got {len(parts)}; missing: --shard "
            f"{', '.join(missing[:8])}{' and more' if len(missing) > 8 else ''}"  # noqa: PLR2004
        )
