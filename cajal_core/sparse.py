"""Matrices of functions between data types that are too large to be dense."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from cajal_core import tys

#: Entries of a tensor that is built at a time.
_CHUNK = 2**20


def sparse_matrix(type: tys.Arrow, run: Callable[[Sequence[Tensor]], Tensor], like: Tensor) -> Tensor:
    """The curried matrix of a linear neuron as a sparse COO tensor of its type's shape.

    `run` takes a tensor (n, *shape) for each argument and returns the results (n, *shape). It is given
    all combinations of basis vectors, some at a time, so that the cost is that of the columns.
    """
    arguments, result = tys.uncurry(type)
    dims = [tys.dim(argument) for argument in arguments]
    total, size = math.prod(dims), tys.dim(result)
    chunk = max(1, _CHUNK // max(*dims, size))
    rows, columns, entries = list[Tensor](), list[Tensor](), list[Tensor]()
    for start in range(0, total, chunk):
        number = torch.arange(start, min(start + chunk, total), device=like.device)
        # The first argument is the column; row-major, the others follow the result, last to first.
        chosen = list[Tensor]()
        for dim in dims:
            chosen.append(number % dim)
            number = number // dim
        given = [
            torch.nn.functional.one_hot(index, dim).to(like.dtype).reshape(-1, *tys.shape(argument))
            for index, dim, argument in zip(chosen, dims, arguments, strict=True)
        ]
        found = run(given).reshape(-1, size)
        sample, place = found.nonzero(as_tuple=True)
        row = place
        for index, dim in zip(reversed(chosen[1:]), reversed(dims[1:]), strict=True):
            row = row * dim + index[sample]
        rows.append(row)
        columns.append(chosen[0][sample])
        entries.append(found[sample, place])
    indices = torch.stack([torch.cat(rows), torch.cat(columns)])
    shape, values = tys.shape(type), torch.cat(entries)
    return torch.sparse_coo_tensor(indices, values, shape, check_invariants=False).coalesce()
