"""The sources of a library in an order and under conditions, as an address carries them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import MappingProxyType

from index import Source
from views.components import source_words
from views.components.parameters import Params

PAGE = 25
"""Sources on a page of the list (a guess)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A source with what its row tells. ``added``: when it was brought in, as an ISO time."""

    source: Source
    passages: int
    added: str = ""
    by_ocr: bool = False


def _folder(listing: Listing) -> Iterable[str]:
    folder = str(PurePosixPath(listing.source.location).parent)
    return () if folder == "." else (folder,)


def _lacks(listing: Listing) -> Iterable[str]:
    source = listing.source
    holds = {
        "Read by OCR": listing.by_ocr,
        "Without a date": not source.published,
        "Without an author": not source.authors,
    }
    return (name for name, is_so in holds.items() if is_so)


@dataclass(frozen=True, slots=True)
class Facet:
    """What sources can be told apart by. ``values``: those of one source."""

    label: str
    values: Callable[[Listing], Iterable[str]]


FACETS: Mapping[str, Facet] = MappingProxyType(
    {
        "author": Facet("Author", lambda listing: listing.source.authors),
        "year": Facet("Year", lambda listing: filter(None, ((listing.source.published or "")[:4],))),
        "kind": Facet("Kind", lambda listing: (source_words.kind_name(listing.source),)),
        "format": Facet("Format", lambda listing: filter(None, (source_words.format_name(listing.source),))),
        "language": Facet("Language", lambda listing: filter(None, (source_words.language(listing.source),))),
        "folder": Facet("Folder", _folder),
        "is": Facet("Look at", _lacks),
    }
)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order; sources without the value come last."""

    label: str
    key: Callable[[Listing], str | int]
    descending: bool = False


SORTS: Mapping[str, Sort] = MappingProxyType(
    {
        "title": Sort("Title", lambda listing: listing.source.label.casefold()),
        "author": Sort("Author", lambda listing: next(iter(listing.source.authors), "").casefold()),
        "date": Sort("Date, the latest first", lambda listing: listing.source.published or "", True),
        "kind": Sort("Kind", lambda listing: source_words.kind_name(listing.source)),
        "passages": Sort("Passages, most first", lambda listing: listing.passages, True),
        "added": Sort("Brought in, the latest first", lambda listing: listing.added, True),
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the list is shown: words to find, values by facet (any of which will do), an order and a page, which
    counts from 1. ``chosen``: ids of sources that were ticked, listed or not."""

    find: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "title"
    page: int = 1
    chosen: tuple[str, ...] = ()

    @classmethod
    def from_params(cls, params: Mapping[str, Sequence[str]]) -> Choice:
        """Reads an address; what cannot be understood counts as not said."""
        values = {name: tuple(dict.fromkeys(params.get(name, ()))) for name in FACETS}
        last = {name: given[-1] for name, given in params.items() if given}
        page = last.get("page", "")
        return cls(
            last.get("find", ""),
            {name: given for name, given in values.items() if given},
            last.get("sort", "") if last.get("sort") in SORTS else "title",
            max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            tuple(dict.fromkeys(params.get("chosen", ()))),
        )

    def params(self) -> Params:
        """The shortest address that reads back as this."""
        params: Params = {name: list(values) for name, values in self.facets.items() if values}
        params |= {"find": self.find} if self.find else {}
        params |= {"sort": self.sort} if self.sort != "title" else {}
        params |= {"page": str(self.page)} if self.page != 1 else {}
        return params | ({"chosen": list(self.chosen)} if self.chosen else {})

    @property
    def narrows(self) -> bool:
        return bool(self.find or any(self.facets.values()))

    def admits(self, listing: Listing) -> bool:
        return (not self.find or fits(listing.source, self.find)) and all(
            not wanted or not set(wanted).isdisjoint(FACETS[name].values(listing))
            for name, wanted in self.facets.items()
        )


def fits(source: Source, wanted: str) -> bool:
    """Whether all words occur in the title, the authors, the publisher or the file's name."""
    text = " ".join([source.title, *source.authors, source.location, source.publisher or ""]).casefold()
    return all(word in text for word in wanted.casefold().split())


def listed(known: Iterable[Listing], choice: Choice) -> list[Listing]:
    """Those that fit, in their order; equal ones by title."""
    sort = SORTS[choice.sort]
    fitting = sorted(filter(choice.admits, known), key=SORTS["title"].key)
    with_value = [listing for listing in fitting if sort.key(listing)]
    without = [listing for listing in fitting if not sort.key(listing)]
    return [*sorted(with_value, key=sort.key, reverse=sort.descending), *without]


def counts(known: Iterable[Listing], choice: Choice, name: str) -> dict[str, int]:
    """How many sources each value of a facet would leave under the other conditions, most first; years downwards. What
    is chosen is there even when it leaves none."""
    others = replace(choice, facets={other: values for other, values in choice.facets.items() if other != name})
    facet = FACETS[name]
    counted = Counter(value for listing in known if others.admits(listing) for value in set(facet.values(listing)))
    counted.update(dict.fromkeys(choice.facets.get(name, ()), 0))
    order = (
        sorted(counted, reverse=True) if name == "year" else sorted(counted, key=lambda value: (-counted[value], value))
    )
    return {value: counted[value] for value in order}
