"""Mistakes of tensors that come from Python: arguments, linked tensors and what networks return.

`what` says which one in words, as in "the argument `x`". Types come as they are to be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


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
        if self.kind == "Sequence":
            return "`sequence.dense()` has a weight for each list, `sequence.elements` the elements"
        return "torch.stack(…) makes one of several tensors, torch.tensor(…) of numbers"


@dataclass(frozen=True, slots=True)
class NotALink(Mistake):
    """What is linked to an extern and is neither a tensor nor can be called."""

    name: str
    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"what is linked to `{self.name}` must be a tensor, a module or a callable, got {self.kind}"


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
    kind: Literal["sparse", "quantized", "nested", "float8"]

    @property
    def title(self) -> str:
        return f"{self.what} is a {self.kind} tensor"

    @property
    def help(self) -> str:
        match self.kind:
            case "sparse":
                return "`.to_dense()` makes a dense one"
            case "quantized":
                return "`.dequantize()` makes a dense one"
            case "nested":
                return "its elements may differ in size; `.to_padded_tensor(0)` makes a dense one"
            case "float8":
                return "torch does not compute with it; `.float()` makes one that it does"
            case _:
                assert_never(self.kind)


@dataclass(frozen=True, slots=True)
class WrongShape(Mistake):
    """A tensor of another shape than its type has: an argument, a linked tensor, a returned one."""

    what: str
    type: str
    expected: str
    actual: str
    way_out: str | None = None

    @property
    def title(self) -> str:
        return f"{self.what} : {self.type} has shape {self.expected}, got {self.actual}"

    @property
    def help(self) -> str | None:
        return self.way_out


@dataclass(frozen=True, slots=True)
class DevicesDiffer(Mistake):
    """An argument, or a linked or learned tensor, on another device than the others."""

    name: str
    device: str
    #: The device of the others.
    given: str
    others: str = "the arguments are"

    @property
    def title(self) -> str:
        return f"`{self.name}` is on the device {self.device}, and {self.others} on {self.given}"

    @property
    def help(self) -> str:
        return "move the neuron or the arguments, with `.to(device)`"


@dataclass(frozen=True, slots=True)
class LengthsDiffer(Mistake):
    """Elements and lengths, whole or weights, whose shapes do not fit."""

    elements: tuple[int, ...]
    lengths: tuple[int, ...]
    is_whole: bool

    @property
    def title(self) -> str:
        kind = "whole lengths" if self.is_whole else "weights of lengths"
        return f"elements of shape {self.elements} and {kind} of shape {self.lengths} make no lists"

    @property
    def help(self) -> str:
        if self.is_whole:
            return "elements have the shape (..., n, *shape of one), and whole lengths the shape (...)"
        return (
            "elements have the shape (..., n, *shape of one), and weights of the lengths 0 to n the shape "
            "(..., n + 1); whole lengths are integers: `lengths.long()`"
        )


@dataclass(frozen=True, slots=True)
class LengthOutOfRange(Mistake):
    """A length that lists may not have."""

    what: str
    length: int
    most: int

    @property
    def title(self) -> str:
        elements = "element" if self.most == 1 else "elements"
        return f"{self.what} has lists of 0 to {self.most} {elements}, got {self.length}"


@dataclass(frozen=True, slots=True)
class JoinedListsDiffer(Mistake):
    """Two lists that a comprehension reads in step, each with its length in a sample, () in all samples.

    `cut` is the longer one, cut in Python.
    """

    where: Span
    first: tuple[str, int]
    other: tuple[str, int]
    sample: tuple[int, ...]
    cut: str | None

    @property
    def title(self) -> str:
        (first, length), (other, others) = self.first, self.other
        sample = f" in sample {', '.join(map(str, self.sample))}" if self.sample else ""
        return f"{first} and {other} are read in step, and have {length} and {others} elements{sample}"

    @property
    def label(self) -> Label:
        return Label(self.where, "here")

    @property
    def help(self) -> str:
        if self.cut:
            return f"give lists of one length, such as `{self.cut}`"
        return (
            "give lists of one length; weights of lengths may differ, and the result is 0 there: "
            "`cajal.Sequence(xs.elements, xs.weights())`"
        )

    @property
    def is_of_use(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class NotRagged(Mistake):
    """A nested tensor that is no batch of lists."""

    what: str

    @property
    def title(self) -> str:
        return f"{self.what} is a nested tensor whose second dimension is not the one that differs"

    @property
    def help(self) -> str:
        return "`torch.nested.nested_tensor([...], layout=torch.jagged)` makes lists of tensors (n, *shape)"


@dataclass(frozen=True, slots=True)
class ListAsTensor(Mistake):
    """A tensor that is linked to an extern which gives lists: those are held apart."""

    name: str
    type: str

    @property
    def title(self) -> str:
        return f"`{self.name}` : {self.type} gives lists, which a tensor does not hold apart"

    @property
    def help(self) -> str:
        way = (
            f"declare `learn {self.name} : {self.type}`, and copy the tensor into `neuron.learn_{self.name}`"
        )
        return f"link a callable that returns `cajal.Sequence(elements, lengths)`, or {way}"
