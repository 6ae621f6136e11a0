"""Put the head of the reference result's table into the README, between its two marks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
START, END = "<!-- answer -->\n", "<!-- /answer -->"
WITH_ROWS = ("Los Angeles,", "17 minus 12", "Diversions, people and money per year: 17 minus 12")
SHOWN_WHOLE = ("History:", "In short:")
ROWS = (
    "Reached",
    "Cancelled en route",
    "Calls handled",
    "Response, median",
    "Within the standard",
    "Coverage gap",
    "Utilization",
    "Diverted from jail, ",
    "Diverted from hospital, ",
    "Gross: contacts not booked",
    "Net: fewer bookings",
    "Gross: contacts not transported",
    "Net: fewer transports",
    "Clinicians",
    "Officers  ",
    "Cost  ",
    "Total avoided  ",
    "Total avoided, less cost",
    "Cashable, less cost",
)


def excerpt(table: str) -> str:
    """Answer, the rows a reader asks for first, history, and people and money, as printed."""
    blocks = table.split("\n\n")
    shown = [blocks[0]]
    for block, following in pairwise(blocks):
        if block.startswith(WITH_ROWS):
            shown += [block, _rows(following)]
        elif block.startswith(SHOWN_WHOLE):
            shown.append(block)
    return "```\n" + "\n\n".join(shown) + "\n```\n"


def _rows(block: str) -> str:
    """Head, rule, and the rows wanted, each under its heading."""
    head, rule, *rows = block.splitlines()
    kept, heading = [head, rule], ""
    for row in rows:
        if row.endswith("---"):
            heading = row
        elif row.startswith(ROWS):
            kept += [heading, row] if heading else [row]
            heading = ""
    return "\n".join(kept)


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
