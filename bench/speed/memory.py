"""Memory of this process. The standard library alone: other environments import this too."""

from __future__ import annotations

import sys
from pathlib import Path


def resident_bytes() -> int:
    """Memory that this process holds now, mapped files included: VmRSS of Linux; elsewhere the most it ever held."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])
    except OSError:
        return _most(children=False)


def peak_bytes() -> int:
    """The most that this process ever held, and beside it the largest of those that it started and that ended."""
    return _most(children=False) + _most(children=True)


def _most(*, children: bool) -> int:
    import resource

    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
