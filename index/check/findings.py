"""The result of checking a draft: for each sentence a status, its evidence, its quotations and the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index.check import same_event
from index.check.exchanged import Exchanged
from index.check.judge import Opinion
from index.check.sentences import DraftSentence, SentenceKind
from index.differences import Difference
from index.quotations import locate
from index.quotations.draft_quotations import Quotation
from index.quotations.locate import LocatedQuotation
from index.types import Confidence, Draft, Hit, Source, Span

MIN_RELEVANT_SHARE = 0.4  # of the claim's words, by weight, below which a source's differences do not count (a guess)
_CHANGED = (locate.QuotationStatus.ALTERED, locate.QuotationStatus.STITCHED)
_MAX_QUOTE_SOURCES = 2  # matches of a quotation whose sources are listed (a guess)


PARTLY = "found in part"
"""The label of a sentence that is found in part; its status is *found*."""


class FindingStatus(StrEnum):
    """``FOUND``: a source says something close to the sentence, and no value that was compared differs.
    ``NOT_CHECKABLE``: the sentence claims nothing that a source could say."""

    FOUND = "found"
    DIFFERS = "differs"
    NOT_FOUND = "not found"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The best passage of one source. ``span``: the sentences of it that were compared, in characters of the document.
    ``share``: the claim's words that these have, by weight, 0–1. ``share_with_context``: with what they lean on, the
    source's title, the heading and the sentence before. ``differences``: ``draft`` in characters of the draft,
    ``source`` of the document; ``compatible`` ones are shown but do not count. ``opinion``: of the judge, if there is
    one; no status depends on it."""

    hit: Hit
    span: Span
    share: float
    share_with_context: float = 0.0
    differences: tuple[Difference, ...] = ()
    opinion: Opinion | None = None

    @property
    def is_relevant(self) -> bool:
        """Whether it has enough of the claim to be compared with it, and so to count as evidence."""
        return self.hit.confidence is not Confidence.NONE and self.share >= MIN_RELEVANT_SHARE

    @property
    def text(self) -> str:
        """The sentences that were compared, verbatim."""
        return self.hit.passage.slice(self.span)

    @property
    def counted_differences(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if not difference.compatible)

    @property
    def differs(self) -> bool:
        return bool(self.counted_differences)


@dataclass(frozen=True, slots=True)
class QuoteFinding:
    """A quotation of the draft, and where the library has it."""

    quotation: Quotation
    located: LocatedQuotation

    @property
    def sources(self) -> list[Source]:
        """The sources that have it, verbatim or altered."""
        return [match.source for match in self.located.matches[:_MAX_QUOTE_SOURCES]]

    @property
    def is_changed(self) -> bool:
        return self.located.status in _CHANGED


@dataclass(frozen=True, slots=True)
class Finding:
    """The result for one sentence. ``evidence``: one of each source, best first. ``unsupported``: what of the sentence
    no passage of the counted evidence has. ``exchanged``: its words in the place of which a source that says nearly the
    same has others, in characters of the draft. ``quotes``: the quotations that overlap it. ``read_with``: the text
    before it that it leans on and was looked for with; "" for none. ``lacking``: the weight of the sentence's words
    that no passage of the counted evidence has, as a share of all, 0–1, plus that of the values among them, which so
    count twice; 1 without evidence."""

    sentence: DraftSentence
    status: FindingStatus
    confidence: Confidence = Confidence.NONE
    evidence: tuple[Evidence, ...] = ()
    unsupported: tuple[Span, ...] = ()
    quotes: tuple[QuoteFinding, ...] = ()
    read_with: str = ""
    lacking: float = 1.0
    exchanged: tuple[Exchanged, ...] = ()

    @property
    def counted_evidence(self) -> tuple[Evidence, ...]:
        """The evidence that counts; empty unless the sentence is found or differs."""
        is_covered = self.status in (FindingStatus.FOUND, FindingStatus.DIFFERS)
        return select_counted(self.evidence) if is_covered else ()

    @property
    def missing_spans(self) -> tuple[Span, ...]:
        """The unsupported spans of the draft, without those in a quotation that is located, or in a difference that
        makes the sentence differ."""
        return tuple(span for span in self.unsupported if self._is_unexplained(span))

    @property
    def other_words(self) -> tuple[Exchanged, ...]:
        """The exchanged words, without those in such a quotation or difference, or in a missing span."""
        missing = self.missing_spans
        return tuple(
            exchanged
            for exchanged in self.exchanged
            if self._is_unexplained(exchanged.draft) and not any(exchanged.draft.meets(span) for span in missing)
        )

    def _is_unexplained(self, span: Span) -> bool:
        explained = [match.draft for quote in self.quotes for match in quote.located.matches]
        if self.status is FindingStatus.DIFFERS:
            explained += [difference.draft for item in self.counted_evidence for difference in item.counted_differences]
        return bool(self.counted_evidence) and not any(span.meets(known) for known in explained)

    @property
    def is_partial(self) -> bool:
        """Whether it is found, and no passage has all of it, or what is nearly the same has other words, or a quotation
        is ascribed to somebody from whom no source has it."""
        misattributed = any(quote.located.is_misattributed for quote in self.quotes)
        return self.status is FindingStatus.FOUND and bool(self.missing_spans or self.other_words or misattributed)

    @property
    def label(self) -> str:
        """The status in words, "found in part" where no passage has all of it."""
        return PARTLY if self.is_partial else self.status.value

    @property
    def missing_words(self) -> tuple[str, ...]:
        """The text of each missing span, without repetition."""
        return tuple(dict.fromkeys(map(self._words, self.missing_spans)))

    def _words(self, span: Span) -> str:
        """The words of the sentence in a span of the draft, on one line."""
        return " ".join(self.sentence.text[slice(*span.shifted(-self.sentence.span.start))].split())

    @property
    def disagreeing_evidence(self) -> tuple[Evidence, ...]:
        """The evidence that differs although the sentence is found, and is of the same event: the sources disagree."""
        differing = [
            evidence for evidence in self.counted_evidence if self.status is FindingStatus.FOUND and evidence.differs
        ]
        return tuple(evidence for evidence in differing if self._is_of_one_event(evidence))

    def _is_of_one_event(self, evidence: Evidence) -> bool:
        """Whether a passage that differs speaks of what the sentence does, by what both name."""
        by = len(self.read_with) + 1 - self.sentence.span.start
        apart = [difference.draft.shifted(by) for difference in evidence.counted_differences]
        agreeing = [other for other in self.counted_evidence if not other.differs]
        return same_event.is_same_event(
            f"{self.read_with} {self.sentence.text}",
            apart,
            _compared(evidence),
            [_compared(other) for other in agreeing],
        )

    @property
    def _has_support(self) -> bool:
        """Whether some passage has what another differs in, so that the sources disagree among themselves."""
        return any(
            not any(difference.draft.meets(span) for span in self.unsupported)
            for evidence in self.disagreeing_evidence
            for difference in evidence.counted_differences
        )

    @property
    def nearest_evidence(self) -> tuple[Evidence, ...]:
        """For a sentence that is not found: the evidence that comes nearest, two at most; else empty."""
        return self.evidence[:2] if self.status is FindingStatus.NOT_FOUND else ()

    @property
    def leading_evidence(self) -> tuple[Evidence, ...]:
        """The evidence to read first, two at most: the best, then preferably one that contradicts it."""
        first, rest = self.counted_evidence[:1], self.counted_evidence[1:]
        wanted = self.status is FindingStatus.DIFFERS or (bool(first) and not first[0].differs)
        preferred = [
            evidence for evidence in rest if evidence.differs is wanted and (wanted or evidence.share >= first[0].share)
        ]
        return (*first, *(preferred or rest)[:1])

    def status_in(self, source: str) -> FindingStatus | None:
        """The status by one source alone, which is given by its id. None when it has neither evidence nor a quotation.
        In a quote only its quotations count when it has any; in a claim its evidence counts too."""
        evidence = next((evidence for evidence in self.counted_evidence if evidence.hit.source.id == source), None)
        quotes = [quote for quote in self.quotes if any(quoted.id == source for quoted in quote.sources)]
        if evidence is None and not quotes:
            return None
        differs = bool(evidence and evidence.differs) and not (quotes and self.sentence.kind is SentenceKind.QUOTE)
        return FindingStatus.DIFFERS if differs or any(quote.is_changed for quote in quotes) else FindingStatus.FOUND

    def differences_in(self, source: str) -> list[Difference]:
        """The counted differences from one source, which is given by its id, and then the changes of its quotations."""
        by_source = (evidence for evidence in self.counted_evidence if evidence.hit.source.id == source)
        quotes = (quote for quote in self.quotes if any(quoted.id == source for quoted in quote.sources))
        return [
            *(difference for evidence in by_source for difference in evidence.counted_differences),
            *(change for quote in quotes for change in quote.located.changes),
        ]

    @property
    def remarks(self) -> list[str]:
        """Remarks, whatever the status: what the sentence was read with, what no passage has, what a source has in
        other words, sources that disagree."""
        remarks = []
        if self.read_with:
            remarks.append(f"read with “{' '.join(self.read_with.split())}”")
        if self.missing_words:
            remarks.append(f"not in these passages: {'; '.join(self.missing_words)}")
        remarks += [
            f"“{self._words(words.draft)}” stands where a source that says nearly the same has “{words.instead}”"
            for words in self.other_words
        ]
        if self.disagreeing_evidence:
            differs, counted = len(self.disagreeing_evidence), len(self.counted_evidence)
            differing = f"{differs} of {counted} source{'s' * (counted != 1)} differ{'s' * (differs == 1)}"
            remarks.append(f"sources disagree: {differing}" if self._has_support else differing)
        return remarks


def _compared(evidence: Evidence) -> same_event.Compared:
    """What was compared, and what it stands under."""
    source, passage = evidence.hit.source, evidence.hit.passage
    return same_event.Compared(evidence.text, "\n".join([source.title, passage.heading or "", passage.text]))


def select_counted(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence that counts: the first, and all that is relevant. Empty input gives an empty result."""
    return tuple(candidate for candidate in evidence if candidate is evidence[0] or candidate.is_relevant)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A draft with a finding for each of its sentences, in order, and the library's state and the settings used."""

    draft: Draft
    findings: tuple[Finding, ...]
    generation: int
    model: str
    settings: Mapping[str, object] = field(default_factory=dict)
    epoch: str = ""

    @property
    def counts(self) -> dict[FindingStatus, int]:
        """The number of sentences of each status."""
        return {status: sum(finding.status is status for finding in self.findings) for status in FindingStatus}

    @property
    def label_counts(self) -> dict[str, int]:
        """The number of sentences of each label, those found in part apart from those found."""
        counts: dict[str, int] = {}
        for status, count in self.counts.items():
            partial = sum(finding.is_partial for finding in self.findings) if status is FindingStatus.FOUND else 0
            counts[status.value] = count - partial
            counts |= {PARTLY: partial} if partial else {}
        return counts

    @property
    def summary(self) -> str:
        """How many sentences have each label, for example ``33 found; 2 found in part; 1 differs``."""
        return "; ".join(
            f"{count:,} differ{'s' * (count == 1)}" if label == FindingStatus.DIFFERS else f"{count:,} {label}"
            for label, count in self.label_counts.items()
        )

    @property
    def sources(self) -> list[Source]:
        """The sources with counted evidence or a quotation, those of the most sentences first."""
        counts: dict[str, tuple[Source, int]] = {}
        for finding in self.findings:
            cited = [evidence.hit.source for evidence in finding.counted_evidence] + [
                source for quote in finding.quotes for source in quote.sources
            ]
            for source in {source.id: source for source in cited}.values():
                counts[source.id] = (source, counts.get(source.id, (source, 0))[1] + 1)
        return [source for source, _ in sorted(counts.values(), key=lambda pair: -pair[1])]
