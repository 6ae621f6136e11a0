"""The Crisis Now formula against its published results."""

from __future__ import annotations

import pytest

from sim.config import compose
from sim.config.groups.costs import CrisisNow
from sim.model.money.crisis_now import crisis_now

FIGURES = {
    "episodes_per_100k_per_month": 200,
    "mobile_share": 0.32,
    "served_per_team_per_day": 4,
}


def given(**other: float) -> CrisisNow:
    return CrisisNow.model_validate(FIGURES | other)


def test_the_worked_example_of_four_million_people() -> None:
    # 40 x 200 x 12 = 96,000 episodes, 32% of them 30,720; a team serves 4 x 365 = 1,460 a year
    found = crisis_now(given(population=4_000_000))
    assert found is not None
    assert found == pytest.approx((96_000, 30_720, 30_720 / 1_460))


@pytest.mark.parametrize(("per_month", "teams"), [(200, 0.53), (230, 0.60)])
def test_teams_for_100_000_people(per_month: float, teams: float) -> None:
    found = crisis_now(given(population=100_000, episodes_per_100k_per_month=per_month))
    assert found is not None
    assert found.teams == pytest.approx(teams, abs=0.006)


def test_no_population_no_answer() -> None:
    assert crisis_now(given()) is None


@pytest.mark.parametrize(
    ("program", "population"),
    [
        ("st_louis", 300_576),
        ("arlington", 43_000),
        ("mobile", 186_542),
        ("los_angeles", 3_830_000),
        ("generic", None),
    ],
)
def test_programs_state_their_population_if_one_is_known(
    program: str, population: float | None
) -> None:
    of = compose([f"program={program}"]).costs.crisis_now.population
    assert (None if of is None else of.value) == population


def test_st_louis_by_hand() -> None:
    # 3.00576 x 200 x 12 x 0.32 / 1,460 = 1.58 teams; its unit had eight
    found = crisis_now(compose(["program=st_louis"]).costs.crisis_now)
    assert found is not None
    assert found.teams == pytest.approx(1.58, abs=0.005)
