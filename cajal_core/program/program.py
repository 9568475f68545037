"""A growing set of definitions, and the passes in order.

1. parse: source -> syntax          4. lower: core -> tensor IR
2. check: syntax -> core            5. emit: tensor IR -> torch code
3. evaluate: core -> value          6. neuron: the module that runs it
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cajal_core.base import tys
from cajal_core.base.source import Source
from cajal_core.checking.check import check
from cajal_core.checking.context import Scope
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.runtime import BadNatSize, BadOverflow, Unreadable
from cajal_core.diagnostics.syntax import NotOneTerm, TooDeep
from cajal_core.ir.lower import lower
from cajal_core.program.cell import Cell, Result, externs
from cajal_core.program.declarations import Declaration, Meanings
from cajal_core.syntax import tree
from cajal_core.syntax.parse import MAX_DEPTH, parse
from cajal_core.terms import core
from cajal_core.terms.evaluate import OverflowMode, Value, evaluate

if TYPE_CHECKING:
    from cajal_core.backend.executable import Code
    from cajal_core.backend.links import Link
    from cajal_core.ir.graph import Graph
    from cajal_core.neuron.module import Neuron


class Program:
    """Definitions that grow cell by cell.

    `nat_size` is the number of values of a `Nat` written without a size. `overflow` says whether
    the successor of the last number is nothing ("truncate") or that number again ("saturate"). With
    `auto`, copies and drops of data are put in where they are missing.
    """

    def __init__(self, nat_size: int = 10, overflow: OverflowMode = "truncate", auto: bool = False) -> None:
        self.auto = auto
        self._nat_size = _checked_size(nat_size)
        self._overflow: OverflowMode = _checked_overflow(overflow)
        self._declarations: dict[str, Declaration] = {}
        self._types: dict[str, tys.Space | tys.Data] = {}
        self._constructors: dict[str, tys.Data] = {}
        #: Each link with the type of the extern that it was made for.
        self._links: dict[str, tuple[tys.Type, Link]] = {}
        #: The code of definitions that were compiled, as long as they are definitions of the program.
        self._codes: dict[tuple[core.Definition, OverflowMode], tuple[Graph, Code]] = {}

    @property
    def nat_size(self) -> int:
        return self._nat_size

    @nat_size.setter
    def nat_size(self, size: int) -> None:
        self._nat_size = _checked_size(size)

    @property
    def overflow(self) -> str:  # an OverflowMode, but jedi, which completes in notebooks, fails at a Literal
        return self._overflow

    @property
    def names(self) -> list[str]:
        """Every definition and extern, in the order of their last declaration."""
        return list(self._declarations)

    def run(self, text: str, name: str = "cell") -> list[Result]:
        """Runs a cell: one result an item. `name` is what errors call the cell.

        Raises:
            CajalError: with all the mistakes of the cell; the program is then as it was before.
        """
        cell = Cell(
            {**self._declarations},
            {**self._types},
            {**self._constructors},
            self._nat_size,
            self._overflow,
            self.auto,
            self._compiled,
        )
        with _bounded():
            results = cell.run(Source(name, text))
        self._declarations = cell.declarations
        self._types = {each: type for each, type in cell.types.items() if type}
        self._constructors = {each: type for each, type in cell.constructors.items() if type}
        known = externs(self._declarations, self._nat_size)
        # What was linked to an extern that is now another one does not fit it.
        self._links = {name: link for name, link in self._links.items() if link[0] == known.get(name)}
        meanings = [meaning for each in self._declarations.values() for meaning in each.meanings.values()]
        current = {meaning for meaning in meanings if isinstance(meaning, core.Definition)}
        self._codes = {key: code for key, code in self._codes.items() if key[0] in current}
        return results

    def type(self, term: str) -> tys.Type:
        """The type of a term.

        Raises:
            CajalError: if it does not parse or check.
        """
        with _bounded():
            return self._term(term, self._nat_size).type

    def evaluate(self, term: str) -> Value:
        """The value of a term of a data type.

        Raises:
            CajalError: if it is a function, needs an extern, or overflows.
        """
        with _bounded():
            return evaluate(self._term(term, self._nat_size), self._overflow)

    def compile(
        self,
        term: str,
        nat_size: int | None = None,
        overflow: OverflowMode | None = None,
        link: Mapping[str, Link] | None = None,
    ) -> Neuron:
        """The neuron of a name or any other term.

        `nat_size` and `overflow` replace the program's for this neuron: the definitions that it
        reaches are checked again. `link` links externs, over the program's own links.

        Raises:
            CajalError: if the term does not parse or check, a numeral does not fit `nat_size`, or a
                link does not fit its extern.
        """
        size = self._nat_size if nat_size is None else _checked_size(nat_size)
        mode = self._overflow if overflow is None else _checked_overflow(overflow)
        with _bounded():
            core_term = self._term(term, size)
        return self._compiled(core_term, mode, link)

    def __getitem__(self, term: str) -> Neuron:
        return self.compile(term)

    def link(self, **links: Link) -> None:
        """Links externs of the program to tensors, modules or callables, for all later neurons.

        Raises:
            CajalError: if there is no such extern, or a tensor's shape is not its type's.
        """
        from cajal_core.backend.links import check_link

        known = externs(self._declarations, self._nat_size)
        checked = {name: check_link(name, known, link) for name, link in links.items()}
        self._links.update({name: (known[name], link) for name, link in checked.items()})

    def _term(self, text: str, nat_size: int) -> core.Term:
        items = parse(Source("term", text))
        if len(items) != 1 or not isinstance(items[0], tree.Show):
            found = f"{len(items)} items" if len(items) != 1 else "a declaration"
            raise CajalError(NotOneTerm(text, found if items else "nothing"))
        names = Meanings(self._declarations, nat_size)
        scope = Scope(names, self._types, self._constructors, nat_size, auto=self.auto)
        checked = check(items[0], scope)
        raise_all(checked.mistakes)
        return cast("core.Term", checked.meaning)  # that of a bare term, and there is no mistake

    def _compiled(
        self,
        term: core.Term,
        overflow: OverflowMode | None = None,
        link: Mapping[str, Link] | None = None,
    ) -> Neuron:
        from cajal_core.neuron.module import Neuron

        with _bounded():
            neuron = Neuron(*self._code(term, overflow or self._overflow))
        # An older definition may reach an extern of the same name and another type.
        fitting = {
            name: mine for name, (type, mine) in self._links.items() if neuron.externs.get(name) == type
        }
        return neuron.link(**fitting | dict(link or {}))

    def _code(self, term: core.Term, overflow: OverflowMode) -> tuple[Graph, Code]:
        """The graph of a term as it is lowered, and its code; of a definition, only once."""
        from cajal_core.backend.executable import Code
        from cajal_core.ir.optimize import optimize

        key = (term.definition, overflow) if isinstance(term, core.Ref) else None
        if key in self._codes:
            return self._codes[key]
        graph = lower(term, overflow)
        found = graph, Code(optimize(graph))
        if key:
            self._codes[key] = found
        return found


def load(
    source: str | Path, nat_size: int = 10, overflow: OverflowMode = "truncate", auto: bool = False
) -> Program:
    """A program from a file, given by a `Path` or a string that ends in `.cajal`, or from source.

    Raises:
        CajalError: if the file cannot be read, and as `Program.run` does.
    """
    program = Program(nat_size, overflow, auto)
    if isinstance(source, str) and not source.endswith(".cajal"):
        program.run(source, "source")
        return program
    path = Path(source)
    program.run(read(path), path.name)
    return program


def read(path: Path) -> str:
    """The text of a file, without the byte order mark that some editors put before it.

    Raises:
        CajalError: if it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CajalError(Unreadable(str(path), str(reason))) from error


@contextmanager
def _bounded() -> Generator[None]:
    """Turns a recursion too deep for Python into the user's error that it is.

    The passes make many nodes that live long and no cycles, so the collector of cycles, which would walk all
    of them again and again, waits until they are done.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    except RecursionError:
        raise CajalError(TooDeep(MAX_DEPTH)) from None
    finally:
        if collects:
            gc.enable()


def _checked_size(size: int) -> int:
    if type(size) is not int or size < 1:
        raise CajalError(BadNatSize(size))
    return size


def _checked_overflow(mode: OverflowMode) -> OverflowMode:
    if mode not in ("truncate", "saturate"):
        raise CajalError(BadOverflow(mode))
    return mode
