"""The shape of the code: small rooms, plain names, and nothing in the text that belongs to one machine."""

from __future__ import annotations

import ast
import re
import socket
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest

from tests.conftest import outside
from tests.making import ROOT

PACKAGES = ("index", "ingest", "views", "bench")
MAX_LINES = 400
MAX_FUNCTION = 50

CODE = sorted(chain(ROOT.glob("*.py"), *(ROOT.joinpath(name).rglob("*.py") for name in PACKAGES)))
VISIBLE = {".ci", ".streamlit", ".github", ".gitignore"}
TEXT = {"", ".py", ".md", ".txt", ".toml", ".cfg", ".yml", ".yaml", ".html", ".jsonl", ".css", ".js"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree(path)))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imports(path: Path) -> set[str]:
    """The full names of the modules that a file imports."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every text file of the project: no environment, no library, no cache."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in VISIBLE
        if hidden or path.name == "__pycache__" or path == ROOT / "library":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from project_files(path)
        elif path.suffix in TEXT and path.is_file():
            yield path


def test_a_module_fits_in_the_head() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    long = {name: lines for name, lines in lengths.items() if lines >= MAX_LINES}
    assert not long, "split the decision, not the file"


def test_functions_are_short() -> None:
    lengths = sorted(
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{name_of(path)}:{node.lineno} {node.name}")
        for path in CODE
        for node in functions(path)
    )
    if not lengths:
        pytest.skip("no functions yet")
    percentile = lengths[int(0.95 * (len(lengths) - 1))][0]
    assert percentile < MAX_FUNCTION, f"95th percentile {percentile} lines; the longest: {lengths[-5:]}"


def test_a_module_is_named_for_what_it_decides() -> None:
    empty = {"util", "utils", "helper", "helpers", "manager"}
    assert not [name_of(path) for path in CODE if empty & set(path.relative_to(ROOT).with_suffix("").parts)]


ROOMS = {"index": 21, "ingest": 13}
"""What a newcomer may have to hold: modules and packages at the top level of a package, ``__init__`` included."""


@pytest.mark.parametrize("package", ROOMS)
def test_a_package_has_few_rooms_and_each_says_what_it_decides(package: str) -> None:
    rooms = [path for path in (ROOT / package).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert len(rooms) <= ROOMS[package]
    inner = [path for path in CODE if path.name == "__init__.py" and ROOT / package in path.parents]
    assert not [name_of(path) for path in inner if not ast.get_docstring(tree(path))]


def faces() -> Iterator[str]:
    """The packages that name what they offer."""
    for path in CODE:
        if path.name == "__init__.py" and "__all__" in path.read_text(encoding="utf-8"):
            yield path.parent.relative_to(ROOT).as_posix().replace("/", ".")


@pytest.mark.parametrize("face", sorted(faces()))
def test_a_package_offers_what_it_names_in_order(face: str) -> None:
    module = import_module(face)
    assert all(getattr(module, name) is not None for name in module.__all__)
    assert len(module.__all__) == len(set(module.__all__))
    assert {*module.__all__} <= {*dir(module)}


PUBLIC = (  # noqa: SIM905
    "Address Answer By Confidence Copy Document Draft Filter Hit Index Lacking Library LibraryError ModelError "
    "NamedBy NamedSources Origin Parts Passage QueryError ReadError Recall Section Source SourcewiseError Span "
    "Store WriteError check_draft compare_sources default_library people published published_manifest recall_fell "
    "remove_sources"
).split()


def test_the_public_names_of_the_library_are_these() -> None:
    import index

    assert index.__all__ == PUBLIC
    assert dir(index) == PUBLIC
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        index.nothing  # noqa: B018


def test_the_page_imports_only_what_packages_offer() -> None:
    """From at most eight modules of the library, and from each only names that it lists."""
    used: dict[str, set[str]] = {}
    for path in CODE:
        if ROOT / "views" in path.parents:
            for node in nodes(path):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "index":
                    used.setdefault(node.module or "", set()).update(alias.name for alias in node.names)
    assert len(used) <= 8
    hidden = {module: names - {*import_module(module).__all__} for module, names in used.items()}
    assert not any(hidden.values()), hidden


def classes() -> Iterator[tuple[str, str]]:
    for path in CODE:
        if not {"bench"} & set(path.relative_to(ROOT).parts):
            for node in nodes(path):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield node.name, name_of(path)


def test_a_class_name_stands_for_one_thing() -> None:
    count = Counter(name for name, _ in classes())
    assert not [(name, path) for name, path in classes() if count[name] > 1]


VAGUE = {"one", "told", "said", "heard"}
"""Words that could stand for anything: no variable, function, attribute or class of the program is called so."""


def test_names_say_what_they_stand_for() -> None:
    found = set()
    for path in (path for path in CODE if ROOT / "bench" not in path.parents):
        for node in nodes(path):
            names = (getattr(node, field, None) for field in ("id", "arg", "attr", "name"))
            found.update(f"{name_of(path)}: {name}" for name in names if name in VAGUE)
    assert not found


def mentioned(path: Path) -> Iterator[tuple[str, str]]:
    """Each ``name`` in a docstring of a module, with the name of what the docstring is of."""
    for node in nodes(path):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for name in re.findall(r"``([A-Za-z_]\w*)``", ast.get_docstring(node) or ""):
                yield getattr(node, "name", "module"), name


@cache
def known_names(path: Path) -> set[str]:
    """The identifiers and strings of a module, and the files and folders beside it."""
    names = {entry.stem for entry in path.parent.iterdir()} | {"CURRENT"}
    for node in nodes(path):
        names.update(str(getattr(node, field, None)) for field in ("id", "arg", "attr", "name", "module"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= {node.value} if node.value.isidentifier() else set()
    return names


def test_docstrings_name_what_is_there() -> None:
    """A field or parameter that was renamed is renamed in what is said of it."""
    gone = [
        f"{name_of(path)} {owner}: {name}"
        for path in CODE
        if ROOT / "bench" not in path.parents
        for owner, name in mentioned(path)
        if name not in known_names(path)
    ]
    assert not gone


def unsafe(node: ast.AST) -> bool:
    """A pickle runs whatever its writer wanted; raw HTML on the page shows whatever a source contains."""
    if isinstance(node, ast.keyword):
        allowed = isinstance(node.value, ast.Constant) and node.value.value is False
        return node.arg in ("unsafe_allow_html", "unsafe_allow_javascript", "allow_pickle") and not allowed
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
        return bool({name.split(".")[0] for name in names} & {"pickle", "dill", "cloudpickle"})
    return isinstance(node, ast.ExceptHandler) and node.type is None


def test_no_pickle_no_raw_html_no_bare_except() -> None:
    found = [f"{name_of(path)}: {ast.unparse(node)[:80]}" for path in CODE for node in nodes(path) if unsafe(node)]
    assert not found


def test_the_library_knows_neither_ingest_nor_page() -> None:
    """But for the commands that check a draft, which have it read."""
    outer = {"ingest", "views", "bench", "streamlit"}
    library = [path for path in CODE if ROOT / "index" in path.parents]
    found = {(name_of(path), name) for path in library for name in imports(path) if name.split(".")[0] in outer}
    assert found == {(f"index/commands/{name}.py", "ingest.draft") for name in ("check", "mcp")}


def test_the_suite_reaches_no_other_host() -> None:
    """TEST-NET-1 and .invalid lead nowhere, should the guard in conftest.py ever fail."""
    with pytest.raises(PermissionError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(PermissionError):
        socket.getaddrinfo("sourcewise.invalid", 80)
    assert len(outside) == 2
    outside.clear()


# Put together from halves, so that this file does not find itself.
MACHINE = re.compile(
    "|".join(
        (
            "/" + r"(?:work|root|opt|home/[a-z]+|Users/[A-Za-z]+|tmp)/",
            r"[A-Z]:\\" + "Users",
            "pypi" + r"\.org",
            "download" + r"\.pytorch",
            "python" + r"hosted",
        )
    )
)


def test_the_text_speaks_of_no_one_machine() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:120]}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)
