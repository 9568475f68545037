"""A user's mistake that has no place in a Cajal source: a wrong option, an unknown name in a magic.

And what is left out where a cell has more mistakes than anyone reads, and what is said of mistakes of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cajal_core as cajal

BUG = "This is a bug in Cajal; please report it with the cell that shows it."

SHOWN = 20
"""The most mistakes of a cell that are shown."""


class MagicError(Exception):
    """Shown in a notebook as its text alone, with no Python frames; the cell fails, so that Run All stops."""

    def __init__(self, what: str, hint: str = "") -> None:
        """`what` says what is wrong and where; `hint` says what to do."""
        super().__init__(f"{what}\n{hint}" if hint else what)

    def _render_traceback_(self) -> list[str]:
        return f"MagicError: {self}".split("\n")


@dataclass(frozen=True, slots=True)
class Rest(cajal.Mistake):
    """How many mistakes are not shown."""

    count: int

    @property
    def title(self) -> str:
        return f"… and {self.count} more mistakes"


@contextmanager
def abridged() -> Iterator[None]:
    """A pasted file of another kind can have thousands of mistakes; a page of them would stop the browser."""
    try:
        yield
    except cajal.CajalError as error:
        if len(error.errors) <= SHOWN:
            raise
        raise cajal.CajalError(*error.errors[:SHOWN], Rest(len(error.errors) - SHOWN)) from None


@contextmanager
def admitted() -> Iterator[None]:
    """A failure of Cajal itself says that it is one, below its whole traceback."""
    try:
        yield
    except (cajal.CajalError, cajal.InternalError, MagicError, MemoryError):  # which say what they are
        raise
    except Exception as error:
        if not cajal.raised_by_link(error) and BUG not in getattr(error, "__notes__", ()):
            error.add_note(BUG)
        raise
