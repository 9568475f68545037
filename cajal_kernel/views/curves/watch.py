"""The tensors of a neuron, recorded while they are trained."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import cajal_core as cajal
from cajal_kernel.views.basis import entries
from cajal_kernel.views.curves.data import Watched
from cajal_kernel.views.curves.envelope import Spread

if TYPE_CHECKING:
    from torch import Tensor, nn

SIDE = 48
"""The most rows and columns of a matrix that is recorded; of a larger tensor it is an overview in tiles."""

TENSORS = 12
"""The most tensors that are recorded."""

RECORDS, NUMBERS = 200, 500_000
"""The most steps that are kept, and about how many numbers; at least four steps are kept."""


class Watch:
    """What is recorded of the neurons of a module, at every so many steps of one run."""

    def __init__(self, module: Any, every: int, key: tuple[str, str] | None = None) -> None:
        """`key` is the name and the seed of the run, None until the run is known.

        Raises:
        TypeError: if it is no module, has no neuron in it, or its neurons learn nothing and no matrix is
            linked to them.
        ValueError: if `every` is less than 1.
        """
        if every < 1:
            raise ValueError(f"`every` must be at least 1, got {every}")
        self.key = key
        self._every = every
        self._sources = _sources(module)[:TENSORS]
        size = sum(source.size for source in self._sources)
        self._records: Spread[tuple[float, list[NDArray[np.float32]]]]
        self._records = Spread(max(4, min(RECORDS, NUMBERS // size)))
        self._last: float | None = None

    def step(self, count: int, step: float) -> None:
        """The run begins its step number `count`."""
        if (count - 1) % self._every == 0:
            self.record(step)

    def record(self, step: float) -> None:
        """Keep the tensors as they are, unless they were kept at this step."""
        if self._last != step:
            self._last = step
            self._records.extend([(step, [source.matrix() for source in self._sources])])

    @property
    def watched(self) -> list[Watched]:
        """The tensors, at the steps that are kept."""
        records = self._records.items
        run, steps = " · ".join(filter(None, self.key or ())), np.array([step for step, _ in records])
        return [
            source.watched(run, steps, [matrices[place] for _, matrices in records])
            for place, source in enumerate(self._sources)
            if records
        ]


@dataclass(frozen=True, eq=False)
class _Source:
    """A tensor of a module, which may be replaced: where torch has it, and what its rows and columns are."""

    owner: nn.Module
    path: str
    name: str
    type: str
    shape: tuple[int, ...]
    dims: tuple[int, ...]
    labels: tuple[Sequence[str], Sequence[str]]

    @property
    def tile(self) -> tuple[int, int]:
        rows, columns = map(len, self.labels)
        return -(-rows // SIDE), -(-columns // SIDE)

    @property
    def size(self) -> int:
        return math.prod(-(-len(labels) // tile) for labels, tile in zip(self.labels, self.tile, strict=True))

    def matrix(self) -> NDArray[np.float32]:
        """The tensor now. It is NaN if it is no longer there, or has another shape."""
        value: Any = self.owner
        for part in self.path.split("."):
            value = getattr(value, part, None)
        if value is None or tuple(value.shape) != self.shape:
            values = np.full(self.dims, np.nan)
        else:
            values = entries(value).reshape(self.dims)
        # The axes are the result's, then the arguments', last to first.
        matrix = values.transpose(0, *range(values.ndim - 1, 0, -1)).reshape(len(self.labels[0]), -1)
        return _tiled(matrix, self.tile).astype(np.float32)

    def watched(self, run: str, steps: Any, matrices: list[NDArray[np.float32]]) -> Watched:
        rows, columns = (_named(*pair) for pair in zip(self.labels, self.tile, strict=True))
        return Watched(
            self.name, self.type, self.shape, rows, columns, self.tile, run, steps, np.stack(matrices)
        )


def _sources(module: Any) -> list[_Source]:
    from torch import Tensor, nn

    if not isinstance(module, nn.Module):
        kind = type(module).__name__
        raise TypeError(f"what is watched must be a neuron, or a module that has neurons in it, got {kind}")
    sources: dict[int, _Source] = {}
    owners = [owner for owner in module.modules() if isinstance(owner, (cajal.Neuron, cajal.Linked))]
    for owner in owners:
        for key, type_ in owner.stored_types().items():
            name, held = key.partition("_")[2], getattr(owner, key)
            parts = [("", held)] if isinstance(held, Tensor) else list(held.named_parameters())
            for inner, tensor in parts:
                if inner == "" or tensor.ndim == 2:
                    path, full = ".".join(filter(None, [key, inner])), ".".join(filter(None, [name, inner]))
                    sources.setdefault(id(tensor), _source(owner, path, full, type_, tensor))
    if not owners:
        raise TypeError(f'there is no neuron in this {type(module).__name__}: `program["name"]` is one')
    if not sources:
        raise TypeError("there is nothing to watch: the neuron learns no tensor, and is linked to no matrix")
    return list(sources.values())


def _source(owner: nn.Module, path: str, name: str, type: cajal.Type, tensor: Tensor) -> _Source:
    """A tensor with the basis vectors of its type, or with numbers if a network has it in another shape."""
    arguments, result = cajal.uncurry(type)
    dims, shape = [cajal.dim(argument) for argument in arguments], tuple(tensor.shape)
    if "." not in path or shape == (cajal.dim(result), math.prod(dims)):
        columns = math.prod(dims)
        names = (
            [", ".join(labels) for labels in product(*map(cajal.labels, arguments))]
            if columns <= SIDE**2
            else range(columns)
        )
        axes = (cajal.dim(result), *reversed(dims)) if "." not in path else shape
        return _Source(
            owner, path, name, str(type), shape, axes, (list(cajal.labels(result)), list(map(str, names)))
        )
    numbers = (list(map(str, range(size))) for size in shape)
    return _Source(owner, path, name, "", shape, shape, (next(numbers), next(numbers)))


def _tiled(matrix: NDArray[np.float64], tile: tuple[int, int]) -> NDArray[np.float64]:
    """The entry of greatest magnitude of each tile. NaN is greater than any."""
    if tile == (1, 1):
        return matrix
    rows, columns = matrix.shape
    padded = np.pad(matrix, ((0, -rows % tile[0]), (0, -columns % tile[1])))
    blocks = padded.reshape(padded.shape[0] // tile[0], tile[0], padded.shape[1] // tile[1], tile[1])
    blocks = blocks.swapaxes(1, 2).reshape(blocks.shape[0], blocks.shape[2], -1)
    place = np.abs(blocks).argmax(-1)  # numpy takes NaN for the greatest
    return np.take_along_axis(blocks, place[..., None], -1)[..., 0]


def _named(labels: Sequence[str], tile: int) -> tuple[str, ...]:
    """The labels of tiles: `0 … 16`."""
    groups: Iterator[Sequence[str]] = (labels[at : at + tile] for at in range(0, len(labels), tile))
    return tuple(group[0] if len(group) == 1 else f"{group[0]} … {group[-1]}" for group in groups)
