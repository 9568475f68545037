"""The two exceptions: a `CajalError` is the user's to mend, an `InternalError` is a bug of Cajal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import unwrap
from traceback import walk_tb
from types import CodeType
from typing import ParamSpec, TypeVar

from cajal_core.base import tys
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.render import render


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
        """What IPython prints: the text alone, since no Python frame helps to mend a program."""
        return str(self).split("\n")


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
        >>> neuron = cajal.load("extern half : Bool -o Bool")["half"].link(half=lambda x: x.reshape(1, 2))
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
