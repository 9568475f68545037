"""Declarations, kept so that they can be elaborated again for another `nat_size`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar, cast

from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.base.source import Span
from cajal_core.checking.check import Synonym
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import elaborate
from cajal_core.diagnostics.errors import raise_all
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse_again
from cajal_core.terms import core

if TYPE_CHECKING:
    from cajal_core.neuron.parameters import LearnedByType

#: What the name of a type stands for.
NamedType: TypeAlias = tys.Space | tys.Data | Synonym
#: What a top-level name stands for.
Target: TypeAlias = core.Definition | core.Extern | core.Learn | NamedType
_Target = TypeVar("_Target", bound="Target")


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
    """One declaration, with those that it mentions and keeps: a type may be of a `Nat` without a size too.

    Its tree would be a quarter of all that a program keeps of it, so it is parsed again where it is needed.
    """

    kind: Literal["def", "extern", "learn", "space", "data", "type"]
    #: Where the item stands.
    span: Span
    # Not printed: two that use one declaration would both print all that it rests on.
    names: Mapping[str, Declaration] = field(repr=False)
    types: Mapping[str, Declaration] = field(repr=False)
    #: The data types of the constructors.
    constructors: Mapping[str, Declaration] = field(repr=False)
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
        return {
            target.type
            for target in self.targets.values()
            if not isinstance(target, tys.Space | tys.Data | Synonym)
        }

    @property
    def data(self) -> tys.Data | None:
        """What a data type was declared as: at every size its name and its constructors are the same."""
        target = next(iter(self.targets.values()))
        return target if isinstance(target, tys.Data) else None

    def scope(self, nat_size: int, passes: Passes) -> Scope:
        """What the item sees: the declarations that it mentioned first, whatever has replaced them since."""
        return scope(self.names, self.types, self.constructors, nat_size, passes, auto=self.auto)

    def target(self, nat_size: int, passes: Passes) -> Target:
        """The core of the item at this size. What it rests on is elaborated first, innermost first.

        Raises:
            CajalError: if a numeral does not fit any more.
        """
        pending: list[Declaration] = [self]
        while pending:
            declaration = pending[-1]
            if nat_size in declaration.targets:
                pending.pop()
                continue
            tables = declaration.names, declaration.types, declaration.constructors
            used = chain.from_iterable(table.values() for table in tables)
            if missing := [used for used in used if nat_size not in used.targets]:
                pending.extend(missing)
                continue
            checked = elaborate(declaration.item, declaration.scope(nat_size, passes), passes)
            raise_all(checked.mistakes)
            elaborated = cast("Target", checked.elaborated)  # it was one before, too
            declaration.targets.add(nat_size, elaborated)
            pending.pop()
        return self.targets[nat_size]


def scope(
    names: Mapping[str, Declaration | core.Extern | None],
    types: Mapping[str, Declaration | None],
    constructors: Mapping[str, Declaration | None],
    nat_size: int,
    passes: Passes,
    *,
    coming: frozenset[str] = frozenset(),
    auto: bool,
) -> Scope:
    """What an item sees of these declarations at one `nat_size`."""
    return Scope(
        ScopeNames[core.Definition | core.Extern | core.Learn](names, nat_size, passes),
        ScopeNames[NamedType](types, nat_size, passes),
        ScopeNames[tys.Data](constructors, nat_size, passes),
        nat_size,
        coming,
        auto,
    )


class ScopeNames(Mapping[str, "_Target | None"], Generic[_Target]):
    """The names of a scope at one `nat_size`, each elaborated when it is looked up. Broken ones are None."""

    def __init__(
        self, declared: Mapping[str, Declaration | core.Extern | None], nat_size: int, passes: Passes
    ) -> None:
        self._declared = declared
        self._nat_size = nat_size
        self._passes = passes

    def __getitem__(self, name: str) -> _Target | None:
        declared = self._declared[name]
        if isinstance(declared, Declaration):
            declared = declared.target(self._nat_size, self._passes)
        return cast("_Target | None", declared)  # each table holds one kind of declarations

    def __contains__(self, name: object) -> bool:
        return name in self._declared

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)
