"""Whether a source has a quotation from the one to whom a draft ascribes it."""

from __future__ import annotations

from typing import NamedTuple

from index.quotations.draft_quotations import Quotation
from index.quotations.people import are_one, full_name, is_named, surname
from index.quotations.speakers import attribution, turns
from index.text.speakers import is_role
from index.types import Source, Span

BEFORE, AFTER = 6000, 3000
"""Characters before and after a quotation in which its speaker is looked for (guesses)."""

HEAD = 1500
"""Characters at the beginning of a document that may tell whose it is (a guess)."""

_NEAR = 1200  # characters within which a name stands near (a guess)


class QuotedPlace(NamedTuple):
    """A quotation in a source: ``text`` with what stands around it, its ``span`` in it, and the source's ``head``."""

    source: Source
    head: str
    text: str
    span: Span


def attribution_note(quotation: Quotation, place: QuotedPlace) -> str | None:
    """What is to be said of the name that a quotation is ascribed to; None where the source may have it from them."""
    name = quotation.attributed_to
    if name is None:
        return None
    known, source = attribution(place.text, place.span), place.source
    around = f"{place.head}\n{place.text}"
    labels = {label for label in turns(place.text).labels if not is_role(label)}
    # a part in the talk, which may be theirs unless they speak under their own name
    is_open = not known.speaker or (is_role(known.speaker) and not any(are_one(name, label) for label in labels))
    speaker = full_name(known.speaker, around) if known.speaker and not is_open else known.speaker
    if not is_open and (are_one(name, speaker) or are_one(name, known.speaker)):
        return None
    if is_named(name, known.admitted) and (surname(name) != surname(speaker) or is_open):
        return None
    if _is_of_source(name, source, place.head, whole=is_open or known.is_own or quotation.is_cited):
        return None
    near = place.text[max(0, place.span.start - _NEAR) : place.span.end + _NEAR]
    is_near = is_named(name, near)
    if is_open and is_near:
        return None
    if speaker:
        tells = f"the source has it from {speaker}"
    elif source.authors:
        tells = f"the source is by {', '.join(source.authors)}"
    else:
        tells = "the source names no author"
    return f"ascribed to {name}{'' if is_near else ', who is not named near it'}; {tells}"


def _is_of_source(name: str, source: Source, head: str, *, whole: bool) -> bool:
    """Whether a name is the publisher's, or (``whole``) stands anywhere in what tells whose a document is."""
    if is_named(name, source.publisher or "", any_case=True):
        return True
    stated = " ".join([source.title, source.location, *source.authors]).replace("_", " ")
    return whole and (is_named(name, stated, any_case=True) or is_named(name, head))
