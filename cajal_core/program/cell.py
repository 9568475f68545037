"""One run of a cell: all of its items are right, or nothing is declared.

This is over 300 lines, because one class holds what the items of a cell add up: names, entries, settings.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

from cajal_core.base import tys
from cajal_core.base.passes import Passes, Timings
from cajal_core.base.source import Source, Span
from cajal_core.checking.check import Checked, Elaborated
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import elaborate
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.runtime import NothingToCompile, NoValue
from cajal_core.diagnostics.syntax import OptionsInside, TooManyMistakes
from cajal_core.program.comments import Comments, without_signs
from cajal_core.program.declarations import Declaration, ScopeNames, Target, Targets
from cajal_core.program.entries import Entry
from cajal_core.program.settings import states_options, with_options
from cajal_core.program.state import State
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import tokenize
from cajal_core.syntax.parse import MOST_BROKEN, Broken, parse_items
from cajal_core.terms import core
from cajal_core.terms.evaluate import Budget, evaluate
from cajal_core.terms.values import Value

if TYPE_CHECKING:
    from cajal_core.neuron.module import Neuron
    from cajal_core.neuron.parameters import LearnedByType

NOTHING: Mapping[str, Any] = {}
"""What a declaration mentions that mentions nothing: one for all, since a notebook may have 20,000."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one item of a cell gave.

    `value` is that of a bare term of a data type, where it needs nothing from outside; `type` is None
    for a space and a data type; `text` is the item's source, and `elaborated` that with the copies and
    drops that `auto` put in, None if it put in none.

    `span` is the item in the cell, `comment` the comments directly above it, as they are written, and
    `constructors` those that a data type declares.

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
    constructors: tuple[str, ...] = field(default=(), repr=False)
    #: The comments further above, which belong to no other item.
    apart: str = field(default="", repr=False)
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
        verify: bool,
        compile_term: Callable[[core.Term, Timings], Neuron],
    ) -> None:
        self.before = state
        self.declared: dict[str, Declaration | core.Extern | None] = {**state.names}
        self.types: dict[str, tys.Space | tys.Data | None] = {**state.types}
        self.constructors: dict[str, tys.Data | None] = {**state.constructors}
        self.entries = {**state.entries}
        self.revisions = state.revisions
        #: Those of the program, until the cell states others.
        self.settings = state.settings
        self.learns: dict[str, tuple[Declaration, ...]] = {**state.learns}
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
        right = [item.span for item in items if not isinstance(item, Broken)]
        comments, results = Comments(tokens, right), list[Result]()
        declared = [item.name for item in items if not isinstance(item, tree.Show)]
        self.coming = frozenset([name.name for name in declared if name])
        options = deque(comment for comment in tokens.comments if states_options(comment))
        for item in items:
            if len(self.mistakes) >= MOST_BROKEN:
                break
            if isinstance(item, Broken):
                self.mistakes.extend(item.mistakes)
                self.declare_broken(item.name, constructors=item.constructors)
                continue
            while options and options[0].start < item.span.start:
                self.set(options.popleft())
            while options and options[0].start < item.span.end:
                self.mistakes.append(OptionsInside(options.popleft(), item.span))
            if result := self.item(item, comments):
                results.append(result)
        for comment in options:
            self.set(comment)
        if len(self.mistakes) >= MOST_BROKEN:
            raise_all([*self.mistakes[:MOST_BROKEN], TooManyMistakes(MOST_BROKEN)])
        raise_all(self.mistakes)
        return results

    @property
    def state(self) -> State:
        """What stands after the cell: the very state before it, where nothing is declared or set.

        Where something is declared it has no links.
        """
        if self.revisions == self.before.revisions:
            same = self.settings == self.before.settings
            return self.before if same else replace(self.before, settings=self.settings)
        return State(
            # Whole, since it is of a cell without mistakes: no broken item has lent its name.
            cast("dict[str, Declaration]", self.declared),
            {name: type for name, type in self.types.items() if type},
            {name: type for name, type in self.constructors.items() if type},
            settings=self.settings,
            entries=self.entries,
            revisions=self.revisions,
            learns=self.learns,
        )

    def set(self, comment: Span) -> None:
        """Takes over the settings that a comment states."""
        self.settings, mistakes = with_options(self.settings, comment)
        self.mistakes.extend(mistakes)

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
        size, auto = self.settings.nat_size, self.settings.auto
        names = ScopeNames(self.declared, size, passes)
        scope = Scope(names, self.types, self.constructors, size, self.coming, auto)
        try:
            checked = elaborate(item, scope, passes)
        except CajalError as error:  # an older definition does not fit a changed nat_size
            self.mistakes.extend(error.errors)
            declared = None
        else:
            self.mistakes.extend(checked.mistakes)
            if checked.elaborated is not None:
                return self.result(item, checked, checked.elaborated, comments, passes)
            declared = checked.declared
        name = None if isinstance(item, tree.Show) else item.name
        constructors = item.constructors if isinstance(item, tree.Data) else ()
        self.declare_broken(name, declared, constructors)
        return None

    def result(
        self, item: tree.Item, checked: Checked, elaborated: Elaborated, comments: Comments, passes: Passes
    ) -> Result:
        """Declares what a right item declares, and says what it gave."""
        above, apart = comments.above(item.span), comments.apart(item.span)
        made = partial(Result, text=item.span.text, span=item.span, comment=above, apart=apart)
        match elaborated:
            case tys.Space(name):
                self.declare_type(name, elaborated)
                return self.entered(made("space", name, None, None), checked)
            case tys.Data(name, constructors):
                self.declare_type(name, elaborated)
                return self.entered(made("data", name, None, None, constructors=constructors), checked)
            case core.Definition(name, type) | core.Extern(name, type) | core.Learn(name, type):
                assert isinstance(item, tree.Def | tree.Extern | tree.Learn)
                declaration = self.declaration(item, checked, elaborated)
                self.declared.pop(name, None)  # declared again, it stands last
                self.declared[name] = declaration
                if isinstance(elaborated, core.Definition):
                    compiled = self.compiler(core.Ref(elaborated, span=item.span), passes)
                    result = made("def", name, type, None, elaborated=checked.with_copies, _compile=compiled)
                    return self.entered(result, checked)
                if isinstance(elaborated, core.Learn):
                    older = self.learns.get(name, ())
                    kept = [learn for learn in older if not self.replaces(declaration, learn)]
                    self.learns[name] = (declaration, *kept)
                return self.entered(made(elaborated.kind, name, type, None), checked)
            case term:
                value, compiled = self.value(term), self.compiler(term, passes)
                return made("term", None, term.type, value, elaborated=checked.with_copies, _compile=compiled)

    def declaration(
        self,
        item: tree.Def | tree.Extern | tree.Learn,
        checked: Checked,
        target: Target,
    ) -> Declaration:
        kind = "def" if isinstance(target, core.Definition) else target.kind
        mentioned = checked.mentioned
        names = {
            name: used for name in mentioned.names if isinstance(used := self.declared[name], Declaration)
        }
        types = {name: type for name in mentioned.types if (type := self.types[name])}
        constructors = {name: type for name in mentioned.constructors if (type := self.constructors[name])}
        size, auto = self.settings.nat_size, self.settings.auto
        tables = names or NOTHING, types or NOTHING, constructors or NOTHING
        parameters: LearnedByType | None = {} if kind == "learn" else None
        return Declaration(kind, item.span, *tables, auto, Targets(size, target), parameters)

    def entered(self, result: Result, checked: Checked) -> Result:
        """The result of a declaration, which is entered as it was written."""
        assert result.kind != "term"
        assert result.name
        mentioned = checked.mentioned
        old = self.entries.get(result.name)
        self.revisions += 1
        uses = {name: used for name in mentioned.names | mentioned.types if (used := self.entries.get(name))}
        owners = {name: owner for name in mentioned.constructors if (owner := self.constructors[name])}
        cases = {name: self.entries[owner.name] for name, owner in owners.items()}
        entry = Entry(
            result.kind,
            result.name,
            result.type,
            result.text,
            result.comment,
            result.apart,
            result.constructors,
            uses or NOTHING,
            cases or NOTHING,
            self.settings.nat_size,
            mentioned.nat_size or any(used.uses_nat for used in uses.values()),
            result.elaborated is not None,
            self.revisions,
            old if old and old.type is None else None,
        )
        if old is None or not old.means_the_same(entry):
            self.entries.pop(result.name, None)
            self.entries[result.name] = entry
        else:  # a cell is run again
            written = {name: getattr(entry, name) for name in ("comment", "apart", "nat_size")}
            if any(getattr(old, name) != value for name, value in written.items()):
                self.entries[result.name] = replace(old, **written)
        return result

    def replaces(self, declaration: Declaration, older: Declaration) -> bool:
        """Whether one `learn` of a name is another of its type again, at the sizes of `Nat` used so far."""
        passes = Passes(self.verify)
        return any(
            declaration.target(size, passes).type == target.type for size, target in older.targets.items()
        )

    def declare_type(self, name: str, type: tys.Space | tys.Data | None) -> None:
        """A data type brings its constructors, and takes away those of the one that it replaces."""
        replaced = self.types.get(name)
        if isinstance(replaced, tys.Data):
            for constructor in replaced.constructors:
                del self.constructors[constructor]
        self.types[name] = type
        if isinstance(type, tys.Data):
            self.constructors.update(dict.fromkeys(type.constructors, type))

    def value(self, term: core.Term) -> Value | None:
        if not tys.is_data(term.type):
            return None
        try:
            return evaluate(term, self.settings.overflow, self.budget)
        except CajalError as error:
            self.mistakes.extend(mistake for mistake in error.errors if not isinstance(mistake, NoValue))
            return None

    def compiler(self, term: core.Term, passes: Passes) -> Callable[[], Neuron]:
        return partial(self.compile_term, term, passes.timings)
