"""Rows of the peers: the same M/M/17 year in every library, and a table with their versions."""

from __future__ import annotations

from statistics import fmean

from benchmarks.cimba_queue import with_cimba
from benchmarks.peers import (
    CALLS_A_YEAR,
    PEERS,
    SERVERS,
    SERVICE_MIN,
    Waits,
    drawn_here,
    here,
    version_of,
    waits_in,
)
from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_least, at_most, shown
from benchmarks.timing import Side, Times, duration, in_turn, timed, timed_fresh
from sim.clock import MINUTE_S
from sim.model import kernel
from sim.model.kernel.town import Town, town_of
from sim.model.simulation import simulate
from sim.model.theory import mean_wait_mmc_s

HERE = "here"
CLOSE = "cimba"  # as fast as here, or nearly: it has rounds of its own, as many as of a kernel
AHEAD = 1.0
ALL = {**PEERS, CLOSE: with_cimba}


def rows(sizes: Sizes) -> tuple[list[Row], str]:
    """A row a peer, and the table of all of them."""
    seen: dict[str, list[Waits]] = {name: [] for name in ALL}
    for peer in ALL.values():
        peer(0, 7)  # imports, and compiled code
    sides = {name: _side(name, seen[name], sizes.peers_days) for name in ALL}
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
    return [_close(sizes), _loop_of_it(sizes), *held], _table(times, seen)


def _close(sizes: Sizes) -> Row:
    sides = {name: _side(name, [], sizes.peers_days) for name in (HERE, CLOSE)}
    times = in_turn(sides, sizes.short)
    what = f"M/M/17 year end to end, here against {CLOSE}"
    return at_most(what, times.ratio(HERE, CLOSE), AHEAD, times.text())


def _loop_of_it(sizes: Sizes) -> Row:
    """Share of the loop in our year, and the time of the parts around it."""
    days = sizes.peers_days
    world = drawn_here(1, days)
    town, ledger = town_of(world), simulate(world, "compiled")

    def copies() -> tuple[Town]:
        return (Town(*(array.copy() for array in town)),)

    sides = {
        "all": timed(lambda: here(1, days)),
        "draws and tables": timed(lambda: drawn_here(1, days)),
        "rows of the kernel": timed(lambda: town_of(world)),
        "loop": timed_fresh(copies, kernel._run),  # noqa: SLF001 - the loop is what is timed
        "mean and percentile": timed(lambda: waits_in(ledger)),
    }
    times = in_turn(sides, sizes.short)
    rest_s = 2 * times.median_s("all") - sum(map(times.median_s, sides))
    text = f"{times.text()}, record and ledger {duration(max(rest_s, 0))}"
    return shown("M/M/17 year here: share of the loop", times.ratio("loop", "all"), text)


def _side(name: str, seen: list[Waits], days: int) -> Side:
    """Runs of a peer, each with a seed of its own, whose answers are kept."""
    return timed(lambda: seen.append(ALL[name](1 + len(seen), days)))


def _table(times: Times, seen: dict[str, list[Waits]]) -> str:
    lines = [
        f"| {name} | {version_of(name)} | {duration(times.median_s(name))} "
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
