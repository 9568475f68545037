"""A trace that a cell displays."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import cajal_core as cajal
from cajal_kernel.views.live import widget
from tests.kernel.conftest import NOT, cell


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The live pictures that were opened."""
    lives: list[Any] = []
    monkeypatch.setattr(widget, "live_widget", lambda live, _: lives.append(live))
    monkeypatch.setattr(widget, "keep_open", lambda _: None)
    return lives


def displayed(shell: InteractiveShell) -> dict[str, Any]:
    cell(shell, "-o logic", NOT)
    trace = shell.user_ns["logic"]["not true"].trace()
    assert isinstance(trace, cajal.Trace)
    formatter: Any = shell.display_formatter
    bundle: dict[str, Any] = formatter.format(trace)[0]
    assert bundle["text/plain"] == str(trace)
    return bundle


def test_a_trace_displays_itself_as_its_picture(shell: InteractiveShell, opened: list[Any]) -> None:
    bundle = displayed(shell)
    assert "<details open><summary>" in bundle["text/html"]
    assert [live.kind for live in opened] == ["trace"]


def test_a_terminal_shows_its_text(shell: InteractiveShell, opened: list[Any]) -> None:
    formatter: Any = shell.display_formatter
    formatter.active_types = ["text/plain"]
    assert list(displayed(shell)) == ["text/plain"]
    assert opened == []
