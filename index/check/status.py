"""The status of a sentence: found, differs or not found, by its evidence alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.check.findings import Evidence, FindingStatus
from index.check.sentences import DraftSentence
from index.differences import Difference
from index.differences.coverage import confirms
from index.types import Confidence

TRUSTED_SHARE = 0.45  # of the claim's words, by weight, that the best source has: it is found whatever the confidence
_MIN_SHARE = (
    0.3  # of these words, for "found" when confidence is plausible: .93 of wice's own pages have it, .30 of others
)


def status_of(sentence: DraftSentence, level: Confidence, evidence: Sequence[Evidence]) -> FindingStatus:
    """The status by evidence alone. Differences count in the best source, and in others that have as many of the
    claim's words, unless a source that says something close to the sentence agrees with it on the point."""
    if not evidence or not _is_covered(level, evidence[0]):
        return FindingStatus.NOT_FOUND
    best = evidence[0]
    deciding = [item for item in evidence if item is best or (item.is_relevant and item.share >= best.share)]
    agreed = all(
        _is_agreed(sentence, difference, item, evidence, deciding)
        for item in deciding
        for difference in item.counted_differences
    )
    return FindingStatus.FOUND if agreed else FindingStatus.DIFFERS


def _is_agreed(
    sentence: DraftSentence,
    difference: Difference,
    differing: Evidence,
    evidence: Sequence[Evidence],
    deciding: Sequence[Evidence],
) -> bool:
    """Whether a source that differs nowhere says what the sentence says at the point where another source differs. What
    the other has too, of another thing, must stand in a deciding source: only there it is likely of the same."""
    in_sentence = replace(difference, draft=difference.draft.shifted(-sentence.span.start))
    agreeing = deciding
    if not confirms(sentence.text, in_sentence, differing.text):
        agreeing = [item for item in evidence if item in deciding or (item.is_relevant and item.share >= TRUSTED_SHARE)]
    return any(confirms(sentence.text, in_sentence, item.text) for item in agreeing if not item.differs)


def _is_covered(level: Confidence, best: Evidence) -> bool:
    """Whether the best source says something close to the sentence."""
    if best.share_with_context >= TRUSTED_SHARE or level is Confidence.STRONG:
        return True
    return level is Confidence.PLAUSIBLE and best.share_with_context >= _MIN_SHARE
