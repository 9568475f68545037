"""How what is linked differs: tensors, modules and other callables."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from cajal_kernel.variables import described
from cajal_kernel.views.paint import counted, short

if TYPE_CHECKING:
    from torch import Tensor

NOTHING = "nothing"
FUNCTION = SimpleNamespace(__name__="a function")
"""What stands for a function that a neuron is linked to, which it does not hand out."""


def side(link: object) -> str:
    """What is linked, in a few words."""
    return NOTHING if link is None else described(link)


def link_difference(before: object, after: object) -> str:
    """What differs between two links, None where there is none; empty where nothing does.

    Modules of one class are compared by their parameters and buffers.

    Example:
        >>> import torch
        >>> link_difference(torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0]))
        '2 of 2 numbers differ, the most by 0.5'
    """
    import torch

    if before is after:
        return ""
    if isinstance(before, torch.Tensor) and isinstance(after, torch.Tensor):
        return _numbers({"": before}, {"": after})
    if isinstance(before, torch.nn.Module) and type(before) is type(after):
        assert isinstance(after, torch.nn.Module)
        return _numbers(before.state_dict(), after.state_dict())
    if side(before) != side(after):
        return f"{side(before)} before, {side(after)} after"
    return "another object"


def _numbers(before: dict[str, Tensor], after: dict[str, Tensor]) -> str:
    """How many numbers of the same names differ, and in which tensor the most."""
    shapes, others = (
        {name: tuple(tensor.shape) for name, tensor in each.items()} for each in (before, after)
    )
    if shapes != others:
        name = next(name for name in [*shapes, *others] if shapes.get(name) != others.get(name))
        return (
            f"`{name}` has shape {shapes.get(name)} before and {others.get(name)} after"
            if name
            else (f"shape {shapes[name]} before, {others[name]} after")
        )
    total, count, most, where = 0, 0, 0.0, ""
    for name, tensor in before.items():
        first, second = (each.detach().cpu().double() for each in (tensor, after[name]))
        differs = (first != second) & ~(first.isnan() & second.isnan())
        total += differs.numel()
        if differs.any():
            count += int(differs.sum())
            greatest = float((first - second)[differs].abs().nan_to_num(nan=float("inf")).max())
            if greatest >= most:
                most, where = greatest, name
    if not count:
        return ""
    place = f" in `{where}`" if where else ""
    differ = "differs" if count == 1 else "differ"
    return f"{count} of {counted(total, 'number')} {differ}, the most{place} by {short(most)}"
