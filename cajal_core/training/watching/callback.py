"""A `LinkWatch` in a training by `fit`: what it tells becomes a warning of the history."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from cajal_core.diagnostics.learning.dead import CrossEntropyOfResult
from cajal_core.neuron.module import Neuron
from cajal_core.training.callbacks import Training
from cajal_core.training.settings import whole
from cajal_core.training.watching.rules import SUM
from cajal_core.training.watching.watch import LinkWatch

#: The steps between two that are watched, if nobody says.
EVERY = 25


class Watching:
    """Watches a training; checkpoints keep what it has seen."""

    def __init__(self, watch: LinkWatch, loss: object) -> None:
        self._watch = watch
        self._is_of_raw = loss is cross_entropy or isinstance(loss, nn.CrossEntropyLoss)

    def step(self, training: Training) -> None:
        """A step was taken, and its gradients are still there."""
        if training.step == 1 and self._is_of_raw and _are_distributions(training.result):
            mistake = CrossEntropyOfResult()
            training.history.warnings.append(f"step 1: {mistake.title}; {mistake.help}")
        warnings = self._watch.step(*training.batch[:-1], loss=training.loss)
        training.history.warnings += map(str, warnings)

    def state_dict(self) -> dict[str, Any]:
        """What it has seen."""
        return self._watch.state_dict()

    def load_state_dict(self, state: Mapping[str, Any] | None) -> None:
        """Goes on where another one has been, if the checkpoint had one."""
        if state:
            self._watch.load_state_dict(state)


def _are_distributions(result: object) -> bool:
    if not isinstance(result, Tensor) or not result.ndim:
        return False
    return bool((result >= 0).all() and ((result.sum(-1) - 1).abs() <= SUM).all())


def watching(
    model: nn.Module, watch: object, forward: Callable[..., Any] | None, loss: object
) -> list[Watching]:
    """The callback that `watch` asks for: True, False, or the steps between two that are watched.

    Raises:
        CajalError: if it is something else.
    """
    if not isinstance(watch, bool):
        watch = whole("watch", watch, 1)
    if not watch or not any(isinstance(part, Neuron) for part in model.modules()):
        return []
    every = EVERY if watch is True else watch
    return [Watching(LinkWatch(model, every, forward=forward, tell=lambda _: None), loss)]
