"""Makes the pictures of the README from the real page: ``python docs/pictures.py``, in a checkout with Chromium.

Reads the sample corpus into a library of its own, starts the page on a free port, and takes a picture of each view.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
SIZE = {"width": 1280, "height": 900}
PATIENCE = 120
"""Seconds that the page may take to start, and for each view."""


@contextmanager
def served(library: Path) -> Iterator[str]:
    """The address of the page while it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "SOURCEWISE_LIBRARY": str(library),
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    with subprocess.Popen(
        command, cwd=HERE.parent, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The page does not answer.")


def show(page: Page, address: str, awaited: str) -> None:
    """Open a view and wait until it is at rest."""
    page.goto(address)
    page.locator(awaited).first.wait_for()
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)  # of fading


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        library = Path(folder) / "library"
        command = [sys.executable, "-m", "ingest", "corpus", "--library", str(library)]
        subprocess.run(command, cwd=HERE.parent, check=True)
        with served(library) as address:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
            page.set_default_timeout(PATIENCE * 1000)
            show(page, f"{address}/?q=Is+ketamine+addictive%3F", ".sw-hit")  # loads the models, which takes its time
            show(page, f"{address}/?q=What+happens+to+the+bladder+with+heavy+use%3F", ".sw-hit")
            page.screenshot(path=HERE / "search.png")
            question = "How+long+is+the+half-life+of+ketamine%3F"
            show(page, f"{address}/compare?view=question&q={question}", "table")
            page.screenshot(path=HERE / "compare.png")
            show(page, f"{address}/draft", "textarea")
            page.get_by_label("Your draft").fill(
                "Calvin Stevens synthesised ketamine in 1972. Heavy use can scar the bladder. "
                "Ketamine is a class A drug in the United Kingdom. The harbour bridge was opened in 1932."
            )
            page.get_by_role("button", name="Check", exact=True).press("Enter")
            page.locator(".sw-asked").wait_for()
            page.wait_for_timeout(2000)
            page.screenshot(path=HERE / "draft.png")
            browser.close()


if __name__ == "__main__":
    main()
