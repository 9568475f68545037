"""The rules of names that are not bound by a term: definitions, parameters and constructors."""

from __future__ import annotations

from collections.abc import Iterable

from cajal_core.base import tys
from cajal_core.base.confusables import twin
from cajal_core.base.source import Span
from cajal_core.checking.context import Context, Scope, Synonym
from cajal_core.checking.record import Record
from cajal_core.checking.spelling import unknown_name
from cajal_core.checking.unknown import UNKNOWN, Unknown
from cajal_core.diagnostics.scope import TwoParameters, TypeAsTerm, UnknownName
from cajal_core.syntax import tree
from cajal_core.syntax.habits import RECURSION, WORDS
from cajal_core.terms import core


class Names:
    """Looks names up for one item, and notes in its record what the item mentions."""

    def __init__(self, scope: Scope, context: Context, record: Record) -> None:
        self.scope = scope
        self.context = context
        self.record = record

    def constructor(self, name: str, span: Span) -> tuple[core.Term, tys.Type | Unknown]:
        self.record.constructors.add(name)
        if name not in self.scope.constructors and name in self.scope.types:
            declared, synonym = self.scope.types[name], None
            if isinstance(declared, Synonym):
                declared, synonym = declared.type, self.scope.show(declared.type)
            values = declared.constructors if isinstance(declared, tys.Data) else ()
            self.record.mistakes.append(TypeAsTerm(span, name, values, synonym))
        elif name not in self.scope.constructors:
            hint = "constructors of `data` types begin with a capital, variables with a lower-case letter"
            declared = () if self.record.is_full else self.scope.constructors
            self.record.mistakes.append(unknown_name(span, name, declared, "constructor", hint))
        type = self.scope.constructors.get(name)
        if type is None:
            return self.hidden(name, span)
        constructor = core.Constructor(type.constructors.index(name), type, span=span)
        return constructor, constructor.type

    def top_level(self, name: str, span: Span) -> tuple[core.Term, tys.Type | Unknown]:  # T-Name
        """What a name that no term binds stands for."""
        self.record.names.add(name)
        if name not in self.scope.names:
            self.record.mistakes.append(self.unknown(name, span))
        target = self.scope.names.get(name)
        if target is None:
            return self.hidden(name, span)
        if isinstance(target, core.Definition):
            self.reach(target.parameters, span)
            return core.Ref(target, span=span), target.type
        self.reach((target,), span)
        return core.Param(target, span=span), target.type

    def hidden(self, name: str, span: Span) -> tuple[core.Term, Unknown]:
        """What stands for a name whose meaning a mistake hides."""
        return core.Param(core.Extern(name, self.record.core_type(UNKNOWN)), span=span), UNKNOWN

    def unknown(self, name: str, span: Span) -> UnknownName:
        if self.record.is_full:
            return UnknownName(span, name, ())
        bound = [variable for variable, binders in self.context.bound.items() if binders]
        declared = [*bound, *self.scope.names, "true", "false", "zero", "succ"]
        if name in self.scope.coming:
            return UnknownName(span, name, (), hint=RECURSION)
        if name in WORDS:
            return UnknownName(span, name, (), hint=WORDS[name])
        if same := twin(name, bound):
            self.context.bound[same][-1].blamed = True  # it was meant, so it has its use
        return unknown_name(span, name, declared)

    def is_foreign(self, term: tree.Term) -> bool:
        """Whether this is a word of another language, and no name here."""
        if not isinstance(term, tree.Var) or term.name not in WORDS:
            return False
        return self.context.innermost(term.name) is None and term.name not in self.scope.names

    def reach(self, parameters: Iterable[core.Extern | core.Learn], span: Span) -> None:
        """Notes what a name rests on: under each name, one extern or learned tensor."""
        for parameter in parameters:
            first = self.record.parameters.setdefault(parameter.name, parameter)
            if first != parameter:
                older, newer = map(self.declaration, (first, parameter))
                self.record.mistakes.append(TwoParameters(span, parameter.name, older, newer))

    def declaration(self, parameter: core.Extern | core.Learn) -> str:
        return f"{parameter.kind} {parameter.name} : {self.scope.show(parameter.type)}"
