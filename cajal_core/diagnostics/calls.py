"""Mistakes of calling a neuron and of asking for its matrix. Types come as they are to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


@dataclass(frozen=True, slots=True)
class TooManyArguments(Mistake):
    type: str
    takes: int
    given: int

    @property
    def title(self) -> str:
        arguments = "argument" if self.takes == 1 else "arguments"
        return f"this neuron ({self.type}) takes {self.takes} {arguments}, got {self.given}"


@dataclass(frozen=True, slots=True)
class BatchesDiffer(Mistake):
    """Arguments, by name, whose batches (leading dimensions) do not broadcast."""

    batches: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def title(self) -> str:
        batches = ", ".join(f"`{name}` {batch}" for name, batch in self.batches)
        return f"the batches of the arguments do not broadcast: {batches}"

    @property
    def help(self) -> str:
        return "leading dimensions must be equal, or 1, or left out"


@dataclass(frozen=True, slots=True)
class UnknownMethod(Mistake):
    """A way to run recurrences, set by a user, that does not exist."""

    method: object
    methods: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no method {self.method!r} of recurrences"

    @property
    def help(self) -> str:
        return ", ".join(self.methods)


@dataclass(frozen=True, slots=True)
class TraceOfAFunction(Mistake):
    """A trace with only some of the arguments, which leave a function and no values; so for a jacobian."""

    takes: int
    given: int
    what: str = "a trace"

    @property
    def title(self) -> str:
        return f"{self.what} needs all {self.takes} arguments, got {self.given}"


@dataclass(frozen=True, slots=True)
class TooLarge(Mistake):
    """Refused before anything is allocated."""

    what: str
    shape: tuple[int, ...]
    entries: int
    limit: int
    instead: str = "call the neuron instead, which builds no such matrix, or use a smaller nat_size"

    @property
    def title(self) -> str:
        return f"{self.what} of shape {self.shape} has {self.entries:,} entries; the limit is {self.limit:,}"

    @property
    def help(self) -> str:
        return self.instead


@dataclass(frozen=True, slots=True)
class TooManyStates(Mistake):
    """The states of an `iter`, refused before they are computed. `what` counts them."""

    where: Span
    name: str
    what: str
    limit: int

    @property
    def title(self) -> str:
        return f"to keep the states of `{self.name}` takes {self.what}; the limit is {self.limit:,}"

    @property
    def label(self) -> Label:
        return Label(self.where, "this `iter`")

    @property
    def help(self) -> str:
        return "give some of the arguments, use a smaller Nat, or call the neuron, which keeps one state"


@dataclass(frozen=True, slots=True)
class TooManyColumns(Mistake):
    """A sparse matrix, refused before it is computed."""

    type: str
    what: str
    limit: int

    @property
    def title(self) -> str:
        return f"the sparse matrix of {self.type} takes {self.what}; the limit is {self.limit:,}"

    @property
    def help(self) -> str:
        return (
            "give some of the arguments, use a smaller nat_size, or call the neuron, which builds no matrix"
        )


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
class CallableInMatrix(Mistake):
    """A matrix over an argument that goes into a callable."""

    argument: str
    callable: str
    #: Whether all arguments that do not come are data.
    has_table: bool

    @property
    def title(self) -> str:
        return (
            f"this neuron has no matrix: `{self.argument}` goes through `{self.callable}`, "
            "a callable that is not known to be linear"
        )

    @property
    def help(self) -> str:
        table = "`.table()` instead has its values at basis vectors; " if self.has_table else ""
        return (
            f"{table}`.jacobian(…)` has its derivative at a point; "
            f"if `{self.callable}` is linear, link `cajal.linear(…)` of it"
        )


@dataclass(frozen=True, slots=True)
class NoTable(Mistake):
    """A table over an argument that is no data."""

    argument: str
    type: str

    @property
    def title(self) -> str:
        return (
            f"there is no table over `{self.argument} : {self.type}`, whose values are not its basis vectors"
        )

    @property
    def help(self) -> str:
        return (
            f"give values for it and all arguments before it: `.table({self.argument})`; "
            "`.jacobian(…)` has the derivative at a point"
        )


@dataclass(frozen=True, slots=True)
class NoGradient(Mistake):
    """A derivative in an argument that goes through a callable without gradients."""

    argument: str
    callable: str

    @property
    def title(self) -> str:
        return (
            f"there is no derivative in `{self.argument}`: "
            f"no gradient comes back from `{self.callable}`, through which it goes"
        )

    @property
    def help(self) -> str:
        return "compute in it with torch alone, and without `detach`, `no_grad` or `argmax`"
