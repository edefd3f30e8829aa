"""The options of ``python -m index``, and how a query that begins with a minus sign gets past them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from index.disk import library_at
from index.errors import as_started
from index.text.escaping import line
from index.types import By

_MINUS = re.compile(r"-(?!-|[hk]$|k=?\d+$)..", re.DOTALL)  # at least two characters: -x may be meant as an option
_VALUED = re.compile(r"--(?!json$)[^=]+|-k")  # an option whose value comes next


class Parser(argparse.ArgumentParser):
    """Prints an error as one line, like all other errors of the program. An argument without a type of its own is
    Unicode: bytes that are no UTF-8 are read as U+FFFD. The path of a file has a type, as it may have such bytes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.register("type", None, _words)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog.removeprefix('python -m ').split()[0]}: {line(message)}. Run: {self.prog} --help\n")


def _words(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def query_last(arguments: Sequence[str]) -> list[str]:
    """The arguments with a query that begins with a minus sign moved behind ``--``. Other commands stay as they are."""
    if not arguments or arguments[0] != "search" or "--" in arguments:
        return list(arguments)
    pairs = enumerate(pairwise(arguments), 1)
    minus = [i for i, (before, word) in pairs if _MINUS.match(word) and not _VALUED.fullmatch(before)]
    others = [word for i, word in enumerate(arguments) if i not in minus]
    return [*others, "--", *(arguments[i] for i in minus)] if minus else others


def _by(text: str) -> By:
    try:
        return By(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not one of {', '.join(By)}") from error


_QUERY = (
    'words that rank, "phrases" that must occur, -words that must not; a query that is taken for options goes last, '
    "after --"
)
_SOURCE = "only this source; several are alternatives; the first four characters of an id suffice if no other has them"
_LIBRARY = "a folder, or postgresql://… (default: $SOURCEWISE_LIBRARY, else ./library)"
_STYLE = "how it cites: plain (default), apa, chicago, chicago-notes, mla, harvard, vancouver, markdown or bibtex"
_JUDGE = "a cross-encoder for entailment: its opinion is told beside; a name that is no folder is fetched from a hub"


def parser() -> argparse.ArgumentParser:
    """The parser of all commands. Its help texts are part of the documentation."""
    shared = Parser(add_help=False)
    shared.add_argument("--library", type=library_at, default=None, metavar="WHERE", help=_LIBRARY)
    shared.add_argument("--json", action="store_true", help="write JSON, and nothing else, to standard output")
    exported = Parser(add_help=False)
    about = "write it to a new file too: .docx, .md, .html or .csv; or its sources: .bib, .ris or .json (CSL)"
    exported.add_argument("--out", type=Path, metavar="FILE", help=about)
    exported.add_argument("--style", default="plain", metavar="STYLE", help=_STYLE)
    whole = Parser(prog=as_started("python -m index").strip(), description="Search a library, list it, mend it.")
    commands = whole.add_subparsers(dest="command", required=True)
    commands.type = str  # what a command takes has types of its own
    _add_search(commands.add_parser("search", parents=[shared, exported], help="find passages"))
    about = "a draft against the sources, sentence by sentence"
    _add_check(commands.add_parser("check", parents=[shared, exported], help=about))
    about = "what sources both say, and where they differ"
    _add_compare(commands.add_parser("compare", parents=[shared, exported], help=about))
    about = "passages that you pinned, and what became of each since"
    _add_collection(commands.add_parser("collection", parents=[shared, exported], help=about))
    about = "ask again what a result was the answer to, and tell what has changed"
    rerun = commands.add_parser("rerun", parents=[shared], help=about)
    rerun.add_argument(
        "file", type=Path, metavar="FILE", help="an exported file, or JSON that search, check or compare wrote"
    )
    rerun.add_argument(
        "--draft", type=str, metavar="DRAFT", help="the draft that was checked, unless the library keeps it"
    )
    _add_searches(commands.add_parser("searches", parents=[shared], help="saved searches, and what is new in them"))
    sources = commands.add_parser("sources", parents=[shared], help="list the sources")
    about = "write them to a new file instead, for other programs: .bib, .ris or .json (CSL)"
    sources.add_argument("--out", type=Path, metavar="FILE", help=about)
    sources.add_argument("--source", action="append", metavar="ID", help=_SOURCE)
    passages = commands.add_parser("passages", parents=[shared], help="list the passages of a source")
    passages.add_argument("--source", required=True, metavar="ID", help="its id, or the beginning of it")
    remove = commands.add_parser("remove", parents=[shared], help="take sources out of the library")
    remove.add_argument("ids", nargs="+", metavar="ID", help="whole ids")
    verify = commands.add_parser("verify", parents=[shared], help="check every file of the library")
    verify.add_argument("--repair", action="store_true", help="build again what does not match")
    about = "the databases over which the documents of a library on servers are dealt out"
    shards = commands.add_parser("shards", parents=[shared], help=about)
    shards.add_argument("action", choices=("add", "list"), help="add one, before the first ingest; or list them")
    shards.add_argument("address", nargs="?", type=library_at, metavar="ADDRESS", help="add: postgresql://…, empty")
    about = "write all that the library holds to one file, while it is in use"
    backup = commands.add_parser("backup", parents=[shared], help=about)
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file")
    restore = commands.add_parser("restore", parents=[shared], help="make a library of a file that backup wrote")
    restore.add_argument("file", type=Path, metavar="FILE", help="what backup wrote")
    restore.add_argument("--replace", action="store_true", help="in place of what the library holds")
    mcp = commands.add_parser("mcp", parents=[shared], help="let an assistant's program search, read and check (MCP)")
    mcp.add_argument("--http", type=int, metavar="PORT", help="on this port of localhost, not on standard input")
    token = commands.add_parser("token", parents=[shared], help="which programs may ask over HTTP: those with a token")
    about = "make one, list them, refuse one from now on, or forget all and let any program of this machine ask"
    token.add_argument("action", choices=("add", "list", "revoke", "forget"), help=about)
    token.add_argument("name", nargs="?", metavar="NAME", help="add, revoke: what it is called")
    about = "add: what who shows it may do (default reader); an editor changes what --allow-write lets programs change"
    token.add_argument("--role", choices=("reader", "editor"), default="reader", help=about)
    audit = commands.add_parser("audit", parents=[shared], help="who changed what of the library, and when")
    audit.add_argument("--since", metavar="D", help="only from this time on (2026, 2026-05, 2026-05-31T12)")
    audit.add_argument("--who", metavar="NAME", help="only what this person, token or account changed")
    return whole


def _add_search(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("query", nargs="?", help=_QUERY)
    add("--queries", type=str, metavar="FILE.jsonl", help='many: a line {"_id", "text"} each; - is standard input')
    add("-k", type=int, default=10, metavar="N", help="hits (default 10)")
    _add_conditions(command)
    reading = command.add_mutually_exclusive_group()
    about = "leave out the small model that reads the best passages of a question in English"
    reading.add_argument("--fast", action="store_true", help=about)
    about = "have it read with --queries too, where it is left out unless asked for"
    reading.add_argument("--reader", action="store_true", help=about)
    about = "have a server compare all vectors instead of walking an index, which misses a few; a folder is as it is"
    add("--exact", action="store_true", help=about)
    add("--explain", metavar="TEXT", help="say where the passage stands that has this text")


def _add_conditions(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--by", type=_by, metavar=f"{{{','.join(By)}}}", default=By.BOTH, help="what ranks (default both)")
    add("--source", action="append", metavar="ID", help=_SOURCE)
    add("--author", metavar="A", help="only sources with this in an author's name")
    add("--since", metavar="D", help="only sources of this date (2022, 2022-05, 2022-05-31) or later")
    add("--until", metavar="D", help="only sources of this date or earlier")
    add("--per-source", type=int, metavar="N", help="at most N hits of one source (default: all)")


def _add_searches(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("action", nargs="?", choices=("list", "run", "save", "remove"), help="default: list")
    add("name", nargs="?", metavar="NAME", help="what it is saved as")
    add("words", nargs="*", metavar="QUERY", help="with save: what is searched for")
    _add_conditions(command)


def _add_collection(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("action", choices=("list", "show", "add", "remove", "merge", "rename", "delete"), help="what to do")
    add("names", nargs="*", metavar="NAME", help="a collection; remove: then ids of pins; merge, rename: two names")
    add("--source", metavar="ID", help="add: the id of the source, or the beginning of it")
    add("--start", type=int, metavar="N", help="add: the first character of the passage")
    add("--end", type=int, metavar="N", help="add: the character after its last")
    add("--note", default="", metavar="T", help="add: a note on it")
    add("--tag", action="append", metavar="T", help="add: a tag; may be repeated")


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("draft", type=str, metavar="FILE", help="a draft, .txt, .md or .docx; - is standard input")
    about = "with --out FILE.docx: cite only what you marked as confirmed, and put differences into comments"
    command.add_argument("--clean", action="store_true", help=about)
    command.add_argument("--judge", type=str, metavar="MODEL", help=_JUDGE)


def _add_compare(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("left", metavar="A", nargs="?", help="the id of a source, or the beginning of one")
    add("right", metavar="B", nargs="?", help="the id of another")
    add("--question", action="append", metavar="Q", help="what each source says on it; may be repeated")
    add("--map", action="store_true", help="topics by sources, and what one source alone covers")
    add("--events", action="store_true", help="sources that tell of one event")
    add("--source", action="append", metavar="ID", help="with these three: only some sources")
