"""What a run begins with where no inputs were given, what no run takes, and inputs in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.views.lists import default_list, first_list, list_text, vector_text
from cajal_kernel.views.paint import counted
from cajal_kernel.views.picture import Subject, called

if TYPE_CHECKING:
    from torch import Tensor


def default_inputs(neuron: cajal.Neuron) -> list[Tensor | cajal.Sequence]:
    """A value for each argument, to begin with.

    Of a Nat it is the greatest number up to 9, of other data the first basis vector, and of a space 0.5
    everywhere. A function sends basis vector i to basis vector i. A list is a `default_list`.
    """
    import torch

    inputs: list[Tensor | cajal.Sequence] = []
    for argument in neuron.arguments:
        if cajal.list_of(argument.type):
            inputs.append(default_list(argument.type))
            continue
        shape, dim = cajal.shape(argument.type), cajal.dim(argument.type)
        arguments, _ = cajal.uncurry(argument.type)
        if arguments:
            columns = shape[-1]
            value = torch.zeros(dim // columns, columns)
            value.fill_diagonal_(1)
        elif next(iter(cajal.labels(argument.type))) == "0":
            value = torch.eye(dim)[min(dim, 10) - 1]
        elif cajal.is_data(argument.type):
            value = torch.eye(dim)[0]
        else:
            value = torch.full((dim,), 0.5)
        inputs.append(value.reshape(shape))
    return inputs


def run_inputs(subject: Subject) -> list[Any]:
    """What a neuron runs on: the batch that it was given, or `default_inputs`.

    Raises:
        MagicError: if an argument was not given while others were.
    """
    neuron, inputs = subject.neuron, list(subject.inputs)
    if not inputs:
        return list(default_inputs(neuron))
    if len(inputs) < len(neuron.arguments):
        names = ", ".join(argument.name for argument in neuron.arguments[len(inputs) :])
        raise MagicError(
            f"{called(subject.title)} still takes {names}, and this picture shows a run.",
            "Give all arguments or none: without any, it begins with inputs of its own.",
        )
    return inputs


def check_given(subject: Subject) -> None:
    """Refuse what no picture of a run can show: a batch without items, and too many arguments.

    Raises:
        MagicError: if an argument that was given has a batch dimension of size 0, or is one too many.
        CajalError: if one is no tensor, or has not the shape of its argument.
    """
    neuron, given = subject.neuron, len(subject.inputs)
    if given > len(neuron.arguments):
        takes = counted(len(neuron.arguments), "argument")
        names = ", ".join(argument.name for argument in neuron.arguments) or "none"
        raise MagicError(
            f"{called(subject.title)} ({neuron.type}) takes {takes}, got {given}.", f"Give {names}."
        )
    for argument, value in zip(neuron.arguments, subject.inputs, strict=False):
        if value is None or callable(value):
            continue
        tensor = argument.tensor(value)
        is_list = isinstance(tensor, cajal.Sequence)
        shape = tuple(tensor.elements.shape if is_list else tensor.shape)
        if 0 in (shape[: tensor.rank] if is_list else shape):
            raise MagicError(
                f"the batch of `{argument.name}` is empty: its shape is {shape}.",
                "give at least one list"
                if is_list
                else f"give at least one item, of shape {cajal.shape(argument.type)}",
            )


def inputs_text(inputs: Sequence[Any], arguments: Sequence[cajal.Argument]) -> str:
    """The first of a batch, in words: `n = 9, b = true`."""
    written = [
        f"{argument.name} = {_written(first_of(value, argument), argument)}"
        for value, argument in zip(inputs, arguments, strict=True)
    ]
    return cajal.shorten(", ".join(written))


def first_of(value: Any, argument: cajal.Argument) -> Tensor | cajal.Sequence | None:
    """The first of a batch; None of a callable."""
    if callable(value):
        return None
    tensor = argument.tensor(value)
    if isinstance(tensor, cajal.Sequence):
        return first_list(tensor)
    return tensor[(0,) * (tensor.ndim - len(cajal.shape(argument.type)))]


def _written(value: Tensor | cajal.Sequence | None, argument: cajal.Argument) -> str:
    """A vector by its basis, but one of a space as a whole."""
    if value is None:
        return "a callable"
    if isinstance(value, cajal.Sequence):
        return list_text(value, argument.type)
    if cajal.uncurry(argument.type)[0] or cajal.is_data(argument.type):
        labels = tuple(cajal.labels(argument.type))
        return vector_text(labels, value.detach().cpu().double().numpy().ravel())
    if (value == value.flatten()[0]).all():
        return f"{value.flatten()[0].item():g} everywhere"
    return f"a tensor of shape {tuple(value.shape)}"
