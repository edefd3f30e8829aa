"""Takes LaTeX apart, in a bounded number of steps."""

from __future__ import annotations

from typing import Any

from pylatexenc.latexwalker import LatexWalker

_STEPS = 10  # tokens read for each character; sound files take one or fewer
_FEW = 2_000  # that may be read of any text


class TooManyStepsError(Exception):
    """A text takes far more steps than it has characters."""


class BoundedWalker(LatexWalker):  # type: ignore[misc] # it has no types
    """The parser reads again what an argument without an end holds, so that twenty of them, one in another, would take
    a million times as long as one."""

    def __init__(self, latex: str, **options: Any) -> None:
        super().__init__(latex, **options)
        self._steps_left = _FEW + _STEPS * len(latex)

    def get_token(self, *arguments: Any, **options: Any) -> Any:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise TooManyStepsError
        return super().get_token(*arguments, **options)
