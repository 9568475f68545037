"""Python variables that a cell takes by `-i`: what becomes a definition, what is linked, what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cajal_core as cajal
from cajal_kernel.errors import MagicError


@dataclass(frozen=True, slots=True)
class NotTaken(cajal.Mistake):
    """A Python variable that becomes no definition, in a cell without an extern to link it to."""

    name: str
    what: str

    @property
    def title(self) -> str:
        return f"-i {self.name}: `{self.name}` is {self.what}; only a bool or an int becomes a definition"

    @property
    def help(self) -> str:
        return f"declare in the cell what it is to be linked to: `extern {self.name} : …` with its type"


def term(name: str, value: Any) -> str:
    """The type and the term of what becomes a definition; empty for what may be linked to an extern.

    Raises:
        MagicError: if it can be neither.
    """
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():  # a scalar of NumPy's or torch's
        value = item()
    if isinstance(value, bool):
        return f"Bool = {str(value).lower()}"
    if isinstance(value, int) and value >= 0:
        return f"Nat = {value}"
    if isinstance(value, int):
        raise MagicError(f"-i {name}: a Nat is 0 or more, and `{name}` is {value}.")
    if isinstance(value, float):
        raise MagicError(
            f"-i {name}: `{name}` is a float; only a bool or an int becomes a definition.",
            f"a chance p is a vector of two weights: make `{name} = torch.tensor([p, 1 - p])` in Python, "
            f"and write `extern {name} : Bool` in the cell",
        )
    if value is None or isinstance(value, str | bytes | complex):
        raise MagicError(
            f"-i {name}: `{name}` is {described(value)}, which is no value of Cajal.",
            "a bool or an int becomes a definition; a tensor, a network or a function is linked to an extern",
        )
    return ""


def described(value: object) -> str:
    """An object in a few words: its class, or its name where it has one."""
    if value is None:
        return "None"
    name = getattr(value, "__name__", None)
    shape = getattr(value, "shape", None)
    if isinstance(name, str):
        return cajal.printable(name)
    return type(value).__name__ + (f" of shape {tuple(shape)}" if shape is not None else "")
