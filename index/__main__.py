"""python -m index …: search a library, list it, mend it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from index.arguments import parser, query_last
from index.disk import Address, default_library
from index.errors import LibraryError, SourcewiseError
from index.output.printing import show, speak_utf8

ON_SERVERS = (
    *("search", "check", "compare", "sources", "passages", "collection", "remove", "rerun", "searches", "shards"),
    *("verify", "mcp", "token", "audit"),
)
"""Commands that a library on a server answers."""

_INSTEAD = {
    "backup": "Dump its databases with PostgreSQL's pg_dump, all of them while nothing is ingested.",
    "restore": "Restore dumps of its databases with PostgreSQL's pg_restore.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 fine, 1 no hits at all, 2 an error, 3 done but some lines could not be read."""
    options = parser().parse_args(query_last(sys.argv[1:] if arguments is None else arguments))
    library = options.library or default_library()
    try:
        if isinstance(library, Address) and options.command not in ON_SERVERS:
            raise LibraryError(
                f"{options.command} does not work on a server's library yet, but {', '.join(ON_SERVERS)} do. "
                f"{_INSTEAD[options.command]}"
            )
        command = import_module(f"index.commands.{options.command}")  # only its own: a search loads no checking
        code: int = command.run(options, library)
    except SourcewiseError as error:
        show([f"index: {error}"], sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # whoever reads the output has closed it
        return 0
    except KeyboardInterrupt:
        return 130
    return code


def run() -> None:
    """Run as a process and end it at once: unloading the libraries would take a tenth of a second."""
    speak_utf8()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError, ValueError):  # the output is closed already
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
