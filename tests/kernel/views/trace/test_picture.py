"""The trace of one run."""

from __future__ import annotations

import pytest

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.trace import trace_picture
from tests.kernel.views.conftest import Page


def test_a_trace_has_every_named_value(program: cajal.Program) -> None:
    picture = trace_picture("<p>", program["let (x, y) = (true, 3) in (not x, y)"], "")
    page = Page(picture.html)
    assert page.text.startswith("<p> : Bool * Nat")
    assert picture.text in page.text
    rows = [line.split() for line in picture.text.split("\n")]
    assert [row[1:3] for row in rows[:-1]] == [
        ["what", "name"],
        ["let", "x"],
        ["let", "y"],
        ["condition", "if"],
        ["call", "not"],
    ]
    assert rows[-1] == "result Bool * Nat (false, 3)".split()


def test_a_function_has_no_run(program: cajal.Program) -> None:
    with pytest.raises(MagicError, match=r"it still takes \(x : Bool\) \(y : Bool\)"):
        trace_picture("and", program["and"], "cajal_")
