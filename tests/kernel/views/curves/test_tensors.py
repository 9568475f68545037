"""Watched tensors in an image."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cajal_kernel.views.curves.data import Watched
from cajal_kernel.views.curves.tensors import draw_watched, height_of
from cajal_kernel.views.paint import figure


def watched(values: np.ndarray) -> Watched:
    count, rows, columns = values.shape
    names = tuple(map(str, range(rows))), tuple(map(str, range(columns)))
    steps = np.arange(count) * 10.0
    return Watched("$x_", "A -o B", (rows, columns), *names, (1, 1), "net · 1", steps, values.astype("f4"))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 2, 2), (7, 2, 4), (9, 48, 48), (3, 1, 48), (3, 48, 1)])
def test_every_shape_fits_into_its_room(shape: tuple[int, int, int]) -> None:
    tensor = watched(np.random.default_rng(0).normal(size=shape))
    drawing = figure(4.2, height_of(tensor, 4.2))
    draw_watched(drawing, 0, tensor)
    drawing.canvas.draw()
    assert len(drawing.axes) == min(4, shape[0])
    for axes in drawing.axes:
        bounds = axes.get_position()
        assert 0 <= bounds.x0 < bounds.x1 <= 1
        assert 0 <= bounds.y0 < bounds.y1 <= 1
        room = axes.get_tightbbox()
        assert room is not None
        assert room.y0 > -1
    head, colours = drawing.texts
    assert head.get_text() == "net · 1: $x_ : A -o B"
    assert colours.get_window_extent().x1 < drawing.bbox.x1
    titles = [axes.get_title(loc="left") for axes in drawing.axes]
    assert (titles[0], titles[-1]) == ("step 0", f"step {shape[0] * 10 - 10}")


def test_the_colours_are_those_of_the_values_and_what_is_not_finite_has_a_mark() -> None:
    tensor = watched(np.array([[[1.0, -0.5], [0.0, np.nan]]]))
    drawing = figure(4.2, 2)
    draw_watched(drawing, 0, tensor)
    axes: Any = drawing.axes[0]
    red, _, blue, opacity = np.moveaxis(np.asarray(axes.images[0].get_array()), -1, 0)
    assert blue[0, 0] > red[0, 0]
    assert red[0, 1] > blue[0, 1]
    assert (opacity[0, 0], opacity[1, 0]) == (pytest.approx(0.9), 0)
    marks = [line for line in axes.lines if len(line.get_xdata())]
    assert [(line.get_marker(), *line.get_xydata()[0].tolist()) for line in marks] == [("x", 1, 1)]
