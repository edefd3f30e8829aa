"""A small model that reads two texts together: a question and a sentence, or a claim and its evidence."""

from index.reader.convert import open_reader, prepare_reader
from index.reader.model import CARD, Reader, folder_name
from index.reader.pairs import LABELS, TextPair

__all__ = ["CARD", "LABELS", "Reader", "TextPair", "folder_name", "open_reader", "prepare_reader"]
