"""What the page needs to run a neuron: its graph, a batch, and what its networks answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.graph.notes import network
from cajal_kernel.views.inputs import check_given, run_inputs
from cajal_kernel.views.lists import vector_list
from cajal_kernel.views.live.picture import Live, Spec
from cajal_kernel.views.picture import Subject, called

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

ITEMS = 64
"""The most items of a batch that are sent."""

NUMBERS = 2**21
"""The most numbers that are sent, and the most values of a term that a page computes."""


def run_live(subject: Subject) -> Live:
    """The live picture of a neuron that runs in the page, on its batch or on `default_inputs`.

    Raises:
        MagicError: if an argument was not given while others were, a batch is empty, or there is too much for
            a page.
    """
    check_given(subject)
    neuron, inputs = subject.neuron, run_inputs(subject)
    with neuron.evaluating():
        portable = neuron.portable(*inputs)
    arrays = _arrays(portable)
    size = sum(array.size for array in arrays.values())
    if size > NUMBERS:
        way = (
            f"%{subject.prefix}show {subject.title} --as matrix"
            if subject.title
            else 'neuron.show(view="matrix")'
        )
        raise MagicError(
            f"{called(subject.title)} has {size:,} numbers in its tensors and answers, "
            f"more than the {NUMBERS:,} of a page.",
            f"Show its matrix instead: `{way}`.",
        )
    spec: Spec = {
        "title": subject.title,
        "graph": portable.graph,
        "items": min(ITEMS, _items(portable)),
        "links": links(neuron),
    }
    return Live("explorer", spec, arrays, _answers(neuron, inputs) if portable.answers else None)


def links(neuron: cajal.Neuron) -> dict[str, str]:
    """What is linked to each extern, in a few words: of a module its class and its parameters."""
    modules, tensors = dict(neuron.named_children()), dict(neuron.named_buffers(recurse=False))
    said: dict[str, str] = {}
    for name in neuron.externs:
        key = f"extern_{name}"
        if key in modules:
            said[name] = network(modules[key])
        else:
            said[name] = "tensor" if key in tensors else "function"
    return said


def _items(portable: cajal.Portable) -> int:
    return math.prod(portable.batch)


def _arrays(portable: cajal.Portable) -> dict[str, NDArray[np.float64]]:
    count = min(ITEMS, _items(portable))
    given = {
        f"input {position}": value[:count].numpy()
        for position, value in enumerate(portable.inputs)
        if value is not None
    }
    tensors = {f"tensor {name}": value.numpy() for name, value in portable.tensors.items()}
    return {**given, **tensors, **_answered(portable)}


def _answered(portable: cajal.Portable) -> dict[str, NDArray[np.float64]]:
    return {f"answer {number}": value[:, :ITEMS].numpy() for number, value in portable.answers.items()}


def _answers(neuron: cajal.Neuron, given: Sequence[Any]) -> Callable[[Spec], Live]:
    """What answers a page that has other arguments for the networks. A network that was given stays."""

    def answer(question: Mapping[str, Any]) -> Live:
        import torch

        inputs = [
            network
            if values is None
            else _argument(torch.tensor(values, dtype=_dtype(neuron)), argument.type)
            for values, argument, network in zip(question["inputs"], neuron.arguments, given, strict=True)
        ]
        with neuron.evaluating():
            portable = neuron.portable(*inputs)
        return Live("explorer", {}, _answered(portable))

    return answer


def _argument(vector: Tensor, type: cajal.Type) -> Tensor | cajal.Sequence:
    """What a page has of an argument, as the neuron takes it."""
    return vector_list(vector, type) if cajal.list_of(type) else vector.reshape(cajal.shape(type))


def _dtype(neuron: cajal.Neuron) -> Any:
    """The dtype that a neuron computes in where no argument tells."""
    return next((tensor.dtype for tensor in neuron.parameters()), None)
