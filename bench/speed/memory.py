"""The memory of this process. Imports the standard library alone, because other environments import it too."""

from __future__ import annotations

import sys
from pathlib import Path


def resident_bytes() -> int:
    """Memory that this process uses now, mapped files included (VmRSS on Linux); elsewhere its maximum so far."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])
    except OSError:
        return _max_bytes(children=False)


def peak_bytes() -> int:
    """The maximum memory of this process so far, plus that of its largest ended child process."""
    return _max_bytes(children=False) + _max_bytes(children=True)


def _max_bytes(*, children: bool) -> int:
    import resource

    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
