"""What a mistake consists of: sentences, and places in the source with remarks. `render` lays them out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cajal_core.base.source import Span


@dataclass(frozen=True, slots=True)
class Label:
    """A place in the source and what there is to say about it."""

    span: Span
    text: str


def short(span: Span) -> str:
    """The text of a place on one line, cut where it is long."""
    text = " ".join(span.text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def did_you_mean(names: Iterable[str]) -> str:
    """The question whether one of some names was meant."""
    return "did you mean " + " or ".join(f"`{name}`" for name in names) + "?"


@dataclass(frozen=True, slots=True)
class Edit:
    """A place in the source and the text that is to stand there instead; an empty place is an insertion.

    Example:
        >>> import cajal_core as cajal
        >>> source = cajal.Source("cell", "nott true")
        >>> cajal.edited(source.text, [cajal.Edit(cajal.Span(source, 0, 4), "not")])
        'not true'
    """

    span: Span
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    r"""The text of a source with edits made in it. Of those at one place, the first given stands first.

    Example:
        >>> import cajal_core as cajal
        >>> try:
        ...     cajal.Program().run(r"\x:Bool. (x, x)")
        ... except cajal.CajalError as error:
        ...     print(cajal.edited(r"\x:Bool. (x, x)", error.errors[0].edits))
        \x:Bool. copy x as (x1, x2) in (x1, x2)

    Raises:
        ValueError: if two edits overlap.
    """
    parts, position = list[str](), 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < position:
            raise ValueError(f"two edits overlap at {edit.span.start}")
        parts += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    return "".join([*parts, text[position:]])


class Mistake(ABC):
    """One thing that a user got wrong. Each kind is a frozen dataclass that words itself from its fields.

    Example:
        >>> from cajal_core.diagnostics.links import NotAnExtern
        >>> mistake = NotAnExtern("stpe", externs=("step",))
        >>> mistake.title, mistake.help
        ('there is no extern `stpe` to link', 'the externs are `step`')
    """

    __slots__ = ()
    RULE: ClassVar[str | None] = None

    @property
    @abstractmethod
    def title(self) -> str:
        """What is wrong, in one sentence."""

    @property
    def label(self) -> Label | None:
        """The culprit, if it stands in a source."""
        return None

    @property
    def notes(self) -> tuple[Label, ...]:
        """Other places that explain it."""
        return ()

    @property
    def help(self) -> str | None:
        """What to do about it."""
        return None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What `help` says as changes to the source, to be made together; empty where it is advice alone."""
        return ()

    @property
    def rule(self) -> str | None:
        """The typing rule that it breaks, as docs/rules.md names it. For most kinds it is `RULE`."""
        return self.RULE

    @property
    def is_of_use(self) -> bool:
        """Whether it was made in Python, where a neuron or a program is used, and not in a source."""
        return self.label is None

    @property
    def span(self) -> Span | None:
        """Where it is, if it is in a source."""
        return self.label.span if self.label else None
