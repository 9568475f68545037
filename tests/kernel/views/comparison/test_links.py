"""How what is linked differs."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import torch

from cajal_kernel.views.comparison.links import link_difference

NAN = float("nan")


def changed(module: torch.nn.Module, name: str, by: float) -> torch.nn.Module:
    other = deepcopy(module)
    with torch.no_grad():
        other.state_dict()[name].flatten()[0] += by
    return other


LAYER = torch.nn.Linear(2, 3)
NORM = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (LAYER, LAYER, ""),
        (LAYER, deepcopy(LAYER), ""),
        (None, LAYER, "nothing before, Linear after"),
        (LAYER, torch.nn.ReLU(), "Linear before, ReLU after"),
        (LAYER, changed(LAYER, "bias", -2), "1 of 9 numbers differs, the most in `bias` by 2"),
        (
            NORM,
            changed(NORM, "1.running_var", 0.5),
            "1 of 25 numbers differs, the most in `1.running_var` by 0.5",
        ),
        (LAYER, torch.nn.Linear(2, 4), "`weight` has shape (3, 2) before and (4, 2) after"),
        (torch.ones(3), torch.ones(3), ""),
        (torch.tensor([1, NAN]), torch.tensor([1, NAN]), ""),
        (torch.tensor([1.0, 2]), torch.tensor([1, NAN]), "1 of 2 numbers differs, the most by +∞"),
        (torch.ones(3), torch.ones(2), "shape (3,) before, (2,) after"),
        (torch.tanh, torch.exp, "tanh before, exp after"),
        (lambda x: x, lambda x: 2 * x, "another object"),
    ],
)
def test_what_differs_between_two_links(before: Any, after: Any, says: str) -> None:
    assert link_difference(before, after) == says
