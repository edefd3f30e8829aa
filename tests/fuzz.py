"""Looks for inputs that a reader, a parser or a codec does not take as it says, by atheris (coverage-guided mutation):

    pip install atheris
    python -m tests.fuzz TARGET FOLDER -max_total_time=600

Run by hand: atheris is no requirement of the suite. A target is the suffix of a file (``pdf``), or one of the names in
``OTHERS``. What follows FOLDER are options of libFuzzer. Each new kind of find is printed with its traceback, and its
input written to FOLDER/finds; the run goes on. Memory beyond a limit (-rss_limit_mb) ends it, as a crash of a library
does; its input is in FOLDER too. Inputs that reach new code are kept in FOLDER/corpus, where the next run begins.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import sys
import tempfile
import threading
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from itertools import islice
from pathlib import Path

import atheris

PACKAGES = ["index", "ingest"]

with atheris.instrument_imports(include=PACKAGES):
    from index.check.draft import check_draft
    from index.check.sentences import sentences_of
    from index.commands.rerun import read_result
    from index.differences import differences
    from index.errors import QueryError, ReadError
    from index.output import DRAFT_FORMATS
    from index.output.exported_draft import draft_in
    from index.output.json_output import checked_json
    from index.output.result_items import items_of
    from index.quotations.draft_quotations import find_quotations
    from index.search.index import Index
    from index.types import By
    from ingest.draft import draft_of_text, read_draft
    from ingest.metadata.citations import has_abstracts, read_citations
    from ingest.metadata.origin import Statements
    from ingest.metadata.sidecar import read_sidecar
    from ingest.readers import READERS, read
    from ingest.sandbox import frames
    from ingest.sandbox.pool import Limits, Pool, Task
    from ingest.types import Empty, Extract, Outcome, Progress, Unreadable
    from tests.altering import made_by_hashed, write
    from tests.making import GOLDEN, WHEN
    from tests.mutants import flaws, samples, taken_in

SLOW = 10.0  # seconds of the processor

Target = Callable[[bytes], object]


def of_file(name: str, data: bytes) -> None:
    """Read, sent from process to process, and made into a document, as an ingest does."""
    try:
        reading = read(data, name, ocr=False)
        outcomes = list(reading.extracts)
    except ReadError as error:
        in_a_line(str(error))
        return
    for warning in reading.warnings:
        in_a_line(warning)
    for outcome in outcomes:
        assert arrived(outcome) == outcome
        if isinstance(outcome, Extract):
            assert not flaws(outcome), flaws(outcome)
            taken_in(name, outcome)
        elif isinstance(outcome, Unreadable):
            in_a_line(outcome.reason)


def in_a_line(message: str) -> None:
    assert "\n" not in message, message
    assert message, "an empty message"


def arrived(outcome: Outcome) -> Outcome:
    pipe = io.BytesIO()
    frames.send_outcome(pipe, outcome)
    pipe.seek(0)
    return frames.parse_outcome(*frames.receive(pipe))


def of_draft(data: bytes) -> None:
    """As Markdown, as text, and pasted; its sentences and quotations, and all of it against a library."""
    pasted = data.decode("utf-8", "surrogateescape")
    for made in (lambda: read_draft(data, "a.md"), lambda: read_draft(data, "a.txt"), lambda: draft_of_text(pasted)):
        try:
            draft = made()
        except ReadError as error:
            in_a_line(str(error))
            continue
        sentences_of(draft, [quotation.span for quotation in find_quotations(draft.text)])
    exported(f"Paragraph 0 of text 3 speaks. {pasted}")


def exported(text: str) -> dict[str, bytes]:
    """A checked draft as a file of each format."""
    checked = check_draft(library(), draft_of_text(text))
    files = {suffix: write_as(checked, {}, WHEN) for suffix, write_as in DRAFT_FORMATS.items()}
    return {**files, ".json": json.dumps(checked_json(checked, library().store, {})).encode()}


def of_query(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for by in By:
        try:
            library().search(text, 3, by).query.encode()
        except QueryError as error:
            in_a_line(str(error))


@cache
def library() -> Index:
    folder = Path(tempfile.mkdtemp()) / "library"
    with made_by_hashed():
        write(folder, dict.fromkeys(range(6), 0))
        return Index.open(folder)


def of_two_texts(data: bytes) -> None:
    left, _, right = data.decode("utf-8", "replace").partition("\n")
    for difference in differences(left, right):
        assert 0 <= difference.draft.start < difference.draft.end <= len(left)
        assert 0 <= difference.source.start < difference.source.end <= len(right)


def of_bibliography(name: str, data: bytes) -> None:
    try:
        for entry in read_citations(data, name).entries:
            Statements(entry.metadata).to_json().encode()
        has_abstracts(name, data)
    except ReadError as error:
        in_a_line(str(error))


def on_disk(name: str, reader: Callable[[Path], object], data: bytes) -> None:
    """For what takes a path."""
    path = Path(tempfile.gettempdir()) / f"fuzzed-{name}"
    path.write_bytes(data)
    try:
        reader(path)
    except ReadError as error:
        in_a_line(str(error))


def of_result(path: Path) -> None:
    result = read_result(path)
    items_of(result)
    if "draft" in result:
        draft_in(path, result["draft"])


def of_frames(data: bytes) -> None:
    """What a worker sends, a line for a frame, is an outcome or costs its file alone, whatever it is."""
    task = Task(Path("a"), "a", 1, Limits(), threading.Event(), ocr=True)
    for line in [*data.split(b"\n")[:20], b".0"]:
        pipe = io.BytesIO(line[:1] + struct.pack(">Q", len(line) - 1) + line[1:] if line else b"")
        with suppress(EOFError):
            task.put(*frames.receive(pipe))
    try:
        for outcome in Pool().read(task)[0].extracts:
            if isinstance(outcome, Extract):
                taken_in("a.txt", outcome)
    except ReadError as error:
        in_a_line(str(error))


def sent() -> bytes:
    """What a worker sends of a document that has all that a document may have."""
    reading = read((GOLDEN / "bees.docx.in").read_bytes(), "bees.docx")
    pipe = io.BytesIO()
    frames.send_reading(pipe, reading, b"digest")
    for outcome in (*reading.extracts, Progress("page 1"), Empty("row 1"), Unreadable("row 2", "It is broken.")):
        frames.send_outcome(pipe, outcome)
    pipe.seek(0)
    received = iter(partial(frames.receive, pipe), None)
    return b"\n".join(kind.value + body for kind, body in islice(received, 5))


BIBTEX = b'@article{a, title = {On {Bees} \\"a}, author = "Ames, A. and others", year = 1862, file = {x:a.pdf:pdf}}'
RIS = b"TY  - JOUR\nTI  - On bees\nAU  - Ames, A.\nPY  - 1862/03/01/\nDO  - 10.1/x\nL1  - a.pdf\nER  - \n"
CSL = b'[{"type": "book", "id": "a", "title": "On bees", "author": [{"family": "Ames"}], "issued": {"raw": "1862"}}]'
ZOTERO = b"Key,Item Type,Title,Author,Date,File Attachments,Abstract Note\na,book,On bees,Ames,1862,a.pdf,Much\n"
SIDECAR = b'{"title": "On bees", "authors": ["A. Ames"], "date": "1862-03", "url": "https://a.b", "kind": "book"}'
QUERY = 'ketamine -dose "bladder harm" «paragraph 0» -"a b" subject1 U.S. 1,5 mg'.encode()
TEXTS = "It rose by 5.5 % on 3 May 1862, not in Paris.\nDr. Ames (“PAL”) said it fell by 7 to 1 at 9 a.m.".encode()
OTHERS: dict[str, tuple[Target, Callable[[], list[bytes]]]] = {
    "query": (of_query, lambda: [QUERY]),
    "draft": (of_draft, lambda: [(GOLDEN / "draft.md").read_bytes()]),
    "differences": (of_two_texts, lambda: [TEXTS]),
    "bib": (partial(of_bibliography, "a.bib"), lambda: [BIBTEX]),
    "ris": (partial(of_bibliography, "a.ris"), lambda: [RIS]),
    "csl": (partial(of_bibliography, "a.json"), lambda: [CSL]),
    "zotero": (partial(of_bibliography, "a.csv"), lambda: [ZOTERO]),
    "sidecar": (partial(on_disk, "a.meta.json", read_sidecar), lambda: [SIDECAR]),
    "frames": (of_frames, lambda: [sent()]),
    **{
        f"result{suffix}": (
            partial(on_disk, f"a{suffix}", of_result),
            lambda suffix=suffix: [exported("Paragraph 0 of text 3.")[suffix]],
        )
        for suffix in (".json", *DRAFT_FORMATS)
    },
}
"""By name: what takes the input, and where mutation begins."""


def target(name: str) -> tuple[Target, list[bytes]]:
    if name in OTHERS:
        return OTHERS[name][0], OTHERS[name][1]()
    suffix = f".{name}"
    reader = READERS[suffix]
    alike = [sample for sample in samples() if READERS[Path(sample).suffix] == reader]
    own = [sample for sample in alike if sample.endswith(suffix)]
    return partial(of_file, f"a{suffix}"), [samples()[sample] for sample in own or alike] or [
        b'[{"id": "1", "text": "On bees."}]'
    ]


def mutated(data: bytes, most: int, seed: int) -> bytes:
    """Of an archive mostly a member, packed again: one of which a byte was changed does not unpack."""
    chance = random.Random(seed)
    if not data.startswith(b"PK") or chance.random() < 0.2:
        return bytes(atheris.Mutate(data, most))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist() if info.filename}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return bytes(atheris.Mutate(data, most))
    if not members:
        return bytes(atheris.Mutate(data, most))
    changed = chance.choice(list(members))
    members[changed] = bytes(atheris.Mutate(members[changed], most))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue() if len(packed.getvalue()) <= most else data


def watched(run: Target, finds: Path) -> Target:
    """Tells each new kind of find once: a kind is an exception and where it was raised, or slowness."""
    known: set[str] = set()

    def watched_run(data: bytes) -> None:
        kind, shown, started = "", "", time.process_time()
        try:
            run(data)
        except Exception as error:  # noqa: BLE001
            frame = traceback.extract_tb(error.__traceback__)[-1]
            kind, shown = f"{type(error).__name__} {Path(frame.filename).name}:{frame.lineno}", traceback.format_exc()
        seconds = time.process_time() - started
        kind = kind or ("slow" if seconds > SLOW else "")
        if kind and kind not in known:
            known.add(kind)
            path = finds / hashlib.sha256(data).hexdigest()[:16]
            path.write_bytes(data)
            print(f"FIND {kind}, {seconds:.1f} s, {path}\n{shown}", file=sys.stderr, flush=True)

    return watched_run


def main(name: str, folder: str, *options: str) -> None:
    run, seeds = target(name)
    most = 4 * max(map(len, seeds))  # bytes: room for archives, in which what was packed well is packed worse
    for part in ("seeds", "corpus", "finds"):
        (Path(folder) / part).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (Path(folder) / "seeds" / str(number)).write_bytes(seed)
    given = [f"{folder}/corpus", f"{folder}/seeds", f"-artifact_prefix={folder}/", "-len_control=0", f"-max_len={most}"]
    with atheris.instrument_imports(include=PACKAGES):  # what is imported when a file of its kind is read
        atheris.Setup([sys.argv[0], *given, *options], watched(run, Path(folder) / "finds"), custom_mutator=mutated)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
