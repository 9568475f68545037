"""A small drawing surface."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.dynamics.canvas import Canvas, text_width
from cajal_kernel.views.paint import DENSITY
from tests.kernel.views.conftest import picture


def test_cells_have_sharp_edges_on_a_transparent_ground() -> None:
    canvas = Canvas(100, 50)
    colours = np.array([[[255, 0, 0, 255], [0, 0, 255, 255]]], np.uint8)
    canvas.cells(10, 10, 40, 20, colours)
    canvas.rectangle(80, 10, 10, 10, "#00ff00")
    pixels = picture(canvas.png())
    assert pixels.shape[:2] == (50 * DENSITY, 100 * DENSITY)

    def at(x: float, y: float) -> list[float]:
        return pixels[int(y * DENSITY), int(x * DENSITY)].tolist()

    assert (at(29, 20), at(31, 20)) == ([255, 0, 0, 255], [0, 0, 255, 255])
    assert at(85, 15) == [0, 255, 0, 255]
    assert at(5, 5)[3] == 0


def test_a_text_is_where_it_is_put() -> None:
    canvas = Canvas(100, 20)
    canvas.text(90, 10, "weight", at="r")
    left = np.flatnonzero(picture(canvas.png())[..., 3].any(0))[0] / DENSITY
    assert abs(left - (90 - text_width("weight"))) < 2
