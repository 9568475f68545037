"""How much memory the tensors of some work take at once."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Peak(TorchDispatchMode):
    """Adds up the storages that operations make, while they live; those that they are given do not count."""

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[int, int] = {}
        self.peak = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        for tensor in tree_leaves((args, kwargs)):
            self.count(tensor, 0)
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            self.count(tensor, None)
        return result

    def count(self, tensor: Any, size: int | None) -> None:
        """Notes a storage that is new, with its own size or another."""
        if not isinstance(tensor, torch.Tensor):
            return
        storage = tensor.untyped_storage()
        key = storage._cdata  # noqa: SLF001  # the one name of a storage: an empty one has no address
        if key not in self.live:
            self.live[key] = storage.nbytes() if size is None else size
            weakref.finalize(storage, self.live.pop, key, None)
            self.peak = max(self.peak, sum(self.live.values()))


def peak(work: Callable[[], object]) -> int:
    """The most bytes that the tensors of some work, forward and backward, take at once."""
    work()
    with Peak() as mode:
        work()
    return mode.peak
