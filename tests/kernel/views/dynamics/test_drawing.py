"""The static picture of a recurrence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import cajal_core as cajal
from cajal_kernel.views.dynamics.colours import Scale
from cajal_kernel.views.dynamics.drawing import binned, picture, run_png
from cajal_kernel.views.paint import NEGATIVE, POSITIVE
from tests.kernel.views import conftest

from .conftest import runs


@pytest.mark.parametrize("name", ["even", "mul", "boom", "dilate", "rotate"])
def test_each_is_drawn_small_and_the_same_every_time(program: cajal.Program, name: str) -> None:
    made = runs(program, name)
    for run in made.runs:
        png = run_png(run, made.values)
        assert png == run_png(run, made.values)
        assert len(png) < 60_000
        pixels = conftest.picture(png)
        assert pixels[0, 0, 3] == 0
        assert pixels[..., 3].max() > 200


def test_another_input_is_another_picture(program: cajal.Program) -> None:
    made = runs(program, "even")
    [run] = made.runs
    assert run_png(run, [np.eye(10)[4]]) != run_png(run, made.values)


def test_of_steps_that_share_a_pixel_the_greatest_is_seen() -> None:
    values = np.zeros((10_000, 2))
    values[1234, 0], values[5678, 1], values[5679, 1] = -5, 1, np.nan
    shown = binned(values, 100)
    assert shown.shape == (200, 2)
    assert shown[1234 * 200 // 10_000, 0] == -5
    assert np.isnan(shown[5678 * 200 // 10_000, 1])
    assert np.count_nonzero(shown) == 2
    assert binned(values[:50], 100) is not None
    np.testing.assert_equal(binned(values[1200:1250], 100), values[1200:1250])


def test_images_of_one_and_of_three_channels() -> None:
    scale = Scale(0, 1)
    one = picture(np.array([1.0, 0, -1, 0]), (2, 2), scale)
    assert one[0, 0].tolist() == [*POSITIVE, 235]
    assert one[1, 0].tolist() == [*NEGATIVE, 235]
    assert picture(np.full(12, 0.5), (3, 2, 2), scale)[0, 0].tolist() == [128, 128, 128, 255]
    assert picture(np.full(8, 0.5), (2, 2, 2), scale).shape == (2, 4, 4)  # beside each other


def test_labels_that_are_long_are_cut(program: cajal.Program) -> None:
    [run] = runs(program, "even").runs
    state = replace(run.state, labels=("true" * 40, "false"))
    width = conftest.picture(run_png(replace(run, state=state), [np.eye(10)[9]])).shape[1]
    assert width < 1300
