r"""The tensor IR: a neuron as a list of assignments, each one operation on tensors, as plain data.

`str(graph)` prints it:

>>> print(lowered(r"\x:Bool. \n:Nat[3]. iter n { zero => x | succ y => if y then false else true }"))
neuron (x : Bool, n : Nat[3]) : Bool -o Nat[3] -o Bool
  v1 : Bool = input(x)
  v2 : Nat[3] = input(n)
  v4 : Bool = onehot(1)
  v5 : Bool = onehot(0)
  v7 : Bool = iterate(v2, v1)
    step v3 -> v6
      v6 : Bool = choose(v3, [v4 v5])
  return v7

A value of type A is a tensor of shape (*batch, *axes, dim A). The IR never mentions the batch. An axis runs
over the basis of a type: `Basis` opens one, `Contract` and `Matrix` close it. The type takes one dimension,
in which pairs and matrices are flattened row-major. The step of a recurrence is a block inside its operation,
and reads the values outside it.

It has over 300 lines, because an operation stands beside what is said of all of them: `operands` and
`map_operands`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias, assert_never, cast

from cajal_core.base import tys
from cajal_core.base.source import Span
from cajal_core.terms.core import Extern, Learn


@dataclass(frozen=True, slots=True, order=True)
class Axis:
    """A dimension that runs over the basis of a type. Later axes stand to the right of earlier ones."""

    number: int
    size: int

    def __str__(self) -> str:
        return f"a{self.number}:{self.size}"


@dataclass(frozen=True, slots=True)
class Value:
    """The tensor that an assignment names: its type and the axes that it runs over, in order."""

    number: int
    type: tys.Type
    axes: tuple[Axis, ...]

    @property
    def dim(self) -> int:
        return tys.dim(self.type)

    def __hash__(self) -> int:
        return self.number

    def __str__(self) -> str:
        return f"v{self.number}"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of the neuron, by position."""

    position: int
    name: str
    type: tys.Type
    reusable: bool = False


#: What is known only when the neuron is linked or called, and may be a function.
Callee: TypeAlias = Extern | Learn | Argument


def key(callee: Callee) -> str | int:
    """What a callee is found by: the name of a parameter, the position of an argument."""
    match callee:
        case Extern() | Learn():
            return callee.name
        case Argument():
            return callee.position
        case _:
            assert_never(callee)


@dataclass(frozen=True, slots=True)
class Input:
    """The value of an argument that is no function"""

    argument: Argument


@dataclass(frozen=True, slots=True)
class Given:
    """The flattened tensor that is linked, learned or given, not called. Only `specialize` makes it"""

    source: Callee


@dataclass(frozen=True, slots=True)
class OneHot:
    """The basis vector e_index"""

    index: int


@dataclass(frozen=True, slots=True)
class Basis:
    """e_i at each index i of the axis"""

    axis: Axis


@dataclass(frozen=True, slots=True)
class Shift:
    """The vector shifted up by one; its last coordinate falls off, or is kept if `saturate`"""

    vector: Value
    saturate: bool


@dataclass(frozen=True, slots=True)
class Choose:
    """Σ_i weights[i] · branches[i]"""

    weights: Value
    branches: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Σ_ij… weights₁[i] · weights₂[j] · … · table[i, j, …], of zeros and ones. Only `tabulate` makes it

    The table has the shape (dim weights₁, dim weights₂, …, dim), and ones at these places, row-major.
    """

    weights: tuple[Value, ...]
    ones: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weigh:
    """(Σ_i weights[i]) · vector"""

    weights: Value
    vector: Value


@dataclass(frozen=True, slots=True)
class Outer:
    """The outer product, flattened row-major"""

    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Contract:
    """Σ_i weights[i] · vectors at index i, which runs over the axes row-major"""

    weights: Value
    vectors: Value
    over: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix whose column i is `columns` at index i of the axes, flattened row-major"""

    columns: Value
    over: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """A flattened matrix times a vector"""

    matrix: Value
    vector: Value


#: What a dimension of an operand of `Einsum` runs over, or where it is fixed.
Index: TypeAlias = Axis | int


@dataclass(frozen=True, slots=True)
class Einsum:
    """The sum, over all indices but those of the output, of the product of the operands. Only `fuse` makes it

    Each operand has a dimension for each of its axes and for each component of its type (`tys.components`).
    """

    operands: tuple[Value, ...]
    indices: tuple[tuple[Index, ...], ...]
    output: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A parameter, or an argument of function type, called once with all that it takes"""

    callee: Callee
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Iterate:
    """Σ_i weights[i] · Sⁱ base, where S is the block `step`, from `state` to `result`

    Where `tabulate` finds that S sends each e_j to a basis vector or to nothing, `jumps[j]` is its index, or
    else the dimension.
    """

    weights: Value
    base: Value
    name: str
    state: Value
    step: tuple[Assignment, ...]
    result: Value
    span: Span
    jumps: tuple[int, ...] | None = None


Operation: TypeAlias = (
    Input
    | Given
    | OneHot
    | Basis
    | Shift
    | Choose
    | Table
    | Weigh
    | Outer
    | Contract
    | Matrix
    | Apply
    | Einsum
    | Call
    | Iterate
)


def operands(operation: Operation) -> tuple[Value, ...]:
    """The values that an operation reads; of an `Iterate`, those outside its step."""
    match operation:
        case Input() | Given() | OneHot() | Basis():
            return ()
        case Shift(value) | Matrix(value):
            return (value,)
        case Weigh(first, second) | Outer(first, second) | Contract(first, second) | Apply(first, second):
            return (first, second)
        case Iterate(weights, base):
            return (weights, base)
        case Choose(weights, branches):
            return (weights, *branches)
        case Table(values) | Einsum(values) | Call(_, values):
            return values
        case _:
            assert_never(operation)


def map_operands(operation: Operation, change: Callable[[Value], Value]) -> Operation:
    """The operation with each of its `operands` changed; the step of an `Iterate` stays as it is."""
    match operation:
        case Input() | Given() | OneHot() | Basis():
            return operation
        case Shift(vector):
            return replace(operation, vector=change(vector))
        case Choose(weights, branches):
            return Choose(change(weights), tuple(map(change, branches)))
        case Table(weights):
            return replace(operation, weights=tuple(map(change, weights)))
        case Weigh(weights, vector):
            return Weigh(change(weights), change(vector))
        case Outer(left, right):
            return Outer(change(left), change(right))
        case Contract(weights, vectors, over):
            return Contract(change(weights), change(vectors), over)
        case Matrix(columns, over):
            return Matrix(change(columns), over)
        case Apply(matrix, vector):
            return Apply(change(matrix), change(vector))
        case Einsum(factors):
            return replace(operation, operands=tuple(map(change, factors)))
        case Call(callee, arguments):
            return Call(callee, tuple(map(change, arguments)))
        case Iterate(weights, base):
            return replace(operation, weights=change(weights), base=change(base))
        case _:
            assert_never(operation)


@dataclass(frozen=True, slots=True)
class Assignment:
    target: Value
    operation: Operation


#: What a trace shows.
Kind: TypeAlias = Literal["let", "call", "extern", "learn", "argument", "condition", "state"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A sub-term that a trace shows: a `let`, a condition, an `iter`, whose value is its state, or a call.

    What is called is a definition, or what is linked, learned or given. `parent` is the call of a definition
    or the `iter` that it is evaluated in, by its place among the marks of the graph. A call comes behind what
    is evaluated in it, an `iter` before. `made` tells what values were first computed for it: those of the
    numbers behind the first of a pair, up to the second.

    The value of a state may run over axes. `weighed` has what they stand for, one after the other: the axes
    of a vector, and that vector. The values of other marks run over no axes.
    """

    kind: Kind
    name: str
    span: Span
    value: Value
    parent: int | None = None
    weighed: tuple[tuple[tuple[Axis, ...], Value], ...] = ()
    made: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """A compiled term: its arguments, what it reaches, its code and its result. `str()` is for people."""

    type: tys.Type
    arguments: tuple[Argument, ...]
    parameters: tuple[Extern | Learn, ...]
    assignments: tuple[Assignment, ...]
    result: Value
    marks: tuple[Mark, ...] = ()

    def __str__(self) -> str:
        head = ", ".join(f"{argument.name} : {argument.type}" for argument in self.arguments)
        code = _lines(self.assignments, 1)
        return "\n".join([f"neuron ({head}) : {self.type}", *code, f"  return {self.result}"])


def block_text(assignments: tuple[Assignment, ...]) -> str:
    """Assignments as a graph shows them."""
    return "\n".join(_lines(assignments, 0))


def _lines(assignments: tuple[Assignment, ...], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for assignment in assignments:
        target, operation = assignment.target, assignment.operation
        axes = " over " + ", ".join(map(str, target.axes)) if target.axes else ""
        parts = _fields(operation)[:2] if isinstance(operation, Iterate) else _fields(operation)
        shown = ", ".join(filter(None, map(_shown, parts)))
        yield f"{indent}{target} : {target.type}{axes} = {type(operation).__name__.lower()}({shown})"
        if isinstance(operation, Iterate):
            jumps = " jumps" if operation.jumps else ""
            yield f"{indent}  step {operation.state} -> {operation.result}{jumps}"
            yield from _lines(operation.step, depth + 2)


def _fields(operation: Operation) -> tuple[Any, ...]:
    return tuple([getattr(operation, field.name) for field in fields(operation)])


def _shown(part: Any) -> str:
    if isinstance(part, tuple):
        parts = cast("tuple[Any, ...]", part)
        return f"[{' '.join(map(_shown, parts))}]" if len(parts) <= 16 else f"{len(parts)} entries"
    return part.name if isinstance(part, Extern | Learn | Argument) else str(part)
