"""The steps of a training: a batch, its loss, its gradient, and what follows each step and each epoch."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grads_with_norm_, get_total_norm
from torch.optim.lr_scheduler import LRScheduler
from torch.utils import _pytree as pytree

from cajal_core.training.batches import Batch, Batches
from cajal_core.training.callbacks import Callback, Training
from cajal_core.training.objective import numbers

#: From a model's result and a target to a number.
Metric = Callable[[Any, Any], Any]


@dataclass
class Loop:
    """What a training consists of, and where it is: `place` batches of the epoch are done."""

    training: Training
    objective: nn.Module
    batches: Batches
    parameters: Sequence[nn.Parameter]
    metrics: Mapping[str, Metric]
    scheduler: LRScheduler | None
    clip: float | None
    callbacks: Sequence[Callback]
    epochs: int | None
    place: int = 0

    def run(self) -> None:
        """All steps that are still to be done."""
        training, started = self.training, time.monotonic() - self.training.history.seconds
        for epoch in count(training.epoch):
            if self._is_over():
                break
            training.epoch = epoch
            for batch in self.batches.epoch(epoch, self.place):
                self._step(batch)
                training.history.seconds = time.monotonic() - started
                if self._is_over():
                    break
            else:
                training.epoch, self.place = epoch + 1, 0
                self.call("epoch")
        training.history.seconds = time.monotonic() - started

    def _is_over(self) -> bool:
        training = self.training
        if training.history.stopped != "running":
            return True
        if training.reason is not None:
            training.history.stopped, training.history.message = "early", training.reason
        elif training.epoch == self.epochs or training.step == training.steps:
            training.history.stopped = "finished"
        return training.history.stopped != "running"

    def _step(self, batch: Batch) -> None:
        training = self.training
        values = training.batch = on_device(batch.values, self.parameters[0].device)
        training.optimizer.zero_grad()
        training.result, loss = self.objective(*values)
        loss.backward()
        gradients = [parameter.grad for parameter in self.parameters if parameter.grad is not None]
        norm = get_total_norm(gradients)
        named = {"loss": loss.detach(), **self._measured(training.result, values[-1])}
        *taken, size = numbers([*named.values(), norm])
        if not (math.isfinite(taken[0]) and math.isfinite(size)):
            training.history.stopped = "not finite"
            return
        if self.clip is not None:
            clip_grads_with_norm_(self.parameters, self.clip, norm)
        training.optimizer.step()
        if self.scheduler:
            self.scheduler.step()
        training.step += 1
        self.place += 1
        training.loss = taken[0]
        training.history.extend(training.step, training.epoch, dict(zip(named, taken, strict=True)))
        self.call("step")

    def _measured(self, result: Any, target: Any) -> dict[str, Tensor]:
        with torch.no_grad():
            return {name: torch.as_tensor(metric(result, target)) for name, metric in self.metrics.items()}

    def call(self, event: str) -> None:
        """Tells all callbacks that have to do with an event."""
        for callback in self.callbacks:
            if method := getattr(callback, event, None):
                method(self.training)


def on_device(values: tuple[Any, ...], device: torch.device) -> tuple[Any, ...]:
    """The tensors of a batch where a model is."""
    if all(isinstance(value, Tensor) and value.device == device for value in values):
        return values
    return pytree.tree_map_only(Tensor, lambda part: part.to(device, non_blocking=True), values)
