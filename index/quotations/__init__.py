"""Where the quotations of a draft stand in the sources: found in the draft, aligned word by word, located."""

from index.quotations.draft_quotations import Quotation, find_quotations
from index.quotations.locate import LocatedQuotation, QuotationMatch, QuotationStatus, locate_quotations

__all__ = [
    "LocatedQuotation",
    "Quotation",
    "QuotationMatch",
    "QuotationStatus",
    "find_quotations",
    "locate_quotations",
]
