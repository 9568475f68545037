"""Mistakes of encoding what a network returns."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake

_NAMES = '"softmax", "sigmoid", "raw", "simplex" and "norm"'


@dataclass(frozen=True, slots=True)
class NoSuchEncoding(Mistake):
    """An encoding of a network that does not exist."""

    encoding: object

    @property
    def title(self) -> str:
        return f"no encoding is called {self.encoding!r}"

    @property
    def help(self) -> str:
        return f"there are {_NAMES}; another is a module of your own around the network"


@dataclass(frozen=True, slots=True)
class NothingToEncode(Mistake):
    """What is to be encoded, and cannot be called."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"what is encoded must be a module or a function, got {self.kind}"

    @property
    def help(self) -> str:
        return "give the network itself: what it returns is encoded at each call"


@dataclass(frozen=True, slots=True)
class EncodedTwice(Mistake):
    """A softmax of what is a distribution already."""

    #: What makes the distribution: the name of its class.
    kind: str

    @property
    def title(self) -> str:
        return f"the network ends with a softmax ({self.kind}), and a second one would flatten what it says"

    @property
    def help(self) -> str:
        return "leave one of the two out"


@dataclass(frozen=True, slots=True)
class OnlyOfSoftmax(Mistake):
    """A temperature or an entropy for an encoding that has none."""

    setting: str
    encoding: str

    @property
    def title(self) -> str:
        return f'the encoding "{self.encoding}" has no {self.setting}'

    @property
    def help(self) -> str:
        if self.setting == "temperature":
            return '"softmax" and "sigmoid" have one; leave it out'
        return 'the entropy is that of a distribution: take "softmax", or leave it out'


@dataclass(frozen=True, slots=True)
class BadSetting(Mistake):
    """A temperature or an entropy that is none, or a schedule that returned such a thing."""

    setting: str
    #: What was given, in Python; and the step at which a schedule returned it.
    value: str
    step: int | None = None

    @property
    def title(self) -> str:
        at = "" if self.step is None else f" at step {self.step}"
        return f"the {self.setting} must be {self._kind}, got {self.value}{at}"

    @property
    def help(self) -> str:
        return "or a schedule, a function of the step: `cajal.Ramp(4.0, 1.0, steps=150)`"

    @property
    def _kind(self) -> str:
        return "a positive number" if self.setting == "temperature" else "a number"


@dataclass(frozen=True, slots=True)
class BadDimensions(Mistake):
    """The dimensions of a vector, which are none."""

    #: What was given, in Python.
    given: str

    @property
    def title(self) -> str:
        return f"`dim` must be a negative whole number or several different ones, got {self.given}"

    @property
    def help(self) -> str:
        return "it counts from the end: -1; for a pair `A * B` (-2, -1); for the matrix of a function -2"


@dataclass(frozen=True, slots=True)
class NoDimension(Mistake):
    """What a network returns, and has too few dimensions for its encoding."""

    shape: tuple[int, ...]
    dims: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"what is encoded has shape {self.shape}, and no dimension {min(self.dims)}"

    @property
    def help(self) -> str:
        return "`dim` says along which dimensions of (batch, *shape) a vector stands"


@dataclass(frozen=True, slots=True)
class BadRamp(Mistake):
    """A setting of a ramp that is no number, or no number of steps."""

    name: str
    #: What was given, in Python.
    value: str

    @property
    def title(self) -> str:
        if self.name in ("start", "end"):
            return f"`{self.name}` of a ramp is a finite number, got {self.value}"
        return f"`{self.name}` of a ramp is a number of steps, a whole number of at least 0, got {self.value}"


@dataclass(frozen=True, slots=True)
class UnusedEntropy(Mistake):
    """An entropy that is computed call after call and never reaches the loss."""

    calls: int

    @property
    def title(self) -> str:
        return f"the entropy of the last {self.calls:,} calls of an encoded network is in no loss"

    @property
    def help(self) -> str:
        return (
            "add `encoded.penalty()` to the loss of each step, as `cajal.fit` does; "
            "measure in eval mode or under `torch.no_grad()`"
        )
