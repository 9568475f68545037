"""Mistakes of lists, alternatives and `fail`. Types come in words, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake, short


@dataclass(frozen=True, slots=True)
class NeedsType(Mistake):
    """A `fail`, `nil` or `[]` where no type is expected."""

    where: Span
    what: str

    @property
    def rule(self) -> str:
        return "T-Fail" if self.what == "fail" else "T-Nil"

    @property
    def title(self) -> str:
        return f"the type of `{self.what}` is not known here"

    @property
    def label(self) -> Label:
        return Label(self.where, "has no type by itself")

    @property
    def help(self) -> str:
        return f"write it: `({self.what} : {'A' if self.what == 'fail' else 'List A'})`"


@dataclass(frozen=True, slots=True)
class NotAlternatives(Mistake):
    """`p.1` where `p` has no components to pick from."""

    RULE = "T-Pick"
    where: Span
    actual: str
    is_pair: bool

    @property
    def title(self) -> str:
        return f"there is nothing to pick from in a value of type {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str:
        if self.is_pair:
            return "a pair is taken apart: `let (x, y) = p in t`; `p.1` picks from a `p : A & B`"
        return "`p.1` picks from a `p : A & B` or a `p : A ^ n`"


@dataclass(frozen=True, slots=True)
class NoComponent(Mistake):
    RULE = "T-Pick"
    where: Span
    place: int
    actual: str
    count: int

    @property
    def title(self) -> str:
        return f"{self.actual} has no component {self.place}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"its components are .1 to .{self.count}")

    @property
    def help(self) -> str | None:
        return "components are counted from 1" if self.place == 0 else None


@dataclass(frozen=True, slots=True)
class WrongAlternatives(Mistake):
    """`<a, b, c>` where another number of components is expected."""

    RULE = "T-With"
    where: Span
    count: int
    expected: str
    wanted: int

    @property
    def title(self) -> str:
        return f"expected the {self.wanted} components of {self.expected}, got {self.count}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"has {self.count} components")


@dataclass(frozen=True, slots=True)
class NotList(Mistake):
    where: Span
    what: Literal["fold", "comprehension", "cons"]
    actual: str
    is_nat: bool

    @property
    def rule(self) -> str:
        match self.what:
            case "fold":
                return "T-Fold"
            case "comprehension":
                return "T-Each"
            case "cons":
                return "T-Cons"
            case _:
                assert_never(self.what)

    @property
    def title(self) -> str:
        match self.what:
            case "fold":
                return f"`fold` takes a list apart, got {self.actual}"
            case "comprehension":
                return f"`in` takes a list, got {self.actual}"
            case "cons":
                return f"`cons x xs` puts an element before a list, got {self.actual}"
            case _:
                assert_never(self.what)

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str | None:
        if self.is_nat and self.what == "fold":
            return "a Nat is counted by `iter n { zero => b | succ y => s }`"
        return "a list of one element is written `[x]`" if self.what == "cons" else None


@dataclass(frozen=True, slots=True)
class LongList(Mistake):
    """A literal of more elements than its type allows."""

    RULE = "T-Cons"
    where: Span
    count: int
    most: int
    #: The type of the elements, in words.
    element: str

    @property
    def title(self) -> str:
        return f"{self.count} elements do not fit List[{self.most}]"

    @property
    def label(self) -> Label:
        return Label(self.where, f"has {self.count} elements")

    @property
    def help(self) -> str:
        return f"give it a larger bound: `({short(self.where)} : List[{self.count}] {self.element})`"


@dataclass(frozen=True, slots=True)
class FewAlternatives(Mistake):
    """`A ^ 1`, `A ^ 0`"""

    RULE = "T-Power"
    where: Span
    count: int

    @property
    def title(self) -> str:
        return "a power has at least 2 components"

    @property
    def label(self) -> Label:
        return Label(self.where, f"has {self.count}")

    @property
    def help(self) -> str | None:
        return "write the type without `^ 1`" if self.count == 1 else None


@dataclass(frozen=True, slots=True)
class NotRows(Mistake):
    """`dict ks vs` where one of them is no `A ^ n`."""

    RULE = "T-Dict"
    where: Span
    what: Literal["keys", "values"]
    actual: str

    @property
    def title(self) -> str:
        return f"the {self.what} of a `dict` are components of one type, got {self.actual}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str:
        return "`dict <k1, k2> <v1, v2>` takes a `K ^ n` and a `V ^ n`"


@dataclass(frozen=True, slots=True)
class UnequalRows(Mistake):
    RULE = "T-Dict"
    keys: Span
    values: Span
    key_count: int
    value_count: int

    @property
    def title(self) -> str:
        return f"a `dict` has a value for each key, got {self.key_count} keys and {self.value_count} values"

    @property
    def label(self) -> Label:
        return Label(self.values, f"{self.value_count} values")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.keys, f"{self.key_count} keys"),)


@dataclass(frozen=True, slots=True)
class NoKey(Mistake):
    """A key of a type that nothing can be looked up by."""

    RULE = "T-Dict"
    where: Span
    actual: str

    @property
    def title(self) -> str:
        return f"{self.actual} cannot be looked up by: a key is data, a space, or a product of these"

    @property
    def label(self) -> Label:
        return Label(self.where, f"keys of type {self.actual}")


@dataclass(frozen=True, slots=True)
class IgnoresNoData(Mistake):
    """`_` where the value is no data."""

    RULE = "T-Drop"
    where: Span
    actual: str

    @property
    def title(self) -> str:
        return f"`_` drops a value of type {self.actual}, which is no data"

    @property
    def label(self) -> Label:
        return Label(self.where, f"this is {self.actual}")

    @property
    def help(self) -> str:
        return "only data can be dropped; give it a name and use it exactly once"


@dataclass(frozen=True, slots=True)
class PatternNeedsType(Mistake):
    r"""`\(x, y). t` or `\_. t` where no type is expected."""

    RULE = "T-Lam"
    where: Span

    @property
    def title(self) -> str:
        return "the type of this parameter is not known here"

    @property
    def label(self) -> Label:
        return Label(self.where, "has no type")

    @property
    def help(self) -> str:
        written = f"\\({short(self.where)} : A). …"
        return f"write it: `{written}`, or annotate the whole function: `(… : A -o B)`"
