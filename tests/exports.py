"""Logs written as real exports are: every trap of them in one file, and what is true unchanged."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim.history.log import CallLog
from sim.history.reading.read import Options, read_log

HEAD = ["Incident", "Call Type", "Source", "Received", "Dispatched", "On Scene", "Cleared"]
HEAD += ["District", "Disposition", "Unit", "Caller"]
STAMPS = ("received_at", "dispatched_at", "arrived_at", "cleared_at")
FORMS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S")
Row = list[Any]


def messy(log: CallLog, folder: Path, seed: int) -> CallLog:
    """Log as it is read from a messy export of it."""
    rng = np.random.default_rng(seed)
    types = log.calls["call_type"].unique().to_list()
    (folder / "rules.yaml").write_text(yaml.safe_dump({"codes": types}))
    rows = [row for at, call in enumerate(log.calls.to_dicts()) for row in _rows(at, call, rng)]
    rng.shuffle(rows)
    written = [[_cell(value, rng) for value in row] for row in rows]
    half = len(written) // 2
    lines = [["Calls for service, records unit"], HEAD, *written[:half], HEAD, *written[half:]]
    lines.append(["Total", str(len(rows))])
    mark = ",;\t"[seed % 3]
    text = "\n".join(mark.join(line) for line in lines)
    path = folder / "calls.csv"
    path.write_text(text, encoding=("cp1252", "utf-8-sig", "utf-16")[seed // 3 % 3])
    return read_log(path, Options(rules=folder / "rules.yaml"))[0]


def _rows(at: int, call: dict[str, Any], rng: np.random.Generator) -> list[Row]:
    """Rows of one call: it, sometimes twice or of a second unit, and others that are no demand."""
    stamps = {name: call[name] for name in STAMPS}
    damaged = _damaged(stamps, rng)
    row = _row(f"C{at:05d}", call, damaged)
    rows, luck = [row], rng.random()
    if luck < 0.02:
        rows.append(list(row))
    elif luck < 0.05 and stamps["arrived_at"] and damaged == stamps:
        later = {
            name: stamps[name] and stamps[name] + timedelta(seconds=90) for name in STAMPS[1:3]
        }
        rows.append(_row(row[0], call, {**stamps, **later}))
    elif luck < 0.08:
        rows.append(_row(f"S{at:05d}", call, stamps, source="OFFICER INITIATED"))
    elif luck < 0.2:
        rows.append(_row(f"N{at:05d}", {**call, "call_type": "NOISE"}, stamps))
    return rows


def _row(number: str, call: dict[str, Any], stamps: dict[str, Any], source: str = "911") -> Row:
    made = [number, call["call_type"], source, *stamps.values(), call["zone"], call["disposition"]]
    return [*made, call["unit"], "José Doe"]


def _damaged(stamps: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Stamps with what can be put right, or is blank by chance alone."""
    arrived, cleared, luck = stamps["arrived_at"], stamps["cleared_at"], rng.random()
    if arrived is None or cleared is None:
        return stamps
    if luck < 0.02:
        return {**stamps, "arrived_at": None}
    if luck < 0.03 and 2 <= stamps["received_at"].hour < 22:
        return {**stamps, "arrived_at": arrived.replace(hour=0, minute=0, second=0)}
    if luck < 0.035:
        return {**stamps, "arrived_at": arrived + timedelta(days=365)}
    if luck < 0.04:
        return {**stamps, "cleared_at": cleared + timedelta(days=1)}
    return stamps


def _cell(value: Any, rng: np.random.Generator) -> str:
    if isinstance(value, datetime):
        return value.strftime(FORMS[int(rng.random() < 0.3)])
    text = str(value or "")
    return text.upper() if rng.random() < 0.2 and " " in text else text.replace(" ", "  ", 1)
