"""Mistakes of layout, spelling and grammar."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.errors import Label, Mistake
from cajal_core.source import Span


@dataclass(frozen=True, slots=True)
class BadCharacter(Mistake):
    """A character or run of characters that begins no token."""

    where: Span
    hint: str | None = None

    @property
    def title(self) -> str:
        return f"`{self.where.text}` has no meaning here"

    @property
    def label(self) -> Label:
        return Label(self.where, "not part of the language")

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True, slots=True)
class BadName(Mistake):
    where: Span

    @property
    def title(self) -> str:
        return f"`{self.where.text}` is not a name"

    @property
    def label(self) -> Label:
        return Label(self.where, "neither a name nor a number")

    @property
    def help(self) -> str:
        return "a name begins with a letter or `_`, and goes on with letters, digits, `_` and `'`"


@dataclass(frozen=True, slots=True)
class HugeNumber(Mistake):
    where: Span

    @property
    def title(self) -> str:
        return f"this number has {len(self.where.text)} digits"

    @property
    def label(self) -> Label:
        return Label(self.where, "too large for any type")


@dataclass(frozen=True, slots=True)
class Unclosed(Mistake):
    """A bracket or block comment that the end of its item, or of the cell, leaves open."""

    opener: Span
    closer: str

    @property
    def title(self) -> str:
        return f"`{self.opener.text}` is never closed"

    @property
    def label(self) -> Label:
        return Label(self.opener, f"no `{self.closer}` follows")


@dataclass(frozen=True, slots=True)
class Unopened(Mistake):
    closer: Span
    opener: Span | None = None
    wanted: str | None = None

    @property
    def title(self) -> str:
        if self.opener:
            return f"expected `{self.wanted}`, got `{self.closer.text}`"
        return f"`{self.closer.text}` closes nothing"

    @property
    def label(self) -> Label:
        return Label(
            self.closer, f"does not close `{self.opener.text}`" if self.opener else "no bracket is open here"
        )

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.opener, "opened here"),) if self.opener else ()


@dataclass(frozen=True, slots=True)
class SemicolonInBrackets(Mistake):
    where: Span
    opener: Span

    @property
    def title(self) -> str:
        return "`;` ends an item, and cannot stand inside brackets"

    @property
    def label(self) -> Label:
        return Label(self.where, "inside brackets")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.opener, "opened here"),)


@dataclass(frozen=True, slots=True)
class Unexpected(Mistake):
    """A token that the grammar does not allow where it stands."""

    where: Span
    expected: str
    found: str
    hint: str | None = None

    @property
    def title(self) -> str:
        return f"expected {self.expected}, got {self.found}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"expected {self.expected}")

    @property
    def help(self) -> str | None:
        return self.hint


@dataclass(frozen=True, slots=True)
class TooDeep(Mistake):
    limit: int
    where: Span | None = None

    @property
    def title(self) -> str:
        return f"the program is nested more than {self.limit} deep"

    @property
    def label(self) -> Label | None:
        return Label(self.where, "this deep") if self.where else None

    @property
    def help(self) -> str:
        return "name parts of it with `def`, and use the names"


@dataclass(frozen=True, slots=True)
class NotOneTerm(Mistake):
    """Where a single term was asked for, something else was given."""

    text: str
    found: str

    @property
    def title(self) -> str:
        return f"expected a single term, got {self.found}"

    @property
    def help(self) -> str:
        return "definitions go through `run`; here, name one or write a term"
