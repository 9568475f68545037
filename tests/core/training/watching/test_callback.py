"""`fit` tells dead links in its history."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from torch import nn

import cajal_core as cajal

from .said import IMAGES, Says, linked

DATA = IMAGES.repeat(16, 1), torch.zeros(64, dtype=torch.long)


def trained(**settings: object) -> list[str]:
    neuron = linked("plain", odd=Says((0.0, 1.0)))
    given = {"steps": 60, "batch": 8, "progress": False, **settings}
    return cajal.fit(neuron, DATA, cajal.nll, **given).warnings  # type: ignore[arg-type]


def test_the_history_has_the_warning() -> None:
    [warning] = trained()
    assert warning.startswith(
        "step 50: `odd` says `false` of every sample, with certainty; let it start softer"
    )


def test_how_often_is_said() -> None:
    assert [text.split(":")[0] for text in trained(watch=10)] == ["step 20"]
    assert trained(watch=False) == []


@pytest.mark.parametrize("watch", [0, "often", 2.5])
def test_something_else_is_refused(watch: object) -> None:
    with pytest.raises(cajal.CajalError, match="watch"):
        trained(watch=watch)


def test_a_module_without_a_neuron_is_not_watched() -> None:
    model, data = nn.Linear(4, 2), (IMAGES, torch.zeros(4, dtype=torch.long))
    assert cajal.fit(model, data, nn.functional.cross_entropy, steps=60, progress=False).warnings == []


@pytest.mark.parametrize("loss", [nn.functional.cross_entropy, nn.CrossEntropyLoss(), cajal.nll])
@pytest.mark.parametrize("encoding", ["softmax", "raw"])
def test_cross_entropy_of_probabilities_is_told(encoding: Literal["softmax", "raw"], loss: Any) -> None:
    torch.manual_seed(0)
    neuron = linked("plain", odd=cajal.encode(nn.Linear(4, 2), encoding))
    data = IMAGES, torch.tensor([0, 1, 1, 0])
    if loss is cajal.nll and encoding == "raw":
        return  # it refuses raw numbers
    warnings = cajal.fit(neuron, data, loss, steps=3, progress=False).warnings
    told = (
        "step 1: the model's results are probabilities, and cross-entropy takes raw numbers: it takes a "
        "second softmax of them and teaches little; let the loss be `cajal.nll`"
    )
    assert warnings == [told] * (encoding == "softmax" and loss is not cajal.nll)


def test_what_goes_on_tells_the_same(tmp_path: Path) -> None:
    whole = trained(steps=80)
    path = tmp_path / "kept.pt"
    assert trained(steps=30, checkpoint=path) == []
    assert trained(steps=80, checkpoint=path) == whole and len(whole) == 1


def test_a_checkpoint_that_was_not_watched_goes_on_watched(tmp_path: Path) -> None:
    path = tmp_path / "kept.pt"
    trained(steps=30, checkpoint=path, watch=False)
    assert len(trained(steps=110, checkpoint=path)) == 1
