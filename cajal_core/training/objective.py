"""What is minimized for a batch: a loss, those of probes, and the penalties of modules."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.settings import NotALoss, NotANumber
from cajal_core.training.watching.probes import Probes

#: From a model's result and a target to a scalar.
Loss: TypeAlias = Callable[[Any, Any], Tensor]
#: From a model's result and a target to a number.
Metric: TypeAlias = Callable[[Any, Any], Any]


class Objective(nn.Module):
    """What is minimized for a batch: the loss of the model's result, of probes, and penalties of its modules.

    It is one module, so that DistributedDataParallel sees all that a gradient goes through.

    >>> objective = Objective(nn.Linear(2, 1), nn.functional.mse_loss)
    >>> result, loss = objective(torch.zeros(4, 2), torch.zeros(4, 1))
    >>> result.shape, loss.shape
    (torch.Size([4, 1]), torch.Size([]))
    """

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        forward: Callable[..., Any] | None = None,
        probes: Probes | None = None,
    ) -> None:
        super().__init__()
        self.model = model
        # A loss that is a module is no part of the model.
        self._loss: list[Loss] = [loss]
        self._compute = [model if forward is None else forward]
        self._probes = probes
        #: What was measured of the probes in the last call.
        self.probed: dict[str, Tensor] = {}
        # Those of `encode`, as a rule.
        parts = [cast("Any", part) for part in model.modules()]
        self._penalized = [part for part in parts if callable(getattr(part, "penalty", None))]

    def forward(self, *batch: Any) -> tuple[Any, Tensor]:
        """The model's result for `(*inputs, target)`, and a scalar.

        Raises:
            CajalError: if the loss returns no scalar.
        """
        if self._probes is None:
            result, loss = self.without_penalties(*batch)
        else:
            result, of_probes, self.probed = self._probes.run(self._compute[0], batch)
            loss = self.loss(result, batch[-1]) + of_probes
        for part in self._penalized:
            loss = loss + part.penalty()
        return result, loss

    def advance(self) -> None:
        """A step is done, which modules with a schedule count."""
        for part in self._penalized:
            if hasattr(part, "advance"):
                part.advance()

    def without_penalties(self, *batch: Any) -> tuple[Any, Tensor]:
        """As `forward`, with the loss of the result alone."""
        *inputs, target = batch
        result = self._compute[0](*inputs)
        return result, self.loss(result, target)

    def loss(self, result: Any, target: Any) -> Tensor:
        """The loss of a result, a scalar.

        Raises:
            CajalError: if it is none.
        """
        loss = cast("object", self._loss[0](result, target))
        if not isinstance(loss, Tensor):
            raise CajalError(NotALoss(loss.__class__.__name__))
        if loss.ndim:
            if loss.numel() != 1:
                raise CajalError(NotALoss(f"one of shape {tuple(loss.shape)}"))
            loss = loss.reshape(())
        return loss


def measured(metrics: Mapping[str, Metric], result: Any, target: Any) -> dict[str, Tensor]:
    """What metrics say of a result, as scalars.

    Raises:
        CajalError: if one says something else.
    """
    taken = dict[str, Tensor]()
    with torch.no_grad():
        for name, metric in metrics.items():
            taken[name] = as_number(metric(result, target), f'the metric "{name}"')
    return taken


def as_number(value: Any, what: str) -> Tensor:
    """A value that is one real number, as a scalar.

    Raises:
        CajalError: if it is none; `what` names it.
    """
    try:
        # Python's numbers keep their digits.
        dtype = torch.float64 if isinstance(value, float) else None
        scalar = torch.as_tensor(value, dtype=dtype).reshape(())
    except (TypeError, RuntimeError, ValueError) as error:
        raise CajalError(NotANumber(what, value.__class__.__name__)) from error
    if scalar.is_complex():
        raise CajalError(NotANumber(what, "a complex one"))
    return scalar


def numbers(values: list[Tensor]) -> list[float]:
    """Scalars as Python's numbers: a GPU is waited for once."""
    if all(value.device.type == "cpu" for value in values):
        return [value.item() for value in values]
    device = next(value.device for value in values if value.device.type != "cpu")
    dtype = reduce(torch.promote_types, [value.dtype for value in values])
    return torch.stack([value.detach().to(device, dtype) for value in values]).tolist()


def on_device(values: tuple[Any, ...], device: torch.device) -> tuple[Any, ...]:
    """The tensors of a batch where a model is."""
    if all(isinstance(value, Tensor) and value.device == device for value in values):
        return values
    return pytree.tree_map_only(Tensor, lambda part: part.to(device, non_blocking=True), values)
