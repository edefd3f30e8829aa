"""What was found for a draft: sentence by sentence its evidence, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index.check.judge import Opinion
from index.check.sentences import DraftSentence, SentenceKind
from index.differences import Difference
from index.quotations import locate
from index.quotations.draft_quotations import Quotation
from index.quotations.locate import LocatedQuotation
from index.types import Confidence, Draft, Hit, Source, Span

ABOUT = 0.4  # share of the claim's words that a source must have before what differs in it counts
_CHANGED = (locate.QuotationStatus.ALTERED, locate.QuotationStatus.STITCHED)
_PLACES = 2  # of a quotation, whose sources are named for it


class FindingStatus(StrEnum):
    """``FOUND``: a source says something near it, and nothing that was compared differs. ``NOT_CHECKABLE``: it claims
    nothing that sources could say."""

    FOUND = "found"
    DIFFERS = "differs"
    NOT_FOUND = "not found"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The best passage of one source. ``told``: its sentences that were compared, in characters of the document.
    ``share``: of the claim's words, by weight, that these have. In ``differences``, ``draft`` counts in the draft and
    ``source`` in the document; those that are ``compatible`` are told but do not count. ``opinion``: a judge's, if one
    was asked; it counts for nothing."""

    hit: Hit
    span: Span
    share: float
    differences: tuple[Difference, ...] = ()
    opinion: Opinion | None = None

    @property
    def is_about(self) -> bool:
        """Whether it says enough of the claim to be held against it, and so to be counted as a voice on it."""
        return self.hit.confidence is not Confidence.NONE and self.share >= ABOUT

    @property
    def text(self) -> str:
        """What was compared, verbatim."""
        start = self.hit.passage.span.start
        return self.hit.passage.text[self.span.start - start : self.span.end - start]

    @property
    def counted_differences(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if not one.compatible)

    @property
    def differs(self) -> bool:
        return bool(self.counted_differences)


@dataclass(frozen=True, slots=True)
class QuoteFinding:
    """A quotation of the draft, and where it stands."""

    quotation: Quotation
    located: LocatedQuotation

    @property
    def sources(self) -> list[Source]:
        """Where it stands as it is given, or altered."""
        return [place.source for place in self.located.places[:_PLACES]]

    @property
    def changed(self) -> bool:
        return self.located.status in _CHANGED


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one sentence: evidence of different sources, the most telling first, and the quotations that
    it is part of. ``lacking``: its figures, dates and names that no passage of the evidence that counts has."""

    sentence: DraftSentence
    status: FindingStatus
    confidence: Confidence = Confidence.NONE
    evidence: tuple[Evidence, ...] = ()
    lacking: tuple[Span, ...] = ()
    quotes: tuple[QuoteFinding, ...] = ()

    @property
    def counted_evidence(self) -> tuple[Evidence, ...]:
        """The evidence that counts, of what was found."""
        return is_counted(self.evidence) if self.status in (FindingStatus.FOUND, FindingStatus.DIFFERS) else ()

    @property
    def missing(self) -> tuple[Span, ...]:
        """What is lacking, in characters of the draft; not what is told as a difference, nor what stands in a quotation
        that has a place."""
        told = [other.draft for one in self.counted_evidence for other in one.counted_differences]
        told += [place.draft for quote in self.quotes for place in quote.located.places]
        return tuple(one for one in self.lacking if self.counted_evidence and not any(one.meets(span) for span in told))

    @property
    def missed(self) -> tuple[str, ...]:
        """The words of what is missing, each once."""
        start = self.sentence.span.start
        said = (self.sentence.text[one.start - start : one.end - start] for one in self.missing)
        return tuple(dict.fromkeys(" ".join(one.split()) for one in said))

    @property
    def disagreeing(self) -> tuple[Evidence, ...]:
        """Of what was found, the evidence that differs: sources disagree."""
        return tuple(one for one in self.counted_evidence if self.status is FindingStatus.FOUND and one.differs)

    @property
    def leading(self) -> tuple[Evidence, ...]:
        """The two voices to read first: the best, and rather one that says otherwise."""
        first, rest = self.counted_evidence[:1], self.counted_evidence[1:]
        wanted = self.status is FindingStatus.DIFFERS or (bool(first) and not first[0].differs)
        other = [one for one in rest if one.differs is wanted and (wanted or one.share >= first[0].share)]
        return (*first, *(other or rest)[:1])

    def status_in(self, source: str) -> FindingStatus | None:
        """As one source has it: what a quotation is there decides of a quote, and counts in a claim. None where the
        source says nothing on it."""
        voice = next((one for one in self.counted_evidence if one.hit.source.id == source), None)
        here = [one for one in self.quotes if any(place.id == source for place in one.sources)]
        if voice is None and not here:
            return None
        differs = bool(voice and voice.differs) and not (here and self.sentence.kind is SentenceKind.QUOTE)
        return FindingStatus.DIFFERS if differs or any(one.changed for one in here) else FindingStatus.FOUND

    def differences_in(self, source: str) -> list[Difference]:
        """What counts in one source, the changes of a quotation with it."""
        voices = (one for one in self.counted_evidence if one.hit.source.id == source)
        quotes = (one for one in self.quotes if any(place.id == source for place in one.sources))
        return [
            *(one for voice in voices for one in voice.counted_differences),
            *(one for quote in quotes for one in quote.located.changes),
        ]

    @property
    def asides(self) -> list[str]:
        """What to look at though it be found: what no passage has, and that sources disagree."""
        told = []
        if self.missed:
            told.append(f"not in these passages: {'; '.join(self.missed)}")
        if self.disagreeing:
            told.append(f"sources disagree: {len(self.disagreeing)} of {len(self.counted_evidence)} differ")
        return told


def is_counted(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The first, and what says enough."""
    return tuple(one for one in evidence if one is evidence[0] or one.is_about)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A draft with a finding for each of its sentences, in order, and what it was checked with."""

    draft: Draft
    findings: tuple[Finding, ...]
    generation: int
    model: str
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def counts(self) -> dict[FindingStatus, int]:
        return {status: sum(one.status is status for one in self.findings) for status in FindingStatus}

    @property
    def sources(self) -> list[Source]:
        """The sources that say something, or have a quotation, those with something on most sentences first."""
        said: dict[str, tuple[Source, int]] = {}
        for one in self.findings:
            every = [voice.hit.source for voice in one.counted_evidence] + [
                source for quote in one.quotes for source in quote.sources
            ]
            for source in {source.id: source for source in every}.values():
                said[source.id] = (source, said.get(source.id, (source, 0))[1] + 1)
        return [source for source, _ in sorted(said.values(), key=lambda pair: -pair[1])]
