"""What a rule asks of the checker of terms. The checker calls the rule, and the rule checks parts with it."""

from __future__ import annotations

from typing import Literal, Protocol

from cajal_core.checking.context import Binds, Scope, Typed, Uses
from cajal_core.checking.expectation import Expectation
from cajal_core.checking.record import Record
from cajal_core.diagnostics.linear import Branch, Repeated
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.syntax import tree
from cajal_core.terms import core


class Checker(Protocol):
    """A checker of the terms of one item. Its methods are those of `TermChecker` in `checking/terms.py`."""

    scope: Scope
    record: Record

    def note(self, mistake: Mistake | None) -> None: ...

    def infer(self, term: tree.Term) -> Typed: ...

    def check(self, term: tree.Term, expected: Expectation) -> Typed: ...

    def part(self, term: tree.Term, expected: Expectation | None) -> Typed: ...

    def widened(self, term: tree.Term, typed: Typed, expected: Expectation) -> Typed: ...

    def under(
        self,
        binds: list[Binds],
        body: tree.Term,
        expected: Expectation | None,
        uses: Uses,
        absorbs: bool,
        again: Repeated | None = None,
    ) -> tuple[list[core.Binder], Typed]: ...

    def branches(
        self,
        rule: str,
        named: list[tuple[Branch, tree.Term]],
        expected: Expectation | None,
        before: Typed | None = None,
        binds: list[list[Binds]] | None = None,
    ) -> tuple[list[Typed], Typed]: ...

    def joined(
        self, named: list[tuple[Branch, tree.Term]], branches: list[Typed], before: Typed | None = None
    ) -> Typed: ...

    def repeated(
        self,
        first: tree.Term,
        binds: list[Binds],
        body: tree.Term,
        expected: Expectation | None,
        before: Typed,
        kind: Literal["iter", "fold"],
    ) -> tuple[Typed, list[core.Binder], Typed]: ...
