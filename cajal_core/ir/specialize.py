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
from cajal_core.diagnostics.errors import InternalError
from cajal_core.ir import graph as ir
from cajal_core.ir.builder import axes_of, union


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
    return ir.Graph(type, arguments, graph.parameters, tuple(code), result, joins=graph.joins)


@dataclass(slots=True)
class _Specializer:
    graph: ir.Graph
    given: int
    tensors: frozenset[str | int]
    #: What each value has become.
    values: dict[ir.Value, ir.Value] = field(default_factory=dict[ir.Value, ir.Value])
    #: The axes of the arguments that do not come, one for each component.
    missing: dict[int, tuple[ir.Axis, ...]] = field(default_factory=dict[int, tuple[ir.Axis, ...]])
    #: The lists that are held apart.
    held: set[ir.Value] = field(default_factory=set[ir.Value])
    sources: dict[ir.Callee, ir.Value] = field(default_factory=dict[ir.Callee, ir.Value])
    #: The code outside of all steps.
    code: list[ir.Assignment] = field(default_factory=list[ir.Assignment])
    numbers: int = 0
    axes: int = 0

    def __post_init__(self) -> None:
        values, axes = _numbers(self.graph.assignments)
        self.numbers = values
        for argument in self.graph.arguments[self.given :]:
            if isinstance(argument.type, tys.List):
                raise InternalError(f"the list {argument.name} has no basis vectors that are held apart")
            sizes = [tys.dim(argument.type)] if _has_arrow(argument.type) else tys.components(argument.type)
            numbers = range(axes + 1, axes + 1 + len(sizes))
            self.missing[argument.position] = tuple(map(ir.Axis, numbers, sizes))
            axes += len(sizes)
        self.axes = axes

    def block(self, assignments: Iterable[ir.Assignment], code: list[ir.Assignment]) -> list[ir.Assignment]:
        for assignment in assignments:
            target, operation = assignment.target, assignment.operation
            match operation:
                case ir.Input(argument) if argument.position in self.missing:
                    self.values[target] = self.tensor(code, argument)
                case ir.Call(callee, arguments) if self.is_tensor(callee):
                    value = self.tensor(code, callee)
                    if ir.is_held(target, operation):
                        raise InternalError(f"the columns of {callee.name} are not held apart")
                    for argument in arguments:
                        vector = self.vector(code, argument)
                        assert isinstance(value.type, tys.Arrow)
                        applied = ir.Apply(value, vector)
                        value = self.emit(code, applied, value.type.result, union(value, vector))
                    self.values[target] = value
                case ir.Einsum(operands, indices, output):
                    # As it is lowered, it sums over no axis, and indices begin with the axes.
                    values = tuple([self.values[operand] for operand in operands])
                    axes = union(*values)
                    changed_indices = tuple(
                        [
                            (*value.axes, *index[len(operand.axes) :])
                            for operand, value, index in zip(operands, values, indices, strict=True)
                        ]
                    )
                    changed_output = (*axes, *output[len(target.axes) :])
                    self.keep(code, target, ir.Einsum(values, changed_indices, changed_output), axes)
                case ir.Iterate():
                    outer = ir.map_operands(operation, self.values.__getitem__)
                    assert isinstance(outer, ir.Iterate)
                    closed = ir.closed_axes(outer)
                    inner = {
                        state: tuple([axis for axis in union(*sources) if axis not in closed])
                        for state, *sources in (
                            (outer.state, *ir.operands(outer)),
                            *zip(outer.items, outer.inputs, strict=True),
                        )
                    }
                    inside = {value: dataclasses.replace(value, axes=axes) for value, axes in inner.items()}
                    self.values.update(inside)
                    changed = dataclasses.replace(
                        outer,
                        state=inside[outer.state],
                        items=tuple(map(inside.__getitem__, outer.items)),
                        step=tuple(self.block(outer.step, [])),
                        result=self.values[operation.result],
                    )
                    self.keep(code, target, changed, axes_of(changed))
                case (
                    ir.Input() | ir.Given() | ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Choose()
                    | ir.Table() | ir.Weigh() | ir.Sum() | ir.Slice() | ir.Concat() | ir.Outer()
                    | ir.Contract() | ir.Total() | ir.Unstack() | ir.Stack() | ir.Item() | ir.Narrow()
                    | ir.Elements() | ir.Lengths() | ir.Held() | ir.Matrix() | ir.Apply() | ir.Call()
                ):  # fmt: skip
                    changed = ir.map_operands(operation, self.values.__getitem__)
                    self.keep(code, target, changed, axes_of(changed))
                    if ir.is_held(target, operation):
                        self.held.add(self.values[target])
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

    def vector(self, code: list[ir.Assignment], argument: ir.Value) -> ir.Value:
        """What a matrix is multiplied by: a list that is held apart is multiplied out."""
        value = self.values[argument]
        if value not in self.held:
            return value
        assert isinstance(value.type, tys.List)
        element, most = value.type.element, value.type.most
        self.axes += 1
        axis = ir.Axis(self.axes, most)
        elements = self.emit(code, ir.Elements(value, axis), element, {*value.axes, axis})
        lengths = self.emit(code, ir.Lengths(value), tys.Nat(most + 1), value.axes)
        product = self.emit(code, ir.OneHot(0), tys.Unit(), ())
        parts = list[ir.Value]()
        for length in range(most + 1):
            if length:
                item = self.emit(code, ir.Item(elements, axis, length - 1), element, value.axes)
                longer = tys.Product(product.type, element)
                product = self.emit(code, ir.Outer(product, item), longer, value.axes)
            weight = self.emit(code, ir.Slice(lengths, length), tys.Unit(), value.axes)
            parts.append(self.emit(code, ir.Weigh(weight, product), product.type, value.axes))
        return self.emit(code, ir.Concat(tuple(parts)), value.type, value.axes)

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
        case (
            tys.Bool() | tys.Nat() | tys.Unit() | tys.Data() | tys.Space() | tys.With() | tys.Power()
            | tys.List()
        ):  # fmt: skip
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
            own += operation.state, *operation.items
            values, axes = max(values, inner[0]), max(axes, inner[1])
        values = max(values, *(value.number for value in own))
        axes = max([axes, *(axis.number for value in own for axis in value.axes)])
    return values, axes
