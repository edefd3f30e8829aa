"""Every error that a user can meet. Each message says what happened, to what, and what to do next.

SourcewiseError
├── LibraryError      the library is missing, damaged, locked, or made by another version
│   └── DamageError   some of what it holds is not what was stored
├── ModelError        the embedding model is missing, altered, or not the one of the library
├── QueryError        a query or a filter that cannot be understood
├── ReadError         a file, a root or a record that cannot be read
└── WriteError        a file that was asked for cannot be written
"""


class SourcewiseError(Exception):
    """The base: ``str(error)`` is one line, fit to be shown as it stands."""


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


class WriteError(SourcewiseError):
    """A file that was asked for cannot be written."""
