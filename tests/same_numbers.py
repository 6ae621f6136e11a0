"""Whether two `summary.json` hold the same numbers to the bit, but for names that were changed.

`python -m tests.same_numbers OLD NEW`: exit 1 and the first difference, if there is one. Names are
compared as they are now. Texts are not compared, the hash of the config among them.
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


def main(old: str, new: str) -> int:
    before, after = (
        {renamed(path): value for path, value in leaves(json.loads(Path(name).read_text("utf-8")))}
        for name in (old, new)
    )
    differing = [path for path in before | after if before.get(path) != after.get(path)]
    for path in differing[:1]:
        print(f"{path}: {before.get(path)} against {after.get(path)}")
    print(f"{len(before)} values before, {len(after)} after, {len(differing)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
