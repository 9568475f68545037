"""Mistakes of a program as a whole: its files, its settings, and what is too large to compile."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class Unreadable(Mistake):
    path: str
    reason: str

    @property
    def title(self) -> str:
        return f"cannot read `{self.path}`: {self.reason}"


@dataclass(frozen=True, slots=True)
class BadNatSize(Mistake):
    size: object

    @property
    def title(self) -> str:
        return f"nat_size must be a whole number of at least 1, got {self.size!r}"


@dataclass(frozen=True, slots=True)
class BadOverflow(Mistake):
    mode: object

    @property
    def title(self) -> str:
        return f'overflow must be "truncate" or "saturate", got {self.mode!r}'


@dataclass(frozen=True, slots=True)
class NothingToCompile(Mistake):
    """The neuron of a declaration that has no body. `declaration` is its text."""

    declaration: str

    @property
    def title(self) -> str:
        return f"`{self.declaration}` declares no program to compile"


@dataclass(frozen=True, slots=True)
class TooManySteps(Mistake):
    """A term whose definitions, put in where they are named, are more than the compiler takes on."""

    limit: int

    @property
    def title(self) -> str:
        return f"this term unfolds to more than {self.limit:,} steps of compilation"

    @property
    def help(self) -> str:
        return "a definition that uses another twice doubles its size; use `iter` for repetition"
