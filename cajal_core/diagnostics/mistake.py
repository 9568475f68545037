"""What a mistake consists of: sentences, and places in the source with remarks. `render` lays them out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from cajal_core.base.source import Span


@dataclass(frozen=True, slots=True)
class Label:
    """A place in the source and what there is to say about it."""

    span: Span
    text: str


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
