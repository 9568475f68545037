"""One run of a cell: all of its items are right, or nothing is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from cajal_core.base import tys
from cajal_core.base.passes import Passes, Timings
from cajal_core.base.source import Source, Span
from cajal_core.checking.check import Checked, Elaborated
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import elaborate
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.runtime import NothingToCompile, NoValue
from cajal_core.diagnostics.syntax import TooManyMistakes
from cajal_core.program.comments import Comments, without_signs
from cajal_core.program.declarations import Declaration, ScopeNames, Target
from cajal_core.program.state import State
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import tokenize
from cajal_core.syntax.parse import MOST_BROKEN, Broken, parse_items
from cajal_core.terms import core
from cajal_core.terms.evaluate import Budget, evaluate
from cajal_core.terms.values import OverflowMode, Value

if TYPE_CHECKING:
    from cajal_core.neuron.module import Neuron


@dataclass(frozen=True, slots=True)
class Result:
    """What one item of a cell gave.

    `value` is that of a bare term of a data type, where it needs nothing from outside; `type` is None
    for a space and a data type; `text` is the item's source, and `elaborated` that with the copies and
    drops that `auto` put in, None if it put in none.

    `span` is the item in the cell, and `comment` the comments directly above it, as they are written.
    `mentions` has the names of the declarations, types and constructors of the program that the item
    mentions, `constructors` those that a data type declares.

    Example:
        >>> import cajal_core as cajal
        >>> [result] = cajal.Program(auto=True).run("def first (x : Bool) (y : Bool) : Bool = x")
        >>> print(result.kind, result.name, result.type, result.elaborated, sep="; ")
        def; first; Bool -o Bool -o Bool; def first (x : Bool) (y : Bool) : Bool = drop y in x
    """

    kind: Literal["def", "extern", "learn", "space", "data", "term"]
    name: str | None
    type: tys.Type | None
    value: Value | None
    text: str
    elaborated: str | None = None
    span: Span | None = field(default=None, repr=False, compare=False)
    comment: str = field(default="", repr=False)
    mentions: frozenset[str] = field(default=frozenset(), repr=False)
    constructors: tuple[str, ...] = field(default=(), repr=False)
    _compile: Callable[[], Neuron] | None = field(default=None, repr=False, compare=False)

    @property
    def documentation(self) -> str:
        """The comment above the item, without its signs."""
        return without_signs(self.comment)

    def neuron(self) -> Neuron:
        """The neuron of a definition or a bare term, with the program's links.

        Raises:
            CajalError: for a declaration without a body, and as `Program.compile` does.
        """
        if self._compile is None:
            raise CajalError(NothingToCompile(self.text))
        return self._compile()


class Cell:
    """The declarations of a program while a cell runs, which the program takes over if it succeeds."""

    def __init__(
        self,
        state: State,
        *,
        nat_size: int,
        overflow: OverflowMode,
        auto: bool,
        verify: bool,
        compile_term: Callable[[core.Term, Timings], Neuron],
    ) -> None:
        self.declared: dict[str, Declaration | core.Extern | None] = {**state.names}
        self.types: dict[str, tys.Space | tys.Data | None] = {**state.types}
        self.constructors: dict[str, tys.Data | None] = {**state.constructors}
        self.nat_size = nat_size
        self.overflow: OverflowMode = overflow
        self.auto = auto
        self.verify = verify
        self.compile_term = compile_term
        #: The names that the cell declares.
        self.coming = frozenset[str]()
        self.mistakes = list[Mistake]()
        #: What the values of all of its terms may cost.
        self.budget = Budget()

    def run(self, source: Source) -> list[Result]:
        """The results of the items, in order.

        Raises:
            CajalError: with all the mistakes of the cell.
        """
        tokens = tokenize(source)
        items = Passes(self.verify).run("parse", lambda: parse_items(tokens))
        comments, results = Comments(tokens), list[Result]()
        declared = [item.name for item in items if not isinstance(item, tree.Show)]
        self.coming = frozenset([name.name for name in declared if name])
        for item in items:
            if len(self.mistakes) >= MOST_BROKEN:
                break
            if isinstance(item, Broken):
                self.mistakes.extend(item.mistakes)
                self.declare_broken(item.name, constructors=item.constructors)
            elif result := self.item(item, comments):
                results.append(result)
        if len(self.mistakes) >= MOST_BROKEN:
            raise_all([*self.mistakes[:MOST_BROKEN], TooManyMistakes(MOST_BROKEN)])
        raise_all(self.mistakes)
        return results

    @property
    def state(self) -> State:
        """What stands after the cell. It has no links."""
        return State(
            {name: entry for name, entry in self.declared.items() if isinstance(entry, Declaration)},
            {name: type for name, type in self.types.items() if type},
            {name: type for name, type in self.constructors.items() if type},
        )

    def declare_broken(
        self,
        name: tree.Binder | None,
        type: tys.Type | None = None,
        constructors: tuple[tree.Binder, ...] = (),
    ) -> None:
        """Lends a wrong item's name, and the type or constructors that it states, to the rest of the cell."""
        if name and name.name[0].isupper():
            self.declare_type(name.name, None)
            for constructor in constructors:  # one of another type stays its own
                self.constructors.setdefault(constructor.name, None)
        elif name:
            self.declared[name.name] = core.Extern(name.name, type) if type else None

    def item(self, item: tree.Item, comments: Comments) -> Result | None:
        """Declares what a right item declares, and says what it gave; notes the mistakes of another."""
        passes = Passes(self.verify)
        names = ScopeNames(self.declared, self.nat_size, passes)
        scope = Scope(names, self.types, self.constructors, self.nat_size, self.coming, self.auto)
        try:
            checked = elaborate(item, scope, passes)
        except CajalError as error:  # an older definition does not fit a changed nat_size
            self.mistakes.extend(error.errors)
            declared = None
        else:
            self.mistakes.extend(checked.mistakes)
            if checked.elaborated is not None:
                return self.result(item, checked, checked.elaborated, comments.above(item.span), passes)
            declared = checked.declared
        name = None if isinstance(item, tree.Show) else item.name
        constructors = item.constructors if isinstance(item, tree.Data) else ()
        self.declare_broken(name, declared, constructors)
        return None

    def result(
        self, item: tree.Item, checked: Checked, elaborated: Elaborated, comment: str, passes: Passes
    ) -> Result:
        """Declares what a right item declares, and says what it gave."""
        mentioned = checked.mentioned
        mentions = mentioned.names | mentioned.types | mentioned.constructors
        made = partial(Result, text=item.span.text, span=item.span, comment=comment, mentions=mentions)
        match elaborated:
            case tys.Space(name):
                self.declare_type(name, elaborated)
                return made("space", name, None, None)
            case tys.Data(name, constructors):
                self.declare_type(name, elaborated)
                return made("data", name, None, None, constructors=constructors)
            case core.Definition(name, type) | core.Extern(name, type) | core.Learn(name, type):
                assert isinstance(item, tree.Def | tree.Extern | tree.Learn)
                declaration = self.declaration(item, checked, elaborated)
                self.declared.pop(name, None)  # declared again, it stands last
                self.declared[name] = declaration
                if isinstance(elaborated, core.Definition):
                    compiled = self.compiler(core.Ref(elaborated, span=item.span), passes)
                    return made("def", name, type, None, elaborated=checked.with_copies, _compile=compiled)
                return made(elaborated.kind, name, type, None)
            case term:
                value, compiled = self.value(term), self.compiler(term, passes)
                return made("term", None, term.type, value, elaborated=checked.with_copies, _compile=compiled)

    def declaration(
        self,
        item: tree.Def | tree.Extern | tree.Learn,
        checked: Checked,
        target: Target,
    ) -> Declaration:
        mentioned = checked.mentioned
        names = {
            name: used for name in mentioned.names if isinstance(used := self.declared[name], Declaration)
        }
        types = {name: type for name in mentioned.types if (type := self.types[name])}
        constructors = {name: type for name in mentioned.constructors if (type := self.constructors[name])}
        return Declaration(item, names, types, constructors, self.auto, {self.nat_size: target})

    def declare_type(self, name: str, type: tys.Space | tys.Data | None) -> None:
        """A data type brings its constructors, and takes away those of the one that it replaces."""
        for constructor, owner in list(self.constructors.items()):
            if owner and owner.name == name:
                del self.constructors[constructor]
        self.types[name] = type
        if isinstance(type, tys.Data):
            self.constructors.update(dict.fromkeys(type.constructors, type))

    def value(self, term: core.Term) -> Value | None:
        if not tys.is_data(term.type):
            return None
        try:
            return evaluate(term, self.overflow, self.budget)
        except CajalError as error:
            self.mistakes.extend(mistake for mistake in error.errors if not isinstance(mistake, NoValue))
            return None

    def compiler(self, term: core.Term, passes: Passes) -> Callable[[], Neuron]:
        return partial(self.compile_term, term, passes.timings)
