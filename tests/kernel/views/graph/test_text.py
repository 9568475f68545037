"""The graph as text."""

from __future__ import annotations

from collections.abc import Callable

from cajal_kernel.views.graph.model import Box, Graph
from cajal_kernel.views.graph.text import LINES, graph_text

EVEN = """\
v1      n                                                 Nat · 10
        iter, state b:
s3        b(zero: true, succ: v5)                         Bool · 2
          not:
v5          if x(s3, true: false, false: true)            Bool · 2
v6        Σ count[i] · b after i steps(count: v1, b: s3)  Bool · 2
result  result(v6)"""


def test_boxes_stand_in_order_with_what_comes_in(graph: Callable[..., Graph]) -> None:
    assert graph_text(graph("even")) == EVEN


def test_a_long_graph_is_cut() -> None:
    boxes = [Box(f"v{place}", "operation", "succ", "") for place in range(LINES + 2)]
    assert graph_text(Graph(boxes, [], left_out=3)).splitlines()[-1].split() == ["…", "5", "more"]
