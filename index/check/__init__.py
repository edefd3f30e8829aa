"""A draft against the sources: the evidence for each sentence, where the two differ, and the person's marks."""

from index.check.draft import check_draft
from index.check.findings import DraftCheck, Evidence, Finding, FindingStatus, QuoteFinding
from index.check.marks import (
    Mark,
    MarkStatus,
    read_marks,
    replace_mark,
    sentence_key,
    write_mark,
)
from index.check.sentences import SentenceKind
from index.collections.pins import Pin, PinStatus, pin_status

__all__ = [
    "DraftCheck",
    "Evidence",
    "Finding",
    "FindingStatus",
    "Mark",
    "MarkStatus",
    "Pin",
    "PinStatus",
    "QuoteFinding",
    "SentenceKind",
    "check_draft",
    "pin_status",
    "read_marks",
    "replace_mark",
    "sentence_key",
    "write_mark",
]
