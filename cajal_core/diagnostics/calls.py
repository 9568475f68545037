"""Mistakes of calling a neuron and of asking for its matrix. Types come as they are to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


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
    """A trace with only some of the arguments, which leave a function and no values."""

    takes: int
    given: int

    @property
    def title(self) -> str:
        return f"a trace needs all {self.takes} arguments, got {self.given}"


@dataclass(frozen=True, slots=True)
class NotTraced(Mistake):
    """A value that a trace has not: of that name, or of so many of that name. `names` counts those it has."""

    name: str
    index: int
    names: Mapping[str, int]

    @property
    def title(self) -> str:
        if count := self.names.get(self.name, 0):
            times = "once" if count == 1 else f"{count} times"
            return f"a trace has `{self.name}` {times}, and none at index {self.index}"
        return f"a trace has no value called `{self.name}`"

    @property
    def help(self) -> str:
        if not self.names:
            return "this program names no part of itself: only the `.result` can be had"
        names = [f"`{name}`" + f" ({count} times)" * (count > 1) for name, count in self.names.items()]
        shown = ", ".join(names[:20]) + ", …" * (len(names) > 20)
        return f"it has {shown}; the index of the first is 0"


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

    name: str
    takes: int
    given: int

    @property
    def title(self) -> str:
        return (
            f"with {self.given} of its {self.takes} arguments this neuron has no matrix: "
            f"`{self.name}` is a callable, which need not be linear"
        )

    @property
    def help(self) -> str:
        return "give all arguments"
