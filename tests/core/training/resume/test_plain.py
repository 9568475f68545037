"""Plain data."""

from __future__ import annotations

import torch
from torch import nn

from cajal_core.training.resume.plain import is_plain


def test_a_state_dict_is_plain_and_a_module_in_it_is_not() -> None:
    state = {"weights": torch.ones(2), "steps": [1, (2.0, None)], 3: b"x", "on": True}
    assert is_plain(state) and not is_plain({**state, "model": nn.ReLU()}) and not is_plain([{len: 1}])
