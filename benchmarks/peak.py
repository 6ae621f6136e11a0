"""Peak memory of a comparison of so many short replications, alone in a process: `peak.py N`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import sim
from benchmarks.sizes import NO_DRAWS, SHORT


def peak_kb() -> int:
    """Peak resident memory in kB, of this process or of the largest worker that it forked.

    Linux counts the peak of the process that started this one into `ru_maxrss`, so the kernel's own
    figure of the memory map is preferred.
    """
    status = Path("/proc/self/status")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        own = int(line.split()[1])
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


if __name__ == "__main__":
    sim.compare(
        17,
        12,
        program="los_angeles",
        overrides=(*SHORT, NO_DRAWS),
        replications=int(sys.argv[1]),
        engine="compiled",
        store=False,
    )
    print(peak_kb())
