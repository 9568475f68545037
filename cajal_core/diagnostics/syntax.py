"""Mistakes of layout, spelling and grammar.

This is more than 300 lines, because each kind of mistake is a class with its wording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cajal_core.base.confusables import described, plain
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake

#: What angle brackets are, for whoever compares with them.
ANGLES = "`<a, b>` are alternatives; to compare, `use nat` has `less`: write `less m n`"


@dataclass(frozen=True, slots=True)
class Meaningless(Mistake):
    """Characters that begin no token, or a word of another language. `meant` is what they look like."""

    where: Span
    hint: str | None = None
    meant: str | None = None
    #: How the hint is followed, where it is more than to write what is meant.
    mend: tuple[Edit, ...] = ()

    @property
    def _invisible(self) -> bool:
        return not self.where.text[0].isprintable()

    @property
    def title(self) -> str:
        if self._invisible:
            return f"the invisible character {described(self.where.text[0])} has no meaning here"
        return f"`{self.where.text}` has no meaning here"

    @property
    def label(self) -> Label:
        return Label(self.where, "not part of the language")

    @property
    def help(self) -> str | None:
        return "delete it" if self._invisible else self.hint

    @property
    def edits(self) -> tuple[Edit, ...]:
        if self.mend or not (self._invisible or self.meant):
            return self.mend
        return (Edit(self.where, "" if self._invisible else self.meant or ""),)


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
        digits = plain(self.where.text)
        if digits.isascii() and digits.isdigit():
            return f"write `{digits}`; {described(self.where.text[0])} is no digit of the language"
        return "a name begins with a letter or `_`, and goes on with letters, digits, `_` and `'`"

    @property
    def edits(self) -> tuple[Edit, ...]:
        digits = plain(self.where.text)
        return (Edit(self.where, digits),) if digits.isascii() and digits.isdigit() else ()


@dataclass(frozen=True, slots=True)
class HugeNumber(Mistake):
    where: Span

    @property
    def title(self) -> str:
        return f"this number has {len(self.where.text)} digits"

    @property
    def label(self) -> Label:
        return Label(self.where, "too large for any type")

    @property
    def help(self) -> str:
        return "a Nat is a vector with an entry for each of its values: count in larger units"


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

    @property
    def help(self) -> str | None:
        return ANGLES if self.closer == ">" else None


@dataclass(frozen=True, slots=True)
class Unopened(Mistake):
    """The end of a bracket or block comment that was never begun, or that is of another kind."""

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
        if self.opener:
            return Label(self.closer, f"does not close `{self.opener.text}`")
        return Label(self.closer, f"no {'comment' if self.closer.text == '-}' else 'bracket'} is open here")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.opener, "opened here"),) if self.opener else ()

    @property
    def help(self) -> str | None:
        if ">" in (self.closer.text, self.wanted):
            return ANGLES
        return "a block comment begins with `{-`" if self.closer.text == "-}" else None


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
    actual: str
    hint: str | None = None
    #: How the hint is followed.
    mend: tuple[Edit, ...] = ()

    @property
    def title(self) -> str:
        return f"expected {self.expected}, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"expected {self.expected}")

    @property
    def help(self) -> str | None:
        return self.hint

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.mend


@dataclass(frozen=True, slots=True)
class NotIndented(Mistake):
    """An item that is not finished, above a line that would go on with it but stands at the margin."""

    where: Span
    expected: str
    below: Span

    @property
    def title(self) -> str:
        return f"expected {self.expected}, got the end"

    @property
    def label(self) -> Label:
        return Label(self.where, f"expected {self.expected}")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.below, "begins a new item, since it is not indented"),)

    @property
    def help(self) -> str:
        return "a line that goes on with an item is indented"

    @property
    def edits(self) -> tuple[Edit, ...]:
        start = self.below.start
        return (Edit(Span(self.below.source, start, start), "  "),)


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
class TooLong(Mistake):
    where: Span
    what: Literal["cell", "item"]
    limit: int
    unit: Literal["words and signs", "items"] = "words and signs"

    @property
    def title(self) -> str:
        return f"this {self.what} has more than {self.limit:,} {self.unit}"

    @property
    def label(self) -> Label:
        return Label(self.where, "this is one more")

    @property
    def help(self) -> str:
        cell = "split it into several cells or files"
        return cell if self.what == "cell" else "name parts of it with `def`, and use the names"


@dataclass(frozen=True, slots=True)
class TooManyMistakes(Mistake):
    """Stands behind the mistakes that are told."""

    limit: int

    @property
    def title(self) -> str:
        return f"there may be more mistakes than these {self.limit}"

    @property
    def help(self) -> str:
        return "mend these first"


@dataclass(frozen=True, slots=True)
class NotOneTerm(Mistake):
    """Where a single term was asked for, something else was given."""

    text: str
    actual: str

    @property
    def title(self) -> str:
        return f"expected a single term, got {self.actual}"

    @property
    def help(self) -> str:
        return "write one term; a definition is a cell of its own, and its name a term"


@dataclass(frozen=True, slots=True)
class BadOption(Mistake):
    """A word in `{-# OPTIONS … #-}` that is no setting, or that comment itself where it is not whole."""

    where: Span

    @property
    def title(self) -> str:
        return f"`{self.where.text}` states no setting"

    @property
    def label(self) -> Label:
        return Label(self.where, "not a setting")

    @property
    def help(self) -> str:
        return (
            "the settings are `nat=` a whole number from 1, `auto=on` or `auto=off`, and `overflow=truncate` "
            "or `overflow=saturate`: `{-# OPTIONS nat=12 auto=on #-}`"
        )


@dataclass(frozen=True, slots=True)
class OptionsInside(Mistake):
    """Settings that stand inside an item, which has begun with others."""

    where: Span
    item: Span

    @property
    def title(self) -> str:
        return "settings hold for the items behind them, and cannot stand inside one"

    @property
    def label(self) -> Label:
        return Label(self.where, "inside an item")

    @property
    def help(self) -> str:
        return "put them above the item"

    @property
    def edits(self) -> tuple[Edit, ...]:
        source, start = self.item.source, self.item.start
        margin = source.text[source.text.rfind("\n", 0, start) + 1 : start]
        # Behind a `;` they stay in its line.
        between = " " if margin.strip() else "\n" + margin
        return Edit(Span(source, start, start), self.where.text + between), Edit(self.where, "")
