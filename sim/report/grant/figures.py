"""The figure of a grant: whom its posts serve, and who pays, by quarter."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.drawing import DARK, LIGHT, MIDDLE, STYLE, WIDTH_IN, footnote, headline, of_place
from sim.report.grant.screen import calendar, counted_range, in_words
from sim.scenarios.answers.grant import CENTS, GrantAnswer

THOUSAND = 1e3
SIDES = {"federal": (DARK, ""), "match": (MIDDLE, "////"), "local": (LIGHT, "....")}


def drawn(answer: GrantAnswer) -> dict[str, Figure]:
    """Figures by name."""
    with mpl.rc_context(STYLE):
        return {"quarters": quarters(answer)}


def quarters(answer: GrantAnswer) -> Figure:
    """People reached, or contacts where nobody calls twice; below, dollars by who pays."""
    figure = Figure(figsize=(WIDTH_IN, 5.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    at = np.arange(len(answer.quarters))
    _served(above, at, answer)
    _dollars(below, at, answer)
    labels = [
        calendar(quarter.first.moment.label).replace(" ", "\n") for quarter in answer.quarters
    ]
    below.set_xticks(at, labels)
    below.set_xlabel("Quarter, by its first month")
    for axes in (above, below):
        axes.grid(axis="y", color="0.92", linewidth=0.6)
        axes.set_axisbelow(True)
    headline(figure, _finding(answer))
    footnote(figure, of_place(answer.config.program.title, f"{answer.replications} replications."))
    return figure


def _served(axes: Axes, at: Any, answer: GrantAnswer) -> None:  # noqa: ANN401 - an array
    persons = _has_persons(answer)
    spans = [(x.people if persons else x.contacts).quoted for x in answer.quarters]
    means = np.array([span.mean for span in spans], np.float64)
    low, high = (np.array([getattr(x, end) for x in spans], np.float64) for end in ("low", "high"))
    axes.bar(at, means, 0.62, color=LIGHT, edgecolor="0.25")
    axes.errorbar(at, means, (means - low, high - means), fmt="none", color=DARK, capsize=3)
    axes.set(ylabel="People reached" if persons else "Contacts", ylim=(0, None))


def _dollars(axes: Axes, at: Any, answer: GrantAnswer) -> None:  # noqa: ANN401 - an array
    under = np.zeros(len(at))
    for side, (color, hatch) in SIDES.items():
        cents = [getattr(quarter.shares, side) for quarter in answer.quarters]
        dollars = np.array(cents, np.float64) / CENTS / THOUSAND
        style: dict[str, Any] = {"color": color, "hatch": hatch, "edgecolor": "0.25"}
        axes.bar(at, dollars, 0.62, under, label=side, **style)
        under += dollars
    axes.set(ylabel="Dollars ($1,000)")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, borderaxespad=0)


def _has_persons(answer: GrantAnswer) -> bool:
    """Whether people call again, so that fewer are reached than there are contacts."""
    return answer.people.mean != answer.contacts.mean


def _finding(answer: GrantAnswer) -> str:
    name, what, count = (
        ("people_reached_per_year", "people reached", answer.in_all.people)
        if _has_persons(answer)
        else ("contacts_per_year", "contacts", answer.in_all.contacts)
    )
    served = counted_range(count, answer.outcomes[name].quoted)
    total, federal = (in_words(answer, side) for side in ("total", "federal"))
    return (
        f"{served} {what} in {len(answer.months)} months for {total}, "
        f"of which {federal} are federal"
    )
