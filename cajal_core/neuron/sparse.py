"""Matrices of functions between data types that are too large to be dense."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from cajal_core.backend.values.lists import basis
from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.base import tys
from cajal_core.diagnostics.calls import TooManyColumns
from cajal_core.diagnostics.errors import CajalError
from cajal_core.ir import graph as ir
from cajal_core.ir.tabulate import basis_images, places

#: Entries of a tensor that is built at a time.
_CHUNK = 2**20
#: Work to find where basis vectors go, in entries.
_BUDGET = 2**28
#: The most columns, and the most entries that are not zero; and the most entries that are computed to find
#: them.
_COLUMNS, _WORK = 2**22, 2**27


def sparse_matrix(graph: ir.Graph, run: Callable[[Sequence[Tensor | Lists]], Tensor], like: Tensor) -> Tensor:
    """The curried matrix of a linear neuron as a sparse COO tensor of its type's shape, without gradient.

    Of a closed function between data types it is found where each basis vector goes. Else `run`, which takes
    a tensor (n, *shape) for each argument and returns the results (n, *shape), is given all combinations of
    basis vectors, some at a time, so that the cost is that of the columns.

    Raises:
        CajalError: before anything is computed, if that is too much; or once too many entries are not zero.
    """
    assert isinstance(graph.type, tys.Arrow)
    columns = math.prod(map(tys.dim, tys.uncurry(graph.type)[0]))
    if columns > _COLUMNS:
        raise CajalError(TooManyColumns(str(graph.type), f"{columns:,} columns", _COLUMNS))
    images = basis_images(graph, _BUDGET)
    if images is not None:
        place = torch.from_numpy(places(images, 0, graph.type)).to(like.device)
        values = torch.ones(len(place), dtype=like.dtype, device=like.device)
    else:
        with torch.no_grad():
            place, values = _entries(graph.type, run, like)
    width = tys.dim(graph.type.argument)
    indices = torch.stack([place // width, place % width])
    shape = tys.shape(graph.type)
    # Older versions of torch warn where this is not said.
    with torch.sparse.check_sparse_tensor_invariants(enable=False):
        return torch.sparse_coo_tensor(indices, values, shape).coalesce()


def _entries(
    type: tys.Arrow, run: Callable[[Sequence[Tensor | Lists]], Tensor], like: Tensor
) -> tuple[Tensor, Tensor]:
    """The places of the entries that are not zero, row-major, and the entries."""
    arguments, result = tys.uncurry(type)
    dims = [tys.dim(argument) for argument in arguments]
    total, size = math.prod(dims), tys.dim(result)
    if (work := total * max(*dims, size)) > _WORK:
        raise CajalError(TooManyColumns(str(type), f"{work:,} numbers to compute", _WORK))
    chunk = max(1, _CHUNK // max(*dims, size))
    # Small tensors between large ones that are freed would hold on to the memory of those.
    places_so_far, entries_so_far = list[int](), list[float]()
    for start in range(0, total, chunk):
        number = torch.arange(start, min(start + chunk, total), device=like.device)
        # The first argument is the column; row-major, the others follow the result, last to first.
        chosen = list[Tensor]()
        for dim in dims:
            chosen.append(number % dim)
            number = number // dim
        given = [basis(argument, index, like) for argument, index in zip(arguments, chosen, strict=True)]
        results = run(given).reshape(-1, size)
        sample, place = results.nonzero(as_tuple=True)
        row = place
        for index, dim in zip(reversed(chosen), reversed(dims), strict=True):
            row = row * dim + index[sample]
        places_so_far += row.tolist()
        entries_so_far += results[sample, place].tolist()
        if len(entries_so_far) > _COLUMNS:
            raise CajalError(TooManyColumns(str(type), "more entries than are kept", _COLUMNS))
    values = torch.tensor(entries_so_far, dtype=like.dtype, device=like.device)
    return torch.tensor(places_so_far, dtype=torch.long, device=like.device), values
