"""What Python puts into a neuron: tensors, modules and callables, checked and called."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from cajal_core.backend.product import apply
from cajal_core.backend.trial import try_link
from cajal_core.backend.values.lists import (
    Apart,
    apart,
    given_sequence,
    lists_text,
    shape_text,
    together,
)
from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.backend.values.sequence import Whole
from cajal_core.backend.values.tensors import as_tensor, wrong_shape
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError, calls_link
from cajal_core.diagnostics.links import BadReturn, LinkWithoutName, NotAnExtern, OtherDtype
from cajal_core.diagnostics.tensors import ListAsTensor, NotALink, NotATensor

#: What an extern may be linked to: a tensor of its type's shape, or a callable on tensors.
Link: TypeAlias = Tensor | nn.Module | Callable[..., Tensor] | Callable[..., Lists]


def check_link(name: str, externs: Mapping[str, tys.Type], link: Any, like: Tensor | None = None) -> Link:
    """The link, if it fits the extern: a tensor by its shape, a callable as `try_link` says.

    A list that is linked becomes a module.

    Raises:
        CajalError: if there is no such extern, a tensor has another shape, or a callable does not fit.
    """
    if name not in externs:
        raise CajalError(NotAnExtern(name, tuple(externs)))
    if callable(link):
        try_link(name, externs[name], link, torch.empty(0) if like is None else like)
        return cast("Link", link)
    types, result = tys.uncurry(externs[name])
    if isinstance(link, Lists) and isinstance(result, tys.List) and not types:
        return _fixed_list(name, result, link)
    try:
        tensor = as_tensor(f"what is linked to `{name}`", link)
    except CajalError as error:
        if not isinstance(error.errors[0], NotATensor):
            raise
        raise CajalError(NotALink(name, link.__class__.__name__)) from None
    if isinstance(result, tys.List):
        if types or tensor.ndim < 2:
            raise CajalError(ListAsTensor(name, str(externs[name])))
        return _fixed_list(name, result, tensor)
    expected = tys.shape(externs[name])
    if tensor.shape != expected:
        raise CajalError(wrong_shape(f"the extern `{name}`", externs[name], tensor, str(expected), "W"))
    return tensor


class FixedList(nn.Module):
    """A list that is linked to an extern without arguments. It moves with the neuron and is saved with it."""

    def __init__(self, elements: Tensor, lengths: Tensor, most: int) -> None:
        super().__init__()
        for name, tensor in (("elements", elements), ("lengths", lengths)):
            register = self.register_parameter if isinstance(tensor, nn.Parameter) else self.register_buffer
            register(name, cast("Any", tensor))
        self.most = most

    def forward(self) -> Lists:
        """The list as a batch of one."""
        elements, lengths = cast("Tensor", self.elements), cast("Tensor", self.lengths)
        return Lists.made(elements.unsqueeze(0), lengths.unsqueeze(0), self.most)


def _fixed_list(name: str, type: tys.List, given: Tensor | Lists) -> FixedList:
    """The one list that is given, as a module.

    Raises:
        CajalError: if it does not fit the type, or there are several.
    """
    sequence = given_sequence(f"the extern `{name}`", type, given, "xs")
    if sequence.rank:
        expected = f"(n, {', '.join(map(str, tys.shape(type.element)))})"
        raise CajalError(wrong_shape(f"the extern `{name}`", type, sequence.elements, expected, "xs"))
    return FixedList(sequence.elements, sequence.lengths, type.most)


def by_name(links: Any, named: Mapping[str, Any]) -> dict[str, Any]:
    """The links of a call, those in a mapping and those by name.

    Raises:
        CajalError: if what is given for the mapping is a link itself.
    """
    if links is not None and not isinstance(links, Mapping):
        raise CajalError(LinkWithoutName(links.__class__.__name__))
    return {**(links or {}), **named}


def call_link(
    what: str,
    type: tys.Type,
    link: Callable[..., Any],
    arguments: Sequence[Any],
    dtype: torch.dtype,
    is_kept: bool = False,
    lengths: list[Whole] | None = None,
) -> Tensor | Apart:
    """A callable applied to flattened arguments (..., dim) or lists, as a flattened result of a dtype.

    Unless it keeps its arguments as they are, it is given copies, and may do with them what it likes: the
    values themselves may be constants of all neurons, a user's own tensors, or have another use. Whole
    lengths (...) of lists that it returns are added to `lengths`.

    Raises:
        CajalError: if it returns another shape than the type's; `what` names it.
    """
    types, result_type = tys.uncurry(type)
    shapes: list[Sequence[int]] = []  # written so that torch can compile it
    for argument in arguments:
        if isinstance(argument, tuple):
            shapes += [argument[0].shape[:-2], argument[1].shape[:-1]]
        else:
            shapes.append(argument.shape[:-1])
    leading = shapes[0] if len(shapes) == 1 else torch.broadcast_shapes(*shapes)
    count = math.prod(leading)

    def samples(part: Tensor, own: Sequence[int], shape: Sequence[int]) -> Tensor:
        """A part (..., *own) as samples (count, *shape)."""
        value = part if len(shapes) == 1 else part.expand(*leading, *own)
        value = value.contiguous() if is_kept else value.clone(memory_format=torch.contiguous_format)
        return value.reshape(count, *shape)

    flat: list[Any] = []  # written so that torch can compile it
    for argument, argument_type in zip(arguments, types, strict=True):
        if isinstance(argument_type, tys.List):
            elements, weights = argument
            of_elements, of_weights = elements.shape[-2:], weights.shape[-1:]
            lists = samples(elements, of_elements, of_elements), samples(weights, of_weights, of_weights)
            flat.append(together(argument_type, lists))
        else:
            flat.append(samples(argument, argument.shape[-1:], tys.shape(argument_type)))
    result = _called(what, type, link, flat)
    if isinstance(result_type, tys.List):
        return _returned_lists(what, type, result_type, result, leading, dtype, lengths)
    if isinstance(result, Tensor):
        result = as_tensor(f"what {what} returns", result).to(dtype)
    shape = tys.shape(result_type)
    expected = (count, *shape)
    actual = tuple(result.shape) if isinstance(result, Tensor) else result.__class__.__name__
    if actual != expected:
        raise CajalError(BadReturn(what, str(type), str(expected), str(actual)))
    return result if len(leading) == len(shape) == 1 else result.reshape(*leading, tys.dim(result_type))


def _returned_lists(
    what: str,
    type: tys.Type,
    returned: tys.List,
    result: Any,
    leading: Sequence[int],
    dtype: torch.dtype,
    lengths: list[Whole] | None,
) -> Apart:
    """Lists that a callable returned: a `Sequence`, or a tensor of lists that are equally long."""
    sequence = given_sequence(f"what {what} returns", returned, result, "y")
    elements, weights = apart(sequence, returned.most)
    count = math.prod(leading)
    if not count == elements.shape[0] == weights.shape[0] or sequence.rank != 1:
        raise CajalError(BadReturn(what, str(type), lists_text(count, returned), shape_text(sequence)))
    if lengths is not None and (known := sequence.known_lengths) is not None:
        lengths.append(known.reshape(leading) if isinstance(known, Tensor) else known)
    return (
        elements.to(dtype).reshape(*leading, *elements.shape[1:]),
        weights.to(dtype).reshape(*leading, *weights.shape[1:]),
    )


def keeps_arguments(link: object) -> bool:
    """Whether a callable is known to change none of its arguments in place.

    Torch's own layers are, unless they say `inplace` or have hooks. A class of Cajal says so itself, which
    does not hold of its subclasses. Of other code nobody knows.
    """
    if torch.compiler.is_compiling() or not isinstance(link, nn.Module):
        return False
    return all(map(_keeps_arguments, link.modules()))


def _keeps_arguments(part: nn.Module) -> bool:
    own: Any = part.__dict__  # torch's `__getattr__` takes longer
    if "forward" in own or own.get("inplace") or own["_forward_pre_hooks"] or own["_forward_hooks"]:
        return False
    kind = part.__class__
    return kind.__module__.startswith("torch.nn.modules.") or "KEEPS_ARGUMENTS" in vars(kind)


@calls_link
def _called(what: str, type: tys.Type, link: Callable[..., Any], arguments: list[Any]) -> Any:
    """What a callable returns. What it raises is its own, with a note of how it was called.

    Raises:
        CajalError: if a module fails at arguments of another dtype than that of all its parameters.
    """
    if torch.compiler.is_compiling():
        return link(*arguments)
    try:
        return link(*arguments)
    except Exception as error:
        own = {parameter.dtype for parameter in link.parameters()} if isinstance(link, nn.Module) else set()
        given = {part.dtype for part in pytree.tree_leaves(arguments)}
        if isinstance(error, RuntimeError) and len(own) == len(given) == 1 and own != given:
            names = [str(*dtypes).removeprefix("torch.") for dtypes in (own, given)]
            raise CajalError(OtherDtype(what, *names)) from error
        shapes = ", ".join(map(shape_text, arguments))
        error.add_note(f"raised by what is linked to {what} : {type}, called with {shapes or 'nothing'}")
        raise


def multiply(type: tys.Type, tensor: Tensor, axes: int, arguments: Sequence[Tensor]) -> Tensor:
    """A tensor (*batch, *shape of its type) applied to arguments (*batch, *axes, dim).

    The tensor has no dimensions for the axes that the arguments run over, so it gets them here.
    """
    shape = tys.shape(type) if isinstance(type, tys.Arrow) else (tys.dim(type),)
    batch = tensor.shape[: tensor.ndim - len(tys.shape(type))]
    if arguments and not batch:
        arguments = _joined(tensor.numel(), arguments)
        shape = tensor.numel() // arguments[0].shape[-1], arguments[0].shape[-1]
    # As a matrix from the start: a gradient that went through a flat one would be copied.
    value = tensor.reshape(*batch, *[1] * axes, *shape)
    for place, argument in enumerate(arguments):
        width = argument.shape[-1]
        matrix = value.unflatten(-1, (value.shape[-1] // width, width)) if place else value
        value = apply(matrix, argument)
    return value


def _joined(size: int, arguments: Sequence[Tensor]) -> Sequence[Tensor]:
    """Arguments of one tensor of so many entries, the first of them as their outer product.

    What the first argument leaves of the tensor is a tensor for each sample, as `Image -o Image` of
    `Bool -o Image -o Image`. So as many are joined as make the greater of the two, product and rest, least.
    """
    first, *rest = arguments
    while rest and rest[0].shape[:-1] == first.shape[:-1]:
        columns, more = first.shape[-1], first.shape[-1] * rest[0].shape[-1]
        if max(more, size // more) >= max(columns, size // columns):
            break
        # The index of a later argument is the slower one in a column's number.
        first = (rest.pop(0).unsqueeze(-1) * first.unsqueeze(-2)).flatten(-2)
    return [first, *rest]
