"""Schedules of the rate, as `cajal.fit` takes them."""

from __future__ import annotations

from collections.abc import Callable

from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler

from cajal_experiments.experiment import Context


def cosine(context: Context, batch: int | None = None) -> Callable[[Optimizer], LRScheduler]:
    """From the optimizer's rate to 0 along a cosine, over all steps of the context's settings.

    `batch` is the size of a batch, where it is not that of the settings.
    """
    settings = context.settings
    batches = -(-len(context.task.train[0]) // (batch or settings.batch))
    steps = settings.steps or batches * (settings.epochs or 1)
    return lambda optimizer: CosineAnnealingLR(optimizer, steps)
