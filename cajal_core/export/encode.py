r"""A graph as plain data that JSON can write, for interpreters that are not Python.

>>> code = encode(lowered(r"\x:Bool. if x then false else true"))["code"]
>>> code[0], code[-1]
({'to': 1, 'op': 'input', 'of': [], 'position': 0}, {'to': 4, 'op': 'choose', 'of': [1, 2, 3]})

Values, axes and callees are numbers or names. `values` tells of each value its dimension and its axes,
`types` what a page shows of each type. A list that is held apart is one vector: its k elements, zeros where
there are fewer, and behind them the weights of its lengths. So an axis over positions is always k long.
Offsets into sources count UTF-16 units, as JavaScript's strings do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias, assert_never

from cajal_core.base import tys
from cajal_core.base.source import Source, Span
from cajal_core.export.excerpts import Units, excerpt
from cajal_core.ir import graph as ir

#: What JSON can write.
Plain: TypeAlias = dict[str, Any]

#: Types of more basis vectors, and types of functions of more, are without their labels.
LABELLED, LABELLED_MAPS = 4096, 256


def encode(graph: ir.Graph) -> Plain:
    """The graph as dictionaries, lists, texts and numbers.

    Returns:
        `type`, `arguments`, `parameters`, `result` (a value) and its type, `code` (assignments), `values`,
        `types`, `marks`, and `sources`, to whose places the marks refer.
    """
    encoder = _Encoder()
    code = encoder.block(graph.assignments)
    result = encoder.value(graph.result)
    marks = [encoder.mark(mark) for mark in graph.marks]
    return {
        "type": str(graph.type),
        "arguments": [
            {"name": argument.name, "type": encoder.held(argument.type) or encoder.type(argument.type)}
            for argument in graph.arguments
        ],
        "parameters": {
            parameter.name: {"type": encoder.type(parameter.type), "kind": type(parameter).__name__.lower()}
            for parameter in graph.parameters
        },
        "result": result,
        "result_type": encoder.values[result]["type"],
        "code": code,
        "values": encoder.values,
        "types": encoder.types,
        "marks": marks,
        "sources": [excerpt(source, spans) for source, spans in encoder.spans.items()],
    }


def encode_names(marks: Iterable[Named], result: tys.Type, *, is_held: bool = False) -> Plain:
    """Named values without their numbers. `is_held` says that the result is a list held apart.

    Returns:
        `marks`, `result_type`, `types` and `sources`, as `encode` has them.
    """
    encoder = _Encoder()
    made = [encoder.named(mark, mark.type) for mark in marks]
    return {
        "marks": made,
        "result_type": (is_held and encoder.held(result)) or encoder.type(result),
        "types": encoder.types,
        "sources": [excerpt(source, spans) for source, spans in encoder.spans.items()],
    }


class Named(Protocol):
    """A named value: a mark that has run."""

    @property
    def kind(self) -> ir.Kind: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> tys.Type: ...
    @property
    def span(self) -> Span: ...
    @property
    def parent(self) -> int | None: ...


class _Encoder:
    def __init__(self) -> None:
        self.values: dict[int, Plain] = {}
        self.types: dict[str, Plain] = {}
        #: The spans in each source, by the order of the sources.
        self.spans: dict[Source, list[Span]] = {}
        self.units: dict[Source, Units] = {}

    def type(self, type: tys.Type) -> str:
        name = str(type)
        if name not in self.types:
            dim = tys.dim(type)
            most = LABELLED_MAPS if isinstance(type, tys.Arrow) else LABELLED
            self.types[name] = {
                "dim": dim,
                "shape": list(tys.shape(type)),
                "labels": list(tys.labels(type)) if dim <= most else None,
                "is_data": tys.is_data(type),
                "is_function": isinstance(type, tys.Arrow),
                "image": _image(type),
                "list": None,
            }
        return name

    def held(self, type: tys.Type) -> str | None:
        """The type of a list that is held apart, None if it is no list."""
        if not isinstance(type, tys.List):
            return None
        name, dim = f"{type}, held apart", held_dim(type)
        if name not in self.types:
            elements = [*tys.labels(type.element)] if dim <= LABELLED else None
            self.types[name] = {
                "dim": dim,
                "shape": [dim],
                "labels": elements
                and [
                    *(f"{place}: {label}" for place in range(1, type.most + 1) for label in elements),
                    *(f"length {length}" for length in range(type.most + 1)),
                ],
                "is_data": False,
                "is_function": False,
                "image": None,
                "list": {"element": self.types[self.type(type.element)], "most": type.most},
            }
        return name

    def value(self, value: ir.Value, *, is_held: bool = False) -> int:
        if value.number not in self.values:
            axes, held = list(map(_axis, value.axes)), self.held(value.type) if is_held else None
            dim = self.types[held]["dim"] if held else value.dim
            self.values[value.number] = {"dim": dim, "axes": axes, "type": held or self.type(value.type)}
        return value.number

    def block(self, assignments: tuple[ir.Assignment, ...]) -> list[Plain]:
        return [
            {
                "to": self.value(
                    assignment.target, is_held=ir.is_held(assignment.target, assignment.operation)
                ),
                "op": type(assignment.operation).__name__.lower(),
                "of": [self.value(operand) for operand in ir.operands(assignment.operation)],
                **self.fields(assignment.operation),
            }
            for assignment in assignments
        ]

    def fields(self, operation: ir.Operation) -> Plain:
        """What an operation says besides its operands."""
        match operation:
            case ir.Input(argument):
                return {"position": argument.position}
            case ir.Given(source):
                return {"callee": ir.key(source)}
            case ir.OneHot(index):
                return {"index": index}
            case ir.Shift(_, saturate):
                return {"saturate": saturate}
            case ir.Table(_, ones):
                return {"ones": list(ones)}
            case ir.Slice(_, start):
                return {"start": start}
            case ir.Unstack(_, axis) | ir.Elements(_, axis) | ir.Held(_, axis):
                return {"axis": _axis(axis)}
            case ir.Stack(elements, _, along, axis):
                return {"first": len(elements), "along": along and _axis(along), "axis": _axis(axis)}
            case ir.Item(_, axis, position):
                return {"along": _axis(axis), "start": position}
            case ir.Narrow(_, along, start, axis):
                return {"along": _axis(along), "start": start, "axis": _axis(axis)}
            case ir.Contract(_, _, over) | ir.Total(_, over) | ir.Matrix(_, over):
                return {"over": list(map(_axis, over))}
            case ir.Einsum(operands, indices, output):
                return {
                    "sizes": [list(_sizes(operand)) for operand in operands],
                    "indices": [list(map(_index, each)) for each in indices],
                    "output": [axis.number for axis in output],
                }
            case ir.Call(callee):
                return {"callee": ir.key(callee)}
            case ir.Iterate(_, _, name, state, step, result, span, _, _, items, over, order):
                return {
                    "name": name,
                    "state": self.value(state),
                    "step": self.block(step),
                    "result": self.value(result),
                    "at": self.span(span),
                    "items": list(map(self.value, items)),
                    "over": over and _axis(over),
                    "order": order,
                }
            case (
                ir.Zero() | ir.Basis() | ir.Choose() | ir.Weigh() | ir.Sum() | ir.Concat() | ir.Outer()
                | ir.Lengths() | ir.Apply()
            ):  # fmt: skip
                return {}
            case _:
                assert_never(operation)

    def mark(self, mark: ir.Mark) -> Plain:
        return {
            **self.named(mark, mark.value.type),
            "value": self.value(mark.value),
            "weighed": [[list(map(_axis, over)), self.value(weights)] for over, weights in mark.weighed],
            "made": list(map(list, mark.made)),
        }

    def named(self, mark: ir.Mark | Named, type: tys.Type) -> Plain:
        return {
            "kind": mark.kind,
            "name": mark.name,
            "type": self.type(type),
            "parent": mark.parent,
            "at": self.span(mark.span),
        }

    def span(self, span: Span) -> list[int]:
        """The place of a source in `sources`, and the offsets of start and end."""
        self.spans.setdefault(span.source, []).append(span)
        if span.source not in self.units:
            self.units[span.source] = Units(span.source.text)
        units = self.units[span.source]
        return [list(self.spans).index(span.source), units.at(span.start), units.at(span.end)]


def held_dim(type: tys.List) -> int:
    """The numbers of a list that is held apart: those of its elements and the weights of its lengths."""
    return type.most * tys.dim(type.element) + type.most + 1


def _sizes(value: ir.Value) -> Iterator[int]:
    yield from [axis.size for axis in value.axes]
    yield from tys.components(value.type)


def _axis(axis: ir.Axis) -> list[int]:
    return [axis.number, axis.size]


def _index(index: ir.Index) -> int:
    """An axis as its number, a fixed place as a negative number."""
    return index.number if isinstance(index, ir.Axis) else -1 - index


def _image(type: tys.Type) -> list[int] | None:
    """Channels, height and width of a space that is an image: of two dimensions, or of three."""
    if not isinstance(type, tys.Space) or len(type.sizes) not in (2, 3):
        return None
    channels = type.sizes[0] if len(type.sizes) == 3 else 1
    return [channels, *type.sizes[-2:]] if channels in (1, 3) else None
