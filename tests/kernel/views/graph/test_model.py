"""What a drawing has."""

from __future__ import annotations

import pytest

from cajal_kernel.views.graph.draw import KINDS
from cajal_kernel.views.graph.model import Box, Graph, Kind, Port


def test_every_kind_of_box_has_a_colour() -> None:
    assert set(KINDS) == set(Kind.__args__)  # type: ignore[attr-defined]


def test_a_box_is_closed_and_a_graph_whole_unless_said() -> None:
    box = Box("v1", "input", "x", "Bool · 2", (Port(),))
    assert not box.opens
    assert Graph([box], []).left_out == 0
    with pytest.raises(AttributeError):
        box.title = "y"  # type: ignore[misc]
