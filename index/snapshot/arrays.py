"""Arrays of a generation, read by one thread at a time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_READING = threading.Lock()


def load_array(path: Path, *, mapped: bool = False) -> NDArray[Any]:
    """An array that NumPy wrote. ``mapped``: its values stay in the file until they are looked at. Raises OSError and
    ValueError.

    The file's header is a literal of Python, which Python 3.11 may refuse while another thread parses one
    ("SystemError: AST constructor recursion depth mismatch").
    """
    with _READING:
        return np.asarray(np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False))
