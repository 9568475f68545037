"""The stages of one term, as the passes leave them, for those who want to see the compiler at work."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.checking.check import Checked
from cajal_core.checking.elaborate import core_text
from cajal_core.syntax import tree
from cajal_core.syntax.printer import pretty


@dataclass(frozen=True, slots=True)
class Stage:
    """What one pass made of a term, as text: syntax and core as Cajal, a graph as assignments, or code.

    Example:
        >>> import cajal_core as cajal
        >>> source, parsed, *_ = cajal.Program().stages("succ   (2)")
        >>> parsed.name, parsed.text
        ('parse', 'succ 2')
    """

    name: str
    text: str


class Stages:
    """Writes down what each pass made. `observe` is an observer of `Passes`."""

    def __init__(self, source: str) -> None:
        self.stages = [Stage("source", source)]
        self._item: tree.Def | tree.Show | None = None

    def observe(self, name: str, result: object) -> None:
        match result:
            case tree.Def() | tree.Show():
                self._item = result
                text = pretty(result)
            case Checked(elaborated) if self._item and elaborated:
                text = core_text(self._item, elaborated)
            case Checked():
                return  # its mistakes are raised
            case _:  # graphs and code print themselves
                text = str(result)
        self.stages.append(Stage(name, text))
