"""``python -m index verify``: check every file of the library, and mend it."""

from __future__ import annotations

import argparse
import sys

from index.disk import Address, Library
from index.errors import LibraryError
from index.output.printing import show, show_json
from index.publishing import verify


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code: 3 when something had to be taken out. Raises LibraryError for damage that stays."""
    if isinstance(library, Address):
        return _verify_server(options, library)
    damage, notes = _find_damage(options, library), list[str]()
    repaired = bool(damage) and options.repair
    if repaired:
        notes = verify.repair(library)
        damage = _find_damage(options, library)
    if options.json:
        show_json({"damage": damage, "repaired": repaired} | ({"taken_out": notes} if notes else {}))
    else:
        show([*notes, *(damage or [f"{library}: every file is as it was written."])])
    if damage:
        raise LibraryError(f"{library} is damaged. Run: python -m index verify --repair")
    return 3 if notes else 0


def _verify_server(options: argparse.Namespace, address: Address) -> int:
    if options.repair:
        raise LibraryError(f"--repair mends folders alone. Restore a dump of {address}, or ingest into a new database.")
    damage = _find_damage(options, address)
    if options.json:
        show_json({"damage": damage, "repaired": False})
    else:
        show(damage or [f"{address}: every row is as it was written, and the last generation has all passages."])
    if damage:
        raise LibraryError(f"{address} is damaged. Restore a dump of it, or ingest the folders into a new database.")
    return 0


def _find_damage(options: argparse.Namespace, library: Library) -> list[str]:
    """Checks the library, with a progress bar on a terminal."""
    from tqdm import tqdm

    with tqdm(unit=" documents", disable=True if options.json else None, leave=False, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return verify.find_damage(library, progress)
