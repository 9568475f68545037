"""Mistakes of reading, compiling and running a program, and of its settings."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake


@dataclass(frozen=True, slots=True)
class Unreadable(Mistake):
    path: str
    reason: str

    @property
    def title(self) -> str:
        return f"cannot read `{self.path}`: {self.reason}"


@dataclass(frozen=True, slots=True)
class Unwritable(Mistake):
    path: str
    reason: str

    @property
    def title(self) -> str:
        return f"cannot write `{self.path}`: {self.reason}"


@dataclass(frozen=True, slots=True)
class BadNatSize(Mistake):
    size: object

    @property
    def title(self) -> str:
        return f"nat_size must be a whole number of at least 1, got {self.size!r}"


@dataclass(frozen=True, slots=True)
class BadOverflow(Mistake):
    mode: object

    @property
    def title(self) -> str:
        return f'overflow must be "truncate" or "saturate", got {self.mode!r}'


@dataclass(frozen=True, slots=True)
class NotText(Mistake):
    """What was to be read as Cajal, and is no string."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"source is a string, got {self.kind}"

    @property
    def help(self) -> str:
        return 'write the name or the term in quotes: `program.compile("f")`'


@dataclass(frozen=True, slots=True)
class NotAState(Mistake):
    """What a program was to go back to, and is no state of one."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"a program goes back to a state that it was in, got {self.kind}"

    @property
    def help(self) -> str:
        return "keep `before = program.state`, then `program.restore(before)`"


@dataclass(frozen=True, slots=True)
class NothingToCompile(Mistake):
    """The neuron of a declaration that has no body. `declaration` is its text."""

    declaration: str

    @property
    def title(self) -> str:
        return f"`{self.declaration}` declares no program to compile"


@dataclass(frozen=True, slots=True)
class TooManySteps(Mistake):
    """A term whose definitions, put in where they are named, are more than the compiler takes on."""

    limit: int

    @property
    def title(self) -> str:
        return f"this term unfolds to more than {self.limit:,} steps of compilation"

    @property
    def help(self) -> str:
        return "a definition that uses another twice doubles its size; use `iter` for repetition"


@dataclass(frozen=True, slots=True)
class TooManyComponents(Mistake):
    """A tuple is taken apart that has more components than the compiler takes on, be they all `Unit`."""

    components: int
    limit: int

    @property
    def title(self) -> str:
        return f"a tuple of {self.components:,} components is too large: {self.limit:,} is the most"

    @property
    def help(self) -> str:
        return "a pair of two copies of a tuple doubles it; keep fewer of its parts"


@dataclass(frozen=True, slots=True)
class MultipliedOut(Mistake):
    """A list that cannot be held apart where it stands, and is too long to be multiplied out."""

    where: Span | None
    type: str
    entries: int
    #: Whether it has too many lengths, however small its elements are.
    is_long: bool

    @property
    def title(self) -> str:
        reason = "too many lengths" if self.is_long else f"{self.entries:,} entries"
        return f"this list must be multiplied out, and a tensor of type {self.type} has {reason}"

    @property
    def label(self) -> Label | None:
        return Label(self.where, "a list is multiplied out here") if self.where else None

    @property
    def help(self) -> str:
        return "fold in each branch instead of choosing a list; or fold once, with a pair as the state"


@dataclass(frozen=True, slots=True)
class Overflow(Mistake):
    """The evaluator met the successor of the largest number."""

    where: Span
    value: int
    size: int

    @property
    def title(self) -> str:
        return f"succ {self.value} does not fit Nat[{self.size}]"

    @property
    def label(self) -> Label:
        return Label(self.where, f"overflows at {self.value}")

    @property
    def help(self) -> str:
        return 'choose a larger size, or `overflow="saturate"`, which keeps the last number'


@dataclass(frozen=True, slots=True)
class ListOverflow(Mistake):
    """The evaluator met a list of more elements than its type has. Unlike a number, it is never kept."""

    where: Span
    length: int
    type: tys.List

    @property
    def title(self) -> str:
        return f"a list of {self.length} elements does not fit {self.type}"

    @property
    def label(self) -> Label:
        return Label(self.where, f"element {self.length} is one too many")

    @property
    def help(self) -> str:
        return f"choose a larger bound, as in `List[{self.length}]`"


@dataclass(frozen=True, slots=True)
class UnequalLists(Mistake):
    """The evaluator met lists of several lengths that go in step."""

    where: Span
    lengths: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"lists of {' and '.join(map(str, self.lengths))} elements do not go in step"

    @property
    def label(self) -> Label:
        return Label(self.where, "takes one element of each list at a time")

    @property
    def help(self) -> str:
        return "give it lists of one length"


@dataclass(frozen=True, slots=True)
class Fails(Mistake):
    """A term without a result."""

    where: Span
    why: str = "fails here"

    @property
    def title(self) -> str:
        return "the term fails: it has no result"

    @property
    def label(self) -> Label:
        return Label(self.where, self.why)

    @property
    def help(self) -> str:
        return "its neuron is zero; `… <|> d` has the result `d` there"


@dataclass(frozen=True, slots=True)
class NoValue(Mistake):
    """A term was to be evaluated that has no printed value."""

    where: Span
    why: str

    @property
    def title(self) -> str:
        return f"this term has no value to show: {self.why}"

    @property
    def label(self) -> Label:
        return Label(self.where, self.why)

    @property
    def help(self) -> str:
        return "compile it, and call the neuron or look at its matrix"


@dataclass(frozen=True, slots=True)
class Diverged(Mistake):
    """A long recurrence whose states grew past the largest number of their dtype."""

    where: Span
    name: str
    steps: int

    @property
    def title(self) -> str:
        return f"the recurrence of `{self.name}` over {self.steps} steps grew past the largest number"

    @property
    def label(self) -> Label:
        return Label(self.where, "its step makes states larger")

    @property
    def is_of_use(self) -> bool:
        return True

    @property
    def help(self) -> str:
        return 'bound the step: a smaller matrix, or `Linked(…, guard="spectral")` for one that is fed'


@dataclass(frozen=True, slots=True)
class NoAutomaton(Mistake):
    """A regular expression that is not compiled, or is none."""

    expression: str
    reason: str

    @property
    def title(self) -> str:
        return f"cannot compile the regular expression `{self.expression}`: {self.reason}"

    @property
    def help(self) -> str:
        return "it may have characters, classes, `.`, groups, `|`, `*`, `+`, `?` and counts such as `{2,5}`"
