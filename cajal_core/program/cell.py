"""One run of a cell: all of its items are right, or nothing is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from cajal_core.base import tys
from cajal_core.base.source import Source
from cajal_core.checking.check import Checked, Meaning, check
from cajal_core.checking.context import Scope
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.runtime import NothingToCompile, NoValue
from cajal_core.program.declarations import Declaration, Meanings, Target
from cajal_core.syntax import tree
from cajal_core.syntax.parse import Broken, parse_items
from cajal_core.terms import core
from cajal_core.terms.evaluate import OverflowMode, Value, evaluate

if TYPE_CHECKING:
    from cajal_core.neuron.module import Neuron


@dataclass(frozen=True, slots=True)
class Result:
    """What one item of a cell gave.

    `value` is that of a bare term of a data type, where it needs nothing from outside; `type` is None
    for a space and a data type; `text` is the item's source, and `elaborated` that with the copies and
    drops that `auto` put in, None if it put in none.
    """

    kind: Literal["def", "extern", "learn", "space", "data", "term"]
    name: str | None
    type: tys.Type | None
    value: Value | None
    text: str
    elaborated: str | None = None
    _compile: Callable[[], Neuron] | None = field(default=None, repr=False, compare=False)

    def neuron(self) -> Neuron:
        """The neuron of a definition or a bare term, with the program's links.

        Raises:
            CajalError: for a declaration without a body, and as `Program.compile` does.
        """
        if self._compile is None:
            raise CajalError(NothingToCompile(self.text))
        return self._compile()


@dataclass(slots=True)
class Cell:
    """The state of a program while a cell runs, which the program takes over if it succeeds."""

    declared: dict[str, Declaration | core.Extern | None]
    types: dict[str, tys.Space | tys.Data | None]
    constructors: dict[str, tys.Data | None]
    nat_size: int
    overflow: OverflowMode
    auto: bool
    compile: Callable[[core.Term], Neuron]
    coming: frozenset[str] = frozenset()
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    results: list[Result] = field(default_factory=list[Result])

    def run(self, source: Source) -> list[Result]:
        items = parse_items(source)
        declared = [item.name for item in items if not isinstance(item, tree.Show)]
        self.coming = frozenset([name.name for name in declared if name])
        for item in items:
            if isinstance(item, Broken):
                self.mistakes.extend(item.mistakes)
                self.declare_broken(item.name, constructors=item.constructors)
            else:
                self.item(item)
        raise_all(self.mistakes)
        return self.results

    @property
    def declarations(self) -> dict[str, Declaration]:
        return {name: each for name, each in self.declared.items() if isinstance(each, Declaration)}

    @property
    def scope(self) -> Scope:
        names = Meanings(self.declared, self.nat_size)
        return Scope(names, self.types, self.constructors, self.nat_size, self.coming, self.auto)

    def declare_broken(
        self,
        name: tree.Binder | None,
        type: tys.Type | None = None,
        constructors: tuple[tree.Binder, ...] = (),
    ) -> None:
        """Lends a wrong item's name, and the type or constructors that it states, to the rest of the cell."""
        if name and name.name[0].isupper():
            self.declare_type(name.name, None)
            for each in constructors:  # one of another type stays its own
                self.constructors.setdefault(each.name, None)
        elif name:
            self.declared[name.name] = core.Extern(name.name, type) if type else None

    def item(self, item: tree.Item) -> None:
        try:
            checked = check(item, self.scope)
        except CajalError as error:  # an older definition does not fit a changed nat_size
            self.mistakes.extend(error.errors)
            return
        self.mistakes.extend(checked.mistakes)
        if checked.meaning is None:
            name = None if isinstance(item, tree.Show) else item.name
            constructors = item.constructors if isinstance(item, tree.Data) else ()
            self.declare_broken(name, checked.declared, constructors)
        else:
            self.results.append(self.result(item, checked, checked.meaning))

    def result(self, item: tree.Item, checked: Checked, meaning: Meaning) -> Result:
        """Declares what a right item declares, and says what it gave."""
        text = item.span.text
        match meaning:
            case tys.Space(name) | tys.Data(name):
                self.declare_type(name, meaning)
                return Result("space" if isinstance(meaning, tys.Space) else "data", name, None, None, text)
            case core.Definition(name, type) | core.Extern(name, type) | core.Learn(name, type):
                assert isinstance(item, tree.Def | tree.Extern | tree.Learn)
                declaration = self.declaration(item, checked, meaning)
                self.declared.pop(name, None)  # declared again, it stands last
                self.declared[name] = declaration
                if isinstance(meaning, core.Definition):
                    compiled = self.compiler(core.Ref(meaning, span=item.span))
                    return Result("def", name, type, None, text, checked.elaborated, compiled)
                return Result(
                    "extern" if isinstance(meaning, core.Extern) else "learn", name, type, None, text
                )
            case term:
                value = self.value(term)
                return Result("term", None, term.type, value, text, checked.elaborated, self.compiler(term))

    def declaration(
        self,
        item: tree.Def | tree.Extern | tree.Learn,
        checked: Checked,
        meaning: Target,
    ) -> Declaration:
        mentioned = checked.mentioned
        names = {
            name: used for name in mentioned.names if isinstance(used := self.declared[name], Declaration)
        }
        types = {name: type for name in mentioned.types if (type := self.types[name])}
        constructors = {name: type for name in mentioned.constructors if (type := self.constructors[name])}
        return Declaration(item, names, types, constructors, self.auto, {self.nat_size: meaning})

    def declare_type(self, name: str, type: tys.Space | tys.Data | None) -> None:
        """A data type brings its constructors, and takes away those of the one that it replaces."""
        old = [each for each, owner in self.constructors.items() if owner and owner.name == name]
        for constructor in old:
            del self.constructors[constructor]
        self.types[name] = type
        if isinstance(type, tys.Data):
            self.constructors.update(dict.fromkeys(type.constructors, type))

    def value(self, term: core.Term) -> Value | None:
        if not tys.is_data(term.type):
            return None
        try:
            return evaluate(term, self.overflow)
        except CajalError as error:
            self.mistakes.extend(each for each in error.errors if not isinstance(each, NoValue))
            return None

    def compiler(self, term: core.Term) -> Callable[[], Neuron]:
        return partial(self.compile, term)


def externs(declarations: Mapping[str, Declaration], nat_size: int) -> dict[str, tys.Type]:
    """The externs among some declarations, with their types."""
    meanings = [each.meaning(nat_size) for each in declarations.values() if each.is_extern]
    return {meaning.name: meaning.type for meaning in meanings}
