"""From hours of duty to positions, role by role, with every step of the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.report.table import Group, Table
from sim.report.wording import number, percent
from sim.scenarios.answers.people import RoleBridge, Step

COUNTED = ("FTE", "positions")


def role_words(role: str) -> str:
    """Role as a reader calls it."""
    return role.replace("_", " ")


def plural(role: str, count: float = 2) -> str:
    """Role as a reader calls so many: "1 clinician", "2 clinicians"."""
    return role_words(role) if count == 1 else f"{role_words(role)}s"


def bridge_lines(bridges: Sequence[RoleBridge]) -> list[str]:
    """Lines of text: a heading a role with its FTE and positions, and under it every step.

    Parameters
    ----------
    bridges
        One a role that the plan has.

    Returns
    -------
    list of str
        No line is longer than a page is wide; there is one blank line between roles.
    """
    lines: list[str] = []
    for bridge in bridges:
        lines += [""] if lines else []
        lines += [_heading(bridge), *_steps(bridge.steps)]
    return lines


def _heading(bridge: RoleBridge) -> str:
    words = role_words(bridge.role)
    return (
        f"{words[0].upper()}{words[1:]}: {bridge.fte:,.2f} FTE, {bridge.positions:,.2f} positions "
        "to be filled"
    )


def _steps(steps: Sequence[Step]) -> list[str]:
    rows = [[f"  {step.what}", figure(step.value, step.unit), step.unit] for step in steps]
    return [_flush_left(line, rows) for line in rows]


def _flush_left(row: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """One step: what it is, its figure flush right, and the unit after it."""
    what, value = (max(len(other[at]) for other in rows) for at in (0, 1))
    unit = "" if row[2] == "share" else row[2]
    return f"{row[0].ljust(what)}  {row[1].rjust(value)} {unit}".rstrip()


def figure(value: float, unit: str) -> str:
    """Figure with the decimals its unit calls for: people by the hundredth, a share in percent."""
    if unit == "share":
        return percent(value)
    return f"{value:,.2f}" if unit in COUNTED else number(value)


def officer_lines(fte: Mapping[str, float], positions: Mapping[str, float]) -> list[str]:
    """Lines of a table of officers by where they come from, at work and as positions to be filled.

    Parameters
    ----------
    fte, positions
        By kind: new hire, backfill, reassignment.
    """
    rows = [
        [kind.replace("_", " "), figure(fte[kind], "FTE"), figure(positions[kind], "positions")]
        for kind in fte
    ]
    table = Table(["Officers by kind", "at work", "positions"], [Group(rows)])
    return table.text().splitlines()


def headed(heading: str, lines: Sequence[str]) -> str:
    """Lines under an underlined heading."""
    return "\n".join([heading, "-" * len(heading), *lines])
