"""What a user says of a log that its rows do not: of its source, its stamps and its hours."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import Field

from sim.arrays import Bools
from sim.config import InputError, Sourced
from sim.config.faults import validated
from sim.config.files.named import read_yaml
from sim.config.values import Strict
from sim.history.fitting.staffed import hours_of, shipped_shape

Whose = Literal["team", "patrol"]


class About(Strict):
    """Source of a log, and figures that its rows cannot give; what is empty is left to the fit.

    `part_months`, such as 2015-06, are those that a log without calendar days covers in part.
    `shape_drawn_from` names the shapes a draw may take in place of the log's own.
    """

    title: str = ""
    publisher: str = ""
    license: str = ""
    part_months: list[str] = Field(default=[], max_length=1_000)
    growth_factor: Sourced | None = None
    shape_drawn_from: list[str] = Field(default=[], max_length=100)


def read_about(path: Path) -> About:
    """Read what is said of a log from a file of YAML.

    Raises
    ------
    InputError
        One line that names the key, what was expected and what was there.
    """
    return validated(About, read_yaml(path), f"{path}: ")


@dataclass(frozen=True)
class Options:
    """What the user says of a log that its rows do not.

    Attributes
    ----------
    about
        Publisher, license and borrowed figures.
    stamps
        Whether stamps are the team's or patrol's; None: the team's if the log is of served calls.
    teams
        Teams on duty at all hours, to tell triage from queueing; None: by the calls that are out.
    staffed
        Hours of the week with a team, shape (168,), of a team's own log; None: detected.
    borrow
        Shipped shape that hours without a team take; None: the fitted curve goes on through them.
    holidays
        Keys of `demand.holidays`: dates, file, country, subdivision.
    dispositions
        Words of each outcome, in place of the shipped ones.
    patrol_on_scene
        Whether patrol holds the scene when the team of a team's log arrives.
    command
        What made the files, for their first line.
    """

    about: About = field(default_factory=About)
    stamps: Whose | None = None
    teams: int | None = None
    staffed: Bools | None = None
    borrow: str | None = None
    holidays: Mapping[str, Any] = field(default_factory=dict)
    dispositions: dict[str, list[str]] | None = None
    patrol_on_scene: bool = False
    command: str = ""


def said(
    file: str,
    *,
    about: Path | None = None,
    stamps: str | None = None,
    teams: int | None = None,
    staffed: str | None = None,
    borrow: str | None = None,
    holidays: str | None = None,
) -> Options:
    """Options as they are said on a command line of a file's name, which is kept for its results.

    Raises
    ------
    InputError
        One line that names the option, what was expected and what was there.
    """
    if stamps not in {None, "team", "patrol"}:
        raise InputError(f"--stamps: expected team or patrol, got {stamps!r}")
    country, _, part = (holidays or "").partition("-")
    keys = {"country": country, "subdivision": part or None} if country else {}
    if borrow is not None:
        shipped_shape(borrow)
    of_about = None if about is None else about.name if about.is_absolute() else str(about)
    words = {"about": of_about, "stamps": stamps, "teams": teams, "staffed": staffed}
    words |= {"borrow": borrow, "holidays": holidays}
    asked = [x for key, word in words.items() if word for x in (f"--{key}", str(word))]
    return Options(
        command=shlex.join(["coresponder", "fit", file, *asked]),
        about=read_about(about) if about else About(),
        stamps=cast("Whose | None", stamps),
        teams=teams,
        staffed=hours_of(staffed) if staffed else None,
        borrow=borrow,
        holidays={key: value for key, value in keys.items() if value},
    )
