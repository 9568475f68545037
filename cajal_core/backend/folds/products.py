r"""A recurrence with inputs as a product of matrices, one for each element, multiplied as a tree.

A linear step with its element fixed is a matrix, h_i = M_i h_{i-1}. So the last state is M_n ⋯ M_1 b. This
product takes log₂ n rounds. In each round neighbours are multiplied, all pairs at once.

>>> swap, stay = torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.eye(2)
>>> matrices = torch.stack([swap, stay, swap, swap], -1)
>>> product(matrices, "snoc", apart=True)
tensor([[0., 1.],
        [1., 0.]])

Small matrices have the shape (D, D, …, n), larger ones (…, n, D, D), as each is faster: neighbours
then stand so that no product copies them.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from cajal_core.backend.folds.ends import Ends, Order

#: Matrices of this dimension at most stand apart by their entries, (D, D, …): a product of two is then a few
#: operations on long rows, where `torch.bmm` of many small matrices is slow.
APART = 6


def run_products(
    ends: Ends,
    base: Tensor,
    step: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    order: Order,
    rank: int,
    table: Tensor | None,
) -> Tensor:
    """The state that lists end with, (*batch, D), of a linear step. The rest is as in `step_matrices`."""
    apart = base.shape[-1] <= APART
    matrices = step_matrices(ends, base.shape[-1], step, inputs, rank, table)
    whole = product(matrices, order, apart=apart)
    if apart:
        whole = whole.movedim((0, 1), (-2, -1))
    return (whole @ base.unsqueeze(-1)).squeeze(-1)


def step_matrices(
    ends: Ends,
    dim: int,
    step: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    rank: int,
    table: Tensor | None,
) -> Tensor:
    """The matrix of the step at each element, the identity behind the end of each list.

    The inputs are (n, *batch, E). The batch has `rank` dimensions, axes included. `table` is the table of the
    step, if there is one (`step_table`).
    """
    matrices = _from_step(step, inputs, dim, rank) if table is None else _from_table(table, *inputs)
    return matrices if ends.lengths is None else _ended(matrices, ends.lengths, dim <= APART)


def step_table(step: Callable[..., Tensor], dim: int, size: int, rank: int, like: Tensor) -> Tensor | None:
    """The step at all basis vectors of state and element, (D, E, D); None if it varies by sample."""
    states = torch.eye(dim, dtype=like.dtype, device=like.device).reshape(dim, *[1] * (rank + 1), dim)
    elements = torch.eye(size, dtype=like.dtype, device=like.device).reshape(size, *[1] * rank, size)
    images = step(states, elements)
    if images.numel() != dim * size * dim:
        return None
    return images.reshape(dim, size, dim)


def by_table(table: Tensor) -> Callable[..., Tensor]:
    """A step by its table (D, E, D)."""
    dim, size, _ = table.shape
    rows = table.movedim(0, 1).reshape(size * dim, dim)

    def step(state: Tensor, element: Tensor) -> Tensor:
        return (element.unsqueeze(-1) * state.unsqueeze(-2)).flatten(-2) @ rows

    return step


def _from_table(table: Tensor, elements: Tensor) -> Tensor:
    """The matrix of each element (n, *batch, E), by the table (D, E, D) of the step."""
    dim, size, _ = table.shape
    rows = elements.movedim(0, -2)  # as the elements were given, so that nothing is copied
    if dim <= APART:
        flat = table.permute(2, 0, 1).reshape(dim * dim, size) @ rows.reshape(-1, size).mT
        return flat.reshape(dim, dim, *rows.shape[:-1])
    flat = rows @ table.permute(1, 2, 0).reshape(size, dim * dim)
    return flat.unflatten(-1, (dim, dim))


def _from_step(step: Callable[..., Tensor], inputs: Sequence[Tensor], dim: int, rank: int) -> Tensor:
    """The matrix of each element: the step runs on all basis vectors, at all positions at once."""
    states = torch.eye(dim, dtype=inputs[0].dtype, device=inputs[0].device)
    read = [each.reshape(len(each), *[1] * (rank + 2 - each.ndim), *each.shape[1:]) for each in inputs]
    images = step(states.reshape(dim, *[1] * (rank + 1), dim), *read)
    if dim <= APART:
        return images.movedim(-1, 0).movedim(2, -1)
    return images.movedim(1, -2).movedim(0, -1)


def _ended(matrices: Tensor, lengths: Tensor, apart: bool) -> Tensor:
    """The matrices, with the identity behind the end of each list."""
    dim = matrices.shape[0 if apart else -1]
    count = matrices.shape[-1 if apart else -3]
    identity = torch.eye(dim, dtype=matrices.dtype, device=matrices.device)
    ends = lengths.squeeze(-1)
    positions = torch.arange(count, device=matrices.device)
    inside = positions < ends.unsqueeze(-1)
    if apart:
        return torch.where(inside, matrices, identity.reshape(dim, dim, *[1] * (matrices.ndim - 2)))
    return torch.where(inside[..., None, None], matrices, identity)


def product(matrices: Tensor, order: Order, *, apart: bool) -> Tensor:
    """The product of matrices in the order of the list, the last outermost for `snoc`."""
    place = -1 if apart else -3
    while matrices.shape[place] > 1:
        matrices = halved(matrices, order, apart=apart)
    return matrices.squeeze(place)


def halved(matrices: Tensor, order: Order, *, apart: bool) -> Tensor:
    """The products of neighbours, and the matrix that is left over: a round of `product`."""
    place = -1 if apart else -3
    count = matrices.shape[place]
    if apart:
        first, second = matrices[..., 0 : count - 1 : 2], matrices[..., 1::2]
    else:  # one `unbind` has a faster gradient than two slices; where entries stand apart it has not
        even = matrices.narrow(place, 0, count - count % 2)
        first, second = even.unflatten(place, (-1, 2)).unbind(place)
    outer, inner = (second, first) if order == "snoc" else (first, second)
    pairs = (outer.unsqueeze(2) * inner.unsqueeze(0)).sum(1) if apart else outer @ inner
    return torch.cat([pairs, matrices.narrow(place, count - 1, 1)], place) if count % 2 else pairs
