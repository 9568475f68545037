"""Room for recursion as deep as programs may be nested."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

#: Frames of Python, which live on the heap. A pass takes fewer than 40 for a level of nesting.
FRAMES = 200_000


@contextmanager
def deep_recursion() -> Generator[None]:
    """Raises Python's recursion limit for a while.

    Programs may be nested 1,000 deep (`parse.MAX_DEPTH`), far past Python's usual limit of 1,000
    frames. What recurses further than this, by calls rather than by nesting, ends in the
    `RecursionError` that `program` turns into a `CajalError`.
    """
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)
