"""A growing set of definitions, and the passes in order.

1. `parse`: source -> syntax.
2. `elaborate`: syntax -> typed core. Its passes are `check` and, with `auto`, `insert_copies`.
3. `evaluate`: core -> value, the reference that the compiler is compared with.
4. `lower`: core -> tensor IR.
5. `compile_graph`: tensor IR -> code. Its passes are `specialize`, `tabulate`, `fuse` and `emit`.
6. `Neuron`: the module that runs the code, with what is linked and learned.

No pass calls the next. `Passes` runs those of the compiler: it times each, and where `verify` is switched on
it has each core term and each graph checked again.

This is more than 300 lines, because each method is public and says what it raises, with an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from cajal_core.base import tys
from cajal_core.base.passes import Passes, Timings
from cajal_core.base.source import Source
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import elaborate
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.links import NothingToUnlink
from cajal_core.diagnostics.runtime import BadNatSize, BadOverflow
from cajal_core.diagnostics.syntax import NotOneTerm
from cajal_core.ir.lower import lower
from cajal_core.ir.verify import verify_graph
from cajal_core.program.bounded import bounded
from cajal_core.program.cell import Cell, Result
from cajal_core.program.declarations import ScopeNames
from cajal_core.program.stages import Stage, Stages
from cajal_core.program.state import State
from cajal_core.syntax import tree
from cajal_core.syntax.parse import parse
from cajal_core.terms import core
from cajal_core.terms.evaluate import evaluate
from cajal_core.terms.values import OverflowMode, Value

if TYPE_CHECKING:
    from cajal_core.backend.executable import Executable
    from cajal_core.backend.links import Link
    from cajal_core.ir.graph import Graph
    from cajal_core.neuron.module import Neuron


class Program:
    """Definitions that grow cell by cell.

    `nat_size` is the number of values of a `Nat` written without a size. `overflow` says whether
    the successor of the last number is nothing ("truncate") or that number again ("saturate"). With
    `auto`, copies and drops of data are put in where they are missing. With `verify`, what each pass makes
    from then on is checked again, and a mistake of the compiler is an `InternalError`.

    Raises:
        CajalError: if a setting is none of these.

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.Program(nat_size=4)
        >>> _ = program.run("def next (n : Nat) : Nat = succ n")
        >>> print(program.type("next"), program.evaluate("next 2"))
        Nat -o Nat 3
        >>> program["next"].matrix().shape
        torch.Size([4, 4])
    """

    def __init__(
        self,
        nat_size: int = 10,
        overflow: OverflowMode = "truncate",
        auto: bool = False,
        verify: bool = False,
    ) -> None:
        self.auto = auto
        self.verify = verify
        self._nat_size = _checked_size(nat_size)
        self._overflow: OverflowMode = _checked_overflow(overflow)
        self._state = State()
        #: The compiled definitions of the program, each with the seconds that its passes took.
        self._compiled: dict[tuple[core.Definition, OverflowMode], tuple[Graph, Executable, Timings]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_compiled": {}}

    @property
    def nat_size(self) -> int:
        """The number of values of a `Nat` without a size. Setting it checks what is then used again."""
        return self._nat_size

    @nat_size.setter
    def nat_size(self, size: int) -> None:
        self._nat_size = _checked_size(size)

    @property
    def overflow(self) -> str:  # an OverflowMode, but jedi, which completes in notebooks, fails at a Literal
        """What becomes of the successor of the last number, "truncate" or "saturate"."""
        return self._overflow

    @property
    def names(self) -> list[str]:
        """Every definition, extern and learned tensor, in the order of their last declaration."""
        return list(self._state.names)

    @property
    def state(self) -> State:
        """All that is declared and linked, which no later cell changes."""
        return self._state

    def restore(self, state: State) -> None:
        """Goes back to an earlier state. Links that were made since stay, where they still fit an extern.

        Example:
            >>> import cajal_core as cajal
            >>> program = cajal.load("def one : Nat = 1")
            >>> before = program.state
            >>> _ = program.run("def two : Nat = 2")
            >>> program.restore(before)
            >>> program.names
            ['one']
        """
        with bounded():
            externs = state.externs(self._nat_size, self._passes())
            self._enter(state.with_links(self._state.links, externs))

    def run(self, text: str, name: str = "cell") -> list[Result]:
        r"""Runs a cell: one result an item. `name` is what errors call the cell.

        Raises:
            CajalError: with all the mistakes of the cell; the program is then as it was before.

        Example:
            >>> import cajal_core as cajal
            >>> results = cajal.Program().run("data Light = Red | Green\n(Red, 2)")
            >>> [(result.kind, str(result.value)) for result in results]
            [('data', 'None'), ('term', '(Red, 2)')]
        """
        cell = Cell(
            self._state,
            nat_size=self._nat_size,
            overflow=self._overflow,
            auto=self.auto,
            verify=self.verify,
            compile_term=self._neuron,
        )
        with bounded():
            results = cell.run(Source(name, text))
            state = cell.state
            externs = state.externs(self._nat_size, self._passes())
            # What was linked to an extern that is now another one does not fit it.
            self._enter(state.with_links(self._state.links, externs))
        return results

    def type(self, term: str) -> tys.Type:
        r"""The type of a term.

        Raises:
            CajalError: if it does not parse or check.

        Example:
            >>> import cajal_core as cajal
            >>> print(cajal.Program().type(r"\f:Bool -o Bool. f true"))
            (Bool -o Bool) -o Bool
        """
        with bounded():
            return self._term(term, self._nat_size, self._passes()).type

    def evaluate(self, term: str) -> Value:
        """The value of a term of a data type.

        Raises:
            CajalError: if it does not parse or check, is a function, needs an extern, or overflows.

        Example:
            >>> import cajal_core as cajal
            >>> print(cajal.Program().evaluate("iter 3 { zero => 1 | succ n => succ n }"))
            4
        """
        with bounded():
            return evaluate(self._term(term, self._nat_size, self._passes()), self._overflow)

    def compile(
        self,
        term: str,
        nat_size: int | None = None,
        overflow: OverflowMode | None = None,
        link: Mapping[str, Link] | None = None,
    ) -> Neuron:
        r"""The neuron of a name or any other term.

        `nat_size` and `overflow` replace the program's for this neuron: the definitions that it
        reaches are elaborated again. `link` links externs, over the program's own links.

        Raises:
            CajalError: if the term does not parse or check, a numeral does not fit `nat_size`, or a
                link does not fit its extern.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load("extern odd : Nat[3] -o Bool")
            >>> odd = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
            >>> neuron = program.compile(r"\n:Nat[3]. if odd n then false else true", link={"odd": odd})
            >>> neuron(torch.tensor([0.0, 0.5, 0.5]))
            tensor([0.5000, 0.5000])
        """
        size = self._nat_size if nat_size is None else _checked_size(nat_size)
        mode = self._overflow if overflow is None else _checked_overflow(overflow)
        passes = self._passes()
        with bounded():
            core_term = self._term(term, size, passes)
        return self._neuron(core_term, passes.timings, mode, link)

    def __getitem__(self, term: str) -> Neuron:
        """The same as `compile`, with the settings of the program."""
        return self.compile(term)

    def stages(self, term: str) -> list[Stage]:
        """What each pass makes of the definition of this name, or of any other term.

            >>> [stage.name for stage in Program().stages("true")]
            ['source', 'parse', 'check', 'lower', 'tabulate', 'fuse', 'emit']

        Raises:
            CajalError: as `compile` does.
        """
        declaration = self._state.names.get(term.strip())
        passes, size = self._passes(), self._nat_size
        with bounded():
            if declaration and isinstance(declaration.item, tree.Def):
                text, scope, parse_one = declaration.item.span.text, declaration.scope(size, passes), _item
            else:
                text, scope, parse_one = term, self._scope(size, passes), _bare_term
            stages = Stages(text)
            passes.observe = stages.observe
            item = passes.run("parse", lambda: parse_one(text))
            checked = elaborate(item, scope, passes)
            raise_all(checked.mistakes)
            defined = checked.elaborated
            if isinstance(defined, core.Definition):
                defined = core.Ref(defined, span=item.span)
            _lowered_and_compiled(cast("core.Term", defined), self._overflow, passes)
        return stages.stages

    def link(self, links: Mapping[str, Link] | None = None, /, **named: Link) -> None:
        """Links externs of the program to tensors, modules or callables, for all later neurons.

        A tensor has the shape of the extern's type; a callable takes `(batch, *shape)` for each argument and
        returns `(batch, *shape of the result)`. It is tried now, as by `Neuron.link`, at the size that `Nat`
        has here.

        Raises:
            CajalError: if there is no such extern, or a link does not fit it.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load("extern prior : Bool")
            >>> program.link(prior=torch.tensor([0.9, 0.1]))
            >>> program["prior"]()
            tensor([0.9000, 0.1000])
        """
        from cajal_core.backend.links import by_name, check_link

        asked = by_name(links, named)
        externs = self._state.externs(self._nat_size, self._passes())
        checked = {name: check_link(name, externs, link) for name, link in asked.items()}
        made = {name: (externs[name], link) for name, link in checked.items()}
        self._state = replace(self._state, links={**self._state.links, **made})

    def unlink(self, *names: str) -> None:
        """Takes away what is linked to these externs, for all later neurons; those that exist keep theirs.

        Raises:
            CajalError: if nothing is linked to one; then all stay.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load("extern prior : Bool")
            >>> program.link(prior=torch.tensor([0.9, 0.1]))
            >>> program.unlink("prior")
            >>> list(program["prior"].unlinked)
            ['prior']
        """
        externs = self._state.externs(self._nat_size, self._passes())
        linked = tuple([name for name, (type, _) in self._state.links.items() if externs.get(name) == type])
        for name in names:
            if name not in linked:
                raise CajalError(NothingToUnlink(name, linked))
        kept = {name: link for name, link in self._state.links.items() if name not in names}
        self._state = replace(self._state, links=kept)

    def _enter(self, state: State) -> None:
        """Takes a state over, and forgets the code of definitions that it lacks."""
        self._state = state
        targets = [target for entry in state.names.values() for target in entry.targets.values()]
        current = {target for target in targets if isinstance(target, core.Definition)}
        self._compiled = {key: made for key, made in self._compiled.items() if key[0] in current}

    def _passes(self) -> Passes:
        return Passes(self.verify)

    def _scope(self, nat_size: int, passes: Passes) -> Scope:
        names = ScopeNames(self._state.names, nat_size, passes)
        return Scope(names, self._state.types, self._state.constructors, nat_size, auto=self.auto)

    def _term(self, text: str, nat_size: int, passes: Passes) -> core.Term:
        item = passes.run("parse", lambda: _bare_term(text))
        checked = elaborate(item, self._scope(nat_size, passes), passes)
        raise_all(checked.mistakes)
        return cast("core.Term", checked.elaborated)  # that of a bare term, and there is no mistake

    def _neuron(
        self,
        term: core.Term,
        spent: Timings,
        overflow: OverflowMode | None = None,
        link: Mapping[str, Link] | None = None,
    ) -> Neuron:
        """The neuron of a term, on which some seconds are spent already."""
        from cajal_core.neuron.module import Neuron

        with bounded():
            graph, executable, compiling = self._code(term, overflow or self._overflow)
            neuron = Neuron(graph, executable, Passes(self.verify, timings=spent.plus(compiling)))
        # An older definition may reach an extern of the same name and another type.
        fitting = {
            name: mine for name, (type, mine) in self._state.links.items() if neuron.externs.get(name) == type
        }
        return neuron._hold(fitting).link(link)  # pyright: ignore[reportPrivateUsage]  # the others were tried

    def _code(self, term: core.Term, overflow: OverflowMode) -> tuple[Graph, Executable, Timings]:
        """The graph and the code of a term, with the seconds that they took; of a definition, kept."""
        key = (term.definition, overflow) if isinstance(term, core.Ref) else None
        if key in self._compiled:
            return self._compiled[key]
        passes = self._passes()
        made = (*_lowered_and_compiled(term, overflow, passes), passes.timings)
        if key:
            self._compiled[key] = made
        return made


def _lowered_and_compiled(
    term: core.Term, overflow: OverflowMode, passes: Passes
) -> tuple[Graph, Executable]:
    """The graph of a term as it is lowered, and the code that runs it."""
    from cajal_core.backend.executable import compile_graph

    graph = passes.run("lower", lambda: lower(term, overflow), verify_graph)
    return graph, compile_graph(graph, passes)


def _item(text: str) -> tree.Item:
    items = parse(Source("term", text))
    if len(items) != 1:
        raise CajalError(NotOneTerm(text, f"{len(items)} items" if items else "nothing"))
    return items[0]


def _bare_term(text: str) -> tree.Show:
    item = _item(text)
    if not isinstance(item, tree.Show):
        raise CajalError(NotOneTerm(text, "a declaration"))
    return item


def _checked_size(size: int) -> int:
    if type(size) is not int or size < 1:
        raise CajalError(BadNatSize(size))
    return size


def _checked_overflow(mode: OverflowMode) -> OverflowMode:
    if mode not in ("truncate", "saturate"):
        raise CajalError(BadOverflow(mode))
    return mode
