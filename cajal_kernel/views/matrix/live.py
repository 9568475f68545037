"""What is sent of a matrix to a page.

A table of 0 and 1 is sent as the places of the ones. Other matrices are sent as float32, whole up to `WHOLE`
entries. Of a larger one the page gets tiles, with the least and the greatest entry and that of the greatest
magnitude of each, and asks for the exact entries of what it shows. A page in a file of its own cannot ask,
and has all entries up to `SAVED`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cajal_kernel.views.basis import Axis
from cajal_kernel.views.live.picture import Live, Spec
from cajal_kernel.views.matrix.data import Array, Matrix
from cajal_kernel.views.matrix.facts import summary
from cajal_kernel.views.matrix.tiles import pooled, reduced

WHOLE, SAVED = 1024**2, 2048**2
"""The most entries that are sent whole to a notebook, and to a file: 4 MB, and 22 MB as base64."""

TILES = 300_000
"""The most tiles of a matrix that is not sent whole."""

BLOCK = 128
"""The rows and columns of what a page asks for at once."""


def matrix_live(*matrices: Matrix, facts: Sequence[str] = ()) -> Live:
    """One matrix, or several of the same labels, which the page moves and scales together.

    `facts` is what is said of each, where that is known already: `summary`.
    """
    facts = facts or [summary(matrix) for matrix in matrices]
    live = _live(matrices, facts, WHOLE)
    if live.answer is None or sum(matrix.values.size for matrix in matrices) > SAVED:
        return live
    return replace(live, whole=lambda: _live(matrices, facts, SAVED))


def _live(matrices: Sequence[Matrix], facts: Sequence[str], whole: int) -> Live:
    """What is sent where so many entries may be sent as they are."""
    first = matrices[0]
    panes: list[Spec] = []
    arrays: dict[str, NDArray[Any]] = {}
    asked: dict[int, Array] = {}
    for index, matrix in enumerate(matrices):
        kind, tile, numbers = _sent(matrix, whole // len(matrices))
        if kind == "tiles":
            asked[index] = _narrow(matrix.values)
        arrays |= {f"{name}{index}": array for name, array in numbers.items()}
        arrays[f"lost{index}"] = np.flatnonzero(matrix.lost).astype("i4")
        panes.append(
            {
                "title": matrix.title,
                "type": matrix.type,
                "remark": matrix.remark,
                "facts": facts[index],
                "notes": matrix.overflows,
                "kind": kind,
                "tile": tile,
            }
        )
    spec = {
        "rows": _axis(first.rows),
        "columns": [_axis(axis) for axis in first.columns],
        "scale": max(matrix.scale for matrix in matrices),
        "signed": any(matrix.range[0] < 0 for matrix in matrices),
        "block": BLOCK,
        "panes": panes,
    }

    def answer(question: Spec) -> Live:
        pane, row, column = (int(question[name]) for name in ("pane", "row", "column"))
        block = asked[pane][row : row + BLOCK, column : column + BLOCK]
        return Live("matrix", {}, {"values": block})

    return Live("matrix", spec, arrays, answer if asked else None)


def _axis(axis: Axis) -> Spec:
    return {"name": axis.name, "type": axis.type, "labels": list(axis.labels)}


def _sent(matrix: Matrix, whole: int) -> tuple[str, int, Mapping[str, NDArray[Any]]]:
    """How a matrix is sent: its kind, the rows and columns of a tile, and its numbers by name."""
    values = matrix.values
    if matrix.range in {(0, 1), (1, 1)}:
        ones = np.flatnonzero(values == 1)
        if ones.size == np.count_nonzero(values) and ones.size <= whole:
            return "ones", 1, {"ones": ones.astype("i4")}
    if values.size <= whole:
        return "dense", 1, {"values": _narrow(values)}
    tile = 2
    while _tiles(values.shape, tile) > TILES:
        tile *= 2
    with np.errstate(all="ignore"):
        least = reduced(np.fmin, values, tile, tile)
        greatest = reduced(np.fmax, values, tile, tile)
    tiles = {"least": least, "greatest": greatest, "extreme": pooled(values, tile, tile)}
    return "tiles", tile, {name: _narrow(array) for name, array in tiles.items()}


def _tiles(shape: tuple[int, ...], tile: int) -> int:
    rows, columns = (-(-size // tile) for size in shape)
    return rows * columns


def _narrow(values: Array) -> Array:
    """As float32, unless an entry is beyond its range."""
    if values.dtype == np.float32:
        return values
    with np.errstate(all="ignore"):
        narrow = values.astype("f4")
    within = bool(((narrow == 0) == (values == 0)).all() and (np.isinf(narrow) == np.isinf(values)).all())
    return narrow if within else values
