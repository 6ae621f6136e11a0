"""What a conflict of observed figures and assumptions says to try next."""

from __future__ import annotations

from pathlib import Path

import sim
from sim.config import compose
from sim.report.experiments.calibrate import CalibrateReport
from sim.scenarios.calibration.widening import widening
from sim.scenarios.draws import unknowns
from sim.scenarios.request import Request

FEW = ["run.window_days=14", "run.cores=1"]


def test_a_conflict_ends_in_a_command_that_widens_a_range_as_far_as_its_key_can_go(
    tmp_path: Path,
) -> None:
    text = "{period: 2024, source: us, figures: {reach_share: {value: 5%, n: 9000}}}"
    file = tmp_path / "observed.yaml"
    file.write_text(text, encoding="utf-8")
    answer = sim.calibrate(4, observed=file, draws=60, overrides=FEW)
    (conflict,) = answer.conflicts
    giving = [x for x in conflict.giving if x.wider]
    assert giving
    screen = " ".join(CalibrateReport(answer).summary().split())
    assert "reach_share is of requested calls; a share of all mental-health calls is" in screen
    (override, *_) = giving[0].wider
    command = f"coresponder calibrate 4 {' '.join([*FEW, *giving[0].wider])} --observed {file}"
    assert " ".join(command.split()) in screen
    end = float(override.partition("=")[2])
    assert (end > giving[0].end) == (giving[0].side == "above")


def test_no_range_is_widened_to_what_its_key_cannot_be() -> None:
    """A share ends at 1, a time held at 0, and a fitted number has no range of its own."""
    known = {x.name: x for x in unknowns(compose([]))}
    request = Request.of("calibrate", ("4",), {}, {})
    share, held = known["service.funnel.eligible_share"], known["dispatch.hold_for_duty"]
    assert widening(request, share, "above") == ["service.funnel.eligible_share.high=1"]
    assert widening(request, share, "below") == ["service.funnel.eligible_share.low=0.125"]
    assert widening(request, held, "below") is None
    assert widening(request, held, "above") == ["dispatch.hold_for_duty.high=90"]
    assert widening(request, share._replace(law="error"), "above") == []
