r"""The pass from tensor IR to Python source over torch, and to the function that the source defines.

Each assignment becomes a line or two. The step of a recurrence becomes a function of its own.

>>> print(emit(tabulate(lowered(r"\x:Bool. if x then false else true"))).source)
def run(inputs, constants, call, calls, recur, record):
    v1 = inputs[0]
    v4 = look_up(v1, constants[0])
    return v4
<BLANKLINE>

The source never mentions the batch: it counts dimensions from the right, so that leading ones broadcast.

This is more than 300 lines, because the code of all operations of the closed union stands together.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeAlias, assert_never

import torch
from torch import Tensor
from torch.nn.functional import pad

from cajal_core.backend import masked, product
from cajal_core.backend.einsum import einsum
from cajal_core.backend.finite import absorbing
from cajal_core.backend.positions import concat, item, narrow, stack
from cajal_core.base import tys
from cajal_core.diagnostics.errors import EMITTED
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import free
from cajal_core.ir.schedule import together

#: `run(inputs, constants, call, calls, recur, record)`: the tensors of the arguments, those of the constants,
#: how a parameter or an argument is called, how several are that do not read each other, how a recurrence is
#: run, and the `Recorder` of the marked values.
Run: TypeAlias = Callable[..., Tensor]

#: Tables of more entries are kept as an index.
DENSE = 2**12
#: The functions of `product` that `masked` has too.
_PRODUCTS = ("times", "choose", "contract", "look_up", "outer")
_PARAMETERS = "inputs, constants, call, calls, recur, record"


@dataclass(frozen=True, slots=True)
class Zeros:
    """A matrix of zeros, and ones at some places, row-major."""

    shape: tuple[int, int]
    ones: tuple[int, ...]

    def tensor(self, dtype: torch.dtype, device: torch.device) -> Tensor:
        places = torch.tensor(self.ones, dtype=torch.long, device=device)
        flat = torch.zeros(self.shape[0] * self.shape[1], dtype=dtype, device=device)
        return flat.index_fill(0, places, 1).reshape(self.shape)


@dataclass(frozen=True, slots=True)
class Indices:
    """A vector of integers."""

    entries: tuple[int, ...]

    def tensor(self, dtype: torch.dtype, device: torch.device) -> Tensor:
        return torch.tensor(self.entries, dtype=torch.long, device=device)


def repeats(size: int, each: int, times: int) -> Zeros:
    """The matrix that repeats each entry of a vector (size,) so often, and the whole then so many times."""
    width = size * each * times
    ones = sorted(column // each % size * width + column for column in range(width))
    return Zeros((size, width), tuple(ones))


Constant: TypeAlias = Zeros | Indices


@dataclass(frozen=True, slots=True)
class Code:
    """Code that is given constants."""

    constants: tuple[Constant, ...]

    def tensors(self, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
        """The constants as tensors."""
        return [constant.tensor(dtype, device) for constant in self.constants]


@dataclass(frozen=True, slots=True)
class Emitted(Code):
    """The source of a graph, the function that it defines, and the constants that it is given.

    `masked` is the function for where no value may decide what runs: its products are those of `masked`.
    `parts` has the lines of each assignment, by the number of its value; of a recurrence, its step before.
    """

    source: str
    run: Run
    masked: Run
    parts: Mapping[int, str]

    def __str__(self) -> str:
        return self.source


def emit(graph: ir.Graph, record: bool = False, careful: bool = False) -> Emitted:
    """The code of a graph.

    A recurrence is `recur(number, weights, base, step, jumps)`, numbered as in `analysis.recurrences`. One
    with inputs is `recur(…, jumps, inputs, order)`, with the positions as the first dimension. With
    `record`, the code calls `record.mark(value number, tensor)` for each marked value. With either, zero
    times whatever is zero in it: each sum of products is a function that `absorbing` calls.
    """
    marked = {mark.value for mark in graph.marks if mark.kind != "state"}  # `recur` sees the states
    marked |= {weights for mark in graph.marks for _, weights in mark.weighed}
    is_careful = record or careful  # then each call is looked at by itself
    emitter = _Emitter(marked if record else set(), is_careful, joins=not is_careful)
    body = [*emitter.block(graph.assignments), f"    return {_name(graph.result)}"]
    source = "\n".join([*emitter.steps, f"def run({_PARAMETERS}):", *body, ""])
    run, of_masks = (_defined(source, products)["run"] for products in (product, masked))
    return Emitted(tuple(emitter.constants), source, run, of_masks, emitter.parts)


@dataclass(frozen=True, slots=True)
class Operations(Code):
    """The code of a graph, a function for each assignment, which whoever walks the graph calls.

    `operation(target)` takes the operands, each once, then what `run` takes. `step(number)` is that of a
    recurrence: it takes the state, the items and the values outside of it, then the same.
    """

    functions: Mapping[str, Run]
    masked: Mapping[str, Run]


def emit_operations(graph: ir.Graph, careful: bool = False) -> Operations:
    """The code of a graph, apart for each assignment, those of steps too, and for each whole step."""
    emitter = _Emitter(set(), careful, joins=False, apart=[])
    deque(emitter.block(graph.assignments), 0)
    source = "\n".join([*emitter.steps, *(emitter.apart or [])])
    return Operations(tuple(emitter.constants), _defined(source, product), _defined(source, masked))


def _defined(source: str, products: ModuleType) -> dict[str, Run]:
    """The functions that some source defines, with these products."""
    namespace: dict[str, Any] = {
        "torch": torch,
        "pad": pad,
        "absorbing": absorbing,
        "apply": product.apply,
        **{function.__name__: function for function in (concat, item, narrow, stack)},
        **{name: getattr(products, name) for name in _PRODUCTS},
    }
    known = {*namespace, "__builtins__"}
    exec(compile(source, EMITTED, "exec"), namespace)  # noqa: S102  # our own code, made above
    return {name: function for name, function in namespace.items() if name not in known}


@dataclass(slots=True)
class _Emitter:
    marked: set[ir.Value]
    careful: bool
    #: Whether calls that stand together are made together.
    joins: bool
    #: The code of the steps, innermost first.
    steps: list[str] = field(default_factory=list[str])
    recurrences: int = 0
    #: The values that are all basis vectors over an axis.
    bases: set[ir.Value] = field(default_factory=set[ir.Value])
    #: Those that are zero, and the lists that are held apart.
    zeros: set[ir.Value] = field(default_factory=set[ir.Value])
    held: set[ir.Value] = field(default_factory=set[ir.Value])
    constants: dict[Constant, int] = field(default_factory=dict["Constant", int])
    #: The lines of each value.
    parts: dict[int, str] = field(default_factory=dict[int, str])
    #: A function for each assignment, if they are wanted.
    apart: list[str] | None = None

    def block(self, assignments: tuple[ir.Assignment, ...]) -> Iterator[str]:
        done, place = _done(assignments), 0
        for calls in together(assignments):
            if len(calls) > 1 and self.joins:
                yield from self.several(calls)
            else:
                for assignment in calls:
                    yield from self.single(assignment)
            dead = [value for own in range(place, place + len(calls)) for value in done.get(own, ())]
            if dead:
                yield f"    del {', '.join(map(_name, dead))}"
            place += len(calls)

    def single(self, assignment: ir.Assignment) -> Iterator[str]:
        if isinstance(assignment.operation, ir.Zero):
            self.zeros.add(assignment.target)
        if ir.is_held(assignment.target, assignment.operation):
            self.held.add(assignment.target)
        lines = [*self.assignment(assignment.target, assignment.operation)]
        if self.careful and _multiplies(assignment.operation):
            lines = [*_absorbing(assignment.target, assignment.operation, lines)]
        step = self.steps[-1:] if isinstance(assignment.operation, ir.Iterate) else []
        self.parts[assignment.target.number] = "\n".join([*step, *lines])
        if self.apart is not None and not isinstance(assignment.operation, ir.Iterate):
            target, operands = assignment.target, dict.fromkeys(ir.operands(assignment.operation))
            head = f"def operation{target.number}({', '.join([*map(_name, operands), _PARAMETERS])}):"
            inside = [f"    {line}" for line in lines]
            self.apart.append("\n".join([head, *inside, f"    return {_name(target)}", ""]))
        for line in lines:
            yield f"    {line}"
        yield from self.mark(assignment.target)

    def several(self, assignments: tuple[ir.Assignment, ...]) -> Iterator[str]:
        """Calls that do not read each other, as one line, which is part of each."""
        names, requests = list[str](), list[str]()
        for assignment in assignments:
            if isinstance(assignment.operation, ir.Call):
                names.append(_name(assignment.target))
                requests.append(f"({self.called(assignment.target, assignment.operation)})")
        line = f"{', '.join(names)} = calls({', '.join(requests)})"
        self.parts.update(dict.fromkeys([each.target.number for each in assignments], line))
        yield f"    {line}"

    def constant(self, constant: Constant) -> str:
        return f"constants[{self.constants.setdefault(constant, len(self.constants))}]"

    def mark(self, value: ir.Value) -> Iterator[str]:
        if value in self.marked:
            yield f"    record.mark({value.number}, {_name(value)})"

    def assignment(self, target: ir.Value, operation: ir.Operation) -> Iterator[str]:
        name, dim, axes = _name(target), target.dim, target.axes
        match operation:
            case ir.Input(ir.Argument(position, type=tys.List())):
                yield f"{name} = inputs[{position}]"
            case ir.Input(argument):
                rank = len(tys.shape(argument.type))
                flat = f".flatten({-rank})" if rank > 1 else ""
                yield f"{name} = inputs[{argument.position}]{flat}"
            case ir.Given(source):
                if isinstance(source, ir.Argument):
                    yield from self.assignment(target, ir.Input(source))
                else:
                    matrix = ".flatten(-2)" if isinstance(source.type, tys.Arrow) else ""
                    yield f'{name} = call("{source.name}", 0){matrix}'
            case ir.OneHot(index):
                yield f"{name} = {self.constant(Zeros((1, dim), (index,)))}.squeeze(0)"
            case ir.Zero():
                yield f"{name} = {self.constant(Zeros((1, dim), ()))}.squeeze(0)"
            case ir.Basis(axis):
                size = axis.size
                self.bases.add(target)
                yield f"{name} = {self.constant(Zeros((size, size), tuple(range(0, size**2, size + 1))))}"
            case ir.Table():
                yield from self.table(name, target, operation)
            case ir.Shift(vector, saturate):
                shifted = f"pad({_name(vector)}[..., :-1], (1, 0))"
                kept = f" + pad({_name(vector)}[..., -1:], ({dim - 1}, 0))" if saturate else ""
                yield f"{name} = {shifted}{kept}"
            case ir.Choose(weights, branches):
                given = ", ".join([_aligned(value, axes) for value in (weights, *branches)])
                yield f"{name} = choose({given})"
            case ir.Weigh(weights, vector):
                weight = f"{_aligned(weights, axes)}.sum(-1, keepdim=True)"
                yield f"{name} = times({weight}, {_aligned(vector, axes)})"
            case ir.Sum(parts):
                yield f"{name} = {' + '.join([_aligned(part, axes) for part in parts])}"
            case ir.Slice(vector, start):
                whole = start == 0 and dim == vector.dim
                yield f"{name} = {_name(vector)}" + ("" if whole else f"[..., {start}:{start + dim}]")
            case ir.Concat(parts):
                yield from self.concat(name, parts, axes)
            case ir.Outer(left, right):
                first, second = _aligned(left, axes), _aligned(right, axes)
                yield f"{name} = ({first}.unsqueeze(-1) * {second}.unsqueeze(-2)).flatten(-2)"
            case ir.Contract(weights, vectors, over):
                yield f"{name} = {_contraction(weights, vectors, over, axes)}"
            case ir.Total(vectors, over):
                yield f"{name} = {_name(vectors)}.sum({[_position(axis, vectors.axes) for axis in over]})"
            case ir.Unstack(vector, axis):
                rows = f"{_name(vector)}.unflatten(-1, ({axis.size}, {dim}))"
                yield f"{name} = {rows}{_moved(-2, _position(axis, axes))}"
            case ir.Stack(elements, rest, along, axis):
                own, place = tuple([each for each in axes if each != axis]), _position(axis, axes)
                parts = "".join([f", {_aligned(element, own)}" for element in elements])
                if rest is not None and along is not None:
                    parts += f", rest={_exchanged(rest, along, axis, axes)}"
                if not parts:
                    yield f"{name} = {self.constant(Zeros((0, dim), ()))}"
                else:
                    yield f"{name} = stack({place}, {axis.size}{parts})"
            case ir.Item(elements, axis, position):
                yield f"{name} = item({_name(elements)}, {_position(axis, elements.axes)}, {position})"
            case ir.Narrow(elements, along, start, axis, beside):
                lengths = [f"{_name(value)}.shape[{_position(own, value.axes)}]" for value, own in beside]
                most = ", ".join([str(axis.size), *lengths])
                whole, place = _exchanged(elements, along, axis, axes), _position(axis, axes)
                yield f"{name} = narrow({whole}, {place}, {start}, {most})"
            case ir.Elements(sequence, axis):
                yield f"{name} = {_name(sequence)}[0]{_moved(-2, _position(axis, axes))}"
            case ir.Lengths(sequence):
                yield f"{name} = {_name(sequence)}[1]"
            case ir.Held(elements, axis, lengths):
                inside = tuple(sorted({*axes, axis}))
                whole = f"{_aligned(elements, inside)}{_moved(_position(axis, inside), -2)}"
                yield f"{name} = ({whole}, {_aligned(lengths, axes)})"
            case ir.Matrix(columns, over):
                yield f"{name} = {_columns(columns, over, axes)}"
            case ir.Apply(matrix, vector):
                shape = (dim, vector.dim)
                square = f"{_aligned(matrix, axes)}.unflatten(-1, {shape})"
                yield f"{name} = apply({square}, {_aligned(vector, axes)})"
            case ir.Einsum():
                yield from einsum(name, operation, len(target.axes))
            case ir.Call():
                yield f"{name} = call({self.called(target, operation)})"
            case ir.Iterate():
                yield from self.recurrence(name, axes, operation)
            case _:
                assert_never(operation)

    def called(self, target: ir.Value, call: ir.Call) -> str:
        """What a call is given: the callee, the number of axes, and its arguments over these."""
        given = "".join([f", {self.argument(argument, target.axes)}" for argument in call.arguments])
        key = json.dumps(ir.key(call.callee), ensure_ascii=False)  # a name in double quotes, or a number
        return f"{key}, {len(target.axes)}{given}"

    def argument(self, value: ir.Value, axes: tuple[ir.Axis, ...]) -> str:
        """What a callable is given. The elements of a list have a dimension more."""
        if value not in self.held or value.axes == axes:
            return _aligned(value, axes)
        places = ", ".join([":" if axis in value.axes else "None" for axis in axes])
        return f"({_name(value)}[0][..., {places}, :, :], {_name(value)}[1][..., {places}, :])"

    def concat(self, name: str, parts: tuple[ir.Value, ...], axes: tuple[ir.Axis, ...]) -> Iterator[str]:
        """Vectors one after the other, of which zeros are only counted."""
        places = [place for place, part in enumerate(parts) if part not in self.zeros]
        if not places:
            yield f"{name} = {self.constant(Zeros((1, sum([part.dim for part in parts])), ()))}.squeeze(0)"
            return
        first, last = places[0], places[-1]
        before, after = (
            sum([part.dim for part in parts[:first]]),
            sum([part.dim for part in parts[last + 1 :]]),
        )
        given = ", ".join([_aligned(part, axes) for part in parts[first : last + 1]])
        inside = given if first == last else f"concat({given})"
        yield f"{name} = pad({inside}, ({before}, {after}))" if before or after else f"{name} = {inside}"

    def table(self, name: str, target: ir.Value, table: ir.Table) -> Iterator[str]:
        """The outer product of the weights times a matrix."""
        dims, size = [weight.dim for weight in table.weights], target.dim
        rows = math.prod(dims)
        if len(dims) == 1 and rows * size > DENSE and not isinstance(target.type, tys.Arrow):
            vector, index = _name(table.weights[0]), [size] * rows
            for place in table.ones:
                index[place // size] = place % size
            places = self.constant(Indices(tuple(index)))
            zeros = f"{vector}.new_zeros(*{vector}.shape[:-1], {size + 1})"
            yield f"{name} = {zeros}.index_add(-1, {places}, {vector})[..., :-1]"
            return
        kept, over = self.opened(table.weights)
        axes = tuple([axis for axis in target.axes if axis not in over])
        dims, width = [weight.dim for weight in kept], size * math.prod([axis.size for axis in over])
        matrix = self.constant(Zeros((math.prod(dims), width), table.ones))
        if not dims:
            yield f"{name} = {matrix}.squeeze(0)"
            return
        *factors, row = [_aligned(weight, axes) for weight in kept]
        inner = dims[-1]
        for factor, dim in zip(reversed(factors), reversed(dims[:-1]), strict=True):
            first, second = self.constant(repeats(dim, inner, 1)), self.constant(repeats(inner, 1, dim))
            row, inner = f"outer({factor}, {row}, {first}, {second})", dim * inner
        yield f"{name} = look_up({row}, {matrix})"
        if over:
            yield f"{name} = {name}{_spread(over, target)}"

    def opened(self, weights: tuple[ir.Value, ...]) -> tuple[tuple[ir.Value, ...], list[ir.Axis]]:
        """The weights of a table without the basis vectors at its end, and the axes that those run over.

        No product with them is needed, where no other weight runs over their axis: the table has the axis.
        """
        count, over = len(weights), list[ir.Axis]()
        while count > 1 and weights[count - 1] in self.bases:
            axes = weights[count - 1].axes
            if any(axis in weight.axes for axis in axes for weight in weights[: count - 1]):
                break
            count, over = count - 1, [*axes, *over]
        return weights[:count], over

    def recurrence(self, name: str, axes: tuple[ir.Axis, ...], loop: ir.Iterate) -> Iterator[str]:
        number = self.recurrences
        self.recurrences += 1
        reads = loop.state, *loop.items
        own, outside = [*map(_name, reads)], [*map(_name, free(loop)), _PARAMETERS]
        marks = [line for value in reads for line in self.mark(value)]
        code = [*marks, *self.block(loop.step), f"    return {_name(loop.result)}", ""]
        self.steps.append("\n".join([f"def step{number}({', '.join([*own, *outside])}):", *code]))
        weights, base = _aligned(loop.weights, axes), _aligned(loop.base, axes)
        if self.marked and loop.base.axes != axes:
            # A mark in the step sums the state over its axes, so the first state runs over all of them too.
            batch = f"*{_name(loop.base)}.shape[:{-1 - len(loop.base.axes)}]"
            base = f"{base}.expand({batch}, {', '.join([_size(axis, loop) for axis in axes])}, -1)"
        step = f"lambda {', '.join(own)}: step{number}({', '.join([*own, *outside])})"
        jumps = self.constant(Indices(loop.jumps)) if loop.jumps else None
        given = f"{number}, {weights}, {base}, {step}, {jumps}"
        if loop.over is not None:
            over = loop.over
            inputs = [f"{_name(value)}.movedim({_position(over, value.axes)}, 0)" for value in loop.inputs]
            given += f', [{", ".join(inputs)}], "{loop.order}"'
        yield f"{name} = recur({given})"


def _size(axis: ir.Axis, loop: ir.Iterate) -> str:
    """How long an axis of a recurrence is: one over positions of a list is shorter than its size."""
    for value in ir.operands(loop):
        if axis in value.axes:
            return f"{_name(value)}.shape[{_position(axis, value.axes)}]"
    return str(axis.size)


def _done(assignments: tuple[ir.Assignment, ...]) -> dict[int, list[ir.Value]]:
    """The values of a block that are not read after an assignment, by its place, so that they can be freed.

    What the step of a recurrence reads is kept, and so is what the last assignment reads.
    """
    last: dict[ir.Value, int] = {}
    kept = set[ir.Value]()
    for place, assignment in enumerate(assignments):
        last.update(dict.fromkeys(ir.operands(assignment.operation), place))
        if isinstance(assignment.operation, ir.Iterate):
            kept.update(free(assignment.operation))
    done: dict[int, list[ir.Value]] = {}
    for assignment in assignments:
        target, place = assignment.target, last.get(assignment.target, len(assignments))
        if not isinstance(assignment.operation, ir.Input | ir.OneHot | ir.Basis) and target not in kept:
            done.setdefault(place, []).append(target)
    return {place: values for place, values in done.items() if place < len(assignments) - 1}


def _spread(over: list[ir.Axis], target: ir.Value) -> str:
    """Makes dimensions, at their places, of axes that stand flattened before the dimension of the type."""
    sizes = ", ".join([str(axis.size) for axis in over])
    places, last = [_position(axis, target.axes) for axis in over], list(range(-len(over) - 1, -1))
    moved = "" if places == last else f".movedim({last}, {places})"
    return f".unflatten(-1, ({sizes}, {target.dim})){moved}"


def _multiplies(operation: ir.Operation) -> bool:
    """Whether each entry of the result is a sum of products of entries of the operands."""
    match operation:
        case (
            ir.Choose() | ir.Weigh() | ir.Outer() | ir.Contract() | ir.Apply() | ir.Table() | ir.Einsum()
        ):  # fmt: skip
            return bool(ir.operands(operation))
        case (
            ir.Input() | ir.Given() | ir.OneHot() | ir.Zero() | ir.Basis() | ir.Shift() | ir.Sum()
            | ir.Slice() | ir.Concat() | ir.Total() | ir.Unstack() | ir.Stack() | ir.Item() | ir.Narrow()
            | ir.Elements() | ir.Lengths() | ir.Held() | ir.Matrix() | ir.Call() | ir.Iterate()
        ):  # fmt: skip
            return False
        case _:
            assert_never(operation)


def _absorbing(target: ir.Value, operation: ir.Operation, lines: list[str]) -> Iterator[str]:
    """The lines of an operation as a function of its operands, and a call of it by `absorbing`."""
    operands = ", ".join(dict.fromkeys(map(_name, ir.operands(operation))))
    yield f"def sum_{_name(target)}({operands}):"
    yield from [f"    {line}" for line in lines]
    yield f"    return {_name(target)}"
    yield f"{_name(target)} = absorbing(sum_{_name(target)}, {operands})"


def _name(value: ir.Value) -> str:
    return f"v{value.number}"


def _aligned(value: ir.Value, axes: tuple[ir.Axis, ...]) -> str:
    """The value with a dimension of one for each axis that it does not run over."""
    if value.axes == axes:
        return _name(value)
    places = ", ".join(":" if axis in value.axes else "None" for axis in axes)
    return f"{_name(value)}[..., {places}, :]"


def _exchanged(value: ir.Value, old: ir.Axis, new: ir.Axis, axes: tuple[ir.Axis, ...]) -> str:
    """The value over some axes, of which the new one takes the place of one of its own."""
    inside = tuple(sorted({*axes, old} - {new}))
    return f"{_aligned(value, inside)}{_moved(_position(old, inside), _position(new, axes))}"


def _moved(old: int, new: int) -> str:
    return "" if old == new else f".movedim({old}, {new})"


def _contraction(
    weights: ir.Value, vectors: ir.Value, over: tuple[ir.Axis, ...], axes: tuple[ir.Axis, ...]
) -> str:
    inside = tuple(sorted({*axes, *over}))
    places = [_position(axis, inside) for axis in over]
    row = _aligned(weights, axes)
    moved = f"{_aligned(vectors, inside)}.movedim({places}, {list(range(-len(over) - 1, -1))})"
    if set(over) <= set(vectors.axes):
        columns = f"{moved}.flatten({-len(over) - 1}, -2)" if len(over) > 1 else moved
        return f"contract({row}, {columns})"
    # Over the axes that the vectors do not run over, they are the same.
    sizes = [axis.size for axis in over]
    spread = f"{row}.unflatten(-1, {sizes}).unsqueeze(-1)"
    return f"times({spread}, {moved}).sum({list(range(-len(over) - 1, -1))})"


def _columns(columns: ir.Value, over: tuple[ir.Axis, ...], axes: tuple[ir.Axis, ...]) -> str:
    inside = tuple(sorted({*axes, *over}))
    places = [_position(axis, inside) for axis in over]
    moved = f"{_aligned(columns, inside)}.movedim({places}, {list(range(-len(over), 0))})"
    missing = [axis for axis in over if axis not in columns.axes]
    for axis in missing:
        moved = f"{moved}.repeat_interleave({axis.size}, {over.index(axis) - len(over)})"
    return f"{moved}.flatten({-len(over) - 1})"


def _position(axis: ir.Axis, axes: tuple[ir.Axis, ...]) -> int:
    """The dimension of an axis, counted from the right."""
    return axes.index(axis) - len(axes) - 1
