"""Which calls of a log were for a team, as it shows by itself, and what to type after a fit."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.cli import main
from sim.config import compose
from sim.config.starter import start
from sim.history.fitting.scope import for_a_team


def log_file(path: Path, missed: str, share: float = 0.4) -> Path:
    """Log of teams; a share of its calls has no stamps but a disposition of its own."""
    draw = np.random.default_rng(5)
    lines = ["Incident,Call Type,Received,Dispatched,On Scene,Cleared,Unit,Disposition"]
    for number in range(600):
        at = datetime(2024, 1, 1) + timedelta(minutes=int(draw.integers(120 * 1440)))
        ends = [at]
        for mean in (3, 9, 40):
            ends.append(ends[-1] + timedelta(minutes=1 + draw.exponential(mean)))
        stamps = [f"{x:%Y-%m-%d %H:%M:%S}" for x in ends]
        rest = [*stamps[1:], "CRT1", "Report taken"]
        if draw.random() < share:
            rest = ["", "", "", "", missed]
        lines.append(",".join([str(number), "MENTAL", stamps[0], *rest]))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def fitted(log: Path, out: Path, *words: str) -> None:
    assert main(["fit", str(log), "--out", str(out), "--yes", *words]) == 0


@pytest.mark.parametrize(
    "said", ["NO CRT AVAILABLE", "No team free", "Team unavailable", "no unit"]
)
def test_a_log_whose_other_calls_say_that_no_team_was_there_shows_what_is_in_scope(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    out = tmp_path / "ours"
    fitted(log_file(tmp_path / "calls.csv", said), out, "--stamps", "team")
    screen = " ".join(capsys.readouterr().out.split())
    funnel = compose(["service=ours"], out).service.funnel
    assert float(funnel.eligible_share) > 0.99
    assert (float(funnel.recognized_share), float(funnel.requested_share)) == (1, 1)
    assert "In scope All calls of mental health, or nearly all, have a team" in screen


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", ["--stamps", "team"]),
        ("Report taken", ["--stamps", "team"]),
        ("Information not available", ["--stamps", "team"]),
        ("NO CRT AVAILABLE", ["--stamps", "patrol"]),
    ],
)
def test_any_other_log_leaves_what_is_in_scope_an_assumption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str, words: list[str]
) -> None:
    out = tmp_path / "ours"
    fitted(log_file(tmp_path / "calls.csv", said), out, *words)
    assert "In scope" not in capsys.readouterr().out
    assert compose(["service=ours"], out).service.funnel == compose([]).service.funnel


def test_fewer_than_eleven_other_calls_are_not_told_apart() -> None:
    stamp = [datetime(2024, 1, 1)] * 480 + [None] * 20
    said = [None] * 480 + ["no unit"] * 15 + ["advised"] * 5
    calls = pl.DataFrame(
        {"unit": pl.Series([None] * 500, dtype=pl.String), "dispatched_at": stamp}
        | {"arrived_at": stamp, "disposition": said}
    )
    shown = for_a_team(calls)
    assert shown is not None
    assert (shown.k, shown.n) == (500, 500)


def test_a_fit_names_the_commands_that_come_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, out = log_file(tmp_path / "calls.csv", ""), tmp_path / "ours"
    start(out)
    capsys.readouterr()
    assert main(["fit", str(log), "--out", str(out)]) == 0
    first = " ".join(capsys.readouterr().out.split("Next ")[1].split())
    begin = f"coresponder fit {log} --out {out}"
    assert f"if the columns above are right, {begin} --yes;" in first
    assert f"{begin} --columns {out}/mapping.yaml" in first
    fitted(log, out, "--stamps", "team")
    second = " ".join(capsys.readouterr().out.split("Next ")[1].split())
    assert second.startswith("coresponder compare more today program=ours")
    assert f"coresponder validate {out} today --calls {log}" in second
    assert f"coresponder calibrate {out} today --observed {out}/observed.yaml" in second
