"""Rows about the engines: kernel, SimPy, plain SimPy and C."""

from __future__ import annotations

from benchmarks import frozen, limit, plain_simpy
from benchmarks.checks import check_c, check_ledgers, with_c, with_kernel, with_simpy, world_of
from benchmarks.frozen import POSTS, Frozen
from benchmarks.sizes import Sizes
from benchmarks.table import Row, at_least, at_most, shown
from benchmarks.timing import in_turn, timed, timed_fresh
from sim.model import kernel
from sim.model.kernel.town import Town, town_of
from sim.model.world import World

FASTER_THAN_SIMPY, SLOWER_THAN_PLAIN, SLOWER_THAN_C = 100, 2, 1.3
FULL_FASTER_THAN_SIMPY, FULL_SLOWER_THAN_PLAIN = 60, 4
KERNEL, C, SIMPY, PLAIN = "kernel", "C", "SimPy engine", "plain SimPy"
REPEATS = {KERNEL: 9}  # a round; it is over a hundred times sooner


def rows(sizes: Sizes) -> list[Row]:
    """All rows about the engines, once they are known to give the same ledgers."""
    loaded = {name: frozen.load(name, days=sizes.days) for name in frozen.NAMES}
    worlds = {name: world_of(given) for name, given in loaded.items()}
    for world in worlds.values():
        check_ledgers(world)
    plain = {name: worlds[name] for name in ("plain", "rostered")}  # all that the C loop knows
    for world in plain.values():
        check_c(world)
    against_c = [_against_c(name, world, sizes) for name, world in plain.items()]
    bare = [_bare_loops(name, world, sizes) for name, world in plain.items()]
    return [
        *_against_simpy(loaded["plain"], worlds["plain"], sizes),
        _rostered(worlds["rostered"], sizes),
        _full(worlds["full"], sizes),
        _full_against_plain(worlds, sizes),
        *against_c,
        *bare,
    ]


def _against_simpy(plain: Frozen, world: World, sizes: Sizes) -> list[Row]:
    """Rows of the plain scenario; the SimPy engine samples in the row in which plain SimPy does."""
    with_sampling = f"{SIMPY} and sampling"
    seeds = iter(range(1_000))
    sides = {
        KERNEL: timed(lambda: with_kernel(world)),
        SIMPY: timed(lambda: with_simpy(world)),
        PLAIN: timed(lambda: plain_simpy.simulate(plain[0], POSTS, next(seeds))),
        with_sampling: timed(lambda: with_simpy(world_of(plain))),
    }
    times = in_turn(sides, sizes.long, repeats=REPEATS)
    return [
        at_least(
            f"{KERNEL} against the {SIMPY}, plain: as fast",
            times.ratio(SIMPY, KERNEL),
            FASTER_THAN_SIMPY,
            times.text(KERNEL, SIMPY),
        ),
        at_most(
            f"{SIMPY} against plain idiomatic SimPy, both with sampling",
            times.ratio(with_sampling, PLAIN),
            SLOWER_THAN_PLAIN,
            times.text(with_sampling, PLAIN),
        ),
    ]


def _rostered(world: World, sizes: Sizes) -> Row:
    sides = {KERNEL: timed(lambda: with_kernel(world)), SIMPY: timed(lambda: with_simpy(world))}
    times = in_turn(sides, sizes.long, repeats=REPEATS)
    what = f"{KERNEL} against the {SIMPY}, rostered: as fast"
    return shown(what, times.ratio(SIMPY, KERNEL), times.text())


def _full(world: World, sizes: Sizes) -> Row:
    sides = {KERNEL: timed(lambda: with_kernel(world)), SIMPY: timed(lambda: with_simpy(world))}
    times = in_turn(sides, sizes.long, repeats=REPEATS)
    what = f"everything on: {KERNEL} against the {SIMPY}: as fast"
    return at_least(what, times.ratio(SIMPY, KERNEL), FULL_FASTER_THAN_SIMPY, times.text())


def _full_against_plain(worlds: dict[str, World], sizes: Sizes) -> Row:
    """As many calls in both: what the rules cost a program that has them all."""
    sides = {name: timed(lambda name=name: with_kernel(worlds[name])) for name in ("plain", "full")}
    times = in_turn(sides, sizes.short)
    what = f"everything on: {KERNEL} against the {KERNEL} on the plain scenario"
    return at_most(what, times.ratio("full", "plain"), FULL_SLOWER_THAN_PLAIN, times.text())


def _against_c(name: str, world: World, sizes: Sizes) -> Row:
    sides = {KERNEL: timed(lambda: with_kernel(world)), C: timed(lambda: with_c(world))}
    times = in_turn(sides, sizes.short)
    what = f"{KERNEL} against a hand-written C loop, 17 teams, {name}"
    return at_most(what, times.ratio(KERNEL, C), SLOWER_THAN_C, times.text())


# --- the loops alone -----------------------------------------------------------------------------


def _bare_loops(name: str, world: World, sizes: Sizes) -> Row:
    """Both loops on copies of the same prepared tables: the row above without what they share."""
    town = town_of(world)

    def copies() -> tuple[Town]:
        return (Town(*(array.copy() for array in town)),)

    loops = {KERNEL: kernel._run, C: limit.run}  # noqa: SLF001 - the loop is what is timed
    sides = {side: timed_fresh(copies, loop) for side, loop in loops.items()}
    times = in_turn(sides, sizes.short)
    return shown(f"the two loops alone, {name}", times.ratio(KERNEL, C), times.text())
