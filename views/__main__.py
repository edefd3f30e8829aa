"""``sourcewise``, the command of the installed program: the page; ``sourcewise ingest PATH``; ``sourcewise search …``.

The page is ``sourcewise`` alone or ``sourcewise page``; options of Streamlit may follow. Every other word is a command
of ``python -m index``. What a command does not need is not imported.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Runs what the command line names, and ends the process."""
    os.environ["SOURCEWISE_COMMAND"] = "sourcewise"
    command, *rest = sys.argv[1:] or ["page"]
    if command == "page":
        _open_page(rest)
    elif command == "ingest":
        del sys.argv[1]
        import_module("ingest.__main__").run()
    else:
        import_module("index.__main__").run()


def script() -> Path:
    """The page's script: beside the packages in a checkout, in a folder of its own where they are installed."""
    here = Path(__file__).parent.parent
    installed = here / "sourcewise" / "app.py"
    return installed if installed.is_file() else here / "app.py"


def _open_page(options: list[str]) -> None:
    from streamlit.web import cli

    print(f"Sourcewise: http://127.0.0.1:{os.environ.get('STREAMLIT_SERVER_PORT', 8501)}  (Ctrl+C ends it)", flush=True)
    cli.main(["run", str(script()), *options], prog_name="sourcewise")


if __name__ == "__main__":
    main()
