"""Mistakes of calling a neuron and of asking for its matrix. Types come as they are to be shown."""

from __future__ import annotations

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
class UnequalRanks(Mistake):
    """Arguments, by name, whose batches have different numbers of dimensions, so that they would cross."""

    batches: tuple[tuple[str, tuple[int, ...]], ...]
    #: The declaration of a space that takes in the last dimension of the longest batch, if that may be meant.
    space: str | None

    @property
    def title(self) -> str:
        batches = ", ".join(f"`{name}` {batch}" for name, batch in self.batches)
        return f"the batches of the arguments have different numbers of dimensions: {batches}"

    @property
    def help(self) -> str:
        longest, batch = max(self.batches, key=lambda pair: len(pair[1]))
        shorter, other = min(self.batches, key=lambda pair: len(pair[1]))
        for place, size in enumerate(batch):
            if size == 1 and (*batch[:place], *batch[place + 1 :]) == other:
                channel = f"; where it is a channel, declare it: `{self.space}`" if self.space else ""
                return f"`{longest}.squeeze({place})` takes the dimension of one away{channel}"
        if other == batch[: len(other)] and len(batch) == len(other) + 1:
            by_sample, all_pairs = f"`{shorter}.unsqueeze({len(other)})`", f"`{shorter}.unsqueeze(0)`"
            return f"for the same samples, {by_sample}; for those of the last dimension, {all_pairs}"
        return "give all of them equally many leading dimensions, with `unsqueeze` or `squeeze`"


@dataclass(frozen=True, slots=True)
class NoSuchArgument(Mistake):
    """An argument that is given by a name that the neuron has not."""

    name: str
    arguments: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"the neuron has no argument `{self.name}`"

    @property
    def help(self) -> str:
        if not self.arguments:
            return "it has none"
        return "it has " + ", ".join(f"`{argument}`" for argument in self.arguments)


@dataclass(frozen=True, slots=True)
class AmbiguousArgument(Mistake):
    """An argument that is given by a name that two have."""

    name: str
    arguments: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"the neuron has more than one argument `{self.name}`"

    @property
    def help(self) -> str:
        return f"give them in their order: {', '.join(f'`{argument}`' for argument in self.arguments)}"


@dataclass(frozen=True, slots=True)
class GivenTwice(Mistake):
    name: str
    #: Counted from one.
    position: int

    @property
    def title(self) -> str:
        return f"the argument `{self.name}` is given twice: by its name, and as number {self.position}"


@dataclass(frozen=True, slots=True)
class ClassGiven(Mistake):
    """A class where a matrix or a callable is needed."""

    name: str
    #: The name of the class.
    kind: str

    @property
    def title(self) -> str:
        return f"the argument `{self.name}` is the class {self.kind} itself"

    @property
    def help(self) -> str:
        return f"give an instance: `{self.kind}(…)`"


@dataclass(frozen=True, slots=True)
class LacksArgument(Mistake):
    """An argument that is not given, before one that is given by name."""

    name: str
    given: str

    @property
    def title(self) -> str:
        return f"the argument `{self.name}` is not given, and `{self.given}`, which comes after it, is"

    @property
    def help(self) -> str:
        return "only the last arguments can be left out"


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
