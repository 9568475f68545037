"""What a drawing of a graph has: boxes with ports, wires between them, and clusters around boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal[
    "input", "result", "operation", "constant", "call", "extern", "learn", "argument", "state", "sum"
]


@dataclass(frozen=True)
class Port:
    """Where a wire enters a box: its label, and the constant that comes there in the place of a wire."""

    label: str = ""
    constant: str = ""


@dataclass(frozen=True, eq=False)
class Weights:
    """A small matrix: a column for each choice of basis vectors that come in, a row for each that goes out.

    `names` has the value of each wire that comes in: `v4`. Where the box is not linear, these are its
    values at basis vectors.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    values: NDArray[np.float64]
    names: tuple[str, ...] = ()
    is_linear: bool = True


@dataclass(frozen=True, eq=False)
class Box:
    """A box: `values` are the numbers of the values that are computed in it, `out` what leaves it.

    `path` has the clusters around it, the outermost first. A box that `opens` is a call of a definition.
    """

    id: str
    kind: Kind
    title: str
    out: str
    ports: tuple[Port, ...] = ()
    note: str = ""
    path: tuple[str, ...] = ()
    values: tuple[int, ...] = ()
    opens: bool = False
    weights: Weights | None = None


@dataclass(frozen=True)
class Wire:
    """From a box to a port of another, with the type and the dimension of the value that it carries.

    `value` is the number of that value. A wire that goes `back` leads from the end of a step to the next
    state.
    """

    source: str
    target: str
    port: int
    text: str
    value: int
    back: bool = False


@dataclass(frozen=True)
class Cluster:
    """What is inside an open definition, or inside the step of a recurrence."""

    id: str
    kind: Literal["call", "iter"]
    title: str
    outer: str | None


@dataclass(frozen=True, eq=False)
class Graph:
    """A graph to be drawn, in the order of the program. `left_out` counts boxes that it does not show."""

    boxes: Sequence[Box]
    wires: Sequence[Wire]
    clusters: Sequence[Cluster] = field(default=())
    left_out: int = 0
