"""Mistakes of tensors that come from Python: arguments, linked tensors and what networks return.

`what` says which one in words, as in "the argument `x`". Types come as they are to be shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NotATensor(Mistake):
    what: str
    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"{self.what} must be a tensor, got {self.kind}"

    @property
    def help(self) -> str:
        return "torch.tensor(…) makes one"


@dataclass(frozen=True, slots=True)
class Complex(Mistake):
    what: str

    @property
    def title(self) -> str:
        return f"{self.what} has complex entries"

    @property
    def help(self) -> str:
        return "Cajal's vectors are real"


@dataclass(frozen=True, slots=True)
class NotDense(Mistake):
    """A tensor that torch stores in another way than one number an entry."""

    what: str

    @property
    def title(self) -> str:
        return f"{self.what} is sparse or quantized"

    @property
    def help(self) -> str:
        return "`.to_dense()` or `.dequantize()` it"


@dataclass(frozen=True, slots=True)
class WrongShape(Mistake):
    """A tensor of another shape than its type has: an argument, a linked tensor, a returned one."""

    what: str
    type: str
    expected: str
    actual: str

    @property
    def title(self) -> str:
        return f"{self.what} : {self.type} has shape {self.expected}, got {self.actual}"
