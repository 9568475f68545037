"""The steps of a training: a batch, its loss, its gradient, and what follows each step and each epoch."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import LRScheduler

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.data import NoBatches
from cajal_core.diagnostics.fitting.settings import NotALoss, SparseClip
from cajal_core.training.batches import Batch, Batches
from cajal_core.training.callbacks import Callback, Training
from cajal_core.training.finite import told
from cajal_core.training.objective import Metric, Objective, measured, numbers, on_device
from cajal_core.training.processes import Processes
from cajal_core.training.resume.checkpoint import Kept
from cajal_core.training.resume.interrupts import Interrupt
from cajal_core.training.resume.randomness import States, restore
from cajal_core.training.validation import Validation


@dataclass
class Loop:
    """What a training consists of, and where it is: `place` batches of the epoch are done."""

    training: Training
    objective: Objective
    batches: Batches
    metrics: Mapping[str, Metric]
    scheduler: LRScheduler | None
    clip: float | None
    callbacks: Sequence[Callback]
    validation: Validation | None
    every: int | None
    kept: Kept | None
    processes: Processes
    interrupt: Interrupt
    epochs: int | None
    place: int = 0
    #: The objective as it is called: where there are several processes, it averages gradients over them.
    _called: nn.Module = field(init=False)

    def run(self) -> None:
        """All steps that are still to be done."""
        history, started = self.training.history, time.monotonic() - self.training.history.seconds
        self._called = self.processes.parallel(self.objective)
        while not self._is_over():
            is_whole = True
            for batch in self._fetched():
                self._step(batch)
                history.seconds = time.monotonic() - started
                if self._is_over():
                    is_whole = self.place == self.batches.per_epoch
                    break
            if not (self.place or self.interrupt.asked) and history.stopped == "running":
                raise CajalError(NoBatches(f"in epoch {self.training.epoch}"))  # or it would go on for ever
            if is_whole and history.stopped in ("running", "finished", "early"):
                self._end_epoch()
        if history.stopped in ("finished", "early"):
            self._validate()
        history.seconds = time.monotonic() - started
        if history.stopped != "not finite":
            self.save()

    def _fetched(self) -> Iterator[Batch]:
        """The batches that are left of the epoch. An interrupt may have hit those who load them too."""
        try:
            yield from self.batches.epoch(self.training.epoch, self.place)
        except RuntimeError:
            if not self.interrupt.asked:
                raise

    def _step(self, batch: Batch) -> None:
        training, optimizer = self.training, self.training.optimizer
        values = training.batch = on_device(batch.values, self.processes.device)
        optimizer.zero_grad()
        training.result, loss = self._called(*values)
        if not loss.requires_grad:
            if math.isfinite(loss.item()):
                raise CajalError(NotALoss("one without a gradient", has_no_gradient=True))
            self._stops(batch, loss)
            return
        (loss if batch.share == 1 else loss * batch.share).backward()
        trained = [own for group in optimizer.param_groups for own in group["params"] if own.grad is not None]
        of_result = measured(self.metrics, training.result, values[-1])
        named = {"loss": loss, **self.objective.probed, **of_result}
        taken, gradient = self._taken(named, trained, batch.share)
        if not (math.isfinite(taken["loss"]) and math.isfinite(gradient)) and self._stops(batch, loss):
            return
        if self.clip is not None:
            if any(own.grad is not None and own.grad.is_sparse for own in trained):
                raise CajalError(SparseClip())
            clip_grad_norm_(trained, self.clip)
        optimizer.step()
        self.objective.advance()
        if self.scheduler:
            self.scheduler.step()
        training.step += 1
        self.place += 1
        training.loss = taken["loss"]
        training.history.extend(training.step, training.epoch, taken)
        if self.every and training.step % self.every == 0:
            self._validate()
        self.call("step")
        if self.kept and any(self.processes.anywhere(self.kept.is_due(training.step))):
            self.save()

    def _taken(
        self, named: Mapping[str, Tensor], trained: Sequence[nn.Parameter], share: float
    ) -> tuple[dict[str, float], float]:
        """The numbers of a step, the means over all processes, and the sum of all entries of the gradient.

        The sum is not finite where an entry is not. It takes a third of the time of a norm.
        """
        sums = [own.grad.sum() for own in trained if own.grad is not None]
        taken = numbers([*named.values(), *sums])
        taken, gradient = taken[: len(named)], sum(taken[len(named) :])
        if self.processes.count > 1:
            parts = [share * value if share else 0.0 for value in taken]
            taken = [part / self.processes.count for part in self.processes.total(parts)]
        return dict(zip(named, taken, strict=True)), gradient

    def _stops(self, batch: Batch, loss: Tensor) -> bool:
        """Stops where the loss or an entry of a gradient is not finite. (A sum alone may overflow.)"""
        training = self.training
        message = told(self.objective, loss.item(), training.batch, batch.samples)
        [found] = self.processes.anywhere(message is not None)
        if found:
            where = f"step {training.step + 1} (epoch {training.epoch}, batch {self.place + 1} of it)"
            training.history.stopped = "not finite"
            training.history.message = f"{where} was not taken: {message or 'seen in another process'}"
        return found

    def _is_over(self) -> bool:
        """Whether the training has ended, which its history then tells. All processes agree."""
        training, history = self.training, self.training.history
        if history.stopped != "running":
            return True
        stop, interrupted = self.processes.anywhere(training.reason is not None, self.interrupt.asked)
        if training.step == training.steps or training.epoch == self.epochs:
            history.stopped = "finished"
        elif stop:
            history.stopped = "early"
            history.message = "another process stopped it" if training.reason is None else training.reason
        elif interrupted:
            history.stopped = "interrupted"
            history.message = f"step {training.step} is the last that was done"
            if self.kept:
                history.message += f"; the same call goes on from `{self.kept.path}`"
        return history.stopped != "running"

    def _end_epoch(self) -> None:
        if not self.every:
            self._validate()
        self.training.epoch, self.place = self.training.epoch + 1, 0
        self.call("epoch")
        if self.kept and self.kept.every is None:
            self.save()

    def _validate(self) -> None:
        """Validates the model as it is, unless that was done."""
        training = self.training
        if self.validation and self.validation.step != training.step:
            values = self.validation(training.step)
            training.history.extend(training.step, training.epoch, values)

    def call(self, event: str) -> None:
        """Tells all callbacks that have to do with an event."""
        for callback in self.callbacks:
            if method := getattr(callback, event, None):
                method(self.training)

    def save(self) -> None:
        """Writes the checkpoint, if there is one: process 0 does."""
        if not self.kept:
            return
        random = self.processes.gathered(States.now().plain())
        if self.processes.rank == 0:
            self.kept.save(
                {
                    "model": self.objective.model.state_dict(),
                    "optimizer": self.training.optimizer.state_dict(),
                    "scheduler": self.scheduler.state_dict() if self.scheduler else None,
                    "callbacks": [_state(callback) for callback in self.callbacks],
                    "history": self.training.history.state_dict(),
                    "step": self.training.step,
                    "epoch": self.training.epoch,
                    "place": self.place,
                    "validated": self.validation.step if self.validation else 0,
                    "random": random,
                }
            )

    def load(self, state: Mapping[str, Any]) -> None:
        """Becomes what was written, but for what callbacks and random numbers were."""
        training = self.training
        self.objective.model.load_state_dict(state["model"])
        training.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler:
            self.scheduler.load_state_dict(state["scheduler"])
        training.history.load_state_dict(state["history"])
        training.step, training.epoch, self.place = state["step"], state["epoch"], state["place"]
        if self.validation:
            self.validation.step = state["validated"]

    def goes_on(self) -> bool:
        """Whether there are steps to be done after those of a checkpoint."""
        training, history = self.training, self.training.history
        if history.stopped == "early" or training.step == training.steps or training.epoch == self.epochs:
            return False
        history.stopped, history.message = "running", ""
        return True

    def load_rest(self, state: Mapping[str, Any]) -> None:
        """What `load` left: callbacks and random numbers, once the callbacks have begun."""
        for callback, kept in zip(self.callbacks, state["callbacks"], strict=False):
            if load := getattr(callback, "load_state_dict", None):
                load(kept)
        restore(state["random"][self.processes.rank])


def _state(callback: Any) -> Any:
    return callback.state_dict() if hasattr(callback, "state_dict") else None
