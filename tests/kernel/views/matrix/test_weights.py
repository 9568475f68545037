"""The weights of what is linked."""

from __future__ import annotations

import torch
from torch import nn

import cajal_core as cajal
from cajal_kernel.views.matrix.weights import layers

SOURCE = "space V[3]\nextern net : V -o Bool\nlearn t : Bool -o Bool"


def program(link: object) -> cajal.Program:
    made = cajal.load(SOURCE)
    made.link({"net": link})  # type: ignore[dict-item]
    return made


def test_a_linear_layer_has_the_labels_of_its_type() -> None:
    layer = nn.Linear(3, 2)
    (matrix,) = layers("net", program(layer)["net"])
    assert (matrix.title, matrix.type, matrix.shape) == ("net.weight", "V -o Bool", (2, 3))
    assert matrix.values.tolist() == layer.weight.tolist()
    assert matrix.place(1, 2) == "[2] → false"
    assert matrix.remark.startswith("its bias, from ")
    assert matrix.remark.endswith("is added and not drawn")


def test_a_bias_that_does_nothing_is_said_to() -> None:
    layer = nn.Linear(3, 2)
    nn.init.zeros_(layer.bias)
    assert [matrix.remark for matrix in layers("net", program(layer)["net"])] == ["its bias is zero"]
    (bare,) = layers("net", program(nn.Linear(3, 2, bias=False))["net"])
    assert bare.remark == "no bias"


def test_the_layers_of_a_network_are_numbered() -> None:
    """The inputs of an inner layer are no basis vectors of the extern's type."""
    second_layer = nn.Linear(4, 2)
    network = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), second_layer)
    first, second = layers("net", program(network)["net"])
    assert [first.title, second.title] == ["net.0.weight", "net.2.weight"]
    assert second.values.tolist() == second_layer.weight.tolist()
    assert second.place(1, 3) == "in = 3 → out = 1"


def test_what_has_no_layers_has_no_weights() -> None:
    assert list(layers("net", program(lambda x: x[:, :2])["net"])) == []
    assert list(layers("net", program(torch.rand(2, 3))["net"])) == []
