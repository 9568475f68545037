"""At which basis arguments a function overflows, as the evaluator says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cached_property, reduce
from typing import Any, cast

from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.runtime import Fails, NoValue
from cajal_core.neuron.parameters import Overflows
from cajal_core.terms import core
from cajal_core.terms.evaluate import Budget, evaluate
from cajal_core.terms.results import basis
from cajal_core.terms.values import OverflowMode

#: The steps of all evaluations together, a few tenths of a second.
STEPS = 200_000


class Evaluated(Overflows):
    """The overflows of a closed function from data to data. A pickled copy knows of none."""

    def __init__(self, term: core.Term, overflow: OverflowMode) -> None:
        super().__init__()
        self._term = term
        self._overflow: OverflowMode = overflow

    def __reduce__(self) -> tuple[Any, ...]:
        return Overflows, (self.chooses,)

    def __deepcopy__(self, memo: object) -> Evaluated:
        return self

    @property
    def chooses(self) -> bool:
        """Whether a `fail`, a `<|>` or a `dict` is reached."""
        return self._reaches

    @cached_property
    def _reaches(self) -> bool:
        return _chooses(self._term)

    def choices(self) -> Iterator[tuple[int, ...]]:
        """The basis arguments at which the evaluation overflows, by their indices, in order.

        It ends early where all evaluations together take too many steps.
        """
        types, _ = tys.uncurry(self._term.type)
        binders = [core.Binder("argument", type, self._term.span) for type in types]
        applied, budget = reduce(_applied, binders, self._term), Budget(STEPS)
        for choice in itertools.product(*(range(tys.dim(type)) for type in types)):
            given = [basis(type, index) for type, index in zip(types, choice, strict=True)]
            try:
                evaluate(applied, self._overflow, budget, dict(zip(binders, given, strict=True)))
            except CajalError as error:
                if any(isinstance(mistake, NoValue) for mistake in error.errors):
                    return
                if not any(isinstance(mistake, Fails) for mistake in error.errors):
                    yield choice
            if budget.steps <= 0:
                return


def _applied(function: core.Term, argument: core.Binder) -> core.Term:
    type = cast("tys.Arrow", function.type).result
    return core.App(function, core.Var(argument, span=function.span), type, span=function.span)


def _chooses(term: core.Term) -> bool:
    pending, seen = [term], set[core.Definition]()
    while pending:
        for part in core.subterms(pending.pop()):
            if isinstance(part, core.Fail | core.Or | core.Dict):
                return True
            if isinstance(part, core.Ref | core.Instance) and part.definition not in seen:
                seen.add(part.definition)
                pending.append(part.definition.body)
    return False
