"""The control words of RTF that give text, and what the groups that begin with a word hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CELL, IN_CELL, INNER_CELL, INNER_ROW = "\x1f", "\x1e", "\x0e", "\x0f"
"""In the text: the end of a cell, of a paragraph inside a cell, and of a cell and a row of a table in a cell."""
MARKER, MARKER_END = "\x10", "\x11"
"""In the text: around the number or bullet of an item."""

LINE, LEVEL = "\x12", "\x13"
"""In the text: a new line in a paragraph; and, before its digit, the outline level of a heading."""

CHARACTERS: Mapping[str, str] = MappingProxyType(
    {"tab": "\t", "cell": CELL, "row": "\n", "nestcell": INNER_CELL, "nestrow": INNER_ROW, "bullet": "•"}
    | {"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
    | dict.fromkeys(("emspace", "enspace", "qmspace"), " ")
    | {"line": LINE, "softline": LINE, "zwj": "\u200d", "zwnj": "\u200c"}
)
BREAKS = frozenset(("par", "sect", "page", "column"))
SIGNS: Mapping[str, str] = MappingProxyType({"~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\"})
MARKERS = ("listtext", "pntext")
# Groups with a text of their own: the name of the list in ``RtfText.texts`` that it goes to.
APART: Mapping[str, str] = MappingProxyType(
    {"footnote": "notes", "shptxt": "boxes", "dptxbxtext": "boxes", "annotation": "left out"}
    | {f"{kind}{side}": "left out" for kind in ("header", "footer") for side in ("", "l", "r", "f")}
    | {name: name for name in ("title", "author", "fldinst", "objclass", *MARKERS)}
)
# Optional groups that hold text, or groups that do.
TRANSPARENT = frozenset(("shpinst", "do", "nesttableprops", "shpgrp", "shp", "shptxt", "ud"))
SKIPPED = frozenset(
    (
        *("colortbl", "stylesheet", "info", "pict", "objdata", "sp", "shprslt", "nonesttables", "nonshppict", "upr"),
        *(
            "bkmkstart",
            "bkmkend",
            "xe",
            "tc",
            "rxe",
            "filetbl",
            "revtbl",
            "private",
            "template",
            "fldtype",
            "formfield",
        ),
        *("ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "pntxtb", "pntxta", "nonmath", "mmathPict"),
        *(
            "listtable",
            "listoverridetable",
            "rsidtbl",
            "generator",
            "themedata",
            "datastore",
            "datafield",
            "background",
        ),
        *("atnid", "atnauthor", "atntime", "atndate", "atnref", "atrfstart", "atrfend", "falt", "panose", "fontemb"),
        *("background", "formfield"),
    )
)
