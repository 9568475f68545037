"""The processes that train one model together: one, unless `torch.distributed` is initialised."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from cajal_core.diagnostics.errors import CajalError


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among those that train together; what they tell each other goes by way of a device.

    >>> alone = Processes(torch.device("cpu"))
    >>> alone.total([1.0, 2.0]), alone.anywhere(True, False), alone.gathered("here")
    ([1.0, 2.0], [True, False], ['here'])
    """

    device: torch.device
    rank: int = 0
    count: int = 1

    @classmethod
    def present(cls, device: torch.device) -> Processes:
        if not (dist.is_available() and dist.is_initialized()):
            return cls(device)
        return cls(device, dist.get_rank(), dist.get_world_size())

    def parallel(self, module: nn.Module) -> nn.Module:
        """A module whose gradients are averaged over all processes."""
        if self.count == 1:
            return module
        # A program may choose what it runs, so that a parameter has no gradient in a step.
        return DistributedDataParallel(module, find_unused_parameters=True)

    def total(self, values: Sequence[float]) -> list[float]:
        """The sum of each number over all processes."""
        if self.count == 1:
            return list(values)
        dtype = torch.float32 if self.device.type == "mps" else torch.float64
        tensor = torch.tensor(values, dtype=dtype, device=self.device)
        dist.all_reduce(tensor)
        return tensor.tolist()

    def anywhere(self, *flags: bool) -> list[bool]:
        """For each flag, whether it is raised in any process."""
        return [bool(number) for number in self.total([float(flag) for flag in flags])]

    def gathered(self, value: Any) -> list[Any]:
        """The values of all processes."""
        if self.count == 1:
            return [value]
        values: list[Any] = [None] * self.count
        dist.all_gather_object(values, value)
        return values

    def first(self, compute: Callable[[], Any]) -> Any:
        """What process 0 computes, which the others are told.

        Raises:
            CajalError: in all of them, if it raises one.
        """
        value: Any = None
        if self.rank == 0:
            try:
                value = compute()
            except CajalError as error:
                value = error
        value = self.of_first(value)
        if isinstance(value, CajalError):
            raise value
        return value

    def of_first(self, value: Any) -> Any:
        """The value of process 0."""
        if self.count == 1:
            return value
        values = [value]
        dist.broadcast_object_list(values, 0)
        return values[0]
