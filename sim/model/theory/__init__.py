"""Closed forms of queueing theory, for checks of the engines and for first guesses of a plan.

Each has its equation, its source and a test against published tables or its own sum. `coresponder
verify` holds the simulation against them.
"""

from __future__ import annotations

from sim.model.theory.erlang import (
    ErlangA,
    erlang_a,
    erlang_b,
    erlang_c,
    give_up_shares,
    mean_wait_mmc_s,
    offered_load_erlang,
    utilization,
    wait_exceeds_mmc,
)
from sim.model.theory.hypercube import Hypercube, hypercube, hypercube_approximation
from sim.model.theory.places import calls_begun, mean_distance_mi, nearest_team_mi, overrun_s
from sim.model.theory.queues import mean_wait_by_priority_s, mean_wait_mg1_s
from sim.model.theory.varying import (
    VaryingQueue,
    busy_if_unlimited,
    square_root_teams,
    varying_queue,
)

__all__ = [
    "ErlangA",
    "Hypercube",
    "VaryingQueue",
    "busy_if_unlimited",
    "calls_begun",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "give_up_shares",
    "hypercube",
    "hypercube_approximation",
    "mean_distance_mi",
    "mean_wait_by_priority_s",
    "mean_wait_mg1_s",
    "mean_wait_mmc_s",
    "nearest_team_mi",
    "offered_load_erlang",
    "overrun_s",
    "square_root_teams",
    "utilization",
    "varying_queue",
    "wait_exceeds_mmc",
]
