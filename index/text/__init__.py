"""How text becomes blocks, sentences, words and word forms; every part is a span of the text it stands in.

``segmentation`` finds the boundaries, ``normal`` (with ``raised``) brings all ways of writing to one form, ``analysis``
decides which forms of a word match, ``reading`` makes the copy that the model and BM25 read, ``nouns`` tells nouns from
other words, ``lexicon`` holds word lists that modules share, ``escaping`` keeps text inert in Markdown, HTML and CSV.
"""

from index.text.escaping import cell, line, markdown, plain, xml
from index.text.languages import language_name
from index.text.markdown_signs import SIGNS as MARKDOWN_SIGNS
from index.text.markdown_signs import is_markdown, without_signs
from index.text.normal import bare, normal, normal_with_offsets
from index.text.reading import fold, reading_copy
from index.text.segmentation import WORD, blocks, sentences, trim, words

__all__ = [
    "MARKDOWN_SIGNS",
    "WORD",
    "bare",
    "blocks",
    "cell",
    "fold",
    "is_markdown",
    "language_name",
    "line",
    "markdown",
    "normal",
    "normal_with_offsets",
    "plain",
    "reading_copy",
    "sentences",
    "trim",
    "without_signs",
    "words",
    "xml",
]
