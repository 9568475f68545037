"""The two exceptions: a `CajalError` is the user's to mend, an `InternalError` is a bug of Cajal."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterable
from inspect import unwrap
from traceback import walk_tb
from types import CodeType, FrameType, TracebackType
from typing import ParamSpec, TypeVar

from cajal_core.base import tys
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.render import render

#: The file that the code of neurons is said to stand in.
EMITTED = "<cajal neuron>"


class CajalError(Exception):
    r"""What a user got wrong: one or more mistakes.

    `errors` lists them; `str()` is the text that a terminal shows, with a caret for each that has a
    place in a source.

    Example:
        >>> import cajal_core as cajal
        >>> try:
        ...     cajal.Program().run(r"\x:Bool. true")
        ... except cajal.CajalError as error:
        ...     print(error.errors[0].title)
        ...     print(error.errors[0].span.line, error.errors[0].span.column)
        `x` is never used
        1 2

    Raises:
        InternalError: if it is made without a mistake.
    """

    def __init__(self, *errors: Mistake) -> None:
        if not errors:
            raise InternalError("a CajalError without a mistake")
        super().__init__(*errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n\n".join(map(render, self.errors))

    def _render_traceback_(self) -> list[str]:
        """What IPython prints.

        For a mistake in Cajal that is the text alone, since no Python frame helps to mend it. A mistake of
        use has the user's own frames above it, in the mode of `%xmode`.
        """
        is_of_use = any(mistake.is_of_use for mistake in self.errors)
        frames = users_frames(self.__traceback__) if is_of_use else None
        shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
        if frames is None or shell is None:
            return str(self).split("\n")
        shown = CajalError(*self.errors)  # without the exceptions that led to it, whose frames are ours
        return shell.InteractiveTB.structured_traceback(CajalError, shown, frames, tb_offset=0)


_LIBRARY = sysconfig.get_path("stdlib")
#: The packages whose frames say nothing to a user; and of those the ones that run magics, whose line in the
#: user's own frame IPython has written.
_OURS, _MAGICS = ("cajal_core", "cajal_kernel", "torch", "python"), ("IPython", "ipykernel", "cajal_kernel")


def users_frames(traceback: TracebackType | None) -> TracebackType | None:
    """The frames of a traceback that are a user's own code; None without any, as where a magic was run.

    Example:
        >>> import cajal_core as cajal
        >>> from traceback import walk_tb
        >>> notebook = {"__name__": "notebook", "program": cajal.Program()}
        >>> exec("def ask(): program['nowhere']", notebook)
        >>> try:
        ...     notebook["ask"]()
        ... except cajal.CajalError as error:
        ...     frames = cajal.users_frames(error.__traceback__)
        >>> [frame.f_code.co_name for frame, _ in walk_tb(frames)][-1]
        'ask'
    """
    entries, rest = list[TracebackType](), traceback
    while rest:
        entries.append(rest)
        rest = rest.tb_next
    packages = [_package(entry.tb_frame) for entry in entries]
    shown: TracebackType | None = None
    for place in reversed(range(len(entries))):
        called = packages[place + 1] if place + 1 < len(entries) else ""
        if packages[place] not in (*_OURS, *_MAGICS) and called not in _MAGICS:
            entry = entries[place]
            shown = TracebackType(shown, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shown


def _package(frame: FrameType) -> str:
    """The package that a frame's code belongs to. What `emit` writes is ours, Python's library "python"."""
    file = frame.f_code.co_filename
    if file == EMITTED:
        return "cajal_core"
    if file.startswith(_LIBRARY) and "site-packages" not in file:
        return "python"
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


class InternalError(Exception):
    """A bug in Cajal itself, never the user's mistake.

    Example:
        >>> print(InternalError("a value without a type"))
        a value without a type. This is a bug in Cajal; please report it with the program that shows it
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. This is a bug in Cajal; please report it with the program that shows it")


def require(holds: bool, otherwise: str) -> None:
    """Does nothing where a rule of Cajal itself holds.

    Raises:
        InternalError: if it does not.
    """
    if not holds:
        raise InternalError(otherwise)


def require_same(expected: tys.Type, actual: tys.Type) -> None:
    """Does nothing where two types are the same.

    Raises:
        InternalError: if they differ.
    """
    if expected != actual:  # types are printed only here: that takes time
        raise InternalError(f"expected {expected}, got {actual}")


_P = ParamSpec("_P")
_R = TypeVar("_R")
_CALL_LINKS = set[CodeType]()


def calls_link(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Mark a function of which the only statement that may fail calls what is linked."""
    _CALL_LINKS.add(unwrap(function).__code__)
    return function


def raised_by_link(error: BaseException) -> bool:
    """Whether what is linked to an extern raised the exception, so that it is no bug of Cajal.

    Then the last frame of Cajal's own is a call of a link. A link may itself call a neuron, whose frames
    come later.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> from functools import partial
        >>> neuron = cajal.load("extern half : Bool -o Bool")["half"]
        >>> _ = neuron.link(half=partial(torch.reshape, shape=(2, 2)))
        >>> try:
        ...     neuron(torch.rand(3, 2))
        ... except RuntimeError as error:
        ...     print(cajal.raised_by_link(error))
        True
    """
    package = __name__.partition(".")[0]
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    ours = [frame for frame in frames if frame.f_globals.get("__name__", "").partition(".")[0] == package]
    return bool(ours) and ours[-1].f_code in _CALL_LINKS


def raise_all(mistakes: Iterable[Mistake]) -> None:
    """Does nothing where there are no mistakes.

    Raises:
        CajalError: with all of them.
    """
    if errors := tuple(mistakes):
        raise CajalError(*errors)
