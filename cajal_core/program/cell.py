"""One run of a cell: all of its items are right, or nothing is declared.

This is over 300 lines, because one class holds what the items of a cell add up: names, entries, settings.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, assert_never, cast

from cajal_core.base import tys
from cajal_core.base.passes import Passes, Timings
from cajal_core.base.source import Source, Span
from cajal_core.checking.check import Checked, Elaborated, Synonym
from cajal_core.checking.elaborate import elaborate
from cajal_core.checking.spelling import nearest
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.runtime import NothingToCompile, NoValue
from cajal_core.diagnostics.scope import NotInModule, RepeatedConstructor, UnknownName
from cajal_core.diagnostics.syntax import OptionsInside, TooManyMistakes
from cajal_core.neuron.saving.origin import Origin
from cajal_core.program.comments import Comments, without_signs
from cajal_core.program.declarations import Declaration, Target, Targets, scope
from cajal_core.program.entries import Entry, mentions
from cajal_core.program.modules import Module, Modules, brought, with_library
from cajal_core.program.saved import declared_by
from cajal_core.program.settings import states_options, with_options
from cajal_core.program.state import State
from cajal_core.syntax import tree
from cajal_core.syntax.lexer import tokenize
from cajal_core.syntax.parse import MOST_BROKEN, Broken, parse_items
from cajal_core.terms import core
from cajal_core.terms.evaluate import Budget, evaluate, has_value
from cajal_core.terms.values import OverflowMode, Value

if TYPE_CHECKING:
    from cajal_core.neuron.module import Neuron
    from cajal_core.neuron.parameters import LearnedByType

NOTHING: Mapping[str, Any] = {}
"""What a declaration mentions that mentions nothing: one for all, since a notebook may have 20,000."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one item of a cell gave.

    `value` is that of a bare term of a data type, or of alternatives of such, where it needs nothing from
    outside; `type` is None for a declared type and a `use`; `text` is the item's source, and `elaborated`
    that with the copies and drops that `auto` put in, None if it put in none.

    `span` is the item in the cell, `comment` the comments directly above it, as they are written,
    `constructors` those that a data type declares, and `names` those that a `use` brings.

    Example:
        >>> import cajal_core as cajal
        >>> [result] = cajal.Program(auto=True).run("def first (x : Bool) (y : Bool) : Bool = x")
        >>> print(result.kind, result.name, result.type, result.elaborated, sep="; ")
        def; first; Bool -o Bool -o Bool; def first (x : Bool) (y : Bool) : Bool = drop y in x
    """

    kind: Literal["def", "extern", "learn", "space", "data", "type", "use", "term"]
    name: str | None
    type: tys.Type | None
    value: Value | None
    text: str
    elaborated: str | None = None
    span: Span | None = field(default=None, repr=False, compare=False)
    comment: str = field(default="", repr=False)
    constructors: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
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
        modules: Modules,
        folder: Path,
        *,
        verify: bool,
        compile_term: Callable[[core.Term, Timings, Origin, OverflowMode], Neuron],
    ) -> None:
        self.before = state
        self.modules = modules
        #: Where the modules are that it uses first.
        self.folder = folder
        #: Whether a module is missing, or wrong, that may have any names.
        self.lacks_names = False
        self.declared: dict[str, Declaration | core.Extern | None] = {**state.names}
        self.types: dict[str, Declaration | None] = {**state.types}
        self.constructors: dict[str, Declaration | None] = {**state.constructors}
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
        declared = [name for item in items for name in _declares(item)]
        self.coming = frozenset([name.name for name in declared])
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

    def use(self, use: tree.Use, comments: Comments) -> Result | None:  # T-Use
        """Declares what a module brings; notes the mistakes where it is not there, or wrong."""
        passes = Passes(self.verify)
        try:
            module = self.modules.load(use, self.folder, self.settings.nat_size, passes, self.run_module)
            names = brought(module, use)
            raise_all([*_lacking(use, module), *self.repeated(use, names)])
        except CajalError as error:
            self.mistakes.extend(error.errors)
            self.lacks_names |= use.names is None
            for name in _declares(use):
                self.declare_broken(name)
            return None
        return self.used(use, module, names, comments)

    def run_module(self, source: Source, folder: Path) -> State:
        """What stands after the source of a module."""
        state = State(settings=replace(self.settings, auto=False))
        cell = Cell(state, self.modules, folder, verify=self.verify, compile_term=self.compile_term)
        cell.run(source)
        return cell.state

    def repeated(self, use: tree.Use, names: Mapping[str, Declaration]) -> list[Mistake]:
        """Constructors that a `use` brings, and a type that stays has too."""
        return [
            RepeatedConstructor(use.span, constructor, data.name)
            for declaration in names.values()
            for constructor in (declaration.data.constructors if declaration.data else ())
            if (owner := self.constructors.get(constructor)) and (data := owner.data)
            if data.name not in names
        ]

    def used(
        self, use: tree.Use, module: Module, names: Mapping[str, Declaration], comments: Comments
    ) -> Result:
        """Declares what a module brings, and enters each name."""
        entries, size = module.state.entries, self.settings.nat_size
        above, apart = comments.above(use.span), comments.apart(use.span)
        text, uses_nat = use.span.text, any(entries[name].uses_nat for name in names)
        kept = (NOTHING, NOTHING, size, uses_nat, False, self.revisions + 1)
        brings = module.written
        entry = Entry("use", brings.name, None, text, above, apart, (), *kept, brings=brings)
        olds = [self.entries.get(name) for name in names]
        before = olds[0].module if olds and olds[0] else None
        stays = before and before.means_the_same(entry) and all(old and old.module is before for old in olds)
        if before and stays:  # a cell is run again
            entry = replace(before, comment=above, apart=apart, nat_size=size)
        for place, (name, old) in enumerate(zip(names, olds, strict=True)):
            self.declare(name, names[name])
            if old and stays:
                self.entries[name] = replace(old, module=entry)
                continue
            self.entries.pop(name, None)
            self.entries[name] = replace(
                entries[name],
                uses=NOTHING,
                cases=NOTHING,
                revision=self.revisions + 2 + place,
                replaced=old if name in self.types else None,
                module=entry,
            )
        self.revisions += 1 + len(names)
        for learns in module.state.learns.values():  # those of hidden names are reached too
            for declaration in reversed(learns):
                self.learn(declaration)
        result = Result("use", brings.name, None, None, text, span=use.span, comment=above, apart=apart)
        return replace(result, names=tuple(names))

    def declare(self, name: str, declaration: Declaration) -> None:
        """A name stands for what is declared now."""
        if declaration.kind in ("space", "data", "type"):
            self.declare_type(name, declaration)
        else:
            self.declared.pop(name, None)  # declared again, it stands last
            self.declared[name] = declaration

    def item(self, item: tree.Item, comments: Comments) -> Result | None:
        """Declares what a right item declares, and says what it gave; notes the mistakes of another."""
        if isinstance(item, tree.Use):
            return self.use(item, comments)
        passes = Passes(self.verify)
        size, auto = self.settings.nat_size, self.settings.auto
        tables = self.declared, self.types, self.constructors
        seen = scope(*tables, size, passes, coming=self.coming, auto=auto)
        try:
            checked = elaborate(item, seen, passes)
        except CajalError as error:  # an older definition does not fit a changed nat_size
            self.mistakes.extend(error.errors)
            declared = None
        else:
            mistakes = with_library(checked.mistakes)
            if self.lacks_names:
                mistakes = [mistake for mistake in mistakes if not isinstance(mistake, UnknownName)]
            self.mistakes.extend(mistakes)
            if checked.elaborated is not None:
                return self.result(item, checked, checked.elaborated, comments, passes)
            declared = checked.declared
        constructors = item.constructors if isinstance(item, tree.Data) else ()
        for name in _declares(item):
            self.declare_broken(name, declared, tuple([constructor.name for constructor in constructors]))
        return None

    def result(
        self, item: tree.Item, checked: Checked, elaborated: Elaborated, comments: Comments, passes: Passes
    ) -> Result:
        """Declares what a right item declares, and says what it gave."""
        above, apart = comments.above(item.span), comments.apart(item.span)
        made = partial(Result, text=item.span.text, span=item.span, comment=above, apart=apart)
        match elaborated:
            case tys.Space(name) | tys.Data(name) | Synonym(name):
                declaration = self.declaration(item, checked, elaborated)
                self.declare_type(name, declaration)
                constructors = declaration.data.constructors if declaration.data else ()
                result = made(declaration.kind, name, None, None, constructors=constructors)
                return self.entered(result, checked)
            case core.Definition(name, type) | core.Extern(name, type) | core.Learn(name, type):
                declaration = self.declaration(item, checked, elaborated)
                self.declare(name, declaration)
                if isinstance(elaborated, core.Definition):
                    result = made("def", name, type, None, elaborated=checked.with_copies)
                    self.entered(result, checked)
                    origin = declared_by([self.entries[name]], name, self.settings)
                    term = core.Ref(elaborated, span=item.span)
                    return replace(result, _compile=self.compiler(term, passes, origin))
                if isinstance(elaborated, core.Learn):
                    self.learn(declaration)
                return self.entered(made(elaborated.kind, name, type, None), checked)
            case term:
                value, (uses, cases) = self.value(term), self.mentions(checked)
                origin = declared_by([*uses.values(), *cases.values()], item.span.text, self.settings)
                compiled = self.compiler(term, passes, origin)
                return made("term", None, term.type, value, elaborated=checked.with_copies, _compile=compiled)

    def declaration(self, item: tree.Item, checked: Checked, target: Target) -> Declaration:
        kind = _kind(target)
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
        uses, cases = self.mentions(checked)
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
            mentioned.nat_size or any(used.uses_nat for used in (*uses.values(), *cases.values())),
            result.elaborated is not None,
            self.revisions,
            old if old and old.name in self.types else None,
        )
        if old is None or not old.means_the_same(entry):
            self.entries.pop(result.name, None)
            self.entries[result.name] = entry
        else:  # a cell is run again
            written = {name: getattr(entry, name) for name in ("comment", "apart", "nat_size")}
            if any(getattr(old, name) != value for name, value in written.items()):
                self.entries[result.name] = replace(old, **written)
        return result

    def mentions(self, checked: Checked) -> tuple[dict[str, Entry], dict[str, Entry]]:
        """What an item mentions: declarations by name, and by constructors the data types."""
        return mentions(checked.mentioned, self.entries, self.constructors)

    def learn(self, declaration: Declaration) -> None:
        """A learned tensor takes the place of those of its name that it declares again."""
        target = next(iter(declaration.targets.values()))
        older = self.learns.get(target.name, ())
        kept = [learn for learn in older if not self.replaces(declaration, learn)]
        self.learns[target.name] = (declaration, *kept)

    def replaces(self, declaration: Declaration, older: Declaration) -> bool:
        """Whether one `learn` of a name is another of its type again, at the sizes of `Nat` used so far."""
        passes = Passes(self.verify)
        return any(declaration.target(size, passes) == target for size, target in older.targets.items())

    def declare_type(self, name: str, type: Declaration | None) -> None:
        """A data type brings its constructors, and takes away those of the one that it replaces."""
        replaced = self.types.get(name)
        if replaced and replaced.data:
            for constructor in replaced.data.constructors:
                del self.constructors[constructor]
        self.types[name] = type
        if type and type.data:
            self.constructors.update(dict.fromkeys(type.data.constructors, type))

    def value(self, term: core.Term) -> Value | None:
        if not has_value(term.type):
            return None
        try:
            return evaluate(term, self.settings.overflow, self.budget)
        except CajalError as error:
            self.mistakes.extend(mistake for mistake in error.errors if not isinstance(mistake, NoValue))
            return None

    def compiler(self, term: core.Term, passes: Passes, origin: Origin) -> Callable[[], Neuron]:
        return partial(self.compile_term, term, passes.timings, origin, self.settings.overflow)


def _declares(item: tree.Item | Broken) -> tuple[tree.Binder, ...]:
    """The names that an item declares, as far as it says them."""
    match item:
        case tree.Show():
            return ()
        case tree.Use():
            return item.names or ()
        case (
            tree.Def() | tree.Extern() | tree.Learn() | tree.Space() | tree.Data() | tree.Synonym() | Broken()
        ):
            return (item.name,) if item.name else ()
        case _:
            assert_never(item)


def _lacking(use: tree.Use, module: Module) -> list[Mistake]:
    """The names that a `use` asks for and the module lacks."""
    state = module.state
    declared = {**state.types, **state.names}
    mistakes = list[Mistake]()
    for binder in use.names or ():
        if (name := binder.name) not in declared:
            owner = state.constructors[name].data if name in state.constructors else None
            near = nearest(name, declared)
            mistakes.append(
                NotInModule(binder.span, name, module.written.name, near, owner.name if owner else None)
            )
    return mistakes


def _kind(target: Target) -> Literal["def", "extern", "learn", "space", "data", "type"]:
    match target:
        case core.Definition():
            return "def"
        case core.Extern() | core.Learn():
            return target.kind
        case tys.Space():
            return "space"
        case tys.Data():
            return "data"
        case Synonym():
            return "type"
        case _:
            assert_never(target)
