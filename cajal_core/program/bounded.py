"""What the passes may take of Python: recursion and the collector of garbage."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.syntax import TooDeep
from cajal_core.syntax.parse import MAX_DEPTH


@contextmanager
def bounded() -> Generator[None]:
    """Turns a recursion too deep for Python into the user's error that it is.

    The passes make many nodes that live long and no cycles, so the collector of cycles, which would walk all
    of them again and again, waits until they are done.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    except RecursionError:
        raise CajalError(TooDeep(MAX_DEPTH)) from None
    finally:
        if collects:
            gc.enable()
