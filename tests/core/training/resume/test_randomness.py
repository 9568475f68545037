"""Random numbers are seeded, kept and put back."""

from __future__ import annotations

import random

import numpy as np
import torch

from cajal_core.training.resume.randomness import States, restore, seed_all, undrawn


def drawn() -> list[float]:
    return [torch.rand(1).item(), random.random(), np.random.rand(), torch.randn(1).item()]  # noqa: NPY002


def test_states_are_plain_and_put_back() -> None:
    with undrawn():
        seed_all(3)
        drawn()
        kept = States.now().plain()
        first = drawn()
        restore(kept)
        assert drawn() == first
        seed_all(4)
        assert drawn() != first


def test_a_block_leaves_no_trace() -> None:
    before = States.now()
    with undrawn():
        drawn()
    after = drawn()
    before.restore()
    assert drawn() == after
