"""The weights of what is linked, as matrices: of a linear layer, alone or in a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import cajal_core as cajal
from cajal_kernel.views.basis import Axis
from cajal_kernel.views.matrix.data import Matrix, tensor_matrix
from cajal_kernel.views.matrix.facts import norm
from cajal_kernel.views.paint import short

if TYPE_CHECKING:
    from torch import nn

SHOWN = 8
"""The most layers of one network that are shown."""

SIDE, ENTRIES = 4096, 2**24
"""The most rows or columns, and the most entries, of a layer that is shown."""


def layers(name: str, neuron: cajal.Neuron) -> Iterator[Matrix]:
    """The weight of every `nn.Linear` that an extern of a neuron is linked to, or that is in its network.

    That of a layer which is the link itself is labelled by the extern's type. Elsewhere the inputs and
    outputs of a layer are no basis of a type, and are numbered. The bias is no part of the matrix: the remark
    has it.

    Example:
        >>> import torch
        >>> neuron = cajal.load("extern net : Bool -o Bool")["net"].link(net=torch.nn.Linear(2, 2))
        >>> [(matrix.title, matrix.type) for matrix in layers("net", neuron)]
        [('net.weight', 'Bool -o Bool')]
    """
    from torch import nn

    link = dict(neuron.named_children()).get(f"extern_{name}")
    if link is None:
        return
    linear = [(path, module) for path, module in link.named_modules() if isinstance(module, nn.Linear)]
    for path, module in linear[:SHOWN]:
        rows, columns = module.weight.shape
        if module.weight.is_meta or max(rows, columns) > SIDE or rows * columns > ENTRIES:
            continue
        title = ".".join(filter(None, [name, path, "weight"]))
        if path or cajal.shape(neuron.externs[name]) != (rows, columns):
            yield _numbered(title, module)
        else:
            yield tensor_matrix(title, module.weight, neuron.externs[name], _bias(module))


def _numbered(title: str, module: nn.Linear) -> Matrix:
    rows, columns = module.weight.shape
    outputs = Axis("out", str(rows), tuple(map(str, range(rows))))
    inputs = Axis("in", str(columns), tuple(map(str, range(columns))))
    values = module.weight.detach().float().cpu().numpy().copy()
    return Matrix(title, str(module), (inputs,), outputs, values, (), (rows, columns), _bias(module))


def _bias(module: nn.Linear) -> str:
    """What is said of the bias, which makes a layer more than its matrix."""
    if module.bias is None:
        return "no bias"
    values = module.bias.detach().float().cpu().numpy()
    if not values.any():
        return "its bias is zero"
    low, high = float(values.min()), float(values.max())
    return f"its bias, from {short(low)} to {short(high)}, norm {short(norm(values))}, is added and not drawn"
