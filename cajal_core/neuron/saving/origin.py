"""What a neuron was compiled from, so that another process can compile it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.use.saving import NoSource
from cajal_core.terms.values import OverflowMode


class ModuleData(TypedDict):
    """A module's file, and for each module that it uses the place of that among all."""

    name: str
    text: str
    uses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ProgramText:
    """The source that declares all that a term rests on, and the term.

    `modules` are the files of modules, and `uses` has for each `use` in the source, in order, the place of
    its module among them.
    """

    source: str
    term: str
    nat_size: int
    overflow: OverflowMode
    modules: Sequence[ModuleData]
    uses: Sequence[int]


class Origin:
    """The origin of a neuron. This one is of those that have no term of their own."""

    @property
    def text(self) -> ProgramText:
        """The program, to be written down.

        Raises:
            CajalError: if there is none.
        """
        raise CajalError(NoSource())

    def save(self, neuron: Any, path: Any) -> None:
        """What `Neuron.save` does. The neuron's class is not named, since its module imports this one.

        Raises:
            CajalError: as `Neuron.save` says.
        """
        raise CajalError(NoSource())
