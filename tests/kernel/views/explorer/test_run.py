"""What a page is sent to run a neuron. tests/browser/test_explorer.py reads it back."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.explorer.run import ITEMS, links, run_live
from cajal_kernel.views.picture import Subject

SOURCE = """
space V[3]
extern net : Bool -o Bool
extern turn : Bool -o Bool
extern pick : Bool -o Bool
def f (n : Nat[20]) (b : Bool) (v : V) (g : Bool -o Bool) : Bool * V =
  (turn (g (net (iter n { zero => b | succ c => pick c }))), v)
"""


@pytest.fixture
def neuron() -> cajal.Neuron:
    return cajal.load(SOURCE)["f"].link(
        net=nn.Sequential(nn.Linear(2, 2), nn.Softmax(-1)), turn=torch.eye(2), pick=lambda x: x**2
    )


def test_all_that_runs_it_is_sent(neuron: cajal.Neuron) -> None:
    live = run_live(Subject("f", neuron))
    assert json.loads(live.json)["links"] == {
        "net": "Sequential, 6 parameters",
        "turn": "tensor",
        "pick": "function",
    }
    assert live.arrays["tensor turn"].tolist() == [1, 0, 0, 1]
    [net] = [each for name, each in live.arrays.items() if name.startswith("answer") and each.shape[0] == 1]
    [pick] = [each for name, each in live.arrays.items() if name.startswith("answer") and each.shape[0] == 19]
    assert (net.shape, pick.shape) == ((1, 1, 2), (19, 1, 2))
    assert live.answer is not None
    bit = [0.25, 0.75]
    fresh = live.answer({"inputs": [np.eye(20)[3].tolist(), bit, [0.0] * 3, [1.0, 0, 0, 1]]})
    expected = neuron.portable(torch.eye(20)[3], torch.tensor(bit), torch.zeros(3), torch.eye(2))
    for number, answers in expected.answers.items():
        np.testing.assert_allclose(fresh.arrays[f"answer {number}"], answers)


def test_a_batch_is_cut(neuron: cajal.Neuron) -> None:
    subject = Subject("f", neuron, (torch.eye(20)[0], torch.rand(100, 2), torch.zeros(3), torch.eye(2)))
    live = run_live(subject)
    assert live.spec["items"] == ITEMS
    assert live.arrays["input 1"].shape == (ITEMS, 2)


def test_all_arguments_or_none(neuron: cajal.Neuron) -> None:
    with pytest.raises(MagicError, match="still takes b, v, g"):
        run_live(Subject("f", neuron, (torch.eye(20)[0],)))


def test_what_is_too_large_for_a_page_is_refused() -> None:
    neuron = cajal.load("learn w : Nat[2000] -o Nat[2000]")["w"]
    with pytest.raises(MagicError, match="has 4,002,000 numbers") as caught:
        run_live(Subject("w", neuron))
    assert "--as matrix" in str(caught.value)


def test_links_are_told_in_a_few_words(neuron: cajal.Neuron) -> None:
    assert list(links(neuron)) == ["net", "pick", "turn"]
