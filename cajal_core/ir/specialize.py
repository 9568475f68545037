r"""A pass of the tensor IR for one kind of call: which arguments come, and which functions are tensors.

The IR that is lowered calls every extern and function argument, since it may be a Python callable. Here those
that are tensors are multiplied by instead, so that `fuse` can join the product with what is around it.

>>> graph = lowered(r"\f:Bool -o Bool. \x:Bool. f x")
>>> print(graph)
neuron (f : Bool -o Bool, x : Bool) : (Bool -o Bool) -o Bool -o Bool
  v1 : Bool = input(x)
  v2 : Bool = call(f, [v1])
  return v2
>>> print(specialize(graph, given=2, tensors=frozenset({0})))
neuron (f : Bool -o Bool, x : Bool) : Bool
  v1 : Bool = input(x)
  v3 : Bool -o Bool = given(f)
  v4 : Bool = apply(v3, v1)
  return v4

An argument that does not come runs over its basis. The result is the matrix of the function that is left.

>>> print(specialize(graph, given=1, tensors=frozenset({0})))
neuron (f : Bool -o Bool) : Bool -o Bool
  v3 : Bool over a1:2 = basis(a1:2)
  v4 : Bool -o Bool = given(f)
  v5 : Bool over a1:2 = apply(v4, v3)
  v6 : Bool -o Bool = matrix(v5, [a1:2])
  return v6
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from cajal_core.base import tys
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import union


def specialize(graph: ir.Graph, given: int, tensors: frozenset[str | int]) -> ir.Graph:
    """The graph called with so many arguments, where callees are tensors: by name, or by position."""
    specializer = _Specializer(graph, given, tensors)
    code = specializer.code
    specializer.block(graph.assignments, code)
    result, type = specializer.values[graph.result], graph.type
    for argument in reversed(graph.arguments[given:]):
        over = specializer.missing[argument.position]
        arrow = tys.Arrow(argument.type, result.type)
        result = specializer.emit(code, ir.Matrix(result, over), arrow, set(result.axes) - set(over))
    for _ in range(given):
        assert isinstance(type, tys.Arrow)
        type = type.result
    arguments = graph.arguments[:given]
    return ir.Graph(type, arguments, graph.parameters, tuple(code), result)


@dataclass(slots=True)
class _Specializer:
    graph: ir.Graph
    given: int
    tensors: frozenset[str | int]
    #: What each value has become.
    values: dict[ir.Value, ir.Value] = field(default_factory=dict[ir.Value, ir.Value])
    #: The axes of the arguments that do not come, one for each component.
    missing: dict[int, tuple[ir.Axis, ...]] = field(default_factory=dict[int, tuple[ir.Axis, ...]])
    sources: dict[ir.Callee, ir.Value] = field(default_factory=dict[ir.Callee, ir.Value])
    #: The code outside of all steps.
    code: list[ir.Assignment] = field(default_factory=list[ir.Assignment])
    numbers: int = 0

    def __post_init__(self) -> None:
        values, axes = _numbers(self.graph.assignments)
        self.numbers = values
        for argument in self.graph.arguments[self.given :]:
            sizes = [tys.dim(argument.type)] if _has_arrow(argument.type) else tys.components(argument.type)
            numbers = range(axes + 1, axes + 1 + len(sizes))
            self.missing[argument.position] = tuple(map(ir.Axis, numbers, sizes))
            axes += len(sizes)

    def block(self, assignments: Iterable[ir.Assignment], code: list[ir.Assignment]) -> list[ir.Assignment]:
        for assignment in assignments:
            target, operation = assignment.target, assignment.operation
            match operation:
                case ir.Input(argument) if argument.position in self.missing:
                    self.values[target] = self.tensor(code, argument)
                case ir.Call(callee, arguments) if self.is_tensor(callee):
                    value = self.tensor(code, callee)
                    for argument in arguments:
                        vector = self.values[argument]
                        assert isinstance(value.type, tys.Arrow)
                        applied = ir.Apply(value, vector)
                        value = self.emit(code, applied, value.type.result, union(value, vector))
                    self.values[target] = value
                case ir.Iterate(weights, base, _, state, step, result):
                    inside = dataclasses.replace(state, axes=union(self.values[weights], self.values[base]))
                    self.values[state] = inside
                    inner = tuple(self.block(step, []))
                    changed = dataclasses.replace(
                        operation,
                        weights=self.values[weights],
                        base=self.values[base],
                        state=inside,
                        step=inner,
                        result=self.values[result],
                    )
                    self.keep(code, target, changed, _axes(changed))
                case (
                    ir.Input() | ir.Given() | ir.OneHot() | ir.Basis() | ir.Shift() | ir.Choose() | ir.Table()
                    | ir.Weigh() | ir.Outer() | ir.Contract() | ir.Matrix() | ir.Apply() | ir.Einsum()
                    | ir.Call()
                ):  # fmt: skip
                    changed = ir.map_operands(operation, self.values.__getitem__)
                    self.keep(code, target, changed, _axes(changed))
                case _:
                    assert_never(operation)
        return code

    def is_tensor(self, callee: ir.Callee) -> bool:
        key = ir.key(callee)
        return key in self.tensors or key in self.missing

    def tensor(self, code: list[ir.Assignment], source: ir.Callee) -> ir.Value:
        """The tensor that is given, or all basis vectors of an argument that is not."""
        if isinstance(source, ir.Argument) and source.position in self.missing:
            return self.basis(code, source.type, [*self.missing[source.position]])
        if source not in self.sources:
            # Outside of all steps, where everything sees it.
            self.sources[source] = self.emit(self.code, ir.Given(source), source.type, ())
        return self.sources[source]

    def basis(self, code: list[ir.Assignment], type: tys.Type, axes: list[ir.Axis]) -> ir.Value:
        """All basis vectors of a type, over the first of some axes, which are used up."""
        if isinstance(type, tys.Product) and not _has_arrow(type):
            left = self.basis(code, type.left, axes)
            right = self.basis(code, type.right, axes)
            return self.emit(code, ir.Outer(left, right), type, union(left, right))
        axis = axes.pop(0)
        return self.emit(code, ir.Basis(axis), type, {axis})

    def emit(
        self, code: list[ir.Assignment], operation: ir.Operation, type: tys.Type, axes: Iterable[ir.Axis]
    ) -> ir.Value:
        self.numbers += 1
        value = ir.Value(self.numbers, type, ())
        return self.keep(code, value, operation, axes)

    def keep(
        self, code: list[ir.Assignment], target: ir.Value, operation: ir.Operation, axes: Iterable[ir.Axis]
    ) -> ir.Value:
        value = dataclasses.replace(target, axes=tuple(sorted(axes)))
        code.append(ir.Assignment(value, operation))
        self.values[target] = value
        return value


def _has_arrow(type: tys.Type) -> bool:
    """Whether a component of a type is a function."""
    match type:
        case tys.Product(left, right):
            return _has_arrow(left) or _has_arrow(right)
        case tys.Arrow():
            return True
        case tys.Bool() | tys.Nat() | tys.Unit() | tys.Data() | tys.Space():
            return False
        case _:
            assert_never(type)


def _numbers(assignments: Iterable[ir.Assignment]) -> tuple[int, int]:
    """The greatest numbers of a value and of an axis."""
    values = axes = 0
    for assignment in assignments:
        operation = assignment.operation
        own = [assignment.target]
        if isinstance(operation, ir.Iterate):
            inner = _numbers(operation.step)
            own.append(operation.state)
            values, axes = max(values, inner[0]), max(axes, inner[1])
        values = max(values, *(value.number for value in own))
        axes = max([axes, *(axis.number for value in own for axis in value.axes)])
    return values, axes


def _axes(operation: ir.Operation) -> set[ir.Axis]:
    """The axes of a value, of operands that may run over more than they did."""
    axes = set(union(*ir.operands(operation)))
    match operation:
        case ir.Basis(axis):
            return {axis}
        case ir.Contract(_, _, over) | ir.Matrix(_, over):
            return axes - set(over)
        case ir.Iterate(result=result):
            return axes | {*result.axes}
        case (
            ir.Input() | ir.Given() | ir.OneHot() | ir.Shift() | ir.Choose() | ir.Table() | ir.Weigh()
            | ir.Outer() | ir.Apply() | ir.Einsum() | ir.Call()
        ):  # fmt: skip
            return axes
        case _:
            assert_never(operation)
