"""Put the head of the reference result's table into the README, between its two marks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
START, END = "<!-- answer -->\n", "<!-- /answer -->"
SHOWN_BLOCKS = ("Los Angeles,", "17 minus 12", "History:")
ROWS = (
    "Reached",
    "Cancelled en route",
    "Calls handled",
    "Response, median",
    "Within the standard",
    "Coverage gap",
    "Utilization",
    "Diverted from jail, net",
    "Diverted from hospital, net",
)


def excerpt(table: str) -> str:
    """Answer, the rows a reader asks for first, and the line on history, as printed."""
    blocks = table.split("\n\n")
    shown = [blocks[0]]
    for block, following in pairwise(blocks):
        if block.startswith(SHOWN_BLOCKS[:2]):
            shown += [block, _rows(following)]
    shown += [block for block in blocks if block.startswith(SHOWN_BLOCKS[2])]
    return "```\n" + "\n\n".join(shown) + "\n```\n"


def _rows(block: str) -> str:
    head, *rows = block.splitlines()
    kept = [row for row in rows if row.startswith(("-", *ROWS))]
    return "\n".join([head, *kept])


def written(readme: str, table: str) -> str:
    """Return the README with the excerpt of a table between its marks."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return before + START + excerpt(table) + END + after


def main() -> None:
    """Rewrite the README from the reference result."""
    readme = ROOT / "README.md"
    table = (ROOT / "results" / "reference" / "table.txt").read_text(encoding="utf-8")
    readme.write_text(written(readme.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    main()
