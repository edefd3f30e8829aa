"""Superscripts and subscripts for the readers (see ``index.text.raised``)."""

from index.text.raised import subscript as subscript
from index.text.raised import superscript as superscript
