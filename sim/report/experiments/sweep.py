"""The answer of `sweep`: the screen, everything as text, JSON, tables and figures."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.model.measures.dictionary import MEASURES
from sim.report.answer import Answer, Basis
from sim.report.rendering import rendered
from sim.report.spreadsheet import as_csv
from sim.report.table import Group, Table
from sim.report.trees import hash_of, rails_tree
from sim.report.wording import label, mean_and_range, plural, scale
from sim.scenarios.answers.intervals import Interval
from sim.scenarios.answers.sweep import BLOCKS, RECORD, Effect, Extreme, Sweep, SweepShard

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_MEASURES = 8  # on the first screen
MOST_KEYS = 5  # the same
LINES_OF_RAILS = 3  # the same, where there are any
FEW_KEYS = 3  # which the text names
MOST_FAULTS = 50  # in the whole text
TELLING = ("design", "points", "measures", "keep-going")  # options that tell what is swept
LONG_DECIMAL = re.compile(r"-?\d*\.\d{4,}")
PLACE_WIDTH = 24  # letters of the values of a point


@dataclass(frozen=True)
class SweepReport(Answer):
    """A sweep as it is published."""

    sweep: Sweep

    def basis(self) -> Basis:
        """Return the config of the first point and all plans, and how they were run."""
        sweep = self.sweep
        run = sweep.replications, sweep.check, sweep.request
        return Basis(sweep.config, sweep.plans, *run, sweep.identity)

    def summary(self) -> str:
        """Return the first screen."""
        sweep = self.sweep
        keys = None if sweep.is_mixed else _keys(sweep)
        return _text(sweep, "sweep_screen.txt", ends=_ranges(sweep), keys=keys)

    def full(self) -> str:
        """Return every measure, and what each key does to it, the screen at the top."""
        sweep = self.sweep
        names = [] if sweep.is_mixed else sweep.names
        tables = [(label(name), _effects(sweep, name)) for name in names]
        text = _text(
            sweep,
            "sweep_full.txt",
            ends=_ends(sweep),
            tables=tables,
            faults=sweep.faults[:MOST_FAULTS],
        )
        return f"{self.summary()}\n\n{text}"

    def tree(self) -> dict[str, Any]:
        """Return everything of the answer but single replications."""
        return tree(self.sweep)

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the whole text, a row a point, and a row a point and replication."""
        points = self.sweep.to_frame()
        return {
            "full.txt": f"{self.full()}\n",
            "points.parquet": points,
            "points.csv": as_csv(points, exact=self.sweep.keys),
            "measures.parquet": self.sweep.replications_frame(),
        }

    def figures(self) -> dict[str, Figure]:
        """Return what each key does to the measures that decide."""
        from sim.report.experiments.sweep_figures import drawn  # noqa: PLC0415 - slow to load

        return drawn(self.sweep)


def _text(sweep: Sweep, template: str, **more: Any) -> str:  # noqa: ANN401 - as templates call it
    name = sweep.headline
    return rendered(
        template,
        sweep=sweep,
        keys_varied=_varied(sweep),
        extreme=next((x for x in sweep.extremes if x.measure == name), None),
        measure=MEASURES[name],
        factor=scale(name),
        place=_place,
        few=len(sweep.keys) <= FEW_KEYS,
        said_values=_said,
        plural=plural,
        balanced=_balanced(sweep),
        **more,
    )


def _balanced(sweep: Sweep) -> int | None:
    """The next power of two, at which a Sobol sequence is balanced; None if it is."""
    n = len(sweep.points)
    return 2 ** n.bit_length() if sweep.design == "sobol" and n & (n - 1) else None


def _varied(sweep: Sweep) -> list[tuple[str, int]]:
    """Keys that vary, each with how many values it takes."""
    return [
        (key, len({point.values[at] for point in sweep.points}))
        for at, key in enumerate(sweep.keys)
    ]


def _place(sweep: Sweep, number: int) -> str:
    """Values of a point in few letters, or its number."""
    words = ", ".join(sweep.points[number].values)
    return words if len(words) <= PLACE_WIDTH else f"point {number}"


def _said(sweep: Sweep, number: int) -> str:
    """Values of a point with their keys, or its number if there are many."""
    if len(sweep.keys) > FEW_KEYS:
        return f"point {number}"
    return " ".join(
        f"{key}={value}" for key, value in zip(sweep.keys, sweep.points[number].values, strict=True)
    )


# --- tables --------------------------------------------------------------------------------------


def _ranges(sweep: Sweep) -> Table:
    """Lowest and highest mean of a few measures, with the interval of chance."""
    most = MOST_MEASURES - (LINES_OF_RAILS if sweep.warnings else 0)
    rows = [_of_ends(sweep, extreme) for extreme in sweep.extremes[:most]]
    narrow = [[what, low, high] for what, low, _, high, _ in rows]
    return Table(["Mean of a point", "lowest", "highest"], [Group(narrow)])


def _ends(sweep: Sweep) -> Table:
    """Each measure where its mean is lowest and highest, with the interval of chance."""
    rows = [_of_ends(sweep, extreme) for extreme in sweep.extremes]
    return Table(["Mean of a point", "lowest", "at", "highest", "at"], [Group(rows)], "lrlrl")


def _of_ends(sweep: Sweep, extreme: Extreme) -> list[str]:
    factor = scale(extreme.measure)
    return [
        label(extreme.measure),
        mean_and_range(extreme.low, factor),
        _place(sweep, extreme.lowest),
        mean_and_range(extreme.high, factor),
        _place(sweep, extreme.highest),
    ]


def _keys(sweep: Sweep) -> Table:
    """What each key does to the measure that stands for all: first value and last."""
    name, rows = sweep.headline, []
    for key in sweep.keys[:MOST_KEYS]:
        levels = [x for x in sweep.effects if (x.key, x.measure) == (key, name)]
        rows.append([key, *_level(levels[0]), *_level(levels[-1])])
    head = [f"{label(name)}: over all", "first", "mean", "last", "mean"]
    return Table(head, [Group(rows)], "llrlr")


def _level(effect: Effect) -> list[str]:
    words = " to ".join(map(_in_short, effect.values.split(" to ")))
    return [words, mean_and_range(effect.mean, scale(effect.measure))]


def _in_short(value: str) -> str:
    """Value of a key in four figures if it has more, as a table has room for."""
    return f"{float(value):.4g}" if LONG_DECIMAL.fullmatch(value) else value


def _effects(sweep: Sweep, name: str) -> Table:
    """What each key does to a measure, at each of its values."""
    groups = [
        Group(
            [
                [effect.values, str(effect.points), mean_and_range(effect.mean, scale(name))]
                for effect in sweep.effects
                if (effect.key, effect.measure) == (key, name)
            ],
            key,
        )
        for key in sweep.keys
    ]
    return Table(["at", "points", "mean (chance)"], groups, "lrr")


# --- as JSON -------------------------------------------------------------------------------------


def tree(sweep: Sweep) -> dict[str, Any]:
    """Everything of a sweep but single replications, as plain data; nan is None."""
    return {
        "scenario": {
            "program": sweep.config.program.name,
            "title": sweep.config.program.title,
            "window_days": sweep.window_days,
            "replications": sweep.replications,
            "seed": sweep.config.run.seed,
            "design": sweep.design,
            "keys": list(sweep.keys),
            "keys_balanced": not sweep.is_mixed,
            "interval": "chance",
            "config_hash": hash_of(sweep.config, sweep.plans, sweep.identity),
        },
        "points": _points(sweep),
        "left_out": [
            {"point": x.number, "values": _values(sweep, x.number), "fault": x.fault}
            for x in sweep.faults
        ],
        "effects": [
            {
                "key": x.key,
                "values": x.values,
                "points": x.points,
                "measure": x.measure,
                **_interval(x.mean),
            }
            for x in sweep.effects
        ],
        "warnings": rails_tree(sweep.warnings),
    }


def _points(sweep: Sweep) -> list[dict[str, Any]]:
    rows = sweep.to_frame().to_dicts()
    return [
        {
            "point": row["point"],
            "values": {key: row[key] for key in sweep.keys},
            "measures": {
                name: {"mean": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]}
                for name in sweep.names
            },
        }
        for row in rows
    ]


def _values(sweep: Sweep, number: int) -> dict[str, str]:
    return dict(zip(sweep.keys, sweep.points[number].values, strict=True))


def _interval(interval: Interval) -> dict[str, float | None]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}


# --- a shard -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShardReport(Answer):
    """A shard as it is published: what its blocks measured, to be put together later."""

    shard: SweepShard

    def basis(self) -> Basis:
        """Return the config of the first point and all plans, and how they were run."""
        shard = self.shard
        run = shard.replications, shard.check, shard.request
        return Basis(shard.config, shard.plans, *run, shard.identity)

    def summary(self) -> str:
        """Return what was done, and what comes next."""
        return rendered("sweep_shard.txt", shard=self.shard)

    def tree(self) -> dict[str, Any]:
        """Return what the shard is of."""
        shard, request = self.shard, self.shard.request
        folder = request.config_dir
        return {
            "identity": shard.identity,
            "made_by": shard.made_by,
            "shard": shard.shard,
            "shards": shard.shards,
            "blocks": shard.blocks,
            "done": len(shard.contents),
            "check": None if shard.check is None else asdict(shard.check),
            "request": {
                "plans": list(request.plans),
                "overrides": list(request.overrides),
                "config_dir": None if folder is None else str(folder),
                "engine": request.engine,
                "check": request.check,
                "own": {
                    name: value if isinstance(value, int) else str(value)
                    for name, value in request.own.items()
                    if name in TELLING
                },
            },
        }

    def tables(self) -> dict[str, str | pl.DataFrame]:
        """Return the record of the shard, and a row a block."""
        shard = self.shard
        numbers = sorted(shard.contents)
        blocks = pl.DataFrame(
            {
                "block": numbers,
                "digest": [shard.digests[number] for number in numbers],
                "content": [shard.contents[number] for number in numbers],
            },
            schema={"block": pl.Int64, "digest": pl.Binary, "content": pl.Binary},
        )
        return {RECORD: f"{json.dumps(self.tree(), indent=2)}\n", BLOCKS: blocks}
