"""`Images`: labelled images in two splits that share no image, and groups that are drawn from one split."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from cajal_experiments.errors import ExperimentError, unknown

Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")


@dataclass(frozen=True, eq=False)
class Images:
    """Labelled images: `train` and `test` are (n, side, side) in [-1, 1], their labels (n,) of int64.

    Samples of your own may have any shape, and labels too: `Images(name, train, labels, test, test_labels)`.
    A test image that is also a training image, by pixels, is left out when a data set is read (`apart`).

    Example:
        >>> samples, labels = torch.rand(10, 4, 4), torch.arange(10)
        >>> images = Images("noise", samples, labels, torch.rand(6, 4, 4), torch.arange(6))
        >>> (left, right), labels = images.draw("train", of=2, seed=1)
        >>> left.shape, labels.shape
        (torch.Size([5, 4, 4]), torch.Size([5, 2]))
    """

    name: str
    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor

    @property
    def side(self) -> int:
        """Rows, and columns, of an image."""
        return self.train.shape[-1]

    @cached_property
    def checksum(self) -> str:
        """The beginning of the SHA-256 of every image and label, with their shapes."""
        digest = hashlib.sha256()
        for tensor in (self.train, self.train_labels, self.test, self.test_labels):
            digest.update(f"{tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(tensor.contiguous().numpy().tobytes())
        return digest.hexdigest()[:12]

    def draw(
        self, split: Split, count: int | None = None, of: int = 1, *, seed: int = 0
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """`count` groups of `of` images each: `of` tensors (count, side, side), and the labels (count, of).

        The images come from random orders of the whole split, one after another. So each image stands once
        where there are enough, and no image stands twice more often than another. More groups begin with
        the same groups. Without `count` there are as many as stand without repeating an image.

        Raises:
            ExperimentError: if there is no such split.
        """
        if split not in SPLITS:
            raise ExperimentError(unknown("split", split, SPLITS))
        images, labels = (
            (self.train, self.train_labels) if split == "train" else (self.test, self.test_labels)
        )
        groups = len(images) // of if count is None else count
        random = np.random.default_rng([seed, split == "test"])
        rounds = -(-groups * of // len(images))
        order = np.concatenate([random.permutation(len(images)) for _ in range(rounds)])
        chosen = torch.from_numpy(order[: groups * of]).reshape(groups, of)
        return tuple(images[column] for column in chosen.T), labels[chosen]


def apart(name: str, train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, labels: np.ndarray):
    """`Images` of unsigned pixels, scaled from 0 and their largest to [-1, 1], without shared test images."""
    largest = train.max()
    known = {image.tobytes() for image in train}
    new = np.array([image.tobytes() not in known for image in test], dtype=bool)

    def scaled(pixels: np.ndarray) -> Tensor:
        return torch.from_numpy(pixels.astype(np.float32) / np.float32(largest) * 2 - 1)

    def indices(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values.astype(np.int64))

    return Images(name, scaled(train), indices(train_labels), scaled(test[new]), indices(labels[new]))
