"""The page in Chromium, and a stopwatch in it: from the key or the click to what is on the screen."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.library import ROOT
from bench.sets import DataError

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 60
"""Seconds that the page may take for anything before the measurement is given up."""

WATCH = """(seen) => {
  const look = new Function(`return (${seen})`);
  window.benchPressed = 0;
  window.benchSeen = new Promise((done) => {
    const next = () => {
      if (window.benchPressed && look()) requestAnimationFrame(() => done(performance.now() - window.benchPressed));
      else if (window.benchPressed && performance.now() - window.benchPressed > 30000) done(30000);
      else requestAnimationFrame(next);
    };
    next();
  });
}"""
"""Looks in each frame whether an expression holds, and gives the milliseconds since the last key or click until the
frame after it did."""

LISTEN = """for (const kind of ["keydown", "pointerdown"])
  window.addEventListener(kind, (event) => { window.benchPressed = event.timeStamp; }, true);"""


@contextmanager
def served(library: Path) -> Iterator[int]:
    """The port of the page while it runs on a library. Raises DataError when it does not start."""
    port = free_port()
    settings = {
        "SOURCEWISE_LIBRARY": str(library.resolve()),
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=quiet, stderr=quiet) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            yield port
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(address, timeout=PATIENCE):
            return
        time.sleep(0.2)
    raise DataError("The page's server does not answer.")


@contextmanager
def opened(port: int) -> Iterator[Page]:
    """A window of 1280 × 900. Raises DataError without Playwright or Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise DataError("This needs Playwright: pip install -r requirements-dev.txt") from error
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise DataError("This needs Chromium on the path.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1280, "height": 900})
            page.set_default_timeout(PATIENCE * 1000)
            page.add_init_script(LISTEN)
            yield page
        finally:
            browser.close()


def rest(page: Page) -> None:
    """Until no run of the page is under way and nothing on it is out of date."""
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-stale=true]')"
    )


def timed(page: Page, act: Callable[[], None], seen: str) -> float:
    """Seconds from the last key or click of ``act`` until ``seen``, in JavaScript, holds on the screen."""
    page.evaluate(WATCH, seen)
    act()
    return float(page.evaluate("window.benchSeen")) / 1000


@dataclass(slots=True)
class Counted:
    """Bytes that passed to the browser, and from it."""

    down: int = 0
    up: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, number: int) -> None:
        with self.lock:
            setattr(self, name, getattr(self, name) + number)

    @property
    def total(self) -> int:
        return self.down + self.up


@contextmanager
def counting(port: int) -> Iterator[tuple[int, Counted]]:
    """A port that leads to another and counts what passes, as it is on the wire."""
    counted = Counted()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, port, counted), daemon=True).start()
        yield server.getsockname()[1], counted


def _accept(server: socket.socket, port: int, counted: Counted) -> None:
    with suppress(OSError):  # the server is closed at the end
        while True:
            browser, _ = server.accept()
            page = socket.create_connection(("127.0.0.1", port))
            for source, target, name in ((browser, page, "up"), (page, browser, "down")):
                threading.Thread(target=_pass_on, args=(source, target, counted, name), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, counted: Counted, name: str) -> None:
    with suppress(OSError):  # either side may hang up
        while data := source.recv(1 << 16):
            counted.add(name, len(data))
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
