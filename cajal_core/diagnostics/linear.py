"""Mistakes of linear use: bound variables that are not used exactly once, and reusable parameters.

This is more than 300 lines, because the ways out depend on the same few facts of a variable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, TypeAlias, assert_never

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Edit, Label, Mistake


def no_edits() -> tuple[Edit, ...]:
    """Where there is advice alone."""
    return ()


#: What binds a variable: a parameter of a `def`, a lambda, a `let`, a pair that is taken apart, the arm of a
#: `case`, a step, which has a state and perhaps an element of a list.
Binding: TypeAlias = Literal["def", "lambda", "let", "part", "arm", "state", "element"]

#: What runs any number of times: the step of `iter` or `fold`, the body of a comprehension.
Repeated: TypeAlias = Literal["iter", "fold", "comprehension"]

#: Makes edits when they are asked for, since it reads the whole term.
Mend: TypeAlias = Callable[[], tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class Variable:
    """A bound variable, as the mistakes of its use speak of it. Its type comes in words."""

    name: str
    bound: Span
    type: str
    is_data: bool
    binding: Binding = "lambda"
    #: Where a `let` binds it, the variables that the bound term uses.
    made_of: tuple[str, ...] = ()

    @property
    def way_out(self) -> str:
        """What to do with one that is no data."""
        parameter = f"`(!{self.name} : {self.type})`"
        match self.binding:
            case "def" | "lambda":
                return f"mark it reusable, as a parameter of a `def`: {parameter}"
            case "part" | "arm":
                return f"a parameter of its own can be marked reusable: {parameter}"
            case "let":
                return f"write what `{self.name}` is bound to in its place"
            case "state":
                return "a step uses its state exactly once"
            case "element":
                return "a step uses its element exactly once"
            case _:
                assert_never(self.binding)

    @property
    def is_closed(self) -> bool:
        """Whether a `let` binds it to a term that uses no variables, so that a `def` could."""
        return self.binding == "let" and not self.made_of

    @property
    def marked(self) -> tuple[Edit, ...]:
        """The edit that marks it `!`."""
        start = Span(self.bound.source, self.bound.start, self.bound.start)
        return (Edit(start, "!"),) if self.binding == "def" else ()


@dataclass(frozen=True, slots=True)
class UsedTwice(Mistake):
    RULE = "T-Var"
    variable: Variable
    first: Span
    second: Span
    mend: Mend = field(default=no_edits, compare=False, repr=False)

    @property
    def title(self) -> str:
        return f"`{self.variable.name}` is used twice"

    @property
    def label(self) -> Label:
        return Label(self.second, "used again here")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.first, "first used here"),)

    @property
    def help(self) -> str:
        variable, once = self.variable, "a bound variable is used exactly once"
        name = variable.name
        if variable.is_data:
            return f"{once}; copy it: `copy {name} as ({name}1, {name}2) in …`"
        if variable.is_closed:
            return f"{once}; what is defined by `def {name} …` is not so limited"
        return f"only data can be copied; {variable.way_out}"

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.mend() if self.variable.is_data else self.variable.marked


@dataclass(frozen=True, slots=True)
class Unused(Mistake):
    """A variable without a use. It may be `hidden`, by another of its name that is bound beside it."""

    RULE = "T-Var"
    variable: Variable
    hidden: bool = False
    mend: Mend = field(default=no_edits, compare=False, repr=False)

    @property
    def title(self) -> str:
        return f"`{self.variable.name}` is never used"

    @property
    def label(self) -> Label:
        return Label(self.variable.bound, "bound here")

    @property
    def help(self) -> str:
        variable, once = self.variable, "a bound variable is used exactly once"
        name = variable.name
        if not variable.is_data:
            return f"only data can be dropped; {variable.way_out}"
        if self.hidden:
            return f"the other `{name}` hides it: give it a name of its own, and drop it: `drop {name}1 in …`"
        return f"{once}; drop it: `drop {name} in …`"

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.mend() if self.variable.is_data else self.variable.marked


class IfBranch(Enum):
    THEN = "then"
    ELSE = "else"


@dataclass(frozen=True, slots=True)
class CaseArm:
    """The arm of a `case` for one constructor."""

    constructor: str


@dataclass(frozen=True, slots=True)
class Side:
    """A side of `<|>`, or a component of `<…>`, counted from 1."""

    operator: Literal["<|>", "<…>"]
    place: int


#: What is run in one case and not in another, or beside others with the same variables.
Branch: TypeAlias = IfBranch | CaseArm | Side


@dataclass(frozen=True, slots=True)
class BranchesDiffer(Mistake):
    """A variable that one branch uses and another does not."""

    variable: Variable
    used: Span
    lacking: Span
    branch: Branch
    mend: Mend = field(default=no_edits, compare=False, repr=False)

    @property
    def rule(self) -> str:
        match self.branch:
            case IfBranch():
                return "T-If"
            case CaseArm():
                return "T-Case"
            case Side("<|>"):
                return "T-Or"
            case Side():
                return "T-With"
            case _:
                assert_never(self.branch)

    @property
    def title(self) -> str:
        match self.branch:
            case IfBranch(value=word):
                branch = f"the `{word}` branch"
            case CaseArm(constructor):
                branch = f"the arm of `{constructor}`"
            case Side("<|>", place):
                branch = f"the {'left' if place == 1 else 'right'} side of `<|>`"
            case Side(_, place):
                branch = f"component {place} of `<…>`"
            case _:
                assert_never(self.branch)
        return f"{branch} does not use `{self.variable.name}`"

    @property
    def label(self) -> Label:
        return Label(self.lacking, f"lacks `{self.variable.name}`")

    @property
    def notes(self) -> tuple[Label, ...]:
        match self.branch:
            case IfBranch() | CaseArm():
                other = "branch"
            case Side("<|>"):
                other = "side"
            case Side():
                other = "component"
            case _:
                assert_never(self.branch)
        return (Label(self.used, f"the other {other} uses it"),)

    @property
    def help(self) -> str:
        parts = "sides" if self.rule == "T-Or" else "components" if self.rule == "T-With" else "branches"
        same = f"all {parts} use the same variables"
        if self.variable.is_data:
            drop = f"drop {self.variable.name} in …"
            return f"{same}; drop it there: `{f'({drop})' if parts == 'sides' else drop}`"
        return f"{same}, and only data can be dropped; {self.variable.way_out}"

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.mend() if self.variable.is_data else self.variable.marked


@dataclass(frozen=True, slots=True)
class Captured(Mistake):
    """A step that uses a bound variable from outside, perhaps where its own `state` was meant."""

    variable: Variable
    where: Span
    state: str | None = None
    repeated: Repeated = "iter"

    @property
    def rule(self) -> str:
        match self.repeated:
            case "iter":
                return "T-Iter"
            case "fold":
                return "T-Fold"
            case "comprehension":
                return "T-Each"
            case _:
                assert_never(self.repeated)

    @property
    def title(self) -> str:
        is_body = self.repeated == "comprehension"
        step = "the body of the comprehension" if is_body else f"the step of `{self.repeated}`"
        return f"{step} uses `{self.variable.name}` from outside"

    @property
    def label(self) -> Label:
        times = "step" if self.repeated == "iter" else "element"
        return Label(self.where, f"would be used once for every {times}")

    @property
    def notes(self) -> tuple[Label, ...]:
        return (Label(self.variable.bound, "bound here, to be used exactly once"),)

    @property
    def help(self) -> str:
        variable = self.variable
        name, made_of = variable.name, variable.made_of
        if self.state:
            return f"did you mean `{self.state}`, the state so far?"
        if variable.is_closed:
            what = "the body" if self.repeated == "comprehension" else "a step"
            return f"{what} may use what is defined above it: `def {name} : {variable.type} = …`"
        if made_of and not variable.is_data:
            over = ", ".join(f"`{part}`" for part in made_of)
            return f"`{name}` is a term over {over}: carry that in the state, and write the term in the step"
        if variable.is_data and self.repeated != "comprehension":
            return f"carry `{name}` in the state, as a pair, and `copy` it in each step"
        return f"make it a reusable parameter of a definition: `def f (!{name} : {variable.type}) … = …`"

    @property
    def edits(self) -> tuple[Edit, ...]:
        if self.state:
            return (Edit(self.where, self.state),)
        return () if self.variable.is_data else self.variable.marked


@dataclass(frozen=True, slots=True)
class NotReusable(Mistake):
    """A `!` argument that uses a linear variable."""

    RULE = "T-Instance"
    where: Span
    function: str
    parameter: str
    variable: Variable
    used: Span

    @property
    def title(self) -> str:
        argument = f"the reusable argument `{self.parameter}` of `{self.function}`"
        return f"{argument} uses the variable `{self.variable.name}`"

    @property
    def label(self) -> Label:
        return Label(
            self.used, f"`{self.parameter}` may be used any number of times, `{self.variable.name}` only once"
        )

    @property
    def help(self) -> str:
        return (
            f"give `{self.function}` top-level names, or make `{self.variable.name}` a reusable parameter too"
        )

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.variable.marked


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
    """A `!` parameter behind one that is not; `first` begins the parameters that are not."""

    RULE = "T-Def"
    where: Span
    name: str
    first: Span

    @property
    def title(self) -> str:
        return f"the reusable parameter `{self.name}` comes after one that is not"

    @property
    def label(self) -> Label:
        return Label(self.where, "move it to the front")

    @property
    def help(self) -> str:
        return "`!` parameters come first"

    @property
    def edits(self) -> tuple[Edit, ...]:
        source, start = self.where.source, self.first.start
        return Edit(Span(source, start, start), f"{self.where.text} "), Edit(self.where, "")
