"""The pictures that `%show` knows by name."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.magics.magics import overview
from cajal_kernel.views import widgets
from cajal_kernel.views.bundles import result_bundle
from cajal_kernel.views.pictures import PICTURES


def test_a_picture_by_name(program: cajal.Program) -> None:
    (matrix,) = PICTURES["matrix"]("not", program["not"], "")
    assert matrix == result_bundle(program.run("not")[-1], "")
    (trace,) = PICTURES["trace"]("t", program["not true"], "")
    assert trace["text/plain"] == str(program["not true"].trace())


def test_a_live_picture_opens_when_its_static_one_is_on_the_page(
    program: cajal.Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(widgets, "StepsWidget", lambda _, slot: opened.append(slot))
    bundles = PICTURES["dynamics"]("even", program["even"], "")
    bundle = next(bundles)
    assert opened == []
    assert list(bundles) == []
    (slot,) = opened
    assert f'class="cajal-view {slot}"' in bundle["text/html"]


def test_the_help_lists_every_picture() -> None:
    assert f"%show TERM [--as {'|'.join(PICTURES)}]" in overview("")
