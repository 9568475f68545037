"""Which links are known to be linear, so that what goes through them has a matrix."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from torch import Tensor, nn

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import NotMarkable

_F = TypeVar("_F", bound=Callable[..., Any])

#: What tells of a callable that it is linear: a module, a `_Linear`, a neuron.
_MARK = "is_known_linear"

#: Modules that are linear in what they are given, if they have no bias.
_LINEAR = (
    nn.Linear,
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
    nn.Identity,
    nn.Flatten,
    nn.Unflatten,
)


class _Linear:
    """A callable that is no module, marked as linear."""

    is_known_linear = True

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__wrapped__ = function

    def __call__(self, *arguments: Tensor) -> Any:
        return self.__wrapped__(*arguments)

    def __repr__(self) -> str:
        return f"cajal.linear({self.__wrapped__!r})"


def linear(function: _F) -> _F:
    r"""Marks a callable as linear in each of its arguments, so that what goes through it has a matrix.

    A module is marked and returned as it is; any other callable is returned inside one that is marked.
    Nothing checks that it is linear: `matrix()` takes its values at basis vectors for its columns.

    Raises:
        CajalError: if it is no callable, or a class instead of an instance.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> program = cajal.load("extern swap : Bool -o Bool\ndef f (x : Bool) : Bool = swap x")
        >>> program.link(swap=cajal.linear(lambda x: x.flip(-1)))
        >>> program["f"].matrix()
        tensor([[0., 1.],
                [1., 0.]])
    """
    if isinstance(function, type):
        raise CajalError(NotMarkable(function.__name__, is_class=True))
    if not callable(cast("object", function)):  # whatever the annotation says
        raise CajalError(NotMarkable(type(function).__name__, is_class=False))
    if isinstance(function, nn.Module):
        setattr(function, _MARK, True)
        return cast("_F", function)
    return _Linear(function)  # type: ignore[return-value]  # called as the function is


def is_linear(link: object) -> bool:
    """Whether a link is known to be linear in each argument: a tensor, a bias-free layer, or one so marked.

    A layer with hooks may be anything, and so may a class that inherits from one.
    """
    if isinstance(link, Tensor) or getattr(link, _MARK, False):
        return True
    if not isinstance(link, nn.Module) or any([link._forward_hooks, link._forward_pre_hooks]):  # pyright: ignore[reportPrivateUsage]
        return False
    if type(link) is nn.Sequential:
        return all(map(is_linear, link))
    return type(link) in _LINEAR and getattr(link, "bias", None) is None
