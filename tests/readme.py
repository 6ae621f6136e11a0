"""Put the first screen of the reference result into the README, between its two marks."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
START, END = "<!-- answer -->\n", "<!-- /answer -->"


def written(readme: str, screen: str) -> str:
    """Return the README with a screen between its marks."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}```\n{screen}```\n{END}{after}"


def main() -> None:
    """Rewrite the README from the reference result."""
    readme = ROOT / "README.md"
    screen = (ROOT / "results" / "reference" / "answer.txt").read_text(encoding="utf-8")
    readme.write_text(written(readme.read_text(encoding="utf-8"), screen), encoding="utf-8")


if __name__ == "__main__":
    main()
