"""The numbers of a training for TensorBoard."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
from typing import Any

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.libraries import NoTensorBoard
from cajal_core.training.callbacks import Training


class TensorBoard:
    """A callback of `fit` that writes what the history gets, and its warnings as texts, to a folder.

    `tensorboard --logdir FOLDER` shows it. A training that goes on from a checkpoint goes on in the same
    folder, and what was written of later steps is hidden.

    Raises:
        CajalError: if the library `tensorboard` is not installed.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> import cajal_core as cajal
        >>> import torch
        >>> data = torch.randn(6, 2), torch.randn(6, 1)
        >>> loss = torch.nn.functional.mse_loss
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     history = cajal.fit(torch.nn.Linear(2, 1), data, loss, callbacks=[cajal.TensorBoard(folder)])
        ...     len([*Path(folder).iterdir()])
        1
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        try:
            from torch.utils.tensorboard.writer import SummaryWriter
        except ImportError as error:
            raise CajalError(NoTensorBoard()) from error
        self._open, self._folder = SummaryWriter, os.path.expanduser(folder)  # noqa: PTH111  # `~` of no user stays
        self._writer: Any = None
        self._last: dict[str, int] = {}
        self._warned = 0

    def begin(self, training: Training) -> None:
        """Opens a file."""
        self._writer = self._open(self._folder, purge_step=training.step + 1 if training.step else None)
        self._last = dict.fromkeys(training.history.names, training.step)
        self._warned = len(training.history.warnings)

    def step(self, training: Training) -> None:
        """Writes the numbers of a step, and those of the validation before it."""
        history = training.history
        for name in history.names:
            latest = history.latest(name)
            if latest and self._last.get(name) != latest[0]:
                self._last[name] = latest[0]
                self._writer.add_scalar(name, latest[1], latest[0])
        for warning in history.warnings[self._warned :]:
            self._writer.add_text("warnings", str(warning), training.step)
        self._warned = len(history.warnings)

    def epoch(self, training: Training) -> None:
        """Writes the validation of an epoch."""
        self.step(training)

    def end(self, training: Training) -> None:
        """Closes the file, however the training ended."""
        if self._writer is not None:
            self.step(training)
            self._writer.close()
