"""What the tests of single passes share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cajal_core import Program
from cajal_core.ir import graph as ir


@pytest.fixture
def lowered() -> Callable[[str], ir.Graph]:
    """The graph of the last item of a program, as it was lowered."""

    def graph(source: str) -> ir.Graph:
        *_, last = Program(nat_size=3).run(source)
        return last.neuron()._lowered

    return graph
