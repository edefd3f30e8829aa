"""LaTeX: the text as it would be set, with sections, lists, tables and footnotes; formulas stay in their source.

The parser is pylatexenc's; what commands mean for the text is decided here. Included files are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count, repeat
from typing import Any
from unicodedata import normalize

from index.text.raised import subscript, superscript
from ingest.encoding import decode
from ingest.metadata.dates import UNCERTAIN_ORDER, is_ambiguous_date
from ingest.metadata.describe import iso_date
from ingest.metadata.people import parse_names
from ingest.readers.markup import latex_units
from ingest.readers.markup.latex_macros import expanded
from ingest.readers.office.blocks import Block, extract_of, lines_of, table_of
from ingest.readers.office.properties import one_line
from ingest.readers.plain import plain_extract, require_text
from ingest.types import Extract, Metadata, Reading

_LEVELS = {
    **{"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5, "subparagraph": 6},
}
_STATED = ("title", "author", "date")
_SILENT = frozenset(
    (
        *("label", "includegraphics", "bibliographystyle", "bibliography", "usepackage", "documentclass", "newcommand"),
        *("renewcommand", "setlength", "vspace", "hspace", "vskip", "hskip", "maketitle", "tableofcontents", "hline"),
        *(
            "toprule",
            "midrule",
            "bottomrule",
            "cline",
            "cmidrule",
            "centering",
            "pagestyle",
            "thispagestyle",
            "index",
            "today",
        ),
        *("nocite", "thanks", "setcounter", "addcontentsline", "graphicspath", "hypersetup", "newpage", "clearpage"),
        *("pagebreak", "noindent", "indent", "appendix", "par", "printbibliography", "addbibresource", "phantom"),
    )
)
# Commands inside a paragraph that set no word: how it is laid out.
_LAYOUT = frozenset(
    (  # noqa: SIM905
        "small large Large LARGE huge Huge tiny footnotesize scriptsize normalsize bfseries itshape rmfamily sffamily "
        "ttfamily scshape upshape mdseries selectfont raggedright raggedleft sloppy protect xspace relax hfill vfill "
        "linebreak bigskip medskip smallskip newblock ignorespaces leavevmode nobreak allowbreak em bf it sc tt rm sl"
    ).split()
)
_INCLUDES = frozenset(("input", "include", "subfile", "import", "includepdf"))
_REFERENCES = re.compile(r"(?:[a-zA-Z]*cite[a-zA-Z]*|ref|eqref|autoref|cref|Cref|pageref|nameref)\*?")
_LAST_ARGUMENT = frozenset(
    ("href", "textcolor", "colorbox", "multicolumn", "multirow", "parbox", "makebox", "raisebox")
)
_TABLES = frozenset(("tabular", "tabular*", "tabularx", "tabulary", "longtable", "array", "supertabular"))
_LISTS = frozenset(("itemize", "enumerate", "description", "compactitem"))
_CODE = frozenset(("verbatim", "lstlisting", "minted", "tikzpicture", "comment", "filecontents", "thebibliography"))
_MATH = re.compile(r"(?:equation|align|gather|multline|eqnarray|displaymath|math|flalign|alignat)\*?")
# The arguments of commands that pylatexenc does not know; "[" is an optional one.
_ARGUMENTS = {
    **{"caption": "*[{", "href": "{{", "multicolumn": "{{{", "multirow": "{{{", "textcolor": "[{{", "parbox": "[{{"},
    **dict.fromkeys(("textsuperscript", "textsubscript", "subfile", "thanks", "url", "index", "nocite", "title"), "{"),
    **dict.fromkeys(("autocite", "parencite", "textcite", "footcite", "autoref", "cref", "Cref", "eqref"), "*[[{"),
    **dict.fromkeys(("footnotetext", "bibitem", "author", "part", "paragraph", "subparagraph", "chapter"), "*[{"),
    **dict.fromkeys(("bibliographystyle", "bibliography", "addbibresource", "hypersetup", "graphicspath"), "{"),
    **dict.fromkeys(("vspace", "hspace"), "*{"),
    **dict.fromkeys(("setlength", "setcounter", "import"), "{{"),
    **latex_units.ARGUMENTS,
}
_NAMES = {"%": "%", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "XeLaTeX": "XeLaTeX", "LuaLaTeX": "LuaLaTeX"}
_PLACE = re.compile(r"%[(s]")  # in a sign of pylatexenc: where an argument goes
_BLANK_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# The combining characters of the commands that set an accent on their argument.
_ACCENTS = dict(
    zip(
        "`'^\"~=.uvHcdbrk",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0323\u0331\u030a\u0328",
        strict=True,
    )
)
_DOTLESS = str.maketrans("ıȷ", "ij")
_BETWEEN_CELLS, _BETWEEN_ROWS = "\x1e", "\x1f"
_LONGEST_TEXT = 400_000  # characters that are taken apart: pylatexenc takes a second for 20,000 to 50,000 (a guess)
_SEPARATORS = {
    **dict.fromkeys(("\\", "tabularnewline", "newline"), _BETWEEN_ROWS),
    **dict.fromkeys(_SILENT, ""),
    "and": _BETWEEN_CELLS,
}
_END = object()  # stands between two paragraphs


def read_latex(data: bytes, name: str) -> Reading:
    """The file as one extract; a very long one, or one nested too deep, is read as plain text. Raises ReadError."""
    decoded = decode(data, name)
    require_text(decoded.text, name)
    extract = _extract(decoded.text, name)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def _extract(text: str, name: str) -> Extract:
    from pylatexenc.latexwalker import LatexWalkerError

    from ingest.metadata.latex_walker import BoundedWalker, TooManyStepsError

    if len(text) > _LONGEST_TEXT:
        return _as_it_stands(text, name, f"longer than {_LONGEST_TEXT} characters")
    document = _Document()
    try:
        nodes, _, _ = BoundedWalker(expanded(text), latex_context=_commands(), tolerant_parsing=True).get_latex_nodes()
        body = next((node for node in nodes if _name(node, "environment") == "document"), None)
        for node in nodes if body is not None else ():
            document.state(node)
        blocks = list(document.blocks(nodes if body is None else body.nodelist))
        notes = [Block(note) for note in document.notes]
    except (RecursionError, LatexWalkerError, TooManyStepsError):
        return _as_it_stands(text, name, "nested too deep, or damaged")
    extract = extract_of(blocks, notes, document.metadata(), name, document.left_out)
    names = ", ".join(dict.fromkeys(document.unknown))[:200]
    if names:
        document.warnings.append(f"commands that the file does not define are left out: {names}")
    uncertain = (UNCERTAIN_ORDER,) * is_ambiguous_date(document.stated.get("date"))
    return replace(extract, warnings=tuple(dict.fromkeys((*extract.warnings, *uncertain, *document.warnings))))


def _as_it_stands(text: str, name: str, reason: str) -> Extract:
    warning = f"{reason}: read as it stands, with its commands. Split the file, or mend it"
    return replace(plain_extract(text, name), warnings=(warning,))


@dataclass(slots=True)
class _Document:
    """Walks through the nodes and collects on the way. ``stated``: the texts of title, author and date; ``unknown``:
    commands inside a paragraph that may stand for words."""

    stated: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def metadata(self) -> Metadata:
        names = [one_line(name) for name in self.stated.get("author", "").split(_BETWEEN_CELLS)]
        return Metadata(
            title=one_line(self.stated.get("title", "")),
            authors=tuple(name for author in names for name in parse_names(author)),
            published=iso_date(one_line(self.stated.get("date", ""))),
        )

    def state(self, node: Any) -> None:
        """Keeps the title, author or date that a command states."""
        name = _name(node, "macro")
        if name in _STATED:
            self.stated.setdefault(name, self.inline(_arguments(node)[-1:]))

    def blocks(self, nodes: Sequence[Any], marks: Iterator[str] | None = None) -> Iterator[Block]:
        """The paragraphs, headings, items and tables among the nodes. ``marks``: of the items, in a list."""
        held: list[Any] = []
        for node in _split_at_blank_lines(nodes):
            name, environment = _name(node, "macro"), _name(node, "environment")
            is_end = node is _END or name == "par"
            is_item = name == "item"
            if not (is_end or is_item or environment or name in _LEVELS or name in (*_STATED, "caption")):
                held.append(node)
                continue
            if environment and _MATH.fullmatch(environment):
                held.append(node)
                continue
            yield from self._paragraph(held, marks)
            held = [node] if is_item else []
            if environment:
                yield from self._environment(node, environment, marks)
            elif name in _LEVELS:
                yield Block(one_line(self.inline(_arguments(node)[-1:])), level=_LEVELS[name])
            elif name == "caption":
                yield Block(lines_of(self.inline(_arguments(node)[-1:])))
            else:
                self.state(node)
        yield from self._paragraph(held, marks)

    def _paragraph(self, nodes: Sequence[Any], marks: Iterator[str] | None) -> Iterator[Block]:
        is_item = bool(nodes) and _name(nodes[0], "macro") == "item"
        text = one_line(self.inline(nodes))
        if is_item and marks is not None:
            mark = "-" if _arguments(nodes[0]) else next(marks)
            text = f"{mark} {text}" if text else ""
        if text:
            yield Block(text, is_item=is_item and marks is not None)

    def _environment(self, node: Any, name: str, marks: Iterator[str] | None) -> Iterator[Block]:
        if name in _CODE:
            self.left_out.append(node.latex_verbatim().strip())
        elif name in _TABLES:
            rows = self.inline(node.nodelist).split(_BETWEEN_ROWS)
            yield table_of(row.split(_BETWEEN_CELLS) for row in rows)
        elif name == "abstract":
            yield Block("Abstract", level=2)
            yield from self.blocks(node.nodelist)
        else:
            if name in _LISTS:
                marks = (f"{number}." for number in count(1)) if name == "enumerate" else repeat("-")
            yield from self.blocks(node.nodelist, marks)

    def inline(self, nodes: Sequence[Any]) -> str:
        """The text of nodes within one paragraph."""
        text = ""
        for node in nodes:
            text += self._node(node, text)
        return text

    def _node(self, node: Any, before: str) -> str:
        if isinstance(node, str):
            return node
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            return str(node.chars)
        if kind == "LatexGroupNode":
            return self.inline(node.nodelist)
        if kind == "LatexMathNode" or (kind == "LatexEnvironmentNode" and _MATH.fullmatch(node.environmentname)):
            return f" {node.latex_verbatim()} " if kind == "LatexEnvironmentNode" else str(node.latex_verbatim())
        if kind == "LatexEnvironmentNode":
            return " ".join(block.text for block in self._environment(node, node.environmentname, None))
        if kind == "LatexSpecialsNode":
            sign = {"&": _BETWEEN_CELLS, "~": " "}.get(node.specials_chars)
            return sign or str(_converter().nodelist_to_text([node]))
        return self._macro(node, node.macroname, before) if kind == "LatexMacroNode" else ""

    def _macro(self, node: Any, name: str, before: str) -> str:
        arguments = _arguments(node)
        if name in _SEPARATORS:
            return _SEPARATORS[name]
        if name in _INCLUDES:
            self.warnings.append(f"an included file is not read with it: {one_line(self.inline(arguments))[:100]}")
            return ""
        if name in ("footnote", "footnotetext", "endnote"):
            self.notes.append(one_line(self.inline(arguments[-1:])))
            return ""
        if name == "item":
            label = one_line(self.inline(arguments)).rstrip(":")
            return f"{label}: " if label else ""
        if _REFERENCES.fullmatch(name):
            return f"[{one_line(self.inline(arguments[-1:]))}]"
        if name in latex_units.ARGUMENTS and arguments:
            return latex_units.quantity(name, [_source(argument) for argument in arguments])
        if name == "textsuperscript":
            return superscript(self.inline(arguments), before)
        if name == "textsubscript":
            return subscript(self.inline(arguments))
        if name in _ACCENTS:
            base = self.inline(arguments).translate(_DOTLESS)
            return normalize("NFC", f"{base[:1]}{_ACCENTS[name]}{base[1:]}") if base else ""
        return _sign(node) or self._unchanged(name, arguments, before)

    def _unchanged(self, name: str, arguments: Sequence[Any], before: str) -> str:
        """The text of a command that means nothing for it; one that may stand for words is remembered."""
        text = self.inline(arguments[-1:] if name in _LAST_ARGUMENT else arguments)
        if not text and not arguments and before.strip() and not _is_known(name):
            self.unknown.append(f"\\{name}")
        return text


def _split_at_blank_lines(nodes: Sequence[Any]) -> Iterator[Any]:
    """The nodes; of a stretch of characters each paragraph, with ``_END`` between two."""
    for node in nodes:
        chars = getattr(node, "chars", None)
        if not isinstance(chars, str):
            yield node
            continue
        for i, part in enumerate(_BLANK_LINE.split(chars)):
            yield from ([_END] if i else [])
            yield part


def _name(node: Any, kind: str) -> str:
    """The name of a macro, an environment or a special; "" for a node of another kind."""
    attribute = {"macro": "macroname", "environment": "environmentname", "specials": "specials_chars"}[kind]
    return str(getattr(node, attribute, "") or "")


def _arguments(node: Any) -> list[Any]:
    """The arguments of a command, without the optional ones but for that of an item."""
    parsed = getattr(node, "nodeargd", None)
    arguments = [argument for argument in (getattr(parsed, "argnlist", None) or []) if argument is not None]
    if _name(node, "macro") == "item":
        return arguments
    return [argument for argument in arguments if not str(argument.latex_verbatim()).startswith(("[", "*"))]


def _source(node: Any) -> str:
    """An argument as it is written, without its braces."""
    written = str(node.latex_verbatim())
    return written[1:-1] if written.startswith("{") else written


@cache
def _commands() -> Any:
    """What pylatexenc knows of commands and their arguments, and ``_ARGUMENTS``."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import MacroSpec

    known = get_default_latex_context_db()
    added = [MacroSpec(name, arguments) for name, arguments in _ARGUMENTS.items()]
    known.add_context_category("documents", macros=added, prepend=True)
    return known


@cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="verbatim", strict_latex_spaces=True)


def _is_known(command: str) -> bool:
    texts = _converter().latex_context
    return command in _LAYOUT or any(known.get_macro_spec(command) is not None for known in (_commands(), texts))


def _sign(node: Any) -> str:
    """What a command without text of its own stands for, e.g. ß; "" for an unknown one."""
    name = _name(node, "macro")
    known = getattr(_converter().latex_context.get_macro_spec(name), "simplify_repl", None)
    return known if isinstance(known, str) and not _PLACE.search(known) else _NAMES.get(name, "")
