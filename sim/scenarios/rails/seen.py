"""What the guard rails look at: an answer before its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.config import Config
from sim.config.compose import packaged_configs
from sim.scenarios.answers.comparison import Comparison, HistoryCheck, Load, Reading
from sim.scenarios.answers.economics import Economics, Pair
from sim.scenarios.answers.intervals import DifferenceInterval
from sim.scenarios.answers.recommendation import Checked
from sim.scenarios.answers.words import plan_words
from sim.scenarios.scenario import Arm

NOTHING = Reading("", "", [], [])


class Looked(NamedTuple):
    """Share of requested calls that are open at the end under a plan, and its load if known."""

    open_share: float
    load: Load | None = None


@dataclass(frozen=True)
class Seen:
    """An answer, or as much of one as a verb has; `arms` are those of the main reading.

    `imprecise` says that a precision was asked for and not reached in so many replications.
    `targets` are those of a plan that was searched for, tried on so many `fresh_years`. Of runs
    that are measured in part only, `looked` has what is seen of each, by where that is, "with 3
    posts", and `widest` the widest difference that is claimed.
    """

    config: Config
    arms: Sequence[Arm]
    main: Reading = NOTHING
    other_reading: Reading | None = None
    travel_beside: Reading | None = None
    history: HistoryCheck | None = None
    economics: Economics | None = None
    imprecise: int | None = None
    targets: Sequence[Checked] = ()
    fresh_years: int = 0
    overrides: Sequence[str] = ()
    looked: Mapping[str, Looked] = field(default_factory=dict)
    widest: tuple[str, DifferenceInterval] | None = None

    @classmethod
    def of(cls, comparison: Comparison, arms: Sequence[Arm], imprecise: int | None = None) -> Seen:
        """Return what is seen of a comparison."""
        return cls(
            config=comparison.config,
            arms=arms,
            main=comparison.main,
            other_reading=comparison.other_reading,
            travel_beside=comparison.travel_beside,
            history=comparison.history,
            economics=comparison.economics,
            imprecise=imprecise,
            overrides=comparison.request.overrides,
        )


def arm_words(arm: Arm) -> str:
    """Plan that is to be run, as a sentence calls it."""
    posts = arm.plan.teams
    return f"{posts} post{'' if posts == 1 else 's'}" if arm.name.isdigit() else arm.name


def pair_words(seen: Seen, pair: Pair) -> str:
    """Which two plans something is said of, where there are more, " of six against four"."""
    plans = {plan.name: plan_words(plan) for plan in seen.main.plans}
    if len(plans) < 3 or pair.versus not in plans:  # noqa: PLR2004 - of two it is plain
        return ""
    return f" of {plans[pair.plan]} against {plans[pair.versus]}"


def is_shipped(choice: str) -> bool:
    """Whether a choice of a group is a file that travels with the package."""
    group, _, name = choice.partition("=")
    return (packaged_configs() / group / f"{name}.yaml").is_file()
