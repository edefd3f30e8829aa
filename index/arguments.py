"""The options of ``python -m index``, and how a query that begins with a minus sign gets past them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from index.text.escaping import line
from index.types import By

_MINUS = re.compile(r"-(?!-|[hk]$|k=?\d+$)..", re.DOTALL)  # at least two characters: -x may be meant as an option
_VALUED = re.compile(r"--(?!json$)[^=]+|-k")  # an option whose value comes next


class Parser(argparse.ArgumentParser):
    """Prints an error as one line, like all other errors of the program."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog.split()[2]}: {line(message)}. Run: {self.prog} --help\n")


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
_JUDGE = "a cross-encoder for entailment: its opinion is told beside; a name that is no folder is fetched from a hub"


def parser() -> argparse.ArgumentParser:
    """The parser of all commands. Its help texts are part of the documentation."""
    shared = Parser(add_help=False)
    shared.add_argument("--library", type=Path, default=None, help="default: $SOURCEWISE_LIBRARY, else ./library")
    shared.add_argument("--json", action="store_true", help="write JSON, and nothing else, to standard output")
    whole = Parser(prog="python -m index", description="Search a library, list it, mend it.")
    exported = Parser(add_help=False)
    exported.add_argument(
        "--out", type=Path, metavar="FILE", help="write it to a new file too: .docx, .md, .html or .csv"
    )
    commands = whole.add_subparsers(dest="command", required=True)
    search = commands.add_parser("search", parents=[shared], help="find passages")
    search.add_argument("query", nargs="?", help=_QUERY)
    search.add_argument(
        "--queries", metavar="FILE.jsonl", help='many: a line {"_id", "text"} each; - is standard input'
    )
    search.add_argument("-k", type=int, default=10, metavar="N", help="hits (default 10)")
    search.add_argument(
        "--by", type=_by, metavar=f"{{{','.join(By)}}}", default=By.BOTH, help="what ranks (default both)"
    )
    search.add_argument("--source", action="append", metavar="ID", help=_SOURCE)
    search.add_argument("--author", metavar="A", help="only sources with this in an author's name")
    search.add_argument("--since", metavar="D", help="only sources of this date (2022, 2022-05, 2022-05-31) or later")
    search.add_argument("--until", metavar="D", help="only sources of this date or earlier")
    search.add_argument("--per-source", type=int, metavar="N", help="at most N hits of one source (default: all)")
    search.add_argument("--explain", metavar="TEXT", help="say where the passage stands that has this text")
    checks = commands.add_parser(
        "check", parents=[shared, exported], help="a draft against the sources, sentence by sentence"
    )
    checks.add_argument("draft", metavar="FILE", help="a draft, .txt, .md or .docx; - is standard input")
    checks.add_argument("--judge", metavar="MODEL", help=_JUDGE)
    compare = commands.add_parser(
        "compare", parents=[shared, exported], help="what sources both say, and where they differ"
    )
    compare.add_argument("left", metavar="A", nargs="?", help="the id of a source, or the beginning of one")
    compare.add_argument("right", metavar="B", nargs="?", help="the id of another")
    compare.add_argument(
        "--question", action="append", metavar="Q", help="what each source says on it; may be repeated"
    )
    compare.add_argument("--map", action="store_true", help="topics by sources, and what one source alone covers")
    compare.add_argument("--events", action="store_true", help="sources that tell of one event")
    compare.add_argument(
        "--source",
        action="append",
        metavar="ID",
        help="with these three: only some sources",
    )
    commands.add_parser("sources", parents=[shared], help="list the sources")
    passages = commands.add_parser("passages", parents=[shared], help="list the passages of a source")
    passages.add_argument("--source", required=True, metavar="ID", help="its id, or the beginning of it")
    remove = commands.add_parser("remove", parents=[shared], help="take sources out of the library")
    remove.add_argument("ids", nargs="+", metavar="ID", help="whole ids")
    verify = commands.add_parser("verify", parents=[shared], help="check every file of the library")
    verify.add_argument("--repair", action="store_true", help="build again what does not match")
    return whole
