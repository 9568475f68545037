"""Small pictures of vectors of an image space."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.trace.images import image_html, image_png
from tests.kernel.views.conftest import picture


def test_three_channels_are_colours() -> None:
    values = np.zeros((3, 2, 2))
    values[0, 0, 1], values[2, 1, 0] = 1.0, 0.5
    drawn = picture(image_png(values.ravel(), [3, 2, 2]))
    assert drawn[0, 1].tolist() == [255, 0, 0, 255]
    assert drawn[1, 0].tolist() == [0, 0, 128, 255]


def test_colours_outside_of_0_to_1_are_fitted() -> None:
    drawn = picture(image_png(np.array([-1.0, 0.0, 1.0]), [3, 1, 1]))
    assert drawn[0, 0].tolist() == [0, 128, 255, 255]


def test_an_image_of_zeros_is_empty_and_says_so() -> None:
    html = image_html(np.zeros(6), [1, 2, 3])
    assert "2 × 3, 0 to 0" in html
    assert picture(image_png(np.zeros(6), [1, 2, 3]))[..., 3].max() == 0
