"""``sourcewise``, the command of the installed program: the page; ``sourcewise ingest PATH``; ``sourcewise search …``.

The page is ``sourcewise`` alone or ``sourcewise page``; ``--allow-write`` and options of Streamlit may follow.
``sourcewise serve FOLDER`` is the page for a team that signs in: ``docs/team.md``. Every other word is a command of
``python -m index``. What a command does not need is not imported.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

ALLOW_WRITE = "--allow-write"
"""Lets programs with a token of an editor pin and note."""
MAX_HEADER = 64 << 10
"""Bytes of a line in the head of a request, as uvicorn has it for all of the head."""

OWN = """\
sourcewise                opens the page, as sourcewise page does; --allow-write lets programs pin and note
sourcewise ingest PATH    reads files and folders into a library
sourcewise serve FOLDER   is the page for a team that signs in
"""
"""The commands that are none of ``python -m index``."""


def main() -> None:
    """Runs what the command line names, and ends the process."""
    os.environ["SOURCEWISE_COMMAND"] = "sourcewise"
    command, *rest = sys.argv[1:] or ["page"]
    if command == "page":
        _open_page(rest)
    elif command == "serve":
        _serve(rest)
    elif command == "ingest":
        del sys.argv[1]
        import_module("ingest.__main__").run()
    else:
        if command in ("-h", "--help"):
            print(OWN)
        import_module("index.__main__").run()


def script() -> Path:
    """The page's script: beside the packages in a checkout, in a folder of its own where they are installed."""
    here = Path(__file__).parent.parent
    installed = here / "sourcewise" / "app.py"
    return installed if installed.is_file() else here / "app.py"


def _serve(rest: list[str]) -> None:
    """The page on a network, for the people that the folder's ``team.toml`` names."""
    from views import TEAM_VARIABLE
    from views.team import team_of_environment

    if not rest or rest[0].startswith("-"):
        sys.exit("serve: name the folder with team.toml and secrets.toml. docs/team.md says what stands in them.")
    os.environ[TEAM_VARIABLE] = str(Path(rest[0]).absolute())
    team = team_of_environment()
    if team is None:
        return
    if team.proxy is None and find_spec("authlib") is None:
        sys.exit(
            "The package Authlib is missing. In the folder of the program run: pip install -r requirements-team.txt, "
            "or for an installed sourcewise: pip install '.[team]'"
        )
    # what the cookies of a person with many groups take; a WebSocket is refused above it, 8,192 bytes otherwise
    os.environ["WEBSOCKETS_MAX_LINE_LENGTH"] = str(MAX_HEADER)
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # views/sessions.py alone looks at what a proxy says, and who says it
    options = {"server.address": team.listen, "server.allowedHosts": team.host, "server.headless": "true"}
    if team.proxy is None:
        options["secrets.files"] = str(team.folder / "secrets.toml")
    print(f"Sourcewise for a team: {team.origin}  (listens on {team.listen}; Ctrl+C ends it)", flush=True)
    _run_page([*(f"--{name}={value}" for name, value in options.items()), *rest[1:]])


def _open_page(options: list[str]) -> None:
    print(f"Sourcewise: http://127.0.0.1:{os.environ.get('STREAMLIT_SERVER_PORT', 8501)}  (Ctrl+C ends it)", flush=True)
    _run_page(options)


def _run_page(options: list[str]) -> None:
    from streamlit.web import cli

    if ALLOW_WRITE in options:
        options.remove(ALLOW_WRITE)
        os.environ["SOURCEWISE_ALLOW_WRITE"] = "1"
    cli.main(["run", str(script()), *options], prog_name="sourcewise")


if __name__ == "__main__":
    main()
