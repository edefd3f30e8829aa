"""What is computed beside the page waits while a page is made."""

from __future__ import annotations

import threading

import pytest

from views.components import giving_way
from views.components.giving_way import Quiet


def test_work_beside_the_page_goes_on_when_the_last_page_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "MOST", 60)
    quiet, went_on = Quiet(), threading.Event()

    def work() -> None:
        quiet.give_way()
        went_on.set()

    thread = threading.Thread(target=work, daemon=True)
    with quiet.page_made():
        with quiet.page_made():
            thread.start()
        assert not went_on.wait(0.05)
    assert went_on.wait(60)
    thread.join()


def test_a_page_that_fails_is_made_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "MOST", 60)
    quiet = Quiet()
    with pytest.raises(ValueError, match="broken"), quiet.page_made():
        raise ValueError("broken")
    quiet.give_way()


def test_work_beside_a_page_that_is_always_made_goes_on_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "MOST", 0.01)
    quiet = Quiet()
    with quiet.page_made():
        quiet.give_way()
