"""`python -m benchmarks`: every figure in one run on one machine, as one table.

`--smoke` makes everything tiny, to show that it works; `--write` keeps the table in the README.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks import command, engines, frozen, growth, limit, machine, race, sampling, sweeping
from benchmarks.checks import check_plain_simpy
from benchmarks.sizes import FULL, SMOKE, Sizes
from benchmarks.table import markdown

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- last run: begin -->", "<!-- last run: end -->"


def report(sizes: Sizes) -> str:
    """Run everything and return what there is to say, in Markdown."""
    facts = machine.text(machine.facts())
    same = check_plain_simpy(frozen.load("plain", days=sizes.days), *sizes.agreement)
    _note("plain SimPy is the same scenario")
    rows = []
    for part in (engines, sampling, growth, command, sweeping):
        rows += part.rows(sizes)
        _note(part.__name__)
    peer_rows, peers = race.rows(sizes)
    _note("peers")
    return "\n\n".join(
        [
            f"Machine: {facts}.",
            markdown(rows + peer_rows),
            f"Plain SimPy has the same scenario (here and there): {same}.",
            "The same M/M/17 year in every library:",
            peers,
        ]
    )


def _note(done: str) -> None:
    print(f"{time.perf_counter():8.0f} s  {done}", file=sys.stderr)


def write(found: str) -> None:
    """Put what was found between the marks of the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{README.name} has lost its marks {BEGIN} and {END}")
    README.write_text(f"{before}{BEGIN}\n{found}\n{END}{after}", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks; 0 whatever the verdicts, as a busy machine is no fault, and 1 for one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny, one run each")
    parser.add_argument("--write", action="store_true", help="keep the answer in the README")
    asked = parser.parse_args(arguments)
    if asked.smoke and asked.write:
        parser.error("--smoke measures nothing that is worth keeping")
    try:
        limit.library()
    except RuntimeError as error:  # there is no C compiler
        print(f"error: {error}", file=sys.stderr)
        return 1
    found = report(SMOKE if asked.smoke else FULL)
    print(found)
    if asked.write:
        write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
