"""Sizes of boxes, which texts alone decide."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.graph.model import Box, Port, Weights
from cajal_kernel.views.graph.sizes import SMALL, STRIP, clipped, size_of, text_width


def test_a_box_has_room_for_what_stands_in_it() -> None:
    plain = Box("a", "operation", "succ", "Nat · 10", (Port(),))
    size = size_of(plain)
    # The type stands right of the middle.
    assert size.width / 2 >= text_width("Nat · 10", SMALL)
    assert size.strip == STRIP
    noted = Box("a", "extern", "net", "Bool · 2", (Port(),), note="Sequential, 1,074 parameters")
    assert size_of(noted).width > text_width(noted.note, SMALL)
    assert size_of(noted).box > size.box
    weights = Weights(("true", "false"), ("true", "false"), np.eye(2))
    assert size_of(Box("a", "operation", "succ", "", (Port(),), weights=weights)).box > size.box + 40


def test_ports_fill_the_width_in_order() -> None:
    ports = (Port(), Port("true", "false"), Port("a long label", ""))
    size = size_of(Box("a", "operation", "if x", "Bool · 2", ports))
    assert abs(sum(size.ports) - size.width) < 1e-9
    assert size.port(0) < size.port(1) < size.port(2) < size.width
    assert size.port_line
    assert size.chips


def test_a_long_text_is_cut() -> None:
    assert clipped("x" * 30) == "x" * 30
    assert clipped("x" * 31) == "x" * 29 + "…"
    assert (
        size_of(Box("a", "operation", "x" * 500, "")).width
        == size_of(Box("a", "operation", "x" * 30, "")).width
    )
    assert text_width("数", 10) == 2 * text_width("n", 10)
