"""Mistakes of linear use: bound variables that are not used exactly once, and reusable parameters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


@dataclass(frozen=True, slots=True)
class UsedTwice(Mistake):
    RULE = "T-Var"
    name: str
    first: Span
    second: Span
    is_data: bool
    is_closed_function: bool = False

    @property
    def title(self) -> str:
        return f"`{self.name}` is used twice"

    @property
    def label(self) -> Label:
        return Label(self.second, "used again here")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.first, "first used here"),)

    @property
    def help(self) -> str:
        name = self.name
        if self.is_data:
            return f"a bound variable is used exactly once; copy it: `copy {name} as ({name}1, {name}2) in …`"
        if self.is_closed_function:
            return (
                f"a bound variable is used exactly once; what is defined by `def {name} …` is not so limited"
            )
        return "a bound variable is used exactly once, and only data can be copied"


@dataclass(frozen=True, slots=True)
class Unused(Mistake):
    RULE = "T-Var"
    name: str
    binder: Span
    is_data: bool

    @property
    def title(self) -> str:
        return f"`{self.name}` is never used"

    @property
    def label(self) -> Label:
        return Label(self.binder, "bound here")

    @property
    def help(self) -> str:
        if self.is_data:
            return f"a bound variable is used exactly once; drop it: `drop {self.name} in …`"
        return "a bound variable is used exactly once, and only data can be dropped"


class IfBranch(Enum):
    THEN = "then"
    ELSE = "else"


@dataclass(frozen=True, slots=True)
class CaseArm:
    """The arm of a `case` for one constructor."""

    constructor: str


#: What is run in one case and not in another.
Branch: TypeAlias = IfBranch | CaseArm


@dataclass(frozen=True, slots=True)
class BranchesDiffer(Mistake):
    """A variable that one branch uses and another does not."""

    name: str
    used: Span
    lacking: Span
    branch: Branch
    is_data: bool

    @property
    def rule(self) -> str:
        match self.branch:
            case IfBranch():
                return "T-If"
            case CaseArm():
                return "T-Case"
            case _:
                assert_never(self.branch)

    @property
    def title(self) -> str:
        match self.branch:
            case IfBranch(value=word):
                branch = f"`{word}` branch"
            case CaseArm(constructor):
                branch = f"arm of `{constructor}`"
            case _:
                assert_never(self.branch)
        return f"the {branch} does not use `{self.name}`"

    @property
    def label(self) -> Label:
        return Label(self.lacking, f"lacks `{self.name}`")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.used, "the other branch uses it"),)

    @property
    def help(self) -> str:
        if self.is_data:
            return f"all branches use the same variables; drop it there: `drop {self.name} in …`"
        return "all branches use the same variables, and only data can be dropped"


@dataclass(frozen=True, slots=True)
class Captured(Mistake):
    """A step of `iter` that uses a bound variable from outside."""

    RULE = "T-Iter"
    name: str
    where: Span
    binder: Span
    is_data: bool

    @property
    def title(self) -> str:
        return f"the step of `iter` uses `{self.name}` from outside"

    @property
    def label(self) -> Label:
        return Label(self.where, "would be used once for every step")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.binder, "bound here, to be used exactly once"),)

    @property
    def help(self) -> str:
        if self.is_data:
            return f"carry `{self.name}` in the state, as a pair, and `copy` it in each step"
        return f"make it a reusable parameter of a definition: `def f (!{self.name} : …) … = …`"


@dataclass(frozen=True, slots=True)
class NotReusable(Mistake):
    """A `!` argument that uses a linear variable."""

    RULE = "T-Instance"
    where: Span
    function: str
    parameter: str
    name: str
    used: Span

    @property
    def title(self) -> str:
        return (
            f"the reusable argument `{self.parameter}` of `{self.function}` uses the variable `{self.name}`"
        )

    @property
    def label(self) -> Label:
        return Label(
            self.used, f"`{self.parameter}` may be used any number of times, `{self.name}` only once"
        )

    @property
    def help(self) -> str:
        return f"give `{self.function}` top-level names, or make `{self.name}` a reusable parameter too"


@dataclass(frozen=True, slots=True)
class MissingReusable(Mistake):
    """A definition with `!` parameters that is not given all of them where it is named."""

    RULE = "T-Instance"
    where: Span
    name: str
    wanted: int

    @property
    def title(self) -> str:
        arguments = f"{self.wanted} reusable arguments" if self.wanted > 1 else "reusable argument"
        return f"`{self.name}` is named without its {arguments}"

    @property
    def label(self) -> Label:
        return Label(self.where, "not applied to them")

    @property
    def help(self) -> str:
        return f"its `!` parameters are substituted, so `{self.name}` alone is no value to pass around"


@dataclass(frozen=True, slots=True)
class LateReusable(Mistake):
    RULE = "T-Def"
    where: Span
    name: str

    @property
    def title(self) -> str:
        return f"the reusable parameter `{self.name}` comes after one that is not"

    @property
    def label(self) -> Label:
        return Label(self.where, "move it to the front")

    @property
    def help(self) -> str:
        return "`!` parameters come first"
