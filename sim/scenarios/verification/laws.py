"""The laws, one small declaration each: what theory says of a system, and what is read off its run.

A system is a file of `configs/verify/` with a few keys set, and a plan, so that anybody can run it:
`coresponder run PLAN verify=NAME KEY=VALUE`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from sim.model.theory import hypercube, hypercube_approximation
from sim.model.world import World
from sim.scenarios.verification import expected, readings
from sim.scenarios.verification.readings import HOURS, PEAK
from sim.scenarios.verification.setting import Setting
from sim.schema import Ledger

HOURS_A_YEAR = 8_760  # of the years that the configs of theory count calls by
APPROXIMATE = 0.02  # what the approximation may miss of a share, by Larson (1975)

Theory = Callable[[Setting], Sequence[float]]
Reading = Callable[[World, Ledger], Sequence[float]]


class Case(NamedTuple):
    """One system: its config and plan, the figures looked at, and both ways to get them.

    `figures` are names with units. Theory may be off by `tolerance` where it is an approximation.
    """

    name: str
    config: str
    plan: str
    overrides: tuple[str, ...]
    figures: Sequence[tuple[str, str]]
    theory: Theory
    read: Reading
    tolerance: float = 0.0


class Law(NamedTuple):
    """A law of queueing theory, its equation and source, and the systems it is tried on."""

    name: str
    label: str
    equation: str
    source: str
    cases: Sequence[Case]


# --- the systems ---------------------------------------------------------------------------------


def _calls(load: float, mean_min: float = 60) -> str:
    """Calls of a year that offer a load, in teams."""
    return f"demand.calls_per_year={load * HOURS_A_YEAR * 60 / mean_min:.10g}"


def _takes(distribution: str, mean: float, sd: float | None = None) -> str:
    second = "" if sd is None else f", sd: {sd:g}"
    return f"service.on_scene.on_scene={{distribution: {distribution}, mean: {mean:g}{second}}}"


DISTRIBUTIONS = {
    "exponential": _takes("exponential", 60),
    "lognormal, cv 1.5": _takes("lognormal", 60, 90),
    "constant": _takes("constant", 60),
}
SHORT = {
    "exponential": _takes("exponential", 20),
    "lognormal, cv 1.5": _takes("lognormal", 20, 30),
    "constant": _takes("constant", 20),
}
LOST = [("lost", "share")]
WAITS = [("wait", "share"), ("mean wait", "min"), ("wait over 15 min", "share")]
IMPATIENT = [("wait", "share"), ("give up", "share"), ("mean wait of all", "min")]
BY_PRIORITY = [(f"mean wait, priority {k}", "min") for k in (1, 2, 3)]
BY_HOUR = [*WAITS[:2], *((f"wait, {hour}:00", "calls/week") for hour in PEAK)]
BUSY = [(f"busy, {hour}:30", "teams") for hour in HOURS]
STREAMS = [
    ("calls", "calls/day"),
    ("dispersion of a day", "ratio"),
    ("correlation of streams", "ratio"),
    ("correlation with the rest", "ratio"),
]
DUTIES = [("calls a duty", "calls"), ("overrun", "min")]
LITTLE = [*((f"line, priority {k}", "ratio") for k in (1, 2, 3)), ("busy", "teams")]


def _cube_figures(teams: int) -> list[tuple[str, str]]:
    workloads = [(f"workload of team {k}", "share") for k in range(1, teams + 1)]
    return [*LOST, ("by another's team", "share"), *workloads]


def _to_first(teams: int) -> list[tuple[str, str]]:
    return [(f"of district 1 by team {k}", "share") for k in range(1, teams + 1)]


LAWS = (
    Law(
        "erlang_b",
        "Erlang B: calls lost",
        "B = (a^c / c!) / sum over n <= c of a^n / n!, whatever the busy time's distribution",
        "Erlang 1917; insensitivity: Sevastyanov 1957",
        [
            Case(
                f"{c} teams, {name}",
                "loss",
                c,
                (_calls(load), takes),
                LOST,
                expected.lost,
                readings.lost_share,
            )
            for c, load in (("5", 3.0), ("12", 10.0))
            for name, takes in DISTRIBUTIONS.items()
        ],
    ),
    Law(
        "erlang_c",
        "Erlang C: waits of M/M/c",
        "C = B / (1 - a/c (1 - B)); E[W] = C S / (c - a); P(W > t) = C exp(-(c - a) t / S)",
        "Erlang 1917; Gross and Harris 1998, chapter 2",
        [
            Case(
                f"{c} teams at {busy:.0%}",
                "plain",
                str(c),
                (_calls(c * busy),),
                WAITS,
                expected.waits,
                readings.waits,
            )
            for c in (12, 17)
            for busy in (0.7, 0.8, 0.9)
        ],
    ),
    Law(
        "erlang_a",
        "Erlang A: calls give up",
        "birth and death: up at rate l, down at min(n, c) / S + max(n - c, 0) / patience",
        "Palm 1957; Garnett, Mandelbaum and Reiman 2002",
        [
            Case(
                f"{c} teams, load {load:g}, patience 30 min",
                "plain",
                c,
                (_calls(load), "service.withdrawn_per_hour=2"),
                IMPATIENT,
                expected.impatient,
                readings.waits_and_losses,
            )
            for c, load in (("12", 11.0), ("17", 18.0))
        ],
    ),
    Law(
        "pollaczek_khinchine",
        "Pollaczek-Khinchine: M/G/1",
        "E[W] = a S (1 + cv^2) / (2 (1 - a))",
        "Pollaczek 1930; Khinchine 1932",
        [
            Case(
                f"1 team at 70%, {name}",
                "plain",
                "1",
                (_calls(0.7, 20), takes),
                [WAITS[1]],
                expected.one_team,
                readings.mean_wait,
            )
            for name, takes in SHORT.items()
        ],
    ),
    Law(
        "cobham",
        "Cobham: priorities",
        "W_k = R / ((1 - s_(k-1)) (1 - s_k)), nobody interrupted",
        "Cobham 1954, Operations Research 2, 70",
        [
            Case(
                "4 teams at 80%",
                "classes",
                "4",
                (_calls(3.2),),
                BY_PRIORITY,
                expected.priorities,
                readings.waits_by_priority,
            ),
            Case(
                "1 team at 70%, lognormal, cv 1.5",
                "classes",
                "1",
                (_calls(0.7, 20), SHORT["lognormal, cv 1.5"]),
                BY_PRIORITY,
                expected.priorities,
                readings.waits_by_priority,
            ),
        ],
    ),
    Law(
        "varying_queue",
        "M(t)/M/s: Toronto's week",
        "dp/dt = p Q(t), the rate constant within each hour of the week",
        "Gross and Harris 1998, section 2.10; Green, Kolesar and Whitt 2007",
        [
            Case(
                f"{c} teams at {busy:.0%}",
                "hours",
                str(c),
                (_calls(c * busy),),
                BY_HOUR,
                expected.by_hour,
                readings.waits_by_hour,
            )
            for c, busy in ((12, 0.6), (17, 0.65))
        ],
    ),
    Law(
        "unlimited",
        "M(t)/G/inf: teams busy",
        "m(t) = integral over u of rate(t - u) P(S > u)",
        "Eick, Massey and Whitt 1993, Management Science 39, 241",
        [
            Case(
                "80 teams, gamma, cv 0.67",
                "hours",
                "80",
                (_calls(15, 90), _takes("gamma", 90, 60)),
                BUSY,
                expected.unlimited,
                readings.busy_by_hour,
            )
        ],
    ),
    Law(
        "hypercube",
        "Hypercube: who goes where",
        "balance of the 2^N states of who is busy; the first free team of a district's order goes",
        "Larson 1974, Computers & Operations Research 1, 67",
        [
            Case(
                "5 teams, load 3",
                "districts",
                "5",
                (_calls(3.0),),
                [*_cube_figures(5), *_to_first(5)],
                expected.cube_and_where,
                readings.who_goes_and_where,
            ),
            Case(
                "10 teams, load 6",
                "districts",
                "10",
                (_calls(6.0),),
                _cube_figures(10),
                partial(expected.cube, solve=hypercube),
                readings.who_goes,
            ),
        ],
    ),
    Law(
        "hypercube_approximation",
        "Hypercube, approximate",
        "workloads by independent teams, each place of an order corrected by the factor Q of M/M/N",
        "Larson 1975, Operations Research 23, 845",
        [
            Case(
                "12 teams, load 7",
                "districts",
                "12",
                (_calls(7.0),),
                _cube_figures(12),
                partial(expected.cube, solve=hypercube_approximation),
                readings.who_goes,
                APPROXIMATE,
            )
        ],
    ),
    Law(
        "square_root",
        "Square-root travel",
        "E[travel] = start + sqrt(pi/8) sqrt(area / N) / speed with N teams free",
        "Larson and Odoni 1981, chapter 3",
        [
            Case(
                "6 teams, load 4",
                "square_root",
                "6",
                (_calls(4.0),),
                [(f"travel, {k} free", "min") for k in range(1, 7)],
                expected.square_root,
                readings.travel_by_free,
            )
        ],
    ),
    Law(
        "thinning",
        "Thinning of a stream",
        "shares of a Poisson stream are Poisson streams, independent of each other",
        "Kingman 1993, Poisson Processes, section 5.1",
        [
            Case(
                "3 types, 3 zones, 60% ask",
                "classes",
                "20",
                (_calls(10), "service.funnel.requested_share=0.6"),
                STREAMS,
                expected.thinned,
                readings.streams,
            )
        ],
    ),
    Law(
        "renewal",
        "Renewal: calls of a duty",
        "E[calls] = 1 + m(L), m the renewal function of busy times; E[overrun] = E[calls] S - L",
        "Cox 1962, chapter 4; Wald 1944",
        [
            Case(
                f"8 h, {name}",
                "shifts",
                "st_louis_8",
                (takes,),
                DUTIES,
                expected.renewal,
                readings.duties,
            )
            for name, takes in {
                "exponential": _takes("exponential", 60),
                "gamma, cv 0.71": _takes("gamma", 60, 42.42640687),
                "constant": _takes("constant", 50),
            }.items()
        ],
    ),
    Law(
        "little",
        "Little's law by class",
        "calls in line = rate x mean wait, of each priority; teams busy = rate x mean busy time",
        "Little 1961, Operations Research 9, 383",
        [
            Case(
                "4 teams at 80%",
                "classes",
                "4",
                (_calls(3.2),),
                LITTLE,
                expected.little,
                readings.line_over_waits,
            )
        ],
    ),
)
