"""How much of everything: the full run, and a tiny one that only shows that it works."""

from __future__ import annotations

from dataclasses import dataclass

NO_DRAWS = "run.draws=0"
SHORT = ("run.window_days=7", "run.warm_up_days=0", "run.tail_days=1")  # a replication


@dataclass(frozen=True)
class Sizes:
    """Sizes of the trials; `days` of None is the whole year.

    `short` and `long` are rounds of trials of milliseconds and of seconds. `agreement` is how many
    runs of ours and of plain SimPy are held against each other. `growths` multiply the calls, each
    twice the one before; `overload` multiplies them until most are missed. `sweep` are configs,
    plans and replications. `words` are what every `coresponder compare` is given beside, `draws`
    what one with draws is.
    """

    days: int | None
    short: int
    long: int
    agreement: tuple[int, int]
    growths: tuple[float, ...]
    teams: tuple[int, ...]
    overload: float
    peers_days: int
    memory: tuple[int, int]
    compiled_years: int
    simpy_years: int
    warm_replications: int
    sweep: tuple[int, int, int]
    words: tuple[str, ...] = ()
    draws: tuple[str, ...] = ()


FULL = Sizes(
    days=None,
    short=101,
    long=5,
    agreement=(20, 5),
    growths=(1, 2, 4),
    teams=(25, 50, 100, 200),
    overload=6,
    peers_days=365,
    memory=(100, 1_000),
    compiled_years=500,
    simpy_years=20,
    warm_replications=20,
    sweep=(25, 10, 20),
)
SMOKE = Sizes(
    days=14,
    short=1,
    long=1,
    agreement=(20, 5),
    growths=(1, 2),
    teams=(25, 50),
    overload=8,
    peers_days=7,
    memory=(2, 4),
    compiled_years=2,
    simpy_years=2,
    warm_replications=2,
    sweep=(2, 2, 2),
    words=(*SHORT, "run.cores=1", "--no-figures"),
    draws=("run.draws=2",),
)
