"""Mistakes of running, compiling, linking and calling."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


@dataclass(frozen=True, slots=True)
class Overflow(Mistake):
    """The evaluator met the successor of the largest number."""

    where: Span
    value: int
    size: int

    @property
    def title(self) -> str:
        return f"succ {self.value} does not fit Nat[{self.size}]"

    @property
    def label(self) -> Label:
        return Label(self.where, f"overflows at {self.value}")

    @property
    def help(self) -> str:
        return 'choose a larger size, or `overflow="saturate"`, which keeps the last number'


@dataclass(frozen=True, slots=True)
class NoValue(Mistake):
    """A term was to be evaluated that has no printed value."""

    where: Span
    why: str

    @property
    def title(self) -> str:
        return f"this term has no value to show: {self.why}"

    @property
    def label(self) -> Label:
        return Label(self.where, self.why)

    @property
    def help(self) -> str:
        return "compile it, and call the neuron or look at its matrix"


@dataclass(frozen=True, slots=True)
class Misuse(Mistake):
    """A call of the Python interface that cannot be answered: a plain sentence and what to do."""

    what: str
    todo: str | None = None

    @property
    def title(self) -> str:
        return self.what

    @property
    def help(self) -> str | None:
        return self.todo


@dataclass(frozen=True, slots=True)
class NotLinked(Mistake):
    name: str
    type: str

    @property
    def title(self) -> str:
        return f"the extern `{self.name} : {self.type}` is not linked"

    @property
    def help(self) -> str:
        return f"link a tensor, a module or a callable: `neuron.link({self.name}=…)`"


@dataclass(frozen=True, slots=True)
class NotAnExtern(Mistake):
    name: str
    externs: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no extern `{self.name}` to link"

    @property
    def help(self) -> str:
        if not self.externs:
            return f"declare it in Cajal: `extern {self.name} : A -o B`"
        return "the externs are " + ", ".join(f"`{name}`" for name in self.externs)


@dataclass(frozen=True, slots=True)
class WrongShape(Mistake):
    """A tensor of another shape than its type has: an argument, a linked tensor, a returned one."""

    what: str
    type: str
    expected: str
    found: str

    @property
    def title(self) -> str:
        return f"{self.what} : {self.type} has shape {self.expected}, got {self.found}"


@dataclass(frozen=True, slots=True)
class TooLarge(Mistake):
    """Refused before anything is allocated."""

    what: str
    shape: tuple[int, ...]
    entries: int
    limit: int

    @property
    def title(self) -> str:
        return f"{self.what} of shape {self.shape} has {self.entries:,} entries; the limit is {self.limit:,}"

    @property
    def help(self) -> str:
        return "call the neuron instead, which builds no such matrix, or use a smaller nat_size"


@dataclass(frozen=True, slots=True)
class BadReturn(Mistake):
    """A linked callable that returned a tensor of the wrong shape."""

    what: str
    type: str
    expected: str
    found: str

    @property
    def title(self) -> str:
        return f"{self.what} : {self.type} must return shape {self.expected}, got {self.found}"

    @property
    def help(self) -> str:
        return "it receives (batch, *shape) for each argument and returns (batch, *shape) of the result"


@dataclass(frozen=True, slots=True)
class NoMatrix(Mistake):
    """A matrix over a reusable parameter."""

    type: str
    name: str
    degree: int | None

    @property
    def title(self) -> str:
        degree = "of no known degree" if self.degree is None else f"of degree {self.degree}"
        return (
            f"{self.type} has no matrix: in its reusable argument `{self.name}` it is a polynomial {degree}"
        )

    @property
    def help(self) -> str:
        return f"give `{self.name}` a value: `f not` has a matrix where `f` has none"


@dataclass(frozen=True, slots=True)
class Diverged(Mistake):
    """A long recurrence whose states grew past the largest number of their dtype."""

    where: Span
    name: str
    steps: int

    @property
    def title(self) -> str:
        return f"the recurrence of `{self.name}` over {self.steps} steps grew past the largest number"

    @property
    def label(self) -> Label:
        return Label(self.where, "its step makes states larger")

    @property
    def help(self) -> str:
        return 'bound the step: a smaller matrix, or `Linked(…, guard="spectral")` for one that is fed'
