"""Declarations, kept so that they can be elaborated again for another `nat_size`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Literal, TypeAlias

from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.base.source import Span
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import elaborate
from cajal_core.diagnostics.errors import raise_all
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse_again
from cajal_core.terms import core

if TYPE_CHECKING:
    from cajal_core.neuron.parameters import LearnedByType

#: What a top-level name stands for.
Target: TypeAlias = core.Definition | core.Extern | core.Learn


class Targets(Mapping[int, Target]):
    """The core of an item, for each `nat_size` that it was elaborated for: for nearly all of them one.

    A dictionary of one entry is three times as large.
    """

    __slots__ = ("_first", "_more", "_size")

    def __init__(self, size: int, target: Target) -> None:
        self._size, self._first = size, target
        self._more: dict[int, Target] | None = None

    def __getitem__(self, size: int) -> Target:
        return self._first if size == self._size else (self._more or {})[size]

    def add(self, size: int, target: Target) -> None:
        """Takes the core for another size."""
        self._more = {**(self._more or {}), size: target}

    def __iter__(self) -> Iterator[int]:
        return chain([self._size], self._more or ())

    def __len__(self) -> int:
        return 1 + len(self._more or ())


@dataclass(frozen=True, slots=True, eq=False)
class Declaration:
    """A `def`, `extern` or `learn`, with the declarations that it mentions and keeps.

    Its tree would be a quarter of all that a program keeps of it, so it is parsed again where it is needed.
    """

    kind: Literal["def", "extern", "learn"]
    #: Where the item stands.
    span: Span
    # Not printed: two that use one declaration would both print all that it rests on.
    names: Mapping[str, Declaration] = field(repr=False)
    types: Mapping[str, tys.Space | tys.Data] = field(repr=False)
    constructors: Mapping[str, tys.Data] = field(repr=False)
    auto: bool
    targets: Targets = field(repr=False)
    #: Of a `learn`, the parameter that neurons share, for each type that the sizes of `targets` give it.
    parameters: LearnedByType | None = field(default=None, repr=False)

    @property
    def item(self) -> tree.Item:
        """The tree of the item."""
        return parse_again(self.span)

    @property
    def types_so_far(self) -> set[tys.Type]:
        """The types that it has at the sizes that it was elaborated for."""
        return {target.type for target in self.targets.values()}

    def scope(self, nat_size: int, passes: Passes) -> Scope:
        """What the item sees: the declarations that it mentioned first, whatever has replaced them since."""
        names = ScopeNames(self.names, nat_size, passes)
        return Scope(names, self.types, self.constructors, nat_size, auto=self.auto)

    def target(self, nat_size: int, passes: Passes) -> Target:
        """The core of the item at this size. What it rests on is elaborated first, innermost first.

        Raises:
            CajalError: if a numeral does not fit any more.
        """
        pending: list[Declaration] = [self]
        while pending:
            declaration = pending[-1]
            missing = [used for used in declaration.names.values() if nat_size not in used.targets]
            if nat_size not in declaration.targets and missing:
                pending.extend(missing)
                continue
            if nat_size not in declaration.targets:
                checked = elaborate(declaration.item, declaration.scope(nat_size, passes), passes)
                raise_all(checked.mistakes)
                assert isinstance(checked.elaborated, core.Definition | core.Extern | core.Learn)
                declaration.targets.add(nat_size, checked.elaborated)
            pending.pop()
        return self.targets[nat_size]


class ScopeNames(Mapping[str, "Target | None"]):
    """The names of a scope at one `nat_size`, each elaborated when it is looked up. Broken ones are None."""

    def __init__(
        self, declared: Mapping[str, Declaration | core.Extern | None], nat_size: int, passes: Passes
    ) -> None:
        self._declared = declared
        self._nat_size = nat_size
        self._passes = passes

    def __getitem__(self, name: str) -> Target | None:
        declared = self._declared[name]
        if isinstance(declared, Declaration):
            return declared.target(self._nat_size, self._passes)
        return declared

    def __contains__(self, name: object) -> bool:
        return name in self._declared

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)
