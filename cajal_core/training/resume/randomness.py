"""Random numbers: what they are seeded by, and their states, which a checkpoint keeps."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import random
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor


def mixed(*numbers: int) -> int:
    """One seed of several numbers.

    >>> mixed(0, 1) == mixed(0, 1), mixed(0, 1) == mixed(1, 0)
    (True, False)
    """
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))


def seed_all(*numbers: int) -> None:
    """Seeds torch (its GPUs too), Python and numpy."""
    seed = mixed(*numbers)
    torch.manual_seed(seed)
    random.seed(seed)
    # What draws without a generator of its own draws from this one.
    np.random.seed(seed % 2**32)  # noqa: NPY002


@dataclass(frozen=True, slots=True)
class States:
    """The states of random numbers as they are kept between two batches: of torch on CPUs, Python and numpy.

    >>> kept = States.now()
    >>> first = random.random(), torch.rand(1)
    >>> kept.restore()
    >>> (random.random(), torch.rand(1)) == first
    True
    """

    torch: Tensor
    python: tuple[Any, ...]
    numpy: Any

    @classmethod
    def now(cls) -> States:
        return cls(torch.get_rng_state(), random.getstate(), np.random.get_state())  # noqa: NPY002

    def restore(self) -> None:
        torch.set_rng_state(self.torch)
        random.setstate(self.python)
        np.random.set_state(self.numpy)  # noqa: NPY002

    def plain(self) -> dict[str, Any]:
        """The same and the states of GPUs, as tensors, numbers and lists."""
        version, internal, gauss = self.python
        kind, keys, *rest = self.numpy
        return {
            "torch": self.torch,
            "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
            "python": [version, torch.tensor(internal), gauss],
            "numpy": [kind, torch.tensor(keys.tolist()), *rest],
        }


def restore(plain: Mapping[str, Any]) -> None:
    """Puts back what `plain` told."""
    version, internal, gauss = plain["python"]
    kind, keys, *rest = plain["numpy"]
    States(
        plain["torch"],
        (version, tuple(internal.tolist()), gauss),
        (kind, np.array(keys.tolist(), np.uint32), *rest),
    ).restore()
    if plain["cuda"]:
        torch.cuda.set_rng_state_all(plain["cuda"][: torch.cuda.device_count()])


@contextmanager
def undrawn() -> Generator[None]:
    """All random numbers are afterwards as they were before the block."""
    kept = States.now().plain()
    try:
        yield
    finally:
        restore(kept)
