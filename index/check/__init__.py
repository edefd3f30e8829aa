"""A draft against the sources: the evidence for each sentence, where the two differ, and the person's marks."""

from index.check.draft import check_draft
from index.check.drafts import (
    KeptDraft,
    RemovedDraft,
    carried,
    counts_of,
    keep_draft,
    load_text,
    read_draft,
    read_drafts,
    record_check,
    remove_draft,
    rename_draft,
    restore_draft,
)
from index.check.findings import PARTLY, DraftCheck, Evidence, Finding, FindingStatus, QuoteFinding
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
from index.differences.types import Difference

__all__ = [
    "PARTLY",
    "Difference",
    "DraftCheck",
    "Evidence",
    "Finding",
    "FindingStatus",
    "KeptDraft",
    "Mark",
    "MarkStatus",
    "Pin",
    "PinStatus",
    "QuoteFinding",
    "RemovedDraft",
    "SentenceKind",
    "carried",
    "check_draft",
    "counts_of",
    "keep_draft",
    "load_text",
    "pin_status",
    "read_draft",
    "read_drafts",
    "read_marks",
    "record_check",
    "remove_draft",
    "rename_draft",
    "replace_mark",
    "restore_draft",
    "sentence_key",
    "write_mark",
]
