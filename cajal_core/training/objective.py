"""What is minimized for a batch: a loss, and the penalties of modules."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting import NotALoss

#: From a model's result and a target to a scalar.
Loss: TypeAlias = Callable[[Any, Any], Tensor]


class Objective(nn.Module):
    """What is minimized for a batch: the loss of the model's result, and the penalties of its modules."""

    def __init__(self, model: nn.Module, loss: Loss, forward: Callable[..., Any] | None = None) -> None:
        super().__init__()
        self.model = model
        self._compute: Callable[..., Any] = forward or model
        self._loss: Loss = loss
        self._penalties = [
            part.penalty for part in model.modules() if callable(getattr(part, "penalty", None))
        ]

    def forward(self, *batch: Any) -> tuple[Any, Tensor]:
        """The model's result for `(*inputs, target)`, and a scalar."""
        *inputs, target = batch
        result = self._compute(*inputs)
        loss = checked_loss(self._loss(result, target))
        for penalty in self._penalties:
            loss = loss + penalty()
        return result, loss


def checked_loss(loss: Any) -> Tensor:
    """A loss that is a scalar.

    Raises:
        CajalError: if it is none.
    """
    if not isinstance(loss, Tensor):
        raise CajalError(NotALoss(loss.__class__.__name__))
    if loss.ndim:
        if loss.numel() != 1:
            raise CajalError(NotALoss(f"one of shape {tuple(loss.shape)}"))
        loss = loss.reshape(())
    return loss


def numbers(values: list[Tensor]) -> list[float]:
    """Scalars as Python's numbers: a GPU is waited for once."""
    if all(value.device.type == "cpu" for value in values):
        return [float(value) for value in values]
    device = next(value.device for value in values if value.device.type != "cpu")
    dtype = reduce(torch.promote_types, [value.dtype for value in values])
    return torch.stack([value.detach().to(device, dtype) for value in values]).tolist()
