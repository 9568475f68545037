"""Values that learned tensors start from."""

from __future__ import annotations

from typing import Literal, TypeAlias

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.training import NoIdentity, UnknownInitial

Initial: TypeAlias = Literal["normal", "stochastic", "identity"]


@torch.no_grad()
def initial_value(name: str, type: tys.Type, tensor: Tensor, initial: Initial | None) -> None:
    """Fills a tensor of a type's shape in place, as `Neuron.initialize` says.

    Raises:
        CajalError: if there is no such way to start, or the type has no identity.
    """
    arguments, result = tys.uncurry(type)
    data = tys.is_data(result) and all(map(tys.is_data, arguments))
    # The curried matrix, row-major, has the result's axis first, whatever the number of arguments.
    columns = tensor.view(tys.dim(result), -1)
    match initial or ("stochastic" if data else "normal"):
        case "normal":
            columns.normal_(std=columns.shape[1] ** -0.5)
        case "stochastic":
            columns.copy_(torch.softmax(torch.randn_like(columns), 0))
        case "identity":
            if columns.shape[0] != columns.shape[1]:
                rows, width = columns.shape
                raise CajalError(NoIdentity(name, str(type), width, rows))
            columns.copy_(torch.eye(len(columns)))
        case _:
            raise CajalError(UnknownInitial(initial))
