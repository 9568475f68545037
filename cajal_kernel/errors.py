"""A user's mistake that has no place in a Cajal source: a wrong option, an unknown name in a magic.

And what is left out where a cell has more mistakes than anyone reads, and what is said of mistakes of ours.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeGuard

import cajal_core as cajal
from cajal_kernel.shadows import shadow

BUG = "This is a bug in Cajal; please report it with the cell that shows it."

SHOWN = 20
"""The most mistakes of a cell that are shown."""


class MagicError(Exception):
    """Shown in a notebook as its text alone, with no Python frames; the cell fails, so that Run All stops."""

    def __init__(self, what: str, hint: str = "") -> None:
        """`what` says what is wrong and where; `hint` says what to do, or is the usage.

        Both may quote what a user wrote, or a file's name, which must not forge or hide output, and may be
        of any length: each line is shortened.
        """
        self.what, self.hint = what, hint
        word = "" if not hint or hint.lower().startswith("usage:") else "help: "
        text = f"{what}\n{word}{hint}" if hint else what
        super().__init__("\n".join(cajal.shorten(line) for line in text.split("\n")))

    def _render_traceback_(self) -> list[str]:
        return str(self).split("\n")


@dataclass(frozen=True, slots=True)
class Rest(cajal.Mistake):
    """How many mistakes are not shown."""

    count: int

    @property
    def title(self) -> str:
        return f"… and {self.count} more mistakes"


@dataclass(frozen=True, slots=True)
class Refused(cajal.Mistake):
    """The mistake of a `MagicError`, where a method was called in Python and no magic."""

    error: MagicError

    @property
    def title(self) -> str:
        return self.error.what.removesuffix(".")

    @property
    def help(self) -> str | None:
        return self.error.hint.removesuffix(".") or None


@contextmanager
def abridged() -> Iterator[None]:
    """A pasted file of another kind can have thousands of mistakes; a page of them would stop the browser."""
    try:
        yield
    except cajal.CajalError as error:
        if len(error.errors) <= SHOWN:
            raise
        # A last one without a place is of the cell: that there may be more than all these.
        *_, last = error.errors
        of_cell = [] if last.span else [last]
        rest = Rest(len(error.errors) - SHOWN - len(of_cell))
        raise cajal.CajalError(*error.errors[:SHOWN], rest, *of_cell) from None


@contextmanager
def admitted() -> Iterator[None]:
    """A failure of Cajal itself says that it is one, below its whole traceback."""
    try:
        yield
    except (cajal.CajalError, cajal.InternalError, MagicError, MemoryError):  # which say what they are
        raise
    except Exception as error:
        if cajal.raised_by_link(error):
            raise
        if hidden := shadow(error):
            file, library = hidden
            raise MagicError(
                f"`{file}` hides the library {library}, which Cajal needs.",
                "Rename the file and restart the kernel.",
            ) from error
        if BUG not in getattr(error, "__notes__", ()):
            error.add_note(BUG)
        raise


@contextmanager
def not_debugged(shell: Any, exc_tuple: Any = None) -> Iterator[None]:
    """`%pdb on` opens a debugger in the user's own Python; a mistake in a cell of Cajal passed none of it."""
    error = exc_tuple[1] if exc_tuple else sys.exception()
    was: Any = shell.call_pdb
    if says_all(error) and cajal.users_frames(error.__traceback__) is None:
        shell.call_pdb = False
    try:
        yield
    finally:
        shell.call_pdb = was


def prepare_debugger() -> None:
    """`%debug` opens one, for the last error, in the user's own Python too, and never in the compiler's."""
    error = getattr(sys, "last_value", None)
    if says_all(error):
        frames = cajal.users_frames(error.__traceback__)
        if frames is None:
            raise MagicError("%debug: there is no Python to debug, since the last mistake is one in Cajal.")
        error.__traceback__ = frames


def says_all(error: BaseException | None) -> TypeGuard[cajal.CajalError | MagicError]:
    """Whether an error is a user's mistake in Cajal, or in a magic of ours."""
    return isinstance(error, cajal.CajalError | MagicError)
