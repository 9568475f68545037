"""What the checker notes of one item: its mistakes, and what it mentions."""

from __future__ import annotations

from dataclasses import dataclass, field

from cajal_core.base import tys
from cajal_core.checking.unknown import Unknown
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.syntax.parse import MOST_BROKEN
from cajal_core.terms import core


@dataclass(slots=True)
class Record:
    """Filled while the item is checked, by every rule."""

    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    #: Top-level names, declared types and constructors that the item mentions.
    names: set[str] = field(default_factory=set[str])
    types: set[str] = field(default_factory=set[str])
    constructors: set[str] = field(default_factory=set[str])
    #: Whether it has a `Nat` or a numeral whose size is the setting `nat_size`.
    uses_nat: bool = False
    #: The externs and learned tensors that the item rests on, by name.
    parameters: dict[str, core.Extern | core.Learn] = field(
        default_factory=dict[str, "core.Extern | core.Learn"]
    )
    #: Whether it mentions what a mistake hides, in this item or in an earlier one.
    rests_on_unknown: bool = False

    @property
    def is_full(self) -> bool:
        """Whether no more mistakes are told, so that none needs a help, which may take time to find."""
        return len(self.mistakes) >= MOST_BROKEN

    @property
    def is_right(self) -> bool:
        """Whether the item has a core: it has no mistakes, and rests on none."""
        return not self.mistakes and not self.rests_on_unknown

    def core_type(self, type: tys.Type | Unknown) -> tys.Type:
        """The type for a node of the core. For one that cannot be told it is `Unit`.

        An item with such a node is not right, so its core is thrown away and nobody meets that `Unit`.
        """
        if isinstance(type, Unknown):
            self.rests_on_unknown = True
            return tys.Unit()
        return type
