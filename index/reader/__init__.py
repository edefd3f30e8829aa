"""A small model that reads two texts together: a question and a sentence, or a claim and its evidence."""

from index.reader.convert import open_reader
from index.reader.model import Reader
from index.reader.pairs import LABELS, TextPair

__all__ = ["LABELS", "Reader", "TextPair", "open_reader"]
