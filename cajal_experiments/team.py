"""Processes of `torchrun`, which train one model together: the first tells the others what to run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import torch.distributed as dist

#: How long the others wait for the first, which may wait for runs elsewhere.
PATIENCE = timedelta(days=7)


@contextlib.contextmanager
def team() -> Iterator[None]:
    """Joins the processes of `torchrun`, if it started this one."""
    if not dist.is_torchelastic_launched():
        yield
        return
    dist.init_process_group("gloo", timeout=PATIENCE)
    try:
        yield
    finally:
        dist.destroy_process_group()


def size() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def is_first() -> bool:
    """Whether this process leads; it does where it is the only one."""
    return not dist.is_initialized() or dist.get_rank() == 0


def tell(message: Any) -> None:
    """Tells the others what to run; None ends them."""
    if dist.is_initialized():
        dist.broadcast_object_list([message], 0)


def follow(act: Callable[[Any], object]) -> None:
    """What a process does that does not lead: acts on every message. An error is the first one's to tell."""
    while True:
        heard: list[Any] = [None]
        dist.broadcast_object_list(heard, 0)
        if heard[0] is None:
            return
        with contextlib.suppress(Exception):
            act(heard[0])
