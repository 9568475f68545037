"""`fit`, which trains a module: a neuron, networks that feed one, or any other."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting import EpochsAndSteps, NotAModule, NothingToTrain
from cajal_core.training.batches import Batches, Data
from cajal_core.training.callbacks import Callback, Training
from cajal_core.training.history import History
from cajal_core.training.loop import Loop, Metric
from cajal_core.training.objective import Loss, Objective
from cajal_core.training.randomness import seed_all, undrawn


def fit(
    model: nn.Module,
    data: Data,
    loss: Loss,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    batch: int = 64,
    optimizer: Optimizer | Callable[[Iterable[nn.Parameter]], Optimizer] | None = None,
    rate: float = 1e-3,
    scheduler: LRScheduler | Callable[[Optimizer], LRScheduler] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    clip: float | None = None,
    seed: int = 0,
    forward: Callable[..., Any] | None = None,
    callbacks: Sequence[Callback] = (),
) -> History:
    """Trains a module in place, and returns what was recorded.

    A batch is a tuple `(*inputs, target)`: `model(*inputs)` is the result, and `loss(result, target)` a
    scalar that is minimized.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
        >>> inputs = torch.eye(2).repeat(8, 1)
        >>> loss = torch.nn.functional.mse_loss
        >>> history = cajal.fit(neuron, (inputs, 1 - inputs), loss, steps=200, batch=8, rate=0.02)
        >>> history.stopped, history.steps, history.reached("loss", 0.01) < 200
        ('finished', 200, True)
        >>> neuron(torch.tensor([1.0, 0.0])).argmax().item()
        1
    """
    if not isinstance(model, nn.Module):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CajalError(NotAModule(model.__class__.__name__))
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not parameters:
        raise CajalError(NothingToTrain(model.__class__.__name__, len(list(model.parameters()))))
    if epochs is not None and steps is not None:
        raise CajalError(EpochsAndSteps())
    epochs = 1 if epochs is None and steps is None else epochs
    modes = [(module, module.training) for module in model.modules()]
    with undrawn():
        seed_all(seed)
        batches = Batches(data, batch, seed)
        if epochs is not None and batches.per_epoch is not None:
            steps = epochs * batches.per_epoch
        if optimizer is None:
            optimizer = torch.optim.Adam(parameters, rate)
        elif not isinstance(optimizer, Optimizer):
            optimizer = optimizer(parameters)
        if scheduler is not None and not isinstance(scheduler, LRScheduler):
            scheduler = scheduler(optimizer)
        training = Training(model, optimizer, History(), steps)
        loop = Loop(
            training,
            Objective(model, loss, forward),
            batches,
            parameters,
            metrics or {},
            scheduler,
            clip,
            callbacks,
            epochs,
        )
        try:
            model.train()
            loop.call("begin")
            loop.run()
        finally:
            loop.call("end")
            for module, mode in modes:
                module.training = mode
    return training.history
