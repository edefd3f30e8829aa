"""A small model that reads a question and a sentence together: does the sentence answer it?"""

from index.reader.convert import open_reader, prepare_reader
from index.reader.model import CARD, Reader, folder_name
from index.reader.pairs import TextPair

__all__ = ["CARD", "Reader", "TextPair", "folder_name", "open_reader", "prepare_reader"]
