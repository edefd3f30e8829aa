"""Writes sources as a bibliography that other programs read: BibTeX, RIS or CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from index.output.csl import Keys, citation_keys, csl_item
from index.text import escaping
from index.types import Source

_BIBTEX_KINDS = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
}
"""Others are ``misc``."""

_RIS_KINDS = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "paper-conference": "CONF",
    "report": "RPRT",
    "thesis": "THES",
    "webpage": "ELEC",
    "post-weblog": "BLOG",
    "dataset": "DATA",
    "software": "COMP",
    "legislation": "STAT",
    "legal_case": "CASE",
    "patent": "PAT",
    "map": "MAP",
    "personal_communication": "PCOMM",
    "entry": "ENCYC",
    "interview": "PCOMM",
    "manuscript": "UNPB",
    "motion_picture": "MPCT",
    "pamphlet": "PAMP",
    "speech": "SLIDE",
}
"""Others are ``GEN``, and documents that nobody published ``UNPB``, as reference managers have it of manuscripts."""

_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
}
_TEX_SIGN = re.compile(r"[\\{}$&#%_^~]")


def bibtex(sources: Sequence[Source], keys: Keys | None = None) -> bytes:
    """BibTeX in UTF-8. ``keys``: by source id; else they are made of these sources."""
    keys = keys or citation_keys(sources)
    return "\n".join(_bibtex_entry(csl_item(source), keys[source.id]) for source in sources).encode()


def _bibtex_entry(item: Mapping[str, Any], key: str) -> str:
    kind = _BIBTEX_KINDS.get(item["type"], "misc")
    container = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}.get(kind)
    date = _date(item)
    fields = {
        "author": " and ".join(map(_bibtex_name, item.get("author", ()))),
        "title": f"{{{_tex(item['title'])}}}",
        "year": date[:4],
        "date": date,
        container or "howpublished": _tex(item.get("container-title", "")),
        {"techreport": "institution", "phdthesis": "school"}.get(kind, "publisher"): _tex(item.get("publisher", "")),
        "doi": item.get("DOI", ""),
        "url": _bibtex_address(item.get("URL", "")),
        "langid": _tex(item.get("language", "")),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _bibtex_name(name: Mapping[str, str]) -> str:
    """ "van Berg, Jr., Anna"; a body stands in braces, so that it is not cut."""
    if "literal" in name:
        return f"{{{_tex(name['literal'])}}}"
    family = " ".join(filter(None, (name.get("non-dropping-particle"), name["family"])))
    parts = (family, name.get("suffix", ""), name.get("given", ""))
    return ", ".join(re.sub(r"\band\b", "{and}", _tex(part)) for part in parts if part)


def _bibtex_address(address: str) -> str:
    """An address as it stands, but for what would end the field."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _tex(text: str) -> str:
    return _TEX_SIGN.sub(lambda match: _TEX[match[0]], text)


def ris(sources: Sequence[Source], keys: Keys | None = None) -> bytes:
    """RIS, with CRLF."""
    keys = keys or citation_keys(sources)
    lines = (line for source in sources for line in [*_ris_lines(csl_item(source), keys[source.id]), ""])
    return "".join(f"{line}\r\n" for line in lines).encode()


def _ris_lines(item: Mapping[str, Any], key: str) -> Iterator[str]:
    yield f"TY  - {_ris_kind(item)}"
    yield f"ID  - {key}"
    yield from (f"AU  - {_ris_name(name)}" for name in item.get("author", ()))
    date = _date(item)
    values = {
        "TI": item["title"],
        "PY": date[:4],
        "DA": date.replace("-", "/"),
        "T2": item.get("container-title"),
        "PB": item.get("publisher"),
        "DO": item.get("DOI"),
        "UR": item.get("URL"),
        "LA": item.get("language"),
    }
    yield from (f"{tag}  - {value}" for tag, value in values.items() if value)
    yield "ER  - "


def _ris_kind(item: Mapping[str, Any]) -> str:
    if item["type"] == "document" and not {"publisher", "URL", "DOI"} & item.keys():
        return "UNPB"
    return "ICOMM" if item.get("genre") == "E-mail" else _RIS_KINDS.get(item["type"], "GEN")


def _ris_name(name: Mapping[str, str]) -> str:
    if "literal" in name:
        return name["literal"]
    family = " ".join(filter(None, (name.get("non-dropping-particle"), name["family"])))
    return ", ".join(filter(None, (family, name.get("given"), name.get("suffix"))))


def csl_json(sources: Sequence[Source], keys: Keys | None = None) -> bytes:
    """CSL-JSON; the keys are the ids."""
    keys = keys or citation_keys(sources)
    items = [csl_item(source) | {"id": keys[source.id]} for source in sources]
    return (escaping.json_line(json.dumps(items, ensure_ascii=False, indent=1)) + "\n").encode()


def _date(item: Mapping[str, Any]) -> str:
    """The ISO date, possibly partial; empty without one."""
    (parts,) = item.get("issued", {"date-parts": [[]]})["date-parts"]
    return "-".join(f"{part:04}" if place == 0 else f"{part:02}" for place, part in enumerate(parts))


BIBLIOGRAPHY_FORMATS: Mapping[str, Callable[[Sequence[Source], Keys | None], bytes]] = {
    ".bib": bibtex,
    ".ris": ris,
    ".json": csl_json,
}
"""The writer for each suffix of a file."""
