"""How often conditioned ranges hold the truth: `python -m benchmarks.conditioning`.

A hundred agencies are draws of the assumptions, each with one simulated year of its own figures.
All are conditioned on the other draws of one bank. Of every assumption it prints in how many the
95% interval holds the truth, and how wide it is, as a share of what it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from scipy import special

from sim.arrays import Floats
from sim.compiled import announce
from sim.scenarios.calibration.bank import Asked, Drawn, as_observed, prior_draws
from sim.scenarios.calibration.calibrate import asked_of
from sim.scenarios.calibration.conditioning import Weighed, resampled, weighed
from sim.scenarios.calibration.observed import simulated
from sim.scenarios.request import Request

OBSERVED = """
period: 2025
source: a simulated year
figures:
  reach_share: {value: 0.7, se: 0.001}
  handled_per_day: {value: 20, se: 0.1}
  response_median_min: {value: 40, se: 0.1}
  busy_hours_per_day: {value: 60, se: 0.1}
"""
KEPT = 400


class Coverage(NamedTuple):
    """Agencies whose interval holds the truth, by parameter, and how wide it is of what it was."""

    names: list[str]
    held: Floats
    width: Floats


def bank(plan: str, overrides: list[str], draws: int) -> tuple[Asked, Drawn]:
    """Draws of all assumptions under a plan; errors of the figures are those of a year's chance."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "observed.yaml")
        file.write_text(OBSERVED)
        own = {"observed": file, "draws": draws}
        request = Request.of("calibrate", [plan], {"overrides": overrides}, own)
        asked = asked_of(request)
    announce()
    return asked, prior_draws(asked, lambda _: None)


def agencies(asked: Asked, drawn: Drawn, n: int) -> Iterator[tuple[Floats, Weighed]]:
    """Scores of the truth of each agency, and the draws conditioned on its first year."""
    years = simulated(asked.read.figures, drawn.measured)[:, 0]
    for truth in np.linspace(0, len(years) - 1, n).astype(int):
        figures = [
            x._replace(value=float(value))
            for x, value in zip(asked.read.figures, years[truth], strict=True)
        ]
        others = Drawn(*(np.delete(column, truth, axis=0) for column in drawn))
        of = replace(asked, read=asked.read._replace(figures=figures))
        _, means, noisy = as_observed(of, others)
        observed = np.array([x.value for x in figures])
        nearest = weighed(special.ndtri(others.uniforms), means, noisy, observed)
        yield special.ndtri(drawn.uniforms[truth]), nearest


def coverage(asked: Asked, drawn: Drawn, n: int) -> Coverage:
    """How often the 95% interval of each number holds the truth, of n agencies."""
    held, width = [], []
    for truth, nearest in agencies(asked, drawn, n):
        kept = nearest.scores[resampled(nearest.weights, KEPT)]
        low, high = np.percentile(kept, [2.5, 97.5], axis=0)
        held.append((low <= truth) & (truth <= high))
        width.append((high - low) / (2 * special.ndtri(0.975)))
    names = [x.name for x in asked.numbers]
    return Coverage(names, np.sum(held, axis=0), np.mean(width, axis=0))


def main() -> None:
    """Print the coverage of the assumptions that narrow most, and of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", default="4")
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--agencies", type=int, default=100)
    parser.add_argument("overrides", nargs="*")
    asked_for = parser.parse_args()
    found = coverage(
        *bank(asked_for.plan, asked_for.overrides, asked_for.draws), asked_for.agencies
    )
    for at in np.argsort(found.width)[:12]:
        print(f"{found.names[at]}: {found.held[at]:.0f} held, width {found.width[at]:.2f}")
    n = asked_for.agencies
    within = np.mean((found.held >= 0.9 * n) & (found.held <= 0.99 * n))
    print(
        f"all {len(found.held)}: mean {found.held.mean():.1f} of {n}, least "
        f"{found.held.min():.0f}, most {found.held.max():.0f}; {100 * within:.0f}% of them from "
        "90 to 99 of 100"
    )


if __name__ == "__main__":
    main()
