"""The colours of states."""

from __future__ import annotations

import numpy as np

from cajal_kernel.views.dynamics.colours import SPOILED, Scale, scale_of
from cajal_kernel.views.paint import NEGATIVE, POSITIVE


def test_a_program_of_zeros_and_ones_keeps_its_scale() -> None:
    assert scale_of(np.eye(4)) == Scale(0, 1)
    assert scale_of(np.zeros((2, 2))) == Scale(0, 1)
    assert scale_of(np.array([0.02, -0.03, np.inf])) == Scale(0, 0.03, is_signed=True)


def test_what_explodes_has_a_logarithmic_one() -> None:
    scale = scale_of(2.0 ** np.arange(40))
    assert scale == Scale(1, 2.0**39)
    first, *_, last = scale.strength(2.0 ** np.arange(40))
    assert (first, last) == (0.15, 1)
    assert scale.strength(np.array([0.0])) == 0


def test_each_sign_has_its_colour_and_what_is_not_finite_is_opaque() -> None:
    colours = Scale(0, 2).colours(np.array([2.0, -1.0, 0.0, np.nan, np.inf, -np.inf]))
    assert colours.tolist() == [
        [*POSITIVE, 235],
        [*NEGATIVE, 118],
        [*NEGATIVE, 0],
        [*SPOILED, 255],
        [*POSITIVE, 255],
        [*NEGATIVE, 255],
    ]
