"""A checked draft as a Word document to go on with: what the person confirmed is cited, differences are comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.check.draft import DraftCheck, Evidence, Finding, FindingStatus
from index.check.marks import Mark, MarkStatus, sentence_key
from index.output import docx, export, export_record
from index.output.citations import CitationStyle, Citing
from index.output.csl import Keys
from index.output.docx import Comment, CommentStart, Footnote, Insertion, Paragraph
from index.output.export_draft import Marks, cited_evidence, paragraphs, quotation_note

_IN_NOTES = (CitationStyle.PLAIN, CitationStyle.MARKDOWN, CitationStyle.CHICAGO_NOTES)
"""Styles whose citations are footnotes; others stand in the sentence."""

_CLOSING = re.compile(r"[.!?…]+$")


def write_clean_copy(
    checked: DraftCheck, marks: Marks, when: str, style: CitationStyle = CitationStyle.PLAIN, keys: Keys | None = None
) -> bytes:
    """The draft in its own words. A sentence cites its source where the person confirmed it, and only there; one that
    differs from a source has a comment. ``when``: an ISO time; ``keys``: of BibTeX, by source id."""
    confirmed = [
        (finding, _confirmed(finding, marks.get(sentence_key(finding.sentence.text)))) for finding in checked.findings
    ]
    sources = [evidence.hit.source for _, evidence in confirmed if evidence]
    citing = Citing.of(sources, style, keys)
    inserted = [part for finding, evidence in confirmed for part in _inserted(finding, evidence, citing)]
    entries = citing.bibliography(sources) if sources and style not in _IN_NOTES else []
    ending = [Paragraph([export.BIBLIOGRAPHY], "Heading2"), *(Paragraph([entry], "Bibliography") for entry in entries)]
    body = paragraphs(checked.draft.text, inserted)
    return docx.package([*body, *(ending if entries else ())], export_record.check_record(checked, when))


def _confirmed(finding: Finding, mark: Mark | None) -> Evidence | None:
    """What the person confirmed the sentence against: the passage that was best then, if it still is evidence."""
    if mark is None or mark.status is not MarkStatus.CONFIRMED:
        return None
    evidence = finding.counted_evidence
    pinned = (known for known in evidence if mark.pin and known.hit.source.id == mark.pin.source)
    return next(pinned, evidence[0] if evidence and not mark.pin else None)


def _inserted(finding: Finding, evidence: Evidence | None, citing: Citing) -> Iterator[tuple[int, docx.Part]]:
    """What is put into a sentence, with positions in the draft, which rise."""
    start, end = finding.sentence.span
    differs = [known for known in finding.leading_evidence if finding.status is FindingStatus.DIFFERS and known.differs]
    changed = [quote for quote in finding.quotes if quote.located.changes]
    if differs or changed:
        yield start, CommentStart()
    if evidence:
        source, passage = evidence.hit.source, evidence.hit.passage
        if citing.style in _IN_NOTES:
            yield end, Footnote(citing.cite(source, passage))
        else:
            closing = _CLOSING.search(finding.sentence.text)
            # a heading is too long for a sentence
            exact = passage if passage.page or passage.time is not None else None
            yield end - (len(closing[0]) if closing else 0), Insertion(f" {citing.cite(source, exact)}")
    if differs or changed:
        # in full: what a comment names need not be among the sources that the copy lists
        yield end, Comment(" ".join([*map(quotation_note, changed), *map(cited_evidence, differs)]))
