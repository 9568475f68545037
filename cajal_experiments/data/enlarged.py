"""Images of 28×28 from smaller ones, for networks and programs that are made for MNIST's size."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from torch import Tensor
from torch.nn import functional

from cajal_experiments.data.images import Images
from cajal_experiments.data.load import load

SIDE = 28
#: A digit of MNIST fills a box of 20×20.
BOX = 20


@cache
def enlarged(name: str = "digits") -> Images:
    """What `load` gives; images smaller than 28×28 are scaled to 20×20, with a margin as in MNIST."""
    images = load(name)
    return (
        images if images.side == SIDE else replace(images, train=wide(images.train), test=wide(images.test))
    )


def wide(images: Tensor) -> Tensor:
    """Images (n, side, side) in [-1, 1] as (n, 28, 28)."""
    scaled = functional.interpolate(images[:, None], (BOX, BOX), mode="bilinear", align_corners=False)[:, 0]
    return functional.pad(scaled, [(SIDE - BOX) // 2] * 4, value=-1)
