"""A training that ends early: no progress is made any more."""

from __future__ import annotations

import math
from typing import Any, cast

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.settings import BadSetting
from cajal_core.training.callbacks import Training
from cajal_core.training.history import is_lower_better
from cajal_core.training.settings import whole


class EarlyStopping:
    """A callback that stops a training once a number has not become better so many times in a row.

    The number is one that the history has under a name, and it is looked at each time that it is recorded:
    `validation loss` after each validation. One that is NaN is never better. A name that is or ends with
    `loss` or `error` is better the lower it is. It is better only by more than `margin`. What is not recorded
    never stops a training, and is told at its end.

    Raises:
        CajalError: if `patience` is no whole number of at least 1, or `margin` no number of at least 0.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> data, loss = (torch.ones(8, 1), torch.ones(8, 1)), torch.nn.functional.mse_loss
        >>> stopping = cajal.EarlyStopping("loss", patience=3, margin=1e-3)
        >>> model = torch.nn.Linear(1, 1)
        >>> history = cajal.fit(model, data, loss, steps=5000, rate=0.1, callbacks=[stopping])
        >>> history.stopped, history.steps < 5000
        ('early', True)
    """

    def __init__(self, name: str = "validation loss", *, patience: int = 5, margin: float = 0.0) -> None:
        given = cast("object", margin)  # whatever the annotation says
        if not (isinstance(given, int | float) and 0 <= given < math.inf):
            raise CajalError(BadSetting("margin", "a number of at least 0", repr(margin)))
        self.name, self.patience, self.margin = name, whole("patience", patience, 1), margin
        self._best: float | None = None
        self._best_step = self._seen = self._worse = 0

    def begin(self, training: Training) -> None:
        """Forgets what was before."""
        self._best, self._best_step, self._seen, self._worse = None, 0, 0, 0

    def step(self, training: Training) -> None:
        """Looks at what was recorded in a step."""
        latest = training.history.latest(self.name)
        if latest is None or latest[0] == self._seen:
            return
        self._seen, value = latest
        sign = -1 if is_lower_better(self.name) else 1
        if self._best is None or math.isnan(self._best) or sign * value > sign * self._best + self.margin:
            self._best, self._best_step, self._worse = value, self._seen, 0
            return
        self._worse += 1
        if self._worse >= self.patience:
            training.stop(f"the {self.name} was best after step {self._best_step}: {self._best:.4g}")

    def epoch(self, training: Training) -> None:
        """Looks at what was recorded at the end of an epoch."""
        self.step(training)

    def end(self, training: Training) -> None:
        """Warns of a name under which nothing was recorded in a whole training."""
        if not self._seen and training.step and training.history.stopped == "finished":
            names = ", ".join(f"`{name}`" for name in training.history.names)
            training.history.warnings.append(f"`EarlyStopping` never saw `{self.name}`; there are {names}")

    def state_dict(self) -> dict[str, Any]:
        """What it has seen, for a checkpoint."""
        return {"best": self._best, "best step": self._best_step, "seen": self._seen, "worse": self._worse}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on from what `state_dict` told."""
        self._best, self._best_step = state["best"], state["best step"]
        self._seen, self._worse = state["seen"], state["worse"]
