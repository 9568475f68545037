r"""The second half of the driver: tensor IR -> code that runs, pass by pass.

1. `specialize`, for a call of which more is known: which arguments come, which callees are tensors. IR -> IR.
2. `tabulate`: what closed code does to few vectors becomes a table. IR -> IR.
3. `fuse`: operations beside each other become one sum of products. IR -> IR.
4. `schedule`, where there are calls to make together: they stand beside each other. IR -> IR.
5. `emit`: Python source over torch, and the function that it defines. IR -> code.

For example, the graph of `\x:Bool. if x then false else true`, a choice between two basis vectors, is
tabulated to one table of four entries, which is emitted as one product with a constant.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import assert_never

import torch
from torch import Tensor

from cajal_core.backend.emit import Code, Emitted, Operations, emit, emit_operations
from cajal_core.backend.finite import is_recorded
from cajal_core.backend.folds.plan import Choice, choice, fold_task
from cajal_core.backend.plan import Method
from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import callees, free, reached_by, recurrences, step_work
from cajal_core.ir.fuse import fuse
from cajal_core.ir.schedule import has_joinable, schedule
from cajal_core.ir.sizes import check_sizes
from cajal_core.ir.specialize import specialize
from cajal_core.ir.tabulate import tabulate
from cajal_core.ir.verify import verify_graph


def compile_graph(
    graph: ir.Graph,
    passes: Passes,
    *,
    given: int | None = None,
    tensors: frozenset[str | int] = frozenset(),
    record: bool = False,
) -> Executable:
    """The code of a graph as it was lowered. `passes` runs each pass.

    `given` is how many arguments come, None if all do; of those that do not come the code has the matrix.
    `tensors` are the callees that are tensors, externs by name and arguments by position. With `record`
    the code shows each marked value while it runs, so nothing is tabulated or fused.

    Raises:
        CajalError: if a tensor on the way would have more entries than one may have.
    """
    arguments = len(graph.arguments) if given is None else given
    if arguments < len(graph.arguments) or tensors:
        graph = passes.run("specialize", lambda: specialize(graph, arguments, tensors), verify_graph)
    if not record:
        graph = passes.run("tabulate", lambda: tabulate(graph), verify_graph)
        graph = passes.run("fuse", lambda: fuse(graph), verify_graph)
        if has_joinable(graph.assignments):
            graph = passes.run("schedule", lambda: schedule(graph), verify_graph)
    check_sizes(graph)
    emitted = passes.run("emit", lambda: emit(graph, record))
    return Executable(graph, emitted, record)


class Executable:
    """A graph and the code that runs it, shared by all neurons of a program that compute the same.

    Its copy is itself, and it pickles as its graph, of which the code is emitted again.
    """

    def __init__(self, graph: ir.Graph, emitted: Emitted, record: bool = False) -> None:
        self.graph = graph
        self.emitted = emitted
        self._record = record
        #: The recurrences, as `emit` numbers them.
        self.loops = recurrences(graph)
        #: What the step of each calls.
        self.callees = [callees(loop) for loop in self.loops]
        #: What the step of each reads from outside.
        self.reads = [*map(free, self.loops)]
        constants = {
            assignment.target
            for assignment in graph.assignments
            if isinstance(assignment.operation, ir.OneHot | ir.Zero | ir.Basis)
        }
        #: The multiplications that the step of each takes for one state.
        self.works = [*map(step_work, self.loops)]
        #: Whether the step of each is the same in every call: it calls nothing, and from outside it reads
        #: constants alone. Such steps have tables.
        self.is_closed = [
            not called and constants.issuperset(read)
            for called, read in zip(self.callees, self.reads, strict=True)
        ]
        self.tables: dict[tuple[int, torch.dtype, torch.device], Tensor] = {}
        # A call of a small neuron should not plan again.
        self.way = lru_cache(self._way)
        #: Whether the result may be a constant, a link or a learned tensor itself, which others share.
        self.is_shared = _is_shared(graph)
        #: Whether there is an argument of which the program need not have a use.
        reached = reached_by(graph).get(graph.result, frozenset())
        self.may_discard = any(argument.position not in reached for argument in graph.arguments)
        #: The positions of the arguments that are functions.
        self.functions = [
            argument.position for argument in graph.arguments if isinstance(argument.type, tys.Arrow)
        ]
        #: The shape of the result.
        self.shape = tys.shape(graph.result.type)
        #: The type of the lists, where the result is one that is held apart.
        self.lists = _lists(graph)
        #: The externs that give lists which a comprehension joins.
        self.joined = {
            length.source.name
            for join in graph.joins
            for length in join.lengths
            if isinstance(length.source, ir.Extern)
        }
        # Dimensions that `multiply` asks of the types of callees: known now, since torch cannot compile that.
        self.types: dict[str | int, tys.Type] = {
            ir.key(each): each.type for each in (*graph.arguments, *graph.parameters)
        }
        for callee in self.types.values():
            arguments, _ = tys.uncurry(callee)
            for type in (callee, *arguments):
                tys.dim(type)
        self._constants: dict[tuple[bool, torch.dtype, torch.device], list[Tensor]] = {}

    @cached_property
    def careful(self) -> Emitted:
        """The code in which zero times whatever is zero, made when first needed, with the same constants."""
        return self.emitted if self._record else emit(self.graph, careful=True)

    @cached_property
    def operations(self) -> Operations:
        """The code of each assignment by itself, for the walk of `scaled`."""
        return emit_operations(self.graph)

    @cached_property
    def careful_operations(self) -> Operations:
        """The same, where zero times whatever is zero."""
        return emit_operations(self.graph, careful=True)

    def _way(self, number: int, positions: int, batch: int, device: str, forced: Method | None) -> Choice:
        """How a recurrence with inputs is run, on lists of at most so many elements."""
        loop, work, is_closed = self.loops[number], self.works[number], self.is_closed[number]
        return choice(fold_task(loop, work, positions, batch, is_closed, device), forced)

    def constants(self, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
        """The constants of the code, made once for each dtype and device."""
        return self.tensors(self.emitted, dtype, device)

    def tensors(self, code: Code, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
        """The constants of some code, made once for each dtype and device."""
        if is_recorded():  # tensors of the recording, perhaps without numbers
            return code.tensors(dtype, device)
        key = isinstance(code, Emitted), dtype, device
        if key not in self._constants:
            with torch.inference_mode(mode=False):  # they outlive the call, and serve where gradients are
                self._constants[key] = code.tensors(dtype, device)
        return self._constants[key]

    def __deepcopy__(self, memo: object) -> Executable:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _emitted_again, (self.graph, self._record)


def _emitted_again(graph: ir.Graph, record: bool) -> Executable:
    return Executable(graph, emit(graph, record), record)


def _lists(graph: ir.Graph) -> tys.List | None:
    """The type of the result, if it is a list that is held apart."""
    type = graph.result.type
    makes = {assignment.target: assignment.operation for assignment in graph.assignments}
    if isinstance(type, tys.List) and ir.is_held(graph.result, makes[graph.result]):
        return type
    return None


def _is_shared(graph: ir.Graph) -> bool:
    """Whether the code may return a tensor, or a view of one, that is not its own: all but its arguments."""
    definitions = {assignment.target: assignment.operation for assignment in graph.assignments}

    pending = [graph.result]
    while pending:
        operation = definitions[pending.pop()]
        match operation:
            case ir.OneHot() | ir.Zero() | ir.Basis():
                return True
            case ir.Given(source):
                if not isinstance(source, ir.Argument):
                    return True
            case ir.Table(weights):
                if not weights:
                    return True
            case (
                ir.Matrix(value) | ir.Slice(value) | ir.Unstack(value) | ir.Item(value) | ir.Narrow(value)
                | ir.Elements(value) | ir.Lengths(value)
            ):  # fmt: skip
                pending.append(value)
            case ir.Sum((value,)):
                pending.append(value)
            case ir.Concat(parts):
                pending.extend(parts)  # all of them may be zero, which is a constant
            case ir.Held(elements, _, lengths):
                pending += [elements, lengths]
            case ir.Stack(elements, rest):
                if not elements and rest is None:
                    return True
                pending += elements if rest is None else [*elements, rest]
            case ir.Call(_, arguments) | ir.Einsum(arguments):
                # A callable may return what it is given, and a sum of one operand is a view of it.
                if not arguments:
                    return True
                pending.extend(arguments)
            case (
                ir.Input() | ir.Shift() | ir.Choose() | ir.Weigh() | ir.Sum() | ir.Concat() | ir.Outer()
                | ir.Contract() | ir.Total() | ir.Apply() | ir.Iterate()
            ):  # fmt: skip
                pass
            case _:
                assert_never(operation)
    return False
