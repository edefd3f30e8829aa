"""The system's own dialog to choose a folder, where there is one: the page and the person are at the same machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import streamlit as st

TIMEOUT = 300.0
"""Seconds after which a dialog that nobody answers is closed (a guess)."""

_HERE = ("localhost", "127.0.0.1", "::1")
_TITLE = "Choose a folder"
_TKINTER = (
    "import tkinter, tkinter.filedialog as dialog; root = tkinter.Tk(); root.withdraw(); "
    "root.attributes('-topmost', True); print(dialog.askdirectory(title='Choose a folder', mustexist=True))"
)
_POWERSHELL = (
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Add-Type -AssemblyName System.Windows.Forms; "
    "$dialog = New-Object System.Windows.Forms.FolderBrowserDialog; "
    "if ($dialog.ShowDialog() -eq 'OK') { $dialog.SelectedPath }"
)
_open = threading.Lock()


def command() -> list[str] | None:
    """The command that shows the dialog and writes the chosen path; None where there is no dialog or no display, or the
    page is served to other machines."""
    if st.get_option("server.address") not in _HERE:
        return None
    if sys.platform == "darwin":
        return ["osascript", "-e", f'POSIX path of (choose folder with prompt "{_TITLE}")']
    if sys.platform == "win32":
        return ["powershell", "-NoProfile", "-STA", "-Command", _POWERSHELL]
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    if zenity := shutil.which("zenity"):
        return [zenity, "--file-selection", "--directory", f"--title={_TITLE}"]
    if kdialog := shutil.which("kdialog"):
        return [kdialog, "--title", _TITLE, "--getexistingdirectory", str(Path.home())]
    return [sys.executable, "-c", _TKINTER] if find_spec("_tkinter") else None


def choose(shown: list[str], timeout: float = TIMEOUT) -> str | None:
    """The path that the person chose; None if none was, or if a dialog is open already. Other visitors go on."""
    if not _open.acquire(blocking=False):
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - one of the commands above
            shown, capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False
        )
    except (OSError, subprocess.TimeoutExpired):  # the text field is there still
        return None
    finally:
        _open.release()
    return answer.stdout.strip() or None if answer.returncode == 0 else None
