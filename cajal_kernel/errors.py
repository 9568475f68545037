"""A user's mistake that has no place in a Cajal source: a wrong option, an unknown name in a magic.

And what is left out where a cell has more mistakes than anyone reads, and what is said of mistakes of ours.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any

import cajal_core as cajal
from cajal_kernel.shadows import shadow

BUG = "This is a bug in Cajal; please report it with the cell that shows it."

SHOWN = 20
"""The most mistakes of a cell that are shown."""


class MagicError(Exception):
    """Shown in a notebook as its text alone, with no Python frames; the cell fails, so that Run All stops."""

    def __init__(self, what: str, hint: str = "") -> None:
        """`what` says what is wrong and where; `hint` says what to do, or is the usage.

        Both may quote what a user wrote, or a file's name, which must not forge or hide output.
        """
        word = "" if not hint or hint.lower().startswith("usage:") else "help: "
        text = f"{what}\n{word}{hint}" if hint else what
        super().__init__(cajal.printable(text, keep="\n"))

    def _render_traceback_(self) -> list[str]:
        return str(self).split("\n")


@dataclass(frozen=True, slots=True)
class Rest(cajal.Mistake):
    """How many mistakes are not shown."""

    count: int

    @property
    def title(self) -> str:
        return f"… and {self.count} more mistakes"


#: Lines that only Python reads, and those that may be meant as Cajal.
_PYTHON = re.compile(r"\s*(import\s+\w|from\s+[\w.]+\s+import\b|print\s*\(|class\s+\w+.*:|with\s.*:\s*$)")
_PERHAPS = re.compile(r"\s*(\w+\s*=(?!=)|(def|for|while|if)\b.*:\s*(return\b.*|pass)?$)")
#: How shells and Python's own templates write a value of Python.
_VALUE = re.compile(r"\$(\w+)|\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class FromPython(cajal.Mistake):
    """A mistake in a line that was meant for Python, or in a value of Python: `way` says where that goes."""

    mistake: cajal.Mistake
    way: str
    #: Whether what the language itself advises still holds.
    is_perhaps: bool = False

    @property
    def title(self) -> str:
        return self.mistake.title

    @property
    def label(self) -> Any:
        return self.mistake.label

    @property
    def help(self) -> str:
        advice = self.mistake.help if self.is_perhaps else None
        return f"{advice}; {self.way}" if advice else self.way

    @property
    def rule(self) -> str | None:
        return self.mistake.rule


@contextmanager
def python_told(prefix: str) -> Iterator[None]:
    """Mistakes in lines of Python say where Python goes, and there is one a line. `prefix` is the magics'."""
    try:
        yield
    except cajal.CajalError as error:
        told = dict[object, cajal.Mistake]()
        for mistake in error.errors:
            meant = _from_python(mistake, prefix)
            span = mistake.span
            line = (span.source.name, span.line) if meant and span and not meant.is_perhaps else mistake
            told.setdefault(line, meant or mistake)
        if all(mistake in error.errors for mistake in told.values()):
            raise
        raise cajal.CajalError(*told.values()) from None


def _from_python(mistake: cajal.Mistake, prefix: str) -> FromPython | None:
    span = mistake.span
    if span is None:
        return None
    line = span.source.line(span.line)
    cell = "without `%%cajal`" if prefix else "that begins with `%%python`"
    if _PYTHON.match(line):
        return FromPython(mistake, f"this is Python, which goes in a cell {cell}")
    for value in _VALUE.finditer(line):
        if value.start() <= span.column - 1 < value.end():
            name = value[1] or value[2]
            way = f"begin the cell with `%%cajal -i {name}`, and write `{name}`"
            return FromPython(mistake, f"a value of Python comes in by name: {way}")
    if _PERHAPS.match(line):
        return FromPython(mistake, f"Python goes in a cell {cell}", is_perhaps=True)
    return None


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
    frames = (frame for frame, _ in walk_tb(error.__traceback__ if error else None))
    ours = any(frame.f_globals.get("__name__", "").partition(".")[0] == "cajal_kernel" for frame in frames)
    was: Any = shell.call_pdb
    if ours and hasattr(error, "_render_traceback_"):
        shell.call_pdb = False
    try:
        yield
    finally:
        shell.call_pdb = was
