"""How a training is shown while it runs: a callback, which is chosen by where it runs."""

from __future__ import annotations

import sys
import time
from typing import Any

from cajal_core.neuron.show import training_view
from cajal_core.training.callbacks import Callback, Training

#: The numbers beside the bar are written once in so many seconds.
PERIOD = 0.1


class Bar:
    """A bar of tqdm on standard error, with the latest numbers beside it and each warning above it."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._next = 0.0
        self._told = 0

    def begin(self, training: Training) -> None:
        """Draws the bar."""
        from tqdm import tqdm

        self._bar = tqdm(total=training.steps, initial=training.step, unit="step", dynamic_ncols=True)
        self._told = len(training.history.warnings)

    def step(self, training: Training) -> None:
        """Moves it on."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PERIOD
            self._write_numbers(training)
        self._bar.update()
        self._tell(training)

    def end(self, training: Training) -> None:
        """Leaves it as it is, with what there is to say below it."""
        if self._bar is None:
            return
        self._write_numbers(training)
        self._tell(training)
        self._bar.close()
        if training.history.message:
            self._bar.write(training.history.message, file=sys.stderr)

    def _write_numbers(self, training: Training) -> None:
        history = training.history
        latest = {name: value[1] for name in history.names if (value := history.latest(name))}
        self._bar.set_postfix_str(
            ", ".join(f"{name} {value:.4g}" for name, value in latest.items()), refresh=False
        )

    def _tell(self, training: Training) -> None:
        for warning in training.history.warnings[self._told :]:
            self._bar.write(str(warning), file=sys.stderr)
        self._told = len(training.history.warnings)


def chosen(progress: bool | Callback | None) -> list[Callback]:
    """The callbacks that show a training: a callback that is given, or none for False.

    For None it is what the notebook shows, if Cajal's part of it is loaded; a bar in a terminal or in another
    notebook; and elsewhere none.

    >>> chosen(False), len(chosen(True))
    ([], 1)
    """
    if progress is None:
        view = training_view()
        if view is not None:
            return [view]
        return [Bar()] if sys.stderr.isatty() or _is_in_a_notebook() else []
    if isinstance(progress, bool):
        return [Bar()] if progress else []
    return [progress]


def _is_in_a_notebook() -> bool:
    python = sys.modules.get("IPython")
    return python is not None and hasattr(python.get_ipython(), "kernel")
