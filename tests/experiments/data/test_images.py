"""Splits share no image, and groups are a function of split, number and seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cajal_experiments.data.images import Images, apart
from cajal_experiments.errors import ExperimentError


def unsigned(*values: int) -> np.ndarray:
    """An image of 2×2 for each value."""
    return np.array([[[value, 0], [0, 16]] for value in values], dtype=np.uint8)


@pytest.fixture
def images() -> Images:
    return apart("six", unsigned(*range(6)), np.arange(6), unsigned(6, 3, 7), np.array([6, 3, 7]))


def test_a_test_image_that_is_a_training_image_is_left_out(images: Images) -> None:
    assert images.test_labels.tolist() == [6, 7]
    assert len(images.test) == 2


def test_pixels_are_scaled(images: Images) -> None:
    assert images.train[4].tolist() == [[-0.5, -1], [-1, 1]]
    assert images.side == 2


def test_each_image_stands_equally_often(images: Images) -> None:
    (left, right), labels = images.draw("train", 6, of=2, seed=1)
    assert left.shape == right.shape == (6, 2, 2)
    assert sorted(labels.flatten().tolist()) == sorted([*range(6)] * 2)
    # A label belongs to its image.
    assert ((left[:, 0, 0] + 1) * 8).tolist() == labels[:, 0].tolist()


def test_without_a_number_no_image_is_repeated(images: Images) -> None:
    parts, labels = images.draw("train", of=2)
    assert len(parts[0]) == 3
    assert labels.unique().numel() == 6


def test_more_groups_begin_with_the_same_groups(images: Images) -> None:
    _, few = images.draw("train", 2, of=2, seed=3)
    _, many = images.draw("train", 9, of=2, seed=3)
    assert torch.equal(few, many[:2])


def test_groups_depend_on_the_seed_alone(images: Images) -> None:
    draws = [images.draw("train", 6, seed=seed)[1].flatten().tolist() for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]


def test_an_unknown_split_is_refused(images: Images) -> None:
    with pytest.raises(ExperimentError, match=r"There is no split `trian`\. Did you mean `train`"):
        images.draw("trian")  # pyright: ignore[reportArgumentType]


def test_the_checksum_is_of_all_there_is(images: Images) -> None:
    same = apart("other", unsigned(*range(6)), np.arange(6), unsigned(6, 7), np.array([6, 7]))
    changed = apart("six", unsigned(*range(6)), np.arange(6), unsigned(6, 7), np.array([6, 8]))
    assert same.checksum == images.checksum != changed.checksum
