"""Mistakes of naming and linear use. Types come as they are to be shown, in words."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


@dataclass(frozen=True, slots=True)
class UnknownName(Mistake):
    where: Span
    name: str
    nearest: tuple[str, ...]
    kind: str = "name"
    hint: str | None = None

    @property
    def rule(self) -> str:
        return {"type": "T-NamedType", "constructor": "T-Constructor"}.get(self.kind, "T-Name")

    @property
    def title(self) -> str:
        return f"unknown {self.kind} `{self.name}`"

    @property
    def label(self) -> Label:
        return Label(self.where, "not defined before this")

    @property
    def help(self) -> str | None:
        if self.name in ("True", "False"):
            return f"write `{self.name.lower()}`"
        if self.nearest:
            return "did you mean " + " or ".join(f"`{name}`" for name in self.nearest) + "?"
        return self.hint


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


@dataclass(frozen=True, slots=True)
class BranchesDiffer(Mistake):
    """A variable that one branch uses and another does not."""

    name: str
    used: Span
    lacking: Span
    branch: str
    is_data: bool

    @property
    def rule(self) -> str:
        return "T-Case" if self.branch.startswith("arm") else "T-If"

    @property
    def title(self) -> str:
        return f"the {self.branch} does not use `{self.name}`"

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
class TwoParameters(Mistake):
    """A term that reaches two parameters of one name, from before and after a redeclaration.

    `first` and `second` are their declarations.
    """

    RULE = "T-Extern"
    where: Span
    name: str
    first: str
    second: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is reached with two meanings: `{self.first}` and `{self.second}`"

    @property
    def label(self) -> Label:
        return Label(self.where, f"here as `{self.second}`")

    @property
    def help(self) -> str:
        return f"run the definitions of the older `{self.name}` again, or give one of the two another name"


@dataclass(frozen=True, slots=True)
class TypeAsTerm(Mistake):
    """The name of a type where a term stands; `constructors` are those of a data type."""

    RULE = "T-Constructor"
    where: Span
    name: str
    constructors: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"`{self.name}` is a type, not a term"

    @property
    def label(self) -> Label:
        return Label(self.where, "expected a term")

    @property
    def help(self) -> str:
        if self.constructors:
            return f"its values are {', '.join(f'`{each}`' for each in self.constructors)}"
        return f"its values come from Python: `extern x : {self.name}`"


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


@dataclass(frozen=True, slots=True)
class RepeatedConstructor(Mistake):
    RULE = "T-Data"
    where: Span
    name: str
    owner: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is already a constructor of {self.owner}"

    @property
    def label(self) -> Label:
        return Label(self.where, "declared again")

    @property
    def help(self) -> str:
        return "the constructors of a program are distinct; choose another name"
