"""Mistakes of calling a neuron and of asking for its matrix. Types come as they are to be shown.

This is more than 300 lines, because each kind of mistake is a class with its wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake, did_you_mean


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
    """A trace with only some of the arguments, which leave a function and no values; so for a jacobian."""

    takes: int
    given: int
    what: str = "a trace"

    @property
    def title(self) -> str:
        arguments = "its argument" if self.takes == 1 else f"all {self.takes} arguments"
        return f"{self.what} needs {arguments}, got {self.given}"


@dataclass(frozen=True, slots=True)
class ScaledLists(Mistake):
    """A scaled result that is a list held apart, which has numbers for each element and no one scale."""

    type: str

    @property
    def title(self) -> str:
        return f"a {self.type} that is held apart has no scale of its own"

    @property
    def help(self) -> str:
        return "fold it in the program, or call the neuron: the elements of a list are not multiplied"


@dataclass(frozen=True, slots=True)
class SeveralLengths(Mistake):
    """The states of a `cons` fold through what is not linear, where a list has several lengths at once."""

    where: Span
    name: str

    @property
    def title(self) -> str:
        return f"the fold with state `{self.name}` runs once for each length, so it has no one row of states"

    @property
    def label(self) -> Label:
        return Label(self.where, "its step is not known to be linear")

    @property
    def help(self) -> str:
        return "give each list one whole length, not weights of several"


@dataclass(frozen=True, slots=True)
class NotTraced(Mistake):
    """A value that a trace has not: of that name, or of so many of that name.

    `names` counts those it has, and `nearest` are those that may have been meant.
    """

    name: str
    index: int
    names: Mapping[str, int]
    nearest: tuple[str, ...] = ()

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
        meant = f"{did_you_mean(self.nearest)} " if self.nearest else ""
        return f"{meant}it has {shown}; the index of the first is 0"


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


def _no_matrix(what: str, given: int, takes: int) -> str:
    """That there is none: of the whole, or of the arguments that do not come, which may be forgotten."""
    if not given:
        return f"{what} has no matrix"
    return f"{given} of {takes} arguments are given, and there is no matrix of the rest"


@dataclass(frozen=True, slots=True)
class NoMatrix(Mistake):
    """A matrix over a reusable parameter."""

    type: str
    name: str
    degree: int | None
    given: int
    takes: int

    @property
    def title(self) -> str:
        degree = "of no known degree" if self.degree is None else f"of degree {self.degree}"
        none = _no_matrix(self.type, self.given, self.takes)
        return f"{none}: in its reusable argument `{self.name}` it is a polynomial {degree}"

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
    given: int
    takes: int

    @property
    def title(self) -> str:
        none = _no_matrix("this neuron", self.given, self.takes)
        return (
            f"{none}: `{self.argument}` goes through `{self.callable}`, "
            "a callable that is not known to be linear"
        )

    @property
    def help(self) -> str:
        given = f"give all {self.takes} for the result; " if self.given else ""
        call = "`.table(…)`" if self.given else "`.table()`"
        table = f"{call} instead has its values at basis vectors; " if self.has_table else ""
        return (
            f"{given}{table}`.jacobian(…)` has its derivative at a point; "
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
class NoPictures(Mistake):
    """Pictures are asked for where a module is missing that they need."""

    module: str

    @property
    def title(self) -> str:
        return f"pictures need the module `{self.module}`, which is not installed"

    @property
    def help(self) -> str:
        return "install the distribution cajal-jupyter, which has what pictures need"


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
