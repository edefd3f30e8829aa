"""Sources as CSL items, the form in which citation styles read them; and what of a source is missing or guessed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from index.output.export import source_name
from index.text import escaping
from index.text.publishers import NEWSPAPERS, is_of_person
from index.types import Source

_PARTICLES = frozenset(
    (  # noqa: SIM905
        "de da di do du del dela della dos das des van von vom zu zur der den ter ten te la le al el ibn bin bint ben "
        "af av"
    ).split()
)
_SUFFIX = re.compile(r"(?:Jr|Sr|Jnr|Snr)\.?|II|III|IV|VI{1,3}")
_GROUP = re.compile(  # words that name a body and not a person (a guess)
    r"\b(?:of|for|and|the|für|und|pour)\b|&|\d|\b(?:universit|department|institut|school|hospital|college"
    r"|laborator|facult|ministr|council|committee|commission|agency|association|organi[sz]ation|society|foundation"
    r"|office|authority|bureau|cent(?:er|re)\b|group\b|team\b|network\b|union\b|bank\b|inc\b|ltd\b|llc\b|gmbh\b"
    r"|project\b|press\b|library\b|museum\b|service|police\b|party\b|club\b|trust\b|company\b|water\b|secretary\b"
    r"|[^\W\d_]{4,}(?:ists|ians)$)",
    re.IGNORECASE,
)
_NEWSPAPER = re.compile(  # how newspapers are called, at the end of a name (a guess)
    rf"\b(?:{NEWSPAPERS})$"
    r"|^(?:the )?(?:guardian|independent|economist|spectator|le monde|le figaro|el país|(?:daily|evening) \w+"
    r"|sunday (?:business|express|independent|mail|mirror|people|post|sun|world))$",
    re.IGNORECASE,
)
_REPORT = re.compile(r"\b(?:report|bericht|rapport|informe|rapporto)\b", re.IGNORECASE)
_MAIL = frozenset((".eml", ".msg", ".mbox"))
_PAGES = frozenset((".html", ".htm", ".xhtml", ".mhtml", ".mht", ".maff"))
_CONTAINED = re.compile(r"article-|chapter|paper-conference|entry|post|review|webpage|broadcast")
_STOP = frozenset("a an the of on in at to for and or der die das ein eine le la les un une el los las il lo".split())  # noqa: SIM905
Keys = Mapping[str, str]
"""The keys of BibTeX by source id."""

_KEY_WORDS = 2  # of the title, in a key


def name_parts(name: str) -> dict[str, str]:
    """A name as CSL has it: ``family``, ``given``, ``non-dropping-particle`` and ``suffix`` of a person, ``literal``
    of a body. Which of the two it is, and where a name is cut, is a guess."""
    name = escaping.line(name)
    if _is_body(name):
        return {"literal": name}
    before, _, after = name.partition(",")
    words, family = after.replace(",", " ").split(), before.split()
    if not words or all(map(_SUFFIX.fullmatch, words)):
        words, family = [*family, *words], []
    suffix = [words.pop()] if len(words) > 1 and _SUFFIX.fullmatch(words[-1]) else []
    words = [word.rstrip(",") for word in words]
    cut = _cut(words, len(words) if family else len(words) - 1)
    words, family = words[:cut], words[cut:] + family
    count = next((i for i, word in enumerate(family) if word not in _PARTICLES), 0)
    parts = {"given": words, "non-dropping-particle": family[:count], "family": family[count:], "suffix": suffix}
    return {key: " ".join(value) for key, value in parts.items() if value}


def _cut(words: Sequence[str], last: int) -> int:
    """Where the surname begins, particles included; ``last`` without any."""
    return next((i for i, word in enumerate(words[:last]) if i and word in _PARTICLES), last)


def _is_body(name: str) -> bool:
    """Whether a name is that of a body, or cannot be cut: it is one word, or in a script without capitals. A single
    word before a comma is a surname, whatever it means: "Press, Frank"."""
    words = [word for word in name.replace(",", " ").split() if not _SUFFIX.fullmatch(word)]
    if len(words) < 2 or not any(word[0].isupper() for word in words):
        return True
    surname, *others = name.split(",")
    if len(surname.split()) == 1 and others and all(_SUFFIX.fullmatch(part.strip()) for part in others[1:]):
        return False
    return not is_of_person(" ".join(words)) and (
        _GROUP.search(name) is not None or _NEWSPAPER.search(name) is not None
    )


def date_parts(date: str) -> dict[str, list[list[int]]] | None:
    """An ISO date, possibly partial, as CSL has it; None for what is no date."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", date, re.ASCII)
    return {"date-parts": [[int(part) for part in match.groups() if part]]} if match else None


def csl_item(source: Source) -> dict[str, Any]:
    """The source as CSL-JSON. What is unknown is left out."""
    kind = _kind(source)
    item: dict[str, Any] = {"id": source.id, "type": kind, "title": source_name(source) or source.id}
    item["author"] = [name_parts(author) for author in source.authors if author.strip()]
    item["issued"] = date_parts(source.published or "")
    item["container-title" if _CONTAINED.match(kind) else "publisher"] = source.publisher
    item["genre"] = "E-mail" if kind == "personal_communication" and _suffix(source) in _MAIL else None
    item |= {"URL": source.url, "DOI": source.doi, "language": source.language}
    return {
        key: escaping.line(value) if isinstance(value, str) and key != "id" else value
        for key, value in item.items()
        if value
    }


def _kind(source: Source) -> str:
    """The CSL type. ``article``, which is what a source is called of which no kind is known and in CSL a preprint,
    becomes what its publisher, its title or its file tell (a guess)."""
    if source.kind not in ("article", "webpage"):
        return source.kind
    if source.publisher and _NEWSPAPER.search(source.publisher):
        return "article-newspaper"
    if source.kind == "webpage":
        return source.kind
    if source.doi:
        return "article-journal"
    if _REPORT.search(source.title):
        return "report"
    return "webpage" if source.url or _suffix(source) in _PAGES else "document"


def _suffix(source: Source) -> str:
    return PurePosixPath(source.location).suffix.lower()


def doubts(source: Source) -> list[str]:
    """What a citation of the source lacks or rests on a guess for, in words: ``no author``, ``the date is a guess``."""
    values = {"title": source.title, "author": source.authors, "date": source.published}
    fields = {"title": "title", "author": "authors", "date": "published"}
    missing = [f"no {name}" for name, value in values.items() if not value]
    guessed = [f"the {name} is a guess" for name, value in values.items() if value and source.is_guess(fields[name])]
    return [*missing, *guessed]


# keys -----------------------------------------------------------------------------------------------------------------


def citation_keys(sources: Iterable[Source]) -> dict[str, str]:
    """A key for each source by its id: author, year and words of the title, in ASCII. Where several sources would have
    one key, each gets its id too. The keys of a library's sources are the same in every order."""
    sources = list(sources)
    bases = {source.id: _key(source) for source in sources}
    count = Counter(base.lower() for base in bases.values())
    return {
        identity: base if count[base.lower()] == 1 else f"{base}-{_ascii(identity)}" for identity, base in bases.items()
    }


def _key(source: Source) -> str:
    name = name_parts(source.authors[0]) if source.authors and source.authors[0].strip() else {}
    title = [word for word in map(_ascii, source_name(source).split()) if word and word not in _STOP]
    author = _ascii(name.get("family") or _first(name.get("literal", "").split()))
    before, *words = [author, *title] if author else title or [f"source{_ascii(source.id)}"]
    return f"{before}{_ascii((source.published or '')[:4])}{''.join(words[:_KEY_WORDS])}"[:60]


def _first(words: Sequence[str]) -> str:
    return next((word for word in words if word.lower() not in _STOP), "")


def _ascii(text: str) -> str:
    """The letters and digits of a text, in lower-case ASCII; others are left out."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
