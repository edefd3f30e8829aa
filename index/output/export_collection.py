"""A collection as a list of quotations: as they were pinned, and what became of each since."""

from __future__ import annotations

from collections.abc import Mapping

from index.collections import Collection, PinOutcome, PinStatus
from index.output import export, export_record
from index.output.export_quotations import ExportedQuotation, QuotationList
from index.snapshot.manifest import Manifest

_STATUS = {
    PinStatus.UNCHANGED: "",
    PinStatus.MOVED: "Moved in its source since it was pinned; its words are the same",
    PinStatus.EDITED: "Edited in its source since it was pinned",
    PinStatus.MISSING: "Gone from the library since it was pinned",
}


def collection_quotations(
    manifest: Manifest, collection: Collection, outcomes: Mapping[str, PinOutcome], when: str
) -> QuotationList:
    """In the person's order, cited as the sources are described now. ``manifest``: of the
    generation that answers; ``outcomes``: by the id of each pin; ``when``: an ISO time."""
    listed = [(pin, outcomes[pin.id]) for pin in collection.pins]
    return QuotationList(
        title=collection.name,
        quotations=[
            ExportedQuotation(
                pin.passage.text,
                outcome.source or pin.source,
                pin.passage,
                pin.passage.span,
                pin.note,
                pin.tags,
                _status(outcome),
            )
            for pin, outcome in listed
        ],
        provenance=export.provenance(when, manifest.generation, manifest.model, {}),
        record=export_record.quotations_record(
            when, manifest.epoch, manifest.generation, [(pin.source.id, pin.passage) for pin in collection.pins]
        ),
    )


def _status(outcome: PinOutcome) -> str:
    edited = outcome.status is PinStatus.EDITED
    return _STATUS[outcome.status] + (f". It reads now: “{outcome.text}”" if edited else "")
