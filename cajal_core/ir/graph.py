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

An axis may also run over the positions of a list that is held apart (docs/spec.md, section 3.8). Such an axis
is as long as the longest list of the batch when the code runs, and never longer than its size. A value that
an `Input`, a `Held` or a `Call` of an extern makes at a list type is such a list, elements and lengths.
`Elements` and `Lengths` read it, a `Call` may be given it. Any other value at a list type is one vector,
multiplied out.

It has over 300 lines, because an operation stands beside what is said of all of them: `operands`,
`map_operands`, `is_held`, `closed_axes` and `opened_axes`.
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
    """The flattened tensor that is linked, learned or given, not called"""

    source: Callee


@dataclass(frozen=True, slots=True)
class OneHot:
    """The basis vector e_index"""

    index: int


@dataclass(frozen=True, slots=True)
class Zero:
    """The vector of zeros"""


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
class Sum:
    """The sum of vectors"""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The entries from `start` on, as many as the type has: a block, or a whole vector as another type"""

    vector: Value
    start: int


@dataclass(frozen=True, slots=True)
class Concat:
    """The vectors one after the other"""

    parts: tuple[Value, ...]


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
class Total:
    """Σ_i vectors at index i, which runs over the axes"""

    vectors: Value
    over: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class Unstack:
    """The rows of a vector, flattened row-major, over a new axis: the components of an `A ^ n`"""

    vector: Value
    axis: Axis


@dataclass(frozen=True, slots=True)
class Stack:
    """The elements one after the other, then those that `rest` has over `along`, all over a new axis"""

    elements: tuple[Value, ...]
    rest: Value | None
    along: Axis | None
    axis: Axis


@dataclass(frozen=True, slots=True)
class Item:
    """The element at a position of an axis, zero where the lists of a run are shorter"""

    elements: Value
    axis: Axis
    position: int


@dataclass(frozen=True, slots=True)
class Narrow:
    """The elements from `start` on, over a new axis, as many as it has

    There are no more than each of the values `beside` has elements, over the axis that stands with it.
    """

    elements: Value
    along: Axis
    start: int
    axis: Axis
    beside: tuple[tuple[Value, Axis], ...] = ()


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a list that is held apart, over a new axis"""

    sequence: Value
    axis: Axis


@dataclass(frozen=True, slots=True)
class Lengths:
    """The weights of the lengths 0 … k of a `List[k] A` that is held apart, as a `Nat[k + 1]`"""

    sequence: Value


@dataclass(frozen=True, slots=True)
class Held:
    """A list that is held apart: its elements over an axis, and the weights of its lengths"""

    elements: Value
    axis: Axis
    lengths: Value


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
    """The sum, over all indices but those of the output, of the product of the operands. `fuse` makes it

    The lengths of lists that are joined are lowered to one, over the axes of its operands and one index.

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

    With an axis `over`, step i reads the elements at position i of the `inputs`, under the names `items`. So
    the weights are those of the lengths of a list. The order `snoc` begins with the first element, as `iter`
    counts: Σ_i weights[i] · S(… S(S(base, x₁), x₂) …, xᵢ). The order `cons` begins with the last:
    Σ_i weights[i] · S(x₁, S(x₂, … S(xᵢ, base))).
    """

    weights: Value
    base: Value
    name: str
    state: Value
    step: tuple[Assignment, ...]
    result: Value
    span: Span
    jumps: tuple[int, ...] | None = None
    inputs: tuple[Value, ...] = ()
    items: tuple[Value, ...] = ()
    over: Axis | None = None
    order: Literal["snoc", "cons"] = "snoc"


Operation: TypeAlias = (
    Input
    | Given
    | OneHot
    | Zero
    | Basis
    | Shift
    | Choose
    | Table
    | Weigh
    | Sum
    | Slice
    | Concat
    | Outer
    | Contract
    | Total
    | Unstack
    | Stack
    | Item
    | Narrow
    | Elements
    | Lengths
    | Held
    | Matrix
    | Apply
    | Einsum
    | Call
    | Iterate
)


def operands(operation: Operation) -> tuple[Value, ...]:
    """The values that an operation reads; of an `Iterate`, those outside its step."""
    match operation:
        case Input() | Given() | OneHot() | Zero() | Basis():
            return ()
        case Shift(value) | Matrix(value) | Slice(value) | Total(value) | Unstack(value):
            return (value,)
        case Item(value) | Elements(value) | Lengths(value):
            return (value,)
        case Weigh(first, second) | Outer(first, second) | Contract(first, second) | Apply(first, second):
            return (first, second)
        case Held(elements, _, lengths):
            return (elements, lengths)
        case Narrow(elements, _, _, _, beside):
            return (elements, *(value for value, _ in beside))
        case Stack(elements, rest):
            return elements if rest is None else (*elements, rest)
        case Iterate(weights, base, inputs=inputs):
            return (weights, base, *inputs)
        case Choose(weights, branches):
            return (weights, *branches)
        case Table(values) | Einsum(values) | Call(_, values) | Sum(values) | Concat(values):
            return values
        case _:
            assert_never(operation)


def map_operands(operation: Operation, change: Callable[[Value], Value]) -> Operation:
    """The operation with each of its `operands` changed; the step of an `Iterate` stays as it is."""
    match operation:
        case Input() | Given() | OneHot() | Zero() | Basis():
            return operation
        case Shift(vector) | Slice(vector) | Unstack(vector):
            return replace(operation, vector=change(vector))
        case Choose(weights, branches):
            return Choose(change(weights), tuple(map(change, branches)))
        case Table(weights):
            return replace(operation, weights=tuple(map(change, weights)))
        case Weigh(weights, vector):
            return Weigh(change(weights), change(vector))
        case Sum(parts) | Concat(parts):
            return replace(operation, parts=tuple(map(change, parts)))
        case Outer(left, right):
            return Outer(change(left), change(right))
        case Contract(weights, vectors, over):
            return Contract(change(weights), change(vectors), over)
        case Total(vectors):
            return replace(operation, vectors=change(vectors))
        case Stack(elements, rest):
            changed = None if rest is None else change(rest)
            return replace(operation, elements=tuple(map(change, elements)), rest=changed)
        case Item(elements):
            return replace(operation, elements=change(elements))
        case Narrow(elements, beside=beside):
            changed_beside = tuple([(change(value), axis) for value, axis in beside])
            return replace(operation, elements=change(elements), beside=changed_beside)
        case Elements(sequence) | Lengths(sequence):
            return replace(operation, sequence=change(sequence))
        case Held(elements, axis, lengths):
            return Held(change(elements), axis, change(lengths))
        case Matrix(columns, over):
            return Matrix(change(columns), over)
        case Apply(matrix, vector):
            return Apply(change(matrix), change(vector))
        case Einsum(factors):
            return replace(operation, operands=tuple(map(change, factors)))
        case Call(callee, arguments):
            return Call(callee, tuple(map(change, arguments)))
        case Iterate(weights, base, inputs=inputs):
            changed_inputs = tuple(map(change, inputs))
            return replace(operation, weights=change(weights), base=change(base), inputs=changed_inputs)
        case _:
            assert_never(operation)


def is_held(target: Value, operation: Operation) -> bool:
    """Whether an operation makes a list that is held apart."""
    if not isinstance(target.type, tys.List):
        return False
    # What else is called is a matrix, or stands for one.
    return isinstance(operation, Input | Held) or (
        isinstance(operation, Call) and isinstance(operation.callee, Extern)
    )


def closed_axes(operation: Operation) -> frozenset[Axis]:
    """The axes of its operands that the result of an operation does not run over."""
    match operation:
        case Contract(_, _, over) | Total(_, over) | Matrix(_, over):
            return frozenset(over)
        case Item(_, axis) | Held(_, axis):
            return frozenset({axis})
        case Narrow(elements, along, beside=beside):
            # Of the values beside only the length is read.
            return frozenset({along, *(axis for value, _ in beside for axis in value.axes)}) - (
                {*elements.axes} - {along}
            )
        case Stack(along=along) | Iterate(over=along):
            return frozenset() if along is None else frozenset({along})
        case (
            Input() | Given() | OneHot() | Zero() | Basis() | Shift() | Choose() | Table() | Weigh() | Sum()
            | Slice() | Concat() | Outer() | Unstack() | Elements() | Lengths() | Apply() | Einsum() | Call()
        ):  # fmt: skip
            return frozenset()
        case _:
            assert_never(operation)


def opened_axes(operation: Operation) -> frozenset[Axis]:
    """The axes that an operation makes."""
    match operation:
        case Basis(axis) | Unstack(_, axis) | Stack(axis=axis) | Narrow(axis=axis) | Elements(_, axis):
            return frozenset({axis})
        case (
            Input() | Given() | OneHot() | Zero() | Shift() | Choose() | Table() | Weigh() | Sum() | Slice()
            | Concat() | Outer() | Contract() | Total() | Item() | Lengths() | Held() | Matrix() | Apply()
            | Einsum() | Call() | Iterate()
        ):  # fmt: skip
            return frozenset()
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
class Length:
    """How many elements a list has: so many more than what an argument or an extern gives, if it has that."""

    source: Argument | Extern | None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Join:
    """Lists that a comprehension reads in step in every call, first those that come from outside."""

    lengths: tuple[Length, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Graph:
    """A compiled term: its arguments, what it reaches, its code and its result. `str()` is for people."""

    type: tys.Type
    arguments: tuple[Argument, ...]
    parameters: tuple[Extern | Learn, ...]
    assignments: tuple[Assignment, ...]
    result: Value
    marks: tuple[Mark, ...] = ()
    joins: tuple[Join, ...] = ()

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
        parts = (
            (operation.weights, operation.base, *operation.inputs)
            if isinstance(operation, Iterate)
            else _fields(operation)
        )
        shown = ", ".join(filter(None, map(_shown, parts)))
        yield f"{indent}{target} : {target.type}{axes} = {type(operation).__name__.lower()}({shown})"
        if isinstance(operation, Iterate):
            jumps = " jumps" if operation.jumps else ""
            reads = "".join([f" {item}" for item in operation.items])
            order = f" {operation.order} over {operation.over}" if operation.over else ""
            yield f"{indent}  step {operation.state}{reads} -> {operation.result}{jumps}{order}"
            yield from _lines(operation.step, depth + 2)


def _fields(operation: Operation) -> tuple[Any, ...]:
    return tuple([getattr(operation, field.name) for field in fields(operation)])


def _shown(part: Any) -> str:
    if isinstance(part, tuple):
        parts = cast("tuple[Any, ...]", part)
        return f"[{' '.join(map(_shown, parts))}]" if len(parts) <= 16 else f"{len(parts)} entries"
    return part.name if isinstance(part, Extern | Learn | Argument) else str(part)
