"""Limits on CPU time, for what must not grow with the square of its input."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cpu_time(*, at_most: float) -> Iterator[None]:
    """Fails where the block takes more seconds of this process than this.

    Limits are some twenty times what a block takes on a machine that does nothing else: beside other work
    seven times as much was seen. The garbage collector leaves alone what earlier tests keep in memory.
    """
    gc.freeze()
    began = time.process_time()
    try:
        yield
        seconds = time.process_time() - began
    finally:
        gc.unfreeze()
    assert seconds < at_most
