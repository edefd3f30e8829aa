"""``python -m index shards``: the databases over which the documents of a library on servers are dealt out."""

from __future__ import annotations

import argparse

from index.disk import Address, Library
from index.errors import LibraryError, QueryError
from index.output.printing import show, show_json
from index.storage import server_shards


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code 0. Raises SourcewiseError."""
    if not isinstance(library, Address):
        raise LibraryError(f"{library} is a folder, which has no shards. Name a server: --library postgresql://…")
    if options.action == "add":
        if not isinstance(options.address, Address):
            raise QueryError("shards add takes the address of an empty database: shards add postgresql://…")
        server_shards.add(library, options.address)
    elif options.address is not None:
        raise QueryError("shards list takes no address. Name the library: shards list --library postgresql://…")
    shards = server_shards.listed(library)
    if options.json:
        show_json([{**shard._asdict(), "address": str(shard.address)} for shard in shards], indent=1)
    else:
        show([f"{shard.number}  {shard.address} · {shard.documents} documents" for shard in shards])
    return 0
