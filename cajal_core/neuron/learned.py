"""Learned tensors read back as programs: the nearest table, how near, and its Cajal text."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import torch
from torch import Tensor

from cajal_core.base import tys
from cajal_core.base.source import Source
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.training import NotLearned
from cajal_core.neuron.table_program import definition, holds_list
from cajal_core.syntax.parse import parse

#: Tables of more columns have no text.
LARGEST_TABLE = 256
#: A table is near where no column is further from its basis vector, by the Euclidean distance. The likelier
#: of two results then has a probability of at least 0.82.
NEAR = 0.25
#: By how much a column of what is learned may miss a distribution, in its sum and below zero.
SLACK = 0.02


@dataclass(frozen=True, slots=True)
class Row:
    """One column of a learned map: its inputs, its likeliest result and how sure that is.

    `weight` is the entry itself, `total` the sum of the column, `distance` its Euclidean distance from the
    basis vector of the result. `entropy`, in bits, is that of the column's positive part, `least` the least
    entry. Of a column with an entry that is not finite `result` is None, and the numbers are NaN.
    """

    inputs: tuple[str, ...]
    result: str | None
    weight: float
    total: float
    distance: float
    entropy: float
    least: float

    def __str__(self) -> str:
        origin = ", ".join(self.inputs) + " ↦ " if self.inputs else ""
        if self.result is None:
            return f"{origin}not finite"
        if self.least < -SLACK:
            sure = f"no distribution: an entry is {self.least:.3g}"
        elif abs(self.total - 1) > SLACK:
            sure = f"no distribution: sum {self.total:.3g}"
        else:
            sure = f"{self.entropy:.2f} bits"
        return f"{origin}{self.result}  ({self.weight:.2f}, {sure})"


@dataclass(frozen=True, slots=True)
class Readout:
    r"""What a learned tensor says.

    Of a map from data to data, `rows` is the nearest deterministic table and `distance` the Frobenius
    norm of the difference. `is_near` says that no column is more than 0.25 from its basis vector: then
    `program` is the definition that is the table, but for one of more than `LARGEST_TABLE` columns, nested
    too deep or with a list among its arguments. Else no table says what was learned, and `program` is None.
    Of any other map, `rows` is empty, `distance` None, and `largest` has the largest entries, each with its
    basis vector.

    Example:
        >>> import cajal_core as cajal
        >>> neuron = cajal.load("learn flip : Bool -o Bool\nflip")["flip"].initialize("identity")
        >>> readout = neuron.explain()["flip"]
        >>> print(readout.distance, [(row.inputs, row.result) for row in readout.rows])
        0.0 [(('true',), 'true'), (('false',), 'false')]
    """

    name: str
    type: tys.Type
    rows: tuple[Row, ...]
    distance: float | None
    program: str | None
    largest: tuple[tuple[str, float], ...]

    @property
    def is_near(self) -> bool:
        """Whether the map is near to its table."""
        return bool(self.rows) and all(row.distance <= NEAR for row in self.rows)

    def __str__(self) -> str:
        lines = [f"{self.name} : {self.type}"]
        lines += [f"  {row}" for row in self.rows]
        lines += [f"  {label}: {entry:.3g}" for label, entry in self.largest]
        if self.is_near:
            lines.append(f"  distance to the table: {self.distance:.3g}")
        elif self.distance is not None:
            lines.append(f"  no table is near: the nearest is at distance {self.distance:.3g}")
        if self.program:
            lines.append(f"  {self.program}")
        elif self.is_near:
            lines.append(
                f"  no definition is written for a table with {_unwritten(self) or 'so deep a type'}"
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What each learned tensor of a neuron says; `str()` shows them all.

    Example:
        >>> import cajal_core as cajal
        >>> print(cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity").explain())
        flip : Bool -o Bool
          true ↦ true  (1.00, 0.00 bits)
          false ↦ false  (1.00, 0.00 bits)
          distance to the table: 0
          def flip (x1 : Bool) : Bool = if x1 then true else false
    """

    readouts: tuple[Readout, ...]

    def __getitem__(self, name: str) -> Readout:
        """Raises:
        CajalError: if nothing of that name is learned.
        """
        for readout in self.readouts:
            if readout.name == name:
                return readout
        raise CajalError(NotLearned(name, tuple([readout.name for readout in self.readouts])))

    def __iter__(self) -> Iterator[Readout]:
        return iter(self.readouts)

    def __len__(self) -> int:
        return len(self.readouts)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.readouts)) or "nothing is learned here"


def read_out(name: str, type: tys.Type, tensor: Tensor) -> Readout:
    """What a learned tensor of a type's shape says."""
    arguments, result = tys.uncurry(type)
    if not all(map(tys.is_data, [*arguments, result])):
        return Readout(name, type, (), None, None, _largest(type, tensor))
    dims = [tys.dim(argument) for argument in arguments]
    # Row-major, the axes are the result's and then the arguments', last to first.
    nested = tensor.detach().double().cpu().reshape(tys.dim(result), *reversed(dims))
    columns = nested.permute(0, *range(nested.ndim - 1, 0, -1)).reshape(nested.shape[0], -1)
    table = torch.zeros_like(columns).scatter_(0, columns.argmax(0)[None], 1)
    results, inputs = list(tys.labels(result)), product(*(tys.labels(argument) for argument in arguments))
    rows = [
        _row(labels, column, ideal, results)
        for labels, column, ideal in zip(inputs, columns.T, table.T, strict=True)
    ]
    distance = float(torch.linalg.vector_norm(columns - table))
    readout = Readout(name, type, tuple(rows), distance, None, ())
    values = [row.result for row in rows if row.result is not None]
    if readout.is_near and not _unwritten(readout):
        return replace(readout, program=_program(name, arguments, result, values))
    return readout


def _row(inputs: tuple[str, ...], column: Tensor, ideal: Tensor, results: list[str]) -> Row:
    if not column.isfinite().all():
        return Row(inputs, None, math.nan, math.nan, math.nan, math.nan, math.nan)
    best, distance = int(ideal.argmax()), float(torch.linalg.vector_norm(column - ideal))
    weight, total, least = (float(number) for number in (column[best], column.sum(), column.min()))
    return Row(inputs, results[best], weight, total, distance, _entropy(column), least)


def _unwritten(readout: Readout) -> str | None:
    """Why the nearest table has no text, if that is known without writing it."""
    if any(map(holds_list, tys.uncurry(readout.type)[0])):
        return "a list among the arguments"
    return f"more than {LARGEST_TABLE} rows" if len(readout.rows) > LARGEST_TABLE else None


def _program(name: str, arguments: list[tys.Type], result: tys.Type, values: list[str]) -> str | None:
    """The definition that is a table, None if its type is nested too deep for one."""
    text = definition(name, arguments, result, values)
    try:
        parse(Source("table", text))
    except CajalError:
        return None
    return text


def _entropy(column: Tensor) -> float:
    """In bits, of the positive part made a distribution."""
    positive = column.clamp(min=0)
    total = float(positive.sum())
    if total <= 0:
        return math.log2(len(column))
    shares: list[float] = (positive / total).tolist()
    return sum([share * math.log2(1 / share) for share in shares if share > 0])


def _largest(type: tys.Type, tensor: Tensor, count: int = 8) -> tuple[tuple[str, float], ...]:
    """The entries of the largest size, with the names of their basis vectors."""
    flat = tensor.detach().flatten()
    order = flat.abs().topk(min(count, len(flat))).indices.tolist()
    wanted, named = set(order), dict[int, str]()
    for index, label in enumerate(tys.labels(type)):
        if index in wanted:
            named[index] = label
        if len(named) == len(wanted):
            break
    return tuple([(named[index], float(flat[index])) for index in order])
