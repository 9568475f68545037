"""Libraries that a training can use, and that are not installed."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NoTensorBoard(Mistake):
    @property
    def title(self) -> str:
        return "TensorBoard is not installed"

    @property
    def help(self) -> str:
        return 'install it: `pip install "cajal-jupyter[tensorboard]"`, or `pip install tensorboard`'
