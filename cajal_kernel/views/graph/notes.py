"""What a callee of a neuron is, in words: what is linked, or learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

    import cajal_core as cajal

LONGEST = 4000
"""The most characters of a network's structure."""


def note(neuron: cajal.Neuron, name: str) -> str:
    """The line below the name of an extern or a learned tensor: `Linear, 6 parameters`.

    >>> import cajal_core as cajal
    >>> import torch
    >>> note(cajal.load("extern f : Bool -o Bool")["f"].link(f=torch.nn.Linear(2, 2)), "f")
    'Linear, 6 parameters'
    """
    from torch import Tensor, nn

    if name in neuron.learned:
        return f"learned, shape {_shape(neuron.learned[name])}"
    if name in neuron.unlinked:
        return "not linked"
    link = getattr(neuron, f"extern_{name}", None)
    if isinstance(link, nn.Module):
        return network(link)
    return f"tensor, shape {_shape(link)}" if isinstance(link, Tensor) else "a function in Python"


def network(link: nn.Module) -> str:
    """A linked module: its class, how it is encoded, how many parameters it has.

    >>> import cajal_core as cajal
    >>> import torch
    >>> network(cajal.encode(torch.nn.Linear(2, 2), "softmax"))
    'Linear, softmax, 6 parameters'
    """
    import cajal_core as cajal

    count = sum(parameter.numel() for parameter in link.parameters())
    words = [f"{count:,} parameter{'s' * (count != 1)}"]
    while isinstance(link, cajal.Encoded):
        words.insert(0, link.how)
        link = link.network
    return ", ".join([type(link).__name__, *words])


def structure(neuron: cajal.Neuron, name: str) -> str:
    """The modules in a linked network, as torch prints them; empty for what is no module."""
    from torch import nn

    link = getattr(neuron, f"extern_{name}", None)
    text = str(link) if isinstance(link, nn.Module) else ""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _shape(tensor: object) -> str:
    return str(tuple(getattr(tensor, "shape", ())))
