"""Names of zones as they are spelled: those that differ only in case or in spaces are one."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sim.history.cells import LEAST_CELL, shown


@dataclass(frozen=True)
class Zone:
    """A zone that was spelled in several ways.

    `rows` are those of all spellings; `others` has by each but the kept one its rows, None if they
    are fewer than 11.
    """

    name: str
    rows: int
    others: dict[str, int | None]


@dataclass(frozen=True)
class Spellings:
    """Zones that were spelled in several ways; `few` of fewer than 11 rows are not named."""

    zones: list[Zone] = field(default_factory=list)
    few: int = 0


def spelled(column: pl.Series) -> tuple[pl.Series, Spellings]:
    """Zones of rows, each spelled as most of its rows spell it, and which had other spellings.

    Examples
    --------
    >>> names = pl.Series("zone", ["Center"] * 20 + ["CENTER", " center", "District1"])
    >>> one, others = spelled(names)
    >>> one.unique().sort().to_list(), others.zones[0].others
    (['Center', 'District1'], {' center': None, 'CENTER': None})
    """
    counts = column.drop_nulls().value_counts(name="rows").rename({column.name: "name"})
    counts = counts.with_columns(_key(pl.col("name")).alias("key"))
    counts = counts.sort(["rows", "name"], descending=[True, False])
    kept = pl.col("name").first().over("key").str.strip_chars().str.replace_all(r"\s+", " ")
    counts = counts.with_columns(kept.alias("kept"), pl.len().over("key").alias("spellings"))
    several = counts.filter(pl.col("spellings") > 1)
    return column.replace(counts["name"], counts["kept"]), _spellings(several)


def _key(name: pl.Expr) -> pl.Expr:
    """What all spellings of a zone have in common; between two figures a space tells them apart."""
    small = name.str.to_lowercase().str.strip_chars()
    for _ in range(2):  # the figures of one match are not in the next
        small = small.str.replace_all(r"(\d)\s+(\d)", "${1}_${2}")
    return small.str.replace_all(r"\s+", "")


def _spellings(several: pl.DataFrame) -> Spellings:
    zones = [
        Zone(
            name=str(group["kept"][0]),
            rows=int(group["rows"].sum()),
            others={name: shown(n) for name, n in group["name", "rows"].rows()[1:]},
        )
        for group in several.partition_by("key", maintain_order=True)
    ]
    large = [zone for zone in zones if zone.rows >= LEAST_CELL]
    return Spellings(large, len(zones) - len(large))
