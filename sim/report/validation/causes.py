"""One likely cause for each group of numbers that is wrong, by rule, and what to try next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, NamedTuple

from sim.provenance import rerun_command
from sim.scenarios.answers.validation import BY_HOUR, OUTSIDE, Cell, Held, Validation

NOT_HELD = "dispatch.hold_for_duty=0"  # for a team that comes on duty
DIRECT = "dispatch.mode_share={direct: 1, co_dispatch: 0, officer_request: 0, self_dispatch: 0}"
IN_SCOPE = ("service.funnel.eligible_share=1", "service.funnel.requested_share=1")
OF_MODES = {"reached", "withdrawn", "response", "queue"}  # that depend on how calls come to teams
SURE = 1.0
MOST_HOURS = 0.25  # of the day, for a fault to be one of some hours


class Cause(NamedTuple):
    """A group that is wrong, and whether more was observed of it than expected.

    `is_direct` says that all calls come to the teams at once already, and `hour` is the hour of day
    in which the share reached is farthest from what was expected, if it is wrong in a few of them.
    """

    held: Held
    is_more: bool
    is_direct: bool
    hour: Cell | None = None


def causes_of(answer: Validation) -> list[Cause]:
    """Groups that are wrong in some reading, each once, the one that is farthest off first.

    Shares reached by hour come first if a few hours are wrong, and else last.
    """
    groups: dict[str, Held] = {}
    for held in answer.held:
        if held.verdict == OUTSIDE:
            groups.setdefault(held.name, held)
    direct = _is_direct(answer)
    hour = _hour_of(groups.get(BY_HOUR))
    place = -1 if hour else 1  # of all hours it is the cause of the whole share once more
    ordered = sorted(groups.values(), key=lambda x: (place if x.name == BY_HOUR else 0, -x.off))
    return [Cause(x, x.worst.observed > x.worst.high, direct, hour) for x in ordered]


def _hour_of(held: Held | None) -> Cell | None:
    """Hour that misses most; None if none is wrong, or so many that the fault is none of hours."""
    if held is None:
        return None
    outside = sum(not cell.is_inside for cell in held.cells)
    return held.worst if outside <= MOST_HOURS * len(held.cells) else None


def _is_direct(answer: Validation) -> bool:
    return float(answer.config.dispatch.mode_share.direct) >= SURE


def following(answer: Validation) -> str:
    """Command to try next: another way to the teams, the plan, or what is known besides."""
    request, wrong = answer.request, {x.held.name: x.is_more for x in causes_of(answer)}
    options = ["--calls", str(request.own.get("calls"))]
    options += ["--until", str(request.own["until"])] if request.own.get("until") else []
    if not answer.plans:
        return rerun_command("validate", [*request.plans, "3"], request.overrides, options)
    stated = {word.partition("=")[0] for word in request.overrides}
    more = []
    if wrong.keys() & OF_MODES and "dispatch.mode_share" not in stated and not _is_direct(answer):
        more = [DIRECT]
    elif _none_held(answer) and "dispatch.hold_for_duty" not in stated:
        more = [NOT_HELD]
    elif wrong.get("reached") and not stated & {x.partition("=")[0] for x in IN_SCOPE}:
        more = [*IN_SCOPE]
    if more:
        return rerun_command("validate", request.plans, [*request.overrides, *more], options)
    return _calibrating(answer)


def _none_held(answer: Validation) -> bool:
    """Whether in some hour no call is reached, though the model holds calls for a coming duty."""
    hours = (x.hour for x in causes_of(answer) if x.hour is not None)
    return float(answer.config.dispatch.hold_for_duty) > 0 and any(x.observed == 0 for x in hours)


def _calibrating(answer: Validation) -> str:
    """Command that conditions the assumptions; a file that is not there stands in brackets."""
    request = answer.request
    file = Path(request.plans[0]) / "observed.yaml"
    known = shlex.quote(str(file)) if file.is_file() else "[observed.yaml]"
    command = rerun_command("calibrate", request.plans, request.overrides)
    return f"{command} --observed {known}"


def named(answer: Validation, labels: list[str]) -> list[str]:
    """Labels, each with the reading in which its verdict holds, if the other has a better one."""
    out = []
    for label in labels:
        by_reading = {held.replayed: held.verdict for held in answer.held if held.label == label}
        worst: dict[Any, str] = {
            verdict: " with the log's own calls" if replayed else " with simulated calls"
            for replayed, verdict in by_reading.items()
        }
        differs = len(set(by_reading.values())) > 1
        out.append(label.lower() + (worst[_worst(list(by_reading.values()))] if differs else ""))
    return out


def _worst(verdicts: list[Any]) -> Any:  # noqa: ANN401 - a verdict
    return max(verdicts, key=ORDER.index)


ORDER = ("consistent and sharp", "consistent but vague", OUTSIDE)
