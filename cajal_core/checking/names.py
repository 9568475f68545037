"""The rules of terms without parts that bind, and of names: what `check_term` rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cajal_core.base import tys
from cajal_core.base.confusables import twin
from cajal_core.base.source import Span
from cajal_core.checking.context import Context, Scope, Uses
from cajal_core.checking.expectation import UNKNOWN, Expected, agree, known, mismatch
from cajal_core.checking.types import resolve, unknown
from cajal_core.diagnostics import scope as scope_mistakes
from cajal_core.diagnostics import types as type_mistakes
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.syntax import tree
from cajal_core.syntax.habits import WORDS
from cajal_core.terms import core


class LeafChecker:
    """Keeps what is found in one item: mistakes, and what the item mentions."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.mistakes = list[Mistake]()
        self.context = Context(self.mistakes, scope.auto)
        self.names = set[str]()
        self.types = set[str]()
        self.constructors = set[str]()
        self.parameters = dict[str, core.Extern | core.Learn]()
        #: Whether the item mentions what an earlier mistake hides.
        self.rests_on_unknown = False

    def type(self, type: tree.Type) -> tys.Type:
        return self.seen(resolve(type, self.scope, self.mistakes, self.types))

    def seen(self, type: tys.Type) -> tys.Type:
        """The type of something that the item mentions."""
        self.rests_on_unknown |= not known(type)
        return type

    def expect(self, where: Span, found: tys.Type, expected: Expected) -> None:
        if not agree(found, expected.type):
            self.mistakes.append(mismatch(self.scope, where, expected, found))

    def counting(self, term: core.Term, where: Span, reason: str, rule: str) -> tys.Nat:
        """The type of a term that must be some Nat."""
        if isinstance(term.type, tys.Nat):
            return term.type
        self.expect(where, term.type, Expected(self.scope.nat, reason, rule))
        return self.scope.nat

    def components(self, type: tys.Type, where: Span) -> tuple[tys.Type, tys.Type]:
        """The types in a product."""
        if isinstance(type, tys.Product):
            return type.left, type.right
        if type is not UNKNOWN:
            self.mistakes.append(type_mistakes.NotPair(where, self.scope.show(type)))
        return UNKNOWN, UNKNOWN

    def numeral(self, term: tree.Zero | tree.Numeral, type: tys.Nat) -> core.Term:  # T-Nat
        value = term.value if isinstance(term, tree.Numeral) else 0
        if value >= type.size > 0:
            self.mistakes.append(type_mistakes.NumeralTooLarge(term.span, value, type.size))
        return core.Numeral(value, type, span=term.span)

    def constructor(self, name: str, span: Span) -> core.Term:
        self.constructors.add(name)
        if name not in self.scope.constructors and name in self.scope.types:
            declared = self.scope.types[name]
            values = declared.constructors if isinstance(declared, tys.Data) else ()
            self.mistakes.append(scope_mistakes.TypeAsTerm(span, name, values))
        elif name not in self.scope.constructors:
            hint = "constructors of `data` types begin with a capital, variables with a lower-case letter"
            self.mistakes.append(unknown(span, name, self.scope.constructors, "constructor", hint))
        type = self.scope.constructors.get(name)
        if type is None:
            return core.Param(core.Extern(name, self.seen(UNKNOWN)), span=span)
        return core.Constructor(type.constructors.index(name), type, span=span)

    def name(self, name: str, span: Span) -> core.Term:  # T-Name
        self.names.add(name)
        if name not in self.scope.names:
            self.mistakes.append(self.unknown(name, span))
        target = self.scope.names.get(name) or core.Extern(name, UNKNOWN)
        if isinstance(target, core.Definition):
            self.reach(target.parameters, span)
            return core.Ref(target, span=span)
        self.reach((target,), span)
        return core.Param(target, span=span)

    def unknown(self, name: str, span: Span) -> scope_mistakes.UnknownName:
        bound = [each for each, binders in self.context.bound.items() if binders]
        known = [*bound, *self.scope.names, "true", "false", "zero", "succ"]
        if name in self.scope.coming:
            hint = "a definition sees only those above it; what repeats is an `iter`"
            return scope_mistakes.UnknownName(span, name, (), hint=hint)
        if name in WORDS:
            return scope_mistakes.UnknownName(span, name, (), hint=WORDS[name])
        if same := twin(name, bound):
            self.context.blamed.add(self.context.bound[same][-1][0])  # it was meant, so it has its use
        return unknown(span, name, known)

    def is_foreign(self, term: tree.Term) -> bool:
        """Whether this is a word of another language, and no name here."""
        if not isinstance(term, tree.Var) or term.name not in WORDS:
            return False
        return not self.context.bound.get(term.name) and term.name not in self.scope.names

    def reach(self, parameters: Iterable[core.Extern | core.Learn], span: Span) -> None:
        """Notes what a name rests on: under each name, one extern or learned tensor."""
        for parameter in parameters:
            self.seen(parameter.type)
            first = self.parameters.setdefault(parameter.name, parameter)
            if first != parameter:
                older, newer = map(self.declaration, (first, parameter))
                self.mistakes.append(scope_mistakes.TwoParameters(span, parameter.name, older, newer))

    def declaration(self, parameter: core.Extern | core.Learn) -> str:
        word = "extern" if isinstance(parameter, core.Extern) else "learn"
        return f"{word} {parameter.name} : {self.scope.show(parameter.type)}"

    def instantiate(
        self,
        name: str,
        span: Span,
        arguments: list[tree.Term],
        check: Callable[[tree.Term, Expected], tuple[core.Term, Uses]],
    ) -> core.Term:  # T-Instance
        """A top-level name, with those of its arguments that its definition reuses."""
        term = self.name(name, span)
        if not isinstance(term, core.Ref) or not term.definition.reusable:
            return term
        parameters = term.definition.reusable
        if len(arguments) < len(parameters):
            missing = scope_mistakes.MissingReusable(span, name, len(parameters))
            self.mistakes.append(missing)
            return core.Param(core.Extern(name, UNKNOWN), span=span)
        given, type = list[core.Term](), term.type
        for parameter, argument in zip(parameters, arguments, strict=False):
            reason = f"the reusable argument `{parameter.name}` of `{name}`"
            value, uses = check(argument, Expected(parameter.type, reason, "T-Instance"))
            for binder, spans in uses.items():
                if binder not in self.context.blamed:
                    self.context.blamed.add(binder)
                    self.mistakes.append(
                        scope_mistakes.NotReusable(argument.span, name, parameter.name, binder.name, spans[0])
                    )
            given.append(value)
        for _ in parameters:
            assert isinstance(type, tys.Arrow)
            type = type.result
        return core.Instance(term.definition, tuple(given), type, span=span)
