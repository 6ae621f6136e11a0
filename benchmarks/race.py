"""Rows of the peers: the same M/M/17 year in every library, and a table with their versions."""

from __future__ import annotations

from statistics import fmean

from benchmarks.peers import CALLS_A_YEAR, PEERS, SERVERS, SERVICE_MIN, Waits, versions
from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_least
from benchmarks.timing import Side, Times, duration, in_turn, timed
from sim.clock import MINUTE_S
from sim.model.theory import mean_wait_mmc_s

HERE = "here"
AHEAD = 1.0


def rows(sizes: Sizes) -> tuple[list[Row], str]:
    """A row a peer, and the table of all of them."""
    seen: dict[str, list[Waits]] = {name: [] for name in PEERS}
    for peer in PEERS.values():
        peer(0, 7)  # imports, and compiled code
    sides = {name: _side(name, seen[name], sizes.peers_days) for name in PEERS}
    times = in_turn(sides, sizes.long, warm_up=False)
    held = [
        at_least(
            f"M/M/17 year end to end, {name} against here: as fast here",
            times.ratio(name, HERE),
            AHEAD,
            times.text(HERE, name),
        )
        for name in PEERS
        if name != HERE
    ]
    return held, _table(times, seen)


def _side(name: str, seen: list[Waits], days: int) -> Side:
    """Runs of a peer, each with a seed of its own, whose answers are kept."""
    return timed(lambda: seen.append(PEERS[name](1 + len(seen), days)))


def _table(times: Times, seen: dict[str, list[Waits]]) -> str:
    known = versions()
    lines = [
        f"| {name} | {known[name]} | {duration(times.median_s(name))} "
        f"| {times.ratio(name, HERE):,.1f} | {fmean(run.n for run in runs):,.0f} "
        f"| {fmean(run.mean_min for run in runs):.1f} | {fmean(run.p90_min for run in runs):.0f} |"
        for name, runs in seen.items()
    ]
    head = [
        "| library | version | a year | times ours | calls finished | mean wait, min | p90, min |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *lines, "", _theory(len(seen[HERE]))])


def _theory(runs: int) -> str:
    """Mean wait that all have to come to, but for the chance of so many years."""
    an_hour = CALLS_A_YEAR / (365 * 24)
    wait_s = mean_wait_mmc_s(SERVERS, an_hour, SERVICE_MIN * MINUTE_S)
    return (
        f"Means over the runs ({runs}, each with a seed of its own); the mean wait is "
        f"{wait_s / MINUTE_S:.1f} min by theory (Erlang C), and one year strays by some 5 min."
    )
