"""The state of a program: all that it has declared and linked, as one value that is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.program.declarations import Declaration

if TYPE_CHECKING:
    from cajal_core.backend.links import Link


@dataclass(frozen=True, slots=True, eq=False)
class State:
    r"""What a program's items have declared, and what its externs are linked to.

    A run of a cell or a link puts another state in its place, so whoever kept the old one can go back to it
    (`Program.restore`). Settings are no part of it, nor is what was compiled.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("data Light = Red | Green\ndef go : Light = Green")
        >>> state = program.state
        >>> list(state.names), list(state.types), list(state.constructors)
        (['go'], ['Light'], ['Red', 'Green'])
    """

    #: Each `def`, `extern` and `learn`, in the order of their last declaration.
    names: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    types: Mapping[str, tys.Space | tys.Data] = field(default_factory=dict[str, tys.Space | tys.Data])
    constructors: Mapping[str, tys.Data] = field(default_factory=dict[str, tys.Data])
    #: Each link, with the type of the extern that it was made for.
    links: Mapping[str, tuple[tys.Type, Link]] = field(default_factory=dict[str, "tuple[tys.Type, Link]"])
    #: For each name that a `learn` declared, the last declaration, and those before it of other types, which
    #: older definitions may still reach. Each has its parameters.
    learns: Mapping[str, tuple[Declaration, ...]] = field(
        default_factory=dict[str, tuple[Declaration, ...]], repr=False
    )

    def externs(self, nat_size: int, passes: Passes) -> dict[str, tys.Type]:
        """The externs, with their types."""
        return {
            name: declaration.target(nat_size, passes).type
            for name, declaration in self.names.items()
            if declaration.is_extern
        }

    def with_links(
        self, links: Mapping[str, tuple[tys.Type, Link]], externs: Mapping[str, tys.Type]
    ) -> State:
        """The state with these links too, as far as each fits the type of an extern."""
        fitting = {name: link for name, link in links.items() if link[0] == externs.get(name)}
        return replace(self, links={**self.links, **fitting})
