"""Every error that a user can meet. Each message says what happened, to what, and what to do next.

SourcewiseError
├── LibraryError      the library is missing, damaged, locked, or made by another version
│   └── DamageError   some of what it holds is not what was stored
├── ModelError        the embedding model is missing, altered, or not the one of the library
├── QueryError        a query or a filter that cannot be understood
├── ReadError         a file, a root or a record that cannot be read
├── RoleError         somebody asked for what their role does not allow
└── WriteError        a file that was asked for cannot be written
"""

import os
import re


def as_started(text: str) -> str:
    """The text with the commands that it names as the person would give them: ``sourcewise verify`` where the program
    was started by that command, as ``views/__main__.py`` notes in the environment."""
    command = os.environ.get("SOURCEWISE_COMMAND")
    return re.sub(r"python -m (?:index\b ?)?", f"{command} ", text) if command else text


class SourcewiseError(Exception):
    """The base: ``str(error)`` is one line, fit to be shown as it stands."""

    def __str__(self) -> str:
        return as_started(super().__str__())


class LibraryError(SourcewiseError):
    """The library folder is missing, damaged, locked, or made by another version."""


class DamageError(LibraryError):
    """Some of what the library holds is not what was stored: it is not shown."""


class ModelError(SourcewiseError):
    """The embedding model is missing, altered, or not the one that the library was made with."""


class QueryError(SourcewiseError):
    """A query, a date or a source id that cannot be understood."""


class ReadError(SourcewiseError):
    """A file, a folder or a record that cannot be read."""


class RoleError(SourcewiseError):
    """Somebody asked for what their role in a team does not allow."""


class WriteError(SourcewiseError):
    """A file that was asked for cannot be written."""
