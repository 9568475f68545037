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

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Self, cast

from cajal_core.base import tys
from cajal_core.base.passes import Passes, Timings
from cajal_core.base.source import Source
from cajal_core.checking.check import Mentioned
from cajal_core.checking.context import Scope
from cajal_core.checking.elaborate import elaborate
from cajal_core.diagnostics.errors import CajalError, raise_all
from cajal_core.diagnostics.links import NothingToUnlink
from cajal_core.diagnostics.runtime import NotAState, NotText
from cajal_core.diagnostics.syntax import NotOneTerm
from cajal_core.ir.lower import lower
from cajal_core.ir.verify import verify_graph
from cajal_core.neuron.saving.origin import Origin
from cajal_core.program.bounded import bounded
from cajal_core.program.cell import Cell, Result
from cajal_core.program.declarations import scope
from cajal_core.program.entries import mentions, written
from cajal_core.program.modules import Modules, with_library
from cajal_core.program.saved import declared_by
from cajal_core.program.settings import Settings, checked_overflow, checked_size
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
    from cajal_core.neuron.parameters import LearnedByType

COMPILED_AT_MOST = 1_000
"""How many compiled definitions a program keeps: they are larger than all else that it knows of them."""

LISTED = 100
"""The most names that the text of a program lists."""


class Program:
    """Definitions that grow cell by cell. Threads may share a program: each call waits for the one before.

    `nat_size` is the number of values of a `Nat` written without a size. `overflow` says whether
    the successor of the last number is nothing ("truncate") or that number again ("saturate"). With
    `auto`, copies and drops of data are put in where they are missing. With `verify`, what each pass makes
    from then on is checked again, and a mistake of the compiler is an `InternalError`. `path` is a folder, or
    several, where modules are looked for that are not beside what uses them.

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
        path: str | Path | Iterable[str | Path] = (),
    ) -> None:
        self.verify = verify
        self._modules = Modules(path)
        self._state = State(settings=Settings(checked_size(nat_size), checked_overflow(overflow), auto))
        #: Held while the program is read or changed, by one thread at a time.
        self._lock = RLock()
        #: The last compiled definitions of the program, each with the seconds that its passes took.
        self._compiled: dict[tuple[core.Definition, OverflowMode], tuple[Graph, Executable, Timings]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: all but the compiled code.

        Raises:
            CajalError: if a link cannot be pickled.
        """
        if self._state.links:
            from cajal_core.neuron.stored import check_picklable

            for name, (_, link) in self._state.links.items():
                check_picklable(name, link)
        return self._copied()

    def _copied(self) -> dict[str, Any]:
        """What a copy has too: all but the lock and the compiled code."""
        with self._lock:
            return {name: kept for name, kept in vars(self).items() if name != "_lock"} | {
                "_compiled": {},
                "_modules": copy(self._modules),
            }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=RLock())

    def __copy__(self) -> Self:
        copied = self.__class__.__new__(self.__class__)
        copied.__setstate__(self._copied())
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        copied = self.__class__.__new__(self.__class__)
        memo[id(self)] = copied
        copied.__setstate__(deepcopy(self._copied(), memo))
        return copied

    @property
    def nat_size(self) -> int:
        """The number of values of a `Nat` without a size. Setting it checks what is then used again."""
        return self._state.settings.nat_size

    @nat_size.setter
    def nat_size(self, size: int) -> None:
        self._set(nat_size=checked_size(size))

    @property
    def overflow(self) -> str:  # an OverflowMode, but jedi, which completes in notebooks, fails at a Literal
        """What becomes of the successor of the last number, "truncate" or "saturate"."""
        return self._state.settings.overflow

    @property
    def auto(self) -> bool:
        """Whether copies and drops of data are put in where they are missing, in what is then run."""
        return self._state.settings.auto

    @auto.setter
    def auto(self, auto: bool) -> None:
        self._set(auto=bool(auto))

    def _set(self, **settings: Any) -> None:
        with self._lock:
            self._state = replace(self._state, settings=replace(self._state.settings, **settings))

    @property
    def names(self) -> list[str]:
        """Every definition, extern and learned tensor, in the order of their last declaration."""
        return list(self._state.names)

    @property
    def externs(self) -> dict[str, tys.Type]:
        r"""Every extern, with its type at the present size of Nat.

        Raises:
            CajalError: if a type does not fit that size.

        Example:
            >>> import cajal_core as cajal
            >>> program = cajal.load("space Image[28, 28]\nextern read : Image -o Nat")
            >>> {name: str(type) for name, type in program.externs.items()}
            {'read': 'Image -o Nat'}
        """
        with self._alone():
            return dict(self._state.externs(self.nat_size, self._passes()))

    def __repr__(self) -> str:
        r"""The settings, and the names with their types.

        >>> import cajal_core as cajal
        >>> cajal.load("extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f x")
        Program(nat_size=10)
          extern f : Bool -o Bool
          g : Bool -o Bool
        """
        overflow = (
            ""
            if self._state.settings.overflow == "truncate"
            else f", overflow={self._state.settings.overflow!r}"
        )
        settings = f"Program(nat_size={self.nat_size}{overflow}{', auto=True' if self.auto else ''})"
        types, names = self._state.types, list(self._state.names)
        lines = [f"{declaration.kind} {name}" for name, declaration in types.items()]
        lines += map(self._line, names[:LISTED])
        more = [f"… and {len(names) - LISTED} more"] if len(names) > LISTED else []
        return "\n  ".join([settings, *lines, *more])

    def _line(self, name: str) -> str:
        """A name with its type, for the list of all."""
        kind = self._state.names[name].kind
        word = "" if kind == "def" else f"{kind} "
        try:
            return f"{word}{name} : {self.type(name)}"
        except CajalError as error:  # it was declared at another size of Nat
            return f"{word}{name}, which Nat[{self.nat_size}] does not fit: {error.errors[0].title}"

    @property
    def state(self) -> State:
        """All that is declared, linked and set, as a value that no later cell changes."""
        return self._state

    def source(self, names: Iterable[str] | None = None) -> str:
        r"""Source that declares all that is declared, comments above included, and sets all that is set.

        `cajal.load(program.source())` is a program with the same declarations and settings; links and trained
        values are no part of it. What each declaration uses stands above it, older declarations included.
        Settings that are not the default are stated in comments such as `{-# OPTIONS nat=12 auto=on #-}`.
        What a module brought is written as its `use`, so that the module is needed where the source is read:
        one of the library, or a file beside it. With `names`, the source declares these alone again, for this
        program as it is.

        Raises:
            KeyError: if one of `names` is not declared.

        Example:
            >>> import cajal_core as cajal
            >>> program = cajal.Program(nat_size=3)
            >>> _ = program.run("def a : Nat = 2")
            >>> _ = program.run("def b : Nat = a; def a : Nat = 1")
            >>> print(program.source())
            {-# OPTIONS nat=3 #-}
            <BLANKLINE>
            def a : Nat = 2
            <BLANKLINE>
            def b : Nat = a
            <BLANKLINE>
            def a : Nat = 1
            >>> program.source(["b"])
            'def b : Nat = a'
        """
        state = self._state
        if names is None:
            return state.source()
        return written([state.entries[name] for name in names], state.settings, state.settings, self.nat_size)

    def restore(self, state: State, since: State | None = None) -> None:
        """Goes back to an earlier state. Settings and links that were made since stay.

        Links stay where they still fit an extern. `since` is the later state from which they count; what was
        linked and set until then goes. So `restore(state, since=program.state)` is exactly that state again.

        Raises:
            CajalError: if it is no state.

        Example:
            >>> import cajal_core as cajal
            >>> program = cajal.load("def one : Nat = 1")
            >>> before = program.state
            >>> _ = program.run("def two : Nat = 2")
            >>> program.restore(before)
            >>> program.names
            ['one']
        """
        if not isinstance(cast("object", state), State):
            raise CajalError(NotAState(type(state).__name__))
        with self._alone():
            state = state.with_settings(self._state.settings, (since or state).settings)
            counted = (since or state).links
            links = {name: link for name, link in self._state.links.items() if counted.get(name) is not link}
            if links:
                state = state.with_links(links, state.externs(state.settings.nat_size, self._passes()))
            self._enter(state)

    def run(
        self, text: str, name: str = "cell", *, is_file: bool = False, folder: str | Path | None = None
    ) -> list[Result]:
        r"""Runs a cell: one result an item. `name` is what errors call the cell.

        A cell has at most 40,000 words and signs and 10,000 items; what is a file may have more. `folder` is
        where it stands, in which the modules that it uses are looked for first: the present one by default.

        Raises:
            CajalError: with all the mistakes of the cell; the program is then as it was before.

        Example:
            >>> import cajal_core as cajal
            >>> results = cajal.Program().run("data Light = Red | Green\n(Red, 2)")
            >>> [(result.kind, str(result.value)) for result in results]
            [('data', 'None'), ('term', '(Red, 2)')]
        """
        with self._alone():
            place = Path.cwd() if folder is None else Path(folder)
            cell = Cell(self._state, self._modules, place, verify=self.verify, compile_term=self._neuron)
            if not isinstance(cast("object", text), str):
                raise CajalError(NotText(type(text).__name__))
            results = cell.run(Source(name, text, is_file=is_file))
            state = cell.state
            if state is not self._state:
                if links := self._state.links:
                    externs = state.externs(state.settings.nat_size, self._passes())
                    # What was linked to an extern that is now another one does not fit it.
                    state = state.with_links(links, externs)
                self._enter(state)
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
        with self._alone():
            return self._term(term, self.nat_size, self._passes()).type

    def evaluate(self, term: str) -> Value:
        """The value of a term of a data type.

        Raises:
            CajalError: if it does not parse or check, is a function, needs an extern, or overflows.

        Example:
            >>> import cajal_core as cajal
            >>> print(cajal.Program().evaluate("iter 3 { zero => 1 | succ n => succ n }"))
            4
        """
        with self._alone():
            return evaluate(self._term(term, self.nat_size, self._passes()), self._state.settings.overflow)

    def compile(
        self,
        term: str,
        nat_size: int | None = None,
        overflow: OverflowMode | None = None,
        link: Mapping[str, Link] | None = None,
        fresh: bool = False,
    ) -> Neuron:
        r"""The neuron of a name or any other term.

        `nat_size` and `overflow` replace the program's for this neuron: the definitions that it
        reaches are elaborated again. `link` links externs, over the program's own links.

        What a `learn` declares is one parameter, which all neurons of the program share that reach it: what
        one trains, the others and pictures show. Declared again, it is a new one for later neurons. With
        `fresh` the neuron has parameters of its own, with values of their own to start from.

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
        size = self.nat_size if nat_size is None else checked_size(nat_size)
        mode = self._state.settings.overflow if overflow is None else checked_overflow(overflow)
        passes = self._passes()
        with self._alone():
            core_term, mentioned = self._checked(term, size, passes)
            state = self._state
        uses, cases = mentions(mentioned, state.entries, state.constructors)
        settings = replace(state.settings, nat_size=size, overflow=mode)
        origin = declared_by([*uses.values(), *cases.values()], term, settings)
        return self._neuron(core_term, passes.timings, origin, mode, link, fresh)

    #: A program is not iterable. Else `"f" in program` would compile the terms 0, 1, 2, …; `program.names` is
    #: what to ask.
    __iter__ = None

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
        if not isinstance(cast("object", term), str):
            raise CajalError(NotText(type(term).__name__))
        declaration = self._state.names.get(term.strip())
        passes, size = self._passes(), self.nat_size
        with self._alone():
            if declaration and declaration.kind == "def":
                text, scope, parse_one = declaration.span.text, declaration.scope(size, passes), _item
            else:
                text, scope, parse_one = term, self._scope(size, passes), _bare_term
            stages = Stages(text)
            passes.observe = stages.observe
            item = passes.run("parse", lambda: parse_one(text))
            checked = elaborate(item, scope, passes)
            raise_all(with_library(checked.mistakes))
            defined = checked.elaborated
            if isinstance(defined, core.Definition):
                defined = core.Ref(defined, span=item.span)
            _lowered_and_compiled(cast("core.Term", defined), self._state.settings.overflow, passes)
        return stages.stages

    def modules(self, folder: str | Path | None = None) -> list[str]:
        """The modules that `use` finds from a folder, the present one by default; the library's come last.

        Example:
            >>> import cajal_core as cajal
            >>> "logic" in cajal.Program().modules()
            True
        """
        return self._modules.names(Path.cwd() if folder is None else Path(folder))

    def module_names(self, module: str, folder: str | Path | None = None) -> list[str]:
        """The names that `use module (…)` can bring, in their order; none where there is no such module.

        The file is read and parsed, and not checked.

        Raises:
            CajalError: if the file cannot be read.

        Example:
            >>> import cajal_core as cajal
            >>> cajal.Program().module_names("logic")[:3]
            ['not', 'and', 'or']
        """
        return self._modules.declared(module, Path.cwd() if folder is None else Path(folder))

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
        with self._lock:
            externs = self._state.externs(self.nat_size, self._passes())
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
        with self._lock:
            externs = self._state.externs(self.nat_size, self._passes())
            linked = tuple(
                [name for name, (type, _) in self._state.links.items() if externs.get(name) == type]
            )
            for name in names:
                if name not in linked:
                    raise CajalError(NothingToUnlink(name, linked))
            kept = {name: link for name, link in self._state.links.items() if name not in names}
            self._state = replace(self._state, links=kept)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """The passes run within their bounds, and other threads wait for the program."""
        with self._lock, bounded():
            yield

    def _enter(self, state: State) -> None:
        """Takes a state over, and forgets the code of definitions that it lacks."""
        self._state = state

        def stands(definition: core.Definition) -> bool:
            declared = state.names.get(definition.name)
            return declared is not None and definition in declared.targets.values()

        self._compiled = {key: made for key, made in self._compiled.items() if stands(key[0])}

    def _passes(self) -> Passes:
        return Passes(self.verify)

    def _scope(self, nat_size: int, passes: Passes) -> Scope:
        state = self._state
        return scope(state.names, state.types, state.constructors, nat_size, passes, auto=self.auto)

    def _term(self, text: str, nat_size: int, passes: Passes) -> core.Term:
        return self._checked(text, nat_size, passes)[0]

    def _checked(self, text: str, nat_size: int, passes: Passes) -> tuple[core.Term, Mentioned]:
        """The core of a term, and what it mentions."""
        if not isinstance(cast("object", text), str):
            raise CajalError(NotText(type(text).__name__))
        item = passes.run("parse", lambda: _bare_term(text))
        checked = elaborate(item, self._scope(nat_size, passes), passes)
        raise_all(with_library(checked.mistakes))
        # The core is that of a bare term, and there is no mistake.
        return cast("core.Term", checked.elaborated), checked.mentioned

    def _neuron(
        self,
        term: core.Term,
        spent: Timings,
        origin: Origin,
        overflow: OverflowMode,
        link: Mapping[str, Link] | None = None,
        fresh: bool = False,
    ) -> Neuron:
        """The neuron of a term, on which some seconds are spent already."""
        from cajal_core.neuron.module import Neuron
        from cajal_core.program.overflows import Evaluated

        with self._alone():
            graph, executable, compiling = self._code(term, overflow)
            timed = Passes(self.verify, timings=spent.plus(compiling))
            shared = None if fresh else self._shared(graph)
            neuron = Neuron(graph, executable, timed, shared, Evaluated(term, overflow), origin)
        # An older definition may reach an extern of the same name and another type.
        fitting = {
            name: mine for name, (type, mine) in self._state.links.items() if neuron.externs.get(name) == type
        }
        return neuron._hold(fitting).link(link)  # pyright: ignore[reportPrivateUsage]  # the others were tried

    def _shared(self, graph: Graph) -> dict[str, LearnedByType]:
        """For each learned tensor of a graph, the parameters of the last `learn` that declared it so."""
        return {
            parameter.name: learn.parameters
            for parameter in graph.parameters
            for learn in reversed(self._state.learns.get(parameter.name, ()))
            if parameter.type in learn.types_so_far and learn.parameters is not None
        }

    def _code(self, term: core.Term, overflow: OverflowMode) -> tuple[Graph, Executable, Timings]:
        """The graph and the code of a term, with the seconds that they took; of a definition, kept."""
        key = (term.definition, overflow) if isinstance(term, core.Ref) else None
        made = self._compiled.pop(key, None) if key else None
        if made is None:
            passes = self._passes()
            made = (*_lowered_and_compiled(term, overflow, passes), passes.timings)
        if key:
            self._compiled[key] = made  # the last that was asked for stands last
            if len(self._compiled) > COMPILED_AT_MOST:
                del self._compiled[next(iter(self._compiled))]
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
