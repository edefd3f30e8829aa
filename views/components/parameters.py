"""What was asked, as an address carries it: the page, its links and its Back button all speak this."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index import By, Filter

STEP = 10
"""Hits shown at first, and added by each "More results"."""
MOST = 200
PER_SOURCE = (1, 2, 3, 0)
"""Passages of one source that may be shown; 0 is all."""
USUAL_PER_SOURCE = 3
"""So that one long source does not fill the page: its other passages are a click away (a guess)."""
FEW = 3
"""Sources of which all passages are shown (a guess)."""

Params = dict[str, str | list[str]]


_LIKE = re.compile(r"\w+-\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """One question with its conditions. Empty text, an empty tuple and ``USUAL_PER_SOURCE`` are no condition.

    ``fast``: without the reader.
    ``like``: instead of ``q``, the id of a source and where the passage begins that others like it are sought for.
    """

    q: str = ""
    like: str = ""
    by: By = By.BOTH
    source: tuple[str, ...] = ()
    author: str = ""
    since: str = ""
    until: str = ""
    per_source: int = USUAL_PER_SOURCE
    fast: bool = False
    k: int = STEP

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> SearchParameters:
        """Reads an address; what cannot be understood counts as not said."""
        values_by_name = {name: values[-1] for name, values in params.items() if values}
        by = values_by_name.get("by", "")
        like, per_source, k = (values_by_name.get(name, "") for name in ("like", "per_source", "k"))
        return cls(
            q=values_by_name.get("q", ""),
            like=like if _LIKE.fullmatch(like) else "",
            by=By(by) if by in set(By) else By.BOTH,
            source=tuple(dict.fromkeys(params.get("source", ()))),
            author=values_by_name.get("author", ""),
            since=values_by_name.get("since", ""),
            until=values_by_name.get("until", ""),
            per_source=int(per_source) if per_source in map(str, PER_SOURCE) else USUAL_PER_SOURCE,
            fast=values_by_name.get("fast") == "1",
            k=min(max(int(k), 1), MOST) if k.isascii() and k.isdigit() and len(k) < 6 else STEP,
        )

    def params(self) -> Params:
        """The shortest address that reads back as this."""
        default = SearchParameters()
        params: Params = {}
        for name in ("q", "like", "by", "author", "since", "until", "per_source", "k"):
            if getattr(self, name) != getattr(default, name):
                params[name] = str(getattr(self, name))
        if self.fast:
            params["fast"] = "1"
        if self.source:
            params["source"] = list(self.source)
        return params

    def where(self) -> Filter:
        return Filter(
            sources=self.source or None,
            author=self.author.strip() or None,
            since=self.since.strip() or None,
            until=self.until.strip() or None,
        )

    @property
    def narrows(self) -> bool:
        """Anything that a person could loosen."""
        return self.where().narrows or self.by is not By.BOTH or self.per_source not in (0, USUAL_PER_SOURCE)

    def limit(self, sources: int) -> int | None:
        """How many passages of one source are shown; None for all, as where few were chosen, or the library has few.
        ``sources``: of the library."""
        few = (len(self.source) or sources) <= FEW and self.per_source == USUAL_PER_SOURCE
        return None if few or not self.per_source else self.per_source
