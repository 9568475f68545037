"""Digits of 8×8 at MNIST's size."""

from __future__ import annotations

import torch

from cajal_experiments.data.enlarged import enlarged, wide
from cajal_experiments.data.load import load


def test_digits_are_enlarged_once_with_a_margin() -> None:
    images = enlarged("digits")
    assert images is enlarged("digits")
    assert images.train.shape == (1437, 28, 28)
    assert images.test.shape == (360, 28, 28)
    assert torch.equal(images.train_labels, load("digits").train_labels)
    assert (images.train[:, :4] == -1).all()
    assert (images.train[:, :, -4:] == -1).all()
    assert images.train.min() >= -1
    assert images.train.max() <= 1


def test_what_is_even_stays_even() -> None:
    assert torch.allclose(wide(torch.full((1, 8, 8), 0.5))[0, 4:24, 4:24], torch.tensor(0.5))
