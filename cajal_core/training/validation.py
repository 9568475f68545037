"""What a model does on data that it is not trained on."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.data import NoBatches
from cajal_core.diagnostics.fitting.settings import NameOfTraining, NotNumbers
from cajal_core.training.batches import Batches, Data
from cajal_core.training.objective import Metric, Objective, as_number, measured, numbers, on_device
from cajal_core.training.processes import Processes
from cajal_core.training.resume.randomness import undrawn

#: Data, or what makes numbers with names of a model.
Validate: TypeAlias = Data | Callable[[nn.Module], Mapping[str, Any]]


@contextmanager
def in_mode(model: nn.Module, *, training: bool) -> Generator[None]:
    """A model in train or eval mode; each of its modules is afterwards in the mode in which it was."""
    modes = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


class Validation:
    """Takes numbers of a model as it is now, in eval mode, without gradients, and leaves no trace in it."""

    def __init__(
        self,
        validate: Validate,
        objective: Objective,
        metrics: Mapping[str, Metric],
        size: int,
        processes: Processes,
    ) -> None:
        self._objective, self._metrics, self._processes = objective, metrics, processes
        #: The step after which it was last called.
        self.step = 0
        self._call: Callable[[nn.Module], Mapping[str, Any]] | None = None
        if isinstance(validate, tuple | list | Dataset | DataLoader) or not callable(validate):
            self._batches = Batches(
                validate, size, 0, shuffled=False, process=processes.rank, processes=processes.count
            )
        else:
            self._call = validate

    def __call__(self, step: int) -> dict[str, float]:
        """The numbers after a step: `validation loss` and so on of data, else as a callable names them."""
        self.step = step
        with undrawn(), torch.no_grad(), in_mode(self._objective.model, training=False):
            return self._of_data() if self._call is None else self._of_call(self._call)

    def _of_call(self, call: Callable[[nn.Module], Mapping[str, Any]]) -> dict[str, float]:
        returned = call(self._objective.model)
        if not isinstance(returned, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise CajalError(NotNumbers(returned.__class__.__name__))
        for name in returned:
            if name == "loss" or name in self._metrics:
                raise CajalError(NameOfTraining(name))
        return self._processes.of_first(
            {
                str(name): as_number(value, f'"{name}" of `validate`').item()
                for name, value in returned.items()
            }
        )

    def _of_data(self) -> dict[str, float]:
        """The means over all samples."""
        totals, samples = dict[str, float](), 0
        for batch in self._batches.epoch(0):
            values = on_device(batch.values, self._processes.device)
            result, loss = self._objective.without_penalties(*values)
            taken = {"loss": loss, **measured(self._metrics, result, values[-1])}
            weight = batch.size * batch.share / self._processes.count
            for name, value in zip(taken, numbers([*taken.values()]), strict=True):
                totals[name] = totals.get(name, 0.0) + (weight * value if weight else 0.0)
            samples += batch.size
        if not samples:
            raise CajalError(NoBatches(f"in the validation after step {self.step}"))
        sums = self._processes.total([*totals.values()])
        return {f"validation {name}": total / samples for name, total in zip(totals, sums, strict=True)}
