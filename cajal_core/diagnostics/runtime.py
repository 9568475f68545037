"""Mistakes of running a program: the evaluator's, and a recurrence that grows past all numbers."""

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
