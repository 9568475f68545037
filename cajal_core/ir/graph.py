"""The tensor IR: straight-line code over batched vectors, as plain data.

A value of type A is a tensor of shape (*batch, *axes, dim A): batch dimensions that the IR never
mentions, named axes that run over a basis, and one flattened axis for the type. `Basis` opens an
axis, `Contract` and `Matrix` close it. Steps of a recurrence are nested blocks, which see the
values outside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, cast

from cajal_core.base import tys
from cajal_core.base.source import Span


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


@dataclass(frozen=True, slots=True)
class Extern:
    """A parameter that Python links."""

    name: str
    type: tys.Type


@dataclass(frozen=True, slots=True)
class Learn:
    """A tensor that the neuron trains."""

    name: str
    type: tys.Type


@dataclass(frozen=True, slots=True)
class Input:
    """The value of an argument that is no function"""

    argument: Argument


@dataclass(frozen=True, slots=True)
class Given:
    """The flattened tensor that is linked, learned or given, not called. Only `specialize` makes it"""

    source: Extern | Learn | Argument


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
    """Σ_ij… weights₁[i] · weights₂[j] · … · table[i, j, …], of zeros and ones. Only `optimize` makes it

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

    callee: Extern | Learn | Argument
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Iterate:
    """Σ_i weights[i] · Sⁱ base, where S is the block `step`, from `state` to `result`

    Where `optimize` finds that S sends each e_j to a basis vector or to nothing, `jumps[j]` is its index, or
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


@dataclass(frozen=True, slots=True)
class Assignment:
    target: Value
    operation: Operation


@dataclass(frozen=True, slots=True)
class Mark:
    """A sub-term that a trace shows: a `let`, a call of a definition, or a condition."""

    kind: Literal["let", "call", "condition"]
    name: str
    span: Span
    value: Value


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
        code = _dump(self.assignments, 1)
        return "\n".join([f"neuron ({head}) : {self.type}", *code, f"  return {self.result}"])


def _dump(assignments: tuple[Assignment, ...], depth: int) -> Iterator[str]:
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
            yield from _dump(operation.step, depth + 2)


def _fields(operation: Operation) -> tuple[Any, ...]:
    return tuple([getattr(operation, each.name) for each in fields(operation)])


def _shown(part: Any) -> str:
    if isinstance(part, tuple):
        parts = cast("tuple[Any, ...]", part)
        return f"[{' '.join(map(_shown, parts))}]" if len(parts) <= 16 else f"{len(parts)} entries"
    return part.name if isinstance(part, Extern | Learn | Argument) else str(part)
