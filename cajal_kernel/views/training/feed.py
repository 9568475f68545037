"""What the callback of a trainer does to a curve: it shows it, feeds one run of it, and finishes it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, SupportsFloat


class Shown(Protocol):
    """The part of a `Curve` that a trainer needs."""

    total: int | None

    @property
    def is_live(self) -> bool: ...

    def show(self, *, once: bool = False) -> None: ...

    def add(self, step: SupportsFloat, /, *, run: str, seed: object, **metrics: SupportsFloat) -> None: ...

    def finish(self, how: str = "") -> None: ...


class Feed:
    """One run of a curve. What the feed has shown, it finishes; what was live before stays live."""

    def __init__(self, curve: Shown, run: str, seed: object) -> None:
        self.curve = curve
        self._key: dict[str, Any] = {"run": run, "seed": seed}
        self._shows = False

    def begin(self, total: int | None) -> None:
        """The run begins. `total` is the number of its steps, if that is known."""
        if total is not None and (self.curve.total is None or self.curve.total < total):
            self.curve.total = total
        self._shows = not self.curve.is_live
        if self._shows:
            # Not every trainer says that it was stopped; the end of the cell is the end of the run then.
            self.curve.show(once=True)

    def add(self, step: int, metrics: Mapping[str, Any]) -> None:
        """The numbers of a step. The names that `Curve.add` has for itself get a line at their end."""
        named = {f"{name}_" if name in self._key else name: value for name, value in metrics.items()}
        self.curve.add(step, **self._key, **named)

    def end(self, how: str = "") -> None:
        """The run is over; `how` tells why, if not by its last step."""
        if self._shows:
            self._shows = False
            self.curve.finish(how)


def stopped_by(error: BaseException) -> str:
    """How a run ended that raised this.

    >>> stopped_by(KeyboardInterrupt()), stopped_by(ValueError("a"))
    ('interrupted', 'stopped by ValueError')
    """
    return "interrupted" if isinstance(error, KeyboardInterrupt) else f"stopped by {type(error).__name__}"


def rates(optimizers: Iterable[Any]) -> dict[str, float]:
    """The learning rate of the first group of parameters, and of others where it is another.

    >>> import torch
    >>> weights = [torch.nn.Parameter(torch.zeros(1)) for _ in range(3)]
    >>> groups = [{"params": [weight], "lr": rate} for weight, rate in zip(weights, (0.1, 0.1, 0.2))]
    >>> rates([torch.optim.SGD(groups)])
    {'learning rate': 0.1, 'learning rate 3': 0.2}
    """
    every = [float(group["lr"]) for optimizer in optimizers for group in optimizer.param_groups]
    others = {f"learning rate {place}": rate for place, rate in enumerate(every, 1) if rate != every[0]}
    return {"learning rate": every[0], **others} if every else {}


def library(names: Iterable[str], install: str) -> Any:
    """The library of a trainer: the first of some names that is loaded already, else that can be.

    Raises:
        ImportError: if none is installed. It says how to get one.
    """
    for name in sorted(names, key=lambda name: name not in sys.modules):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not f"{name}.".startswith(f"{error.name}."):
                raise
    message = (
        f"the callback for this trainer needs {install}, which is not installed here: `pip install {install}`"
    )
    raise ImportError(message)
