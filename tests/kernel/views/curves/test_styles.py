"""Runs are told apart by all eyes, and without colour."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from cajal_kernel.views.curves.styles import COLOURS, DASHES, label, style

# What is left of linear RGB in each blindness, after Machado, Oliveira and Fernandes (2009).
SIGHT = {
    "all cones": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}
# From linear RGB to OKLab, in which distances are as eyes see them.
CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def least_distance(colours: tuple[str, ...], sight: str) -> float:
    seen = [
        LAB @ np.cbrt(CONES @ np.clip(np.array(SIGHT[sight]) @ linear(colour), 0, 1)) for colour in colours
    ]
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_differ_to_all_eyes(sight: str) -> None:
    assert least_distance(COLOURS, sight) > 0.09


def test_other_palettes_do_not() -> None:
    assert least_distance(("#e26816", "#8a8a22"), "protanopia") < 0.05


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_are_seen_on_white_and_black(colour: str) -> None:
    light = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
    assert 1.05 / (light + 0.05) > 2.4
    assert (light + 0.05) / 0.05 > 2.4


def test_runs_differ_and_neighbours_differ_without_colour() -> None:
    styles = [style(place) for place in range(len(COLOURS) * len(DASHES))]
    assert len(set(styles)) == 24
    assert all(one[1] != other[1] for one, other in pairwise(styles))


def test_labels_are_short() -> None:
    assert label("m" * 5000) == "m" * 40 + "…"
    assert label("a\nb").isprintable()
