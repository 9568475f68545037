"""A comprehension is code over one more axis, and what it calls is called once."""

from __future__ import annotations

import pytest

from cajal_core import Program
from cajal_core.ir import graph as ir
from tests.core.ir.lowering.samples import calls, graph, needed


@pytest.mark.parametrize(
    "term",
    [
        r"\xs:List[3] Bool. [net x | x in xs]",
        r"\x:Bool. \xs:List[3] Bool. [net y | y in cons x xs]",
        r"\x:Bool. [net y | y in ([x, true, false] : List[3] Bool)]",
    ],
)
def test_a_comprehension_calls_once_for_all_elements(program: Program, term: str) -> None:
    compiled = graph(program, term)
    assert calls(needed(compiled)) == 1
    assert isinstance(needed(compiled)[-1].operation, ir.Held)
