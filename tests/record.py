"""Write the record of a whole verification into the package (`make record`)."""

from __future__ import annotations

import json
import sys

import sim
from sim.provenance import versions
from sim.report.verification.record import RECORD, recorded

if __name__ == "__main__":
    answer, quick = sim.verify(), sim.verify(quick=True)
    record = recorded(answer, quick, versions()["coresponder"])
    RECORD.write_text(f"{json.dumps(record, indent=1)}\n", encoding="utf-8")
    sys.exit(not answer.holds)
