"""Interrupts of a training: the first waits until its step is done, the second does not."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Self


class Interrupt:
    """A block in which an interrupt is noted in `asked`, and a second one does what it does outside.

    That is a `KeyboardInterrupt` as a rule. In other threads than the main one, and where interrupts are
    ignored, nothing changes.

    >>> before = signal.getsignal(signal.SIGINT)
    >>> with Interrupt() as interrupt:
    ...     interrupt.asked
    False
    >>> signal.getsignal(signal.SIGINT) is before
    True
    """

    def __init__(self) -> None:
        self.asked = False
        self._before = signal.getsignal(signal.SIGINT)
        self._is_ours = threading.current_thread() is threading.main_thread() and callable(self._before)

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if self.asked and callable(self._before):
            self._before(number, frame)
        self.asked = True

    def __enter__(self) -> Self:
        if self._is_ours:
            signal.signal(signal.SIGINT, self._strike)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            signal.signal(signal.SIGINT, self._before)
