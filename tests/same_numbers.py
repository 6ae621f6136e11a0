"""Whether two `summary.json` hold the same numbers to the bit, but for names that were changed.

`python -m tests.same_numbers OLD NEW`: exit 1 and the first difference, if there is one. The old
tree is first put as it would be written now:

- names that were changed;
- of a measure, `low`, `high`, `n`, `excludes_zero` and `percent` were of chance and stand under
  `chance`; its `low` and `high` are now the range to quote, computed here from `chance` and
  `parameters`: these are the only numbers that are meant to differ. Likewise of costs per unit.

Texts are not compared, the hash of the config among them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RENAMED = (
    ("centre", "center"),
    ("recognis", "recogniz"),
    ("licence", "license"),
    ("told_from_zero", "excludes_zero"),
)
OF_CHANCE = ("low", "high", "n", "excludes_zero", "percent")


def as_now(node: Any) -> Any:
    """Tree with every old interval and cost per unit as it is written now."""
    if isinstance(node, list):
        return [as_now(each) for each in node]
    if not isinstance(node, dict):
        return node
    if {"mean", "low", "high", "n"} <= set(node):
        return interval_as_now(node)
    if "parameter_low" in node:
        return ratio_as_now(node)
    return {key: as_now(value) for key, value in node.items()}


def interval_as_now(old: dict[str, Any]) -> dict[str, Any]:
    chance = {key: old[key] for key in OF_CHANCE if key in old}
    spread = old.get("parameters")
    kept = {"parameters": spread} if "parameters" in old else {}
    low, high = to_quote(old["mean"], chance, spread)
    return {"mean": old["mean"], "low": low, "high": high, "chance": chance, **kept}


def ratio_as_now(old: dict[str, Any]) -> dict[str, Any]:
    """Cost per unit: drawn if it has a range over the draws, or says why a mean has none."""
    chance = {"low": old["low"], "high": old["high"]}
    spread = {"low": old["parameter_low"], "high": old["parameter_high"]}
    low, high = to_quote(old["mean"], chance, spread)
    return {"mean": old["mean"], "low": low, "high": high, "chance": chance, "parameters": spread}


def to_quote(mean: Any, chance: dict[str, Any], spread: dict[str, Any] | None) -> tuple[Any, Any]:
    """Range of the assumptions, widened to that of chance; that of chance if nothing was drawn."""
    if spread is None:
        return chance["low"], chance["high"]
    if spread["low"] is None or mean is None:
        return None, None
    ends = [x for x in (mean, chance["low"], chance["high"]) if x is not None]
    return min(spread["low"], *ends), max(spread["high"], *ends)


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and value, as it is written, of everything in a tree but its texts."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from leaves(value, f"{path}[{number}]")
    elif not isinstance(node, str):
        yield path, repr(node)


def renamed(path: str) -> str:
    for old, new in RENAMED:
        path = path.replace(old, new)
    return path


def read(name: str) -> Any:
    """Tree of a file, as it would be written now."""
    tree = json.loads(Path(name).read_text("utf-8"))
    return tree if "interval" in tree["plans"][0]["measures"]["reach_share"] else as_now(tree)


def main(old: str, new: str) -> int:
    before, after = (
        {renamed(path): value for path, value in leaves(read(name))} for name in (old, new)
    )
    differing = [path for path in before | after if before.get(path) != after.get(path)]
    for path in differing[:1]:
        print(f"{path}: {before.get(path)} against {after.get(path)}")
    print(f"{len(before)} values before, {len(after)} after, {len(differing)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
