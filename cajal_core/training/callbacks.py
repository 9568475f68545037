"""What sees a training while it runs, and may stop it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from torch import nn
from torch.optim import Optimizer

from cajal_core.training.history import History


@dataclass
class Training:
    """A training while it runs, as its callbacks see it.

    `step` counts the steps that are done, and `epoch` the epochs; `steps` is how many steps there will be, or
    None where that is not known. `batch` is the batch of this step as the model received it, `result` what
    the model made of it, and `loss` its loss.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> class Printed:
        ...     def step(self, training):
        ...         print(training.step, "of", training.steps, training.batch[0].shape)
        >>> data = torch.randn(6, 2), torch.randn(6, 1)
        >>> loss = torch.nn.functional.mse_loss
        >>> history = cajal.fit(torch.nn.Linear(2, 1), data, loss, batch=4, callbacks=[Printed()])
        1 of 2 torch.Size([4, 2])
        2 of 2 torch.Size([2, 2])
    """

    model: nn.Module
    optimizer: Optimizer
    history: History
    steps: int | None
    step: int = 0
    epoch: int = 0
    batch: tuple[Any, ...] = ()
    result: Any = None
    loss: float = float("nan")
    #: Why it was asked to stop, or None.
    reason: str | None = field(default=None)

    def stop(self, reason: str = "") -> None:
        """Ends the training after this step; its history says that it stopped "early", and the reason."""
        self.reason = reason


class _Begins(Protocol):
    def begin(self, training: Training, /) -> object: ...


class _Steps(Protocol):
    def step(self, training: Training, /) -> object: ...


class _Epochs(Protocol):
    def epoch(self, training: Training, /) -> object: ...


class _Ends(Protocol):
    def end(self, training: Training, /) -> object: ...


#: An object with one or several of these methods.
Callback: TypeAlias = _Begins | _Steps | _Epochs | _Ends
