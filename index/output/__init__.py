"""How results are written: JSON and text for the command line; Markdown, HTML, Word and CSV files to export.

Nothing here decides anything about a result. The names below are imported when they are first asked for: a search needs
neither what writes checked drafts nor what writes comparisons.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.errors import as_started
    from index.output.bibliography_files import BIBLIOGRAPHY_FORMATS
    from index.output.chosen_style import choose_style, read_style
    from index.output.citations import STYLE_NAMES, CitationStyle, quotation
    from index.output.clean_copy import write_clean_copy
    from index.output.copies import format_copies, format_copy
    from index.output.csl import citation_keys, doubts
    from index.output.export import TABLE_FORMATS, ExportTable, cite, source_name, timestamp
    from index.output.export_collection import collection_quotations
    from index.output.export_compare import answers_table, comparison_table
    from index.output.export_draft import DRAFT_FORMATS
    from index.output.export_quotations import ExportedQuotation, QuotationList, answer_quotations, write_quotations
    from index.output.export_record import read_export
    from index.output.terminal import (
        CONFIDENCE_LABELS,
        format_counts,
        format_explanation,
        format_language_note,
        format_named,
        format_verdict,
    )

_HOME_OF = {
    "choose_style": "chosen_style",
    "write_clean_copy": "clean_copy",
    "collection_quotations": "export_collection",
    "read_style": "chosen_style",
    "BIBLIOGRAPHY_FORMATS": "bibliography_files",
    "ExportedQuotation": "export_quotations",
    "QuotationList": "export_quotations",
    "STYLE_NAMES": "citations",
    "CitationStyle": "citations",
    "answer_quotations": "export_quotations",
    "format_copies": "copies",
    "format_copy": "copies",
    "citation_keys": "csl",
    "doubts": "csl",
    "quotation": "citations",
    "read_export": "export_record",
    "write_quotations": "export_quotations",
    "CONFIDENCE_LABELS": "terminal",
    "DRAFT_FORMATS": "export_draft",
    "ExportTable": "export",
    "TABLE_FORMATS": "export",
    "as_started": "terminal",
    "answers_table": "export_compare",
    "cite": "export",
    "comparison_table": "export_compare",
    "format_counts": "terminal",
    "format_explanation": "terminal",
    "format_language_note": "terminal",
    "format_named": "terminal",
    "format_verdict": "terminal",
    "source_name": "export",
    "timestamp": "export",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "BIBLIOGRAPHY_FORMATS",
    "CONFIDENCE_LABELS",
    "DRAFT_FORMATS",
    "STYLE_NAMES",
    "TABLE_FORMATS",
    "CitationStyle",
    "ExportTable",
    "ExportedQuotation",
    "QuotationList",
    "answer_quotations",
    "answers_table",
    "as_started",
    "choose_style",
    "citation_keys",
    "cite",
    "collection_quotations",
    "comparison_table",
    "doubts",
    "format_copies",
    "format_copy",
    "format_counts",
    "format_explanation",
    "format_language_note",
    "format_named",
    "format_verdict",
    "quotation",
    "read_export",
    "read_style",
    "source_name",
    "timestamp",
    "write_clean_copy",
    "write_quotations",
]
