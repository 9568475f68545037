"""The eigenvalues of a linear step: which parts of the state turn, grow or fade, and how fast."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cajal_kernel.views.dynamics.runs import Run


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The eigenvalues of a matrix, the greatest first, each within `error` of one of the matrix.

    An error of 0 says that they are exact, but for the rounding of roots of unity.
    """

    values: NDArray[np.complex128]
    error: float


def spectrum(run: Run) -> Spectrum | str:
    """The eigenvalues of the step of a recurrence, or the reason why there are none to show."""
    matrix = run.transition
    if run.order:
        return "the step reads an element each time, so that it has no one matrix"
    if matrix is None:
        if run.opaque:
            named = ", ".join(f"`{name}`" for name in run.opaque)
            return f"the step goes through {named}, not known to be linear"
        size = len(run.state.labels)
        return f"the matrix of the step, {size:,} × {size:,}, is too large or varies with the input"
    if not np.isfinite(matrix).all():
        return "the matrix of the step has entries that are not finite"
    exact = _of_jumps(matrix)
    if exact is not None:
        return Spectrum(_sorted(exact), 0.0)
    wide = np.asarray(matrix, dtype=float)
    values, vectors = np.linalg.eig(wide)
    # Bauer and Fike: a change of the matrix moves no eigenvalue further than this.
    rounding = float(np.finfo(matrix.dtype).eps) * float(np.linalg.norm(wide, 2))
    return Spectrum(_sorted(values), float(np.linalg.cond(vectors)) * rounding)


def _sorted(values: NDArray[Any]) -> NDArray[np.complex128]:
    order = np.lexsort((np.angle(values).round(9), -np.abs(values).round(9)))
    return np.asarray(values, dtype=complex)[order]


def _of_jumps(matrix: NDArray[Any]) -> NDArray[np.complex128] | None:
    """The exact eigenvalues of a step that sends each basis vector to one or to zero; None for others.

    Each cycle of n basis vectors has the n-th roots of unity. All else fades to zero within a few steps.
    """
    if not ((matrix == 0) | (matrix == 1)).all() or (matrix.sum(0) > 1).any():
        return None
    target = [int(column.argmax()) if column.any() else -1 for column in matrix.T]
    seen: dict[int, int] = {}
    values: list[complex] = []
    for start in range(len(target)):
        path: dict[int, int] = {}
        at = start
        while at >= 0 and at not in path and at not in seen:
            path[at] = len(path)
            at = target[at]
        if at in path:
            size = len(path) - path[at]
            values += [_root(turn, size) for turn in range(size)]
        seen.update(path)
    return np.array(values + [0j] * (len(target) - len(values)))


def _root(turn: int, size: int) -> complex:
    """The root of unity of a fraction of a turn, exact at quarters."""
    quarters = {0: 1 + 0j, 1: 1j, 2: -1 + 0j, 3: -1j}
    if 4 * turn % size == 0:
        return quarters[4 * turn // size]
    angle = 2 * math.pi * turn / size
    return complex(math.cos(angle), math.sin(angle))
