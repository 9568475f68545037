"""The operations of the tensor IR on pairs.

What is a product of its operands runs the emitted code on their tensors, and adds their exponents. What adds
up entries of several samples, branches or places of an axis first brings those to one exponent. Each value
is then rescaled.

It has over 300 lines, because the rules of all operations of the closed union stand together.
"""

# torch annotates itself only in part, opt_einsum does not say that it does.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, assert_never, cast

import opt_einsum
import torch
from torch import Tensor

from cajal_core.backend import masked, product
from cajal_core.backend.positions import joined
from cajal_core.backend.scaled.pair import (
    NOTHING,
    Pair,
    added,
    aligned_sum,
    exponent_of,
    exponents_of,
    greatest,
    in_range,
    level,
    levelled,
    power,
    rescaled,
    true,
)
from cajal_core.backend.values.lists import Apart
from cajal_core.base import tys
from cajal_core.ir import graph as ir


class HeldPair(NamedTuple):
    """A list that is held apart, (*batch, *axes, n, dim A) and the weights of its lengths."""

    elements: Pair
    lengths: Pair


Value: TypeAlias = Pair | HeldPair
Env: TypeAlias = Mapping[ir.Value, Value]


def aligned(exponent: Tensor | None, own: Sequence[ir.Axis], axes: Sequence[ir.Axis]) -> Tensor | None:
    """An exponent with a dimension of one for each axis that it does not run over, if it runs over any."""
    return exponent if exponent is None or exponent.ndim <= 1 else _over(exponent, own, axes)


def _over(tensor: Tensor, own: Sequence[ir.Axis], axes: Sequence[ir.Axis]) -> Tensor:
    """A tensor with a dimension of one for each axis that it does not run over."""
    if tuple(own) == tuple(axes):
        return tensor
    return tensor[(..., *[slice(None) if axis in own else None for axis in axes], slice(None))]


def pair_over(value: ir.Value, pair: Pair, axes: Sequence[ir.Axis]) -> Pair:
    """A value with a dimension for each of some axes."""
    return Pair(_over(pair.tensor, value.axes, axes), aligned(pair.exponent, value.axes, axes))


def full(pair: Pair) -> Tensor:
    """The exponents of a pair, one for each vector in it."""
    return exponents_of(pair).expand(*pair.tensor.shape[:-1], 1)


@dataclass(frozen=True, slots=True)
class Calculator:
    """Runs operations. `emitted` is the code of one, on tensors, by the number of its value."""

    emitted: Callable[..., Any]
    call: Callable[..., Any]
    #: Whether a callable, and no tensor, stands behind a callee.
    is_opaque: Callable[[ir.Callee], bool]
    is_careful: bool

    def value(self, target: ir.Value, operation: ir.Operation, env: Env) -> Value:
        """The value of an assignment other than of a recurrence."""

        def pair(value: ir.Value) -> Pair:
            held = env[value]
            assert isinstance(held, Pair)
            return in_range(held)

        def emitted(*tensors: Any) -> Any:
            return self.emitted(target.number, *tensors)

        axes = target.axes
        match operation:
            case ir.Input() | ir.Given():
                given = emitted()
                if isinstance(given, tuple):
                    return _raw_lists(cast("Apart", given))
                return rescaled(given, None)
            case ir.OneHot() | ir.Zero() | ir.Basis():
                return Pair(emitted(), None)
            case ir.Shift(value) | ir.Slice(value) | ir.Unstack(value):
                return self._product(target, [value], env)
            case ir.Weigh(first, second) | ir.Outer(first, second) | ir.Apply(first, second):
                return self._product(target, [first, second], env)
            case ir.Table(weights):
                return self._product(target, list(dict.fromkeys(weights)), env, weights)
            case ir.Choose(weights, branches):
                return self._choose(target, weights, branches, env)
            case ir.Sum(parts):
                return added([pair_over(part, pair(part), axes) for part in parts])
            case ir.Concat(parts):
                tensors, top = levelled([pair_over(part, pair(part), axes) for part in parts])
                return rescaled(joined(tensors, -1), top)
            case ir.Contract(weights, vectors, over):
                return self._contract(target, operation, pair(weights), pair(vectors))
            case ir.Total(vectors, over) | ir.Matrix(vectors, over):
                levelled_vectors, top = _levelled_over(pair(vectors), vectors.axes, over)
                kept = [axis for axis in vectors.axes if axis not in over]
                return rescaled(emitted(levelled_vectors), aligned(top, kept, axes))
            case ir.Narrow(elements) if cast("Pair", env[elements]).is_raw:
                read = [cast("Pair", env[value]).tensor for value in dict.fromkeys(ir.operands(operation))]
                return Pair(emitted(*read), None, is_raw=True)
            case ir.Stack() | ir.Item() | ir.Narrow():
                return self._moved(emitted, [*map(pair, dict.fromkeys(ir.operands(operation)))])
            case ir.Elements(sequence) | ir.Lengths(sequence):
                held = env[sequence]
                assert isinstance(held, HeldPair)
                part = held.elements if isinstance(operation, ir.Elements) else held.lengths
                made = emitted((held.elements.tensor, held.lengths.tensor))
                if part.is_raw:
                    return Pair(made, None, is_raw=True)
                return Pair(made, emitted((full(held.elements), full(held.lengths))))
            case ir.Held(elements, _, lengths):
                values = [pair(value) for value in dict.fromkeys([elements, lengths])]
                made, exponents = emitted(*[value.tensor for value in values]), emitted(*map(full, values))
                return HeldPair(*[Pair(*part) for part in zip(made, exponents, strict=True)])
            case ir.Einsum():
                return self._einsum(target, operation, env)
            case ir.Call():
                return self._call(target, operation, env)
            case ir.Iterate():
                raise AssertionError("a recurrence is no operation of the calculator")
            case _:
                assert_never(operation)

    def _product(
        self, target: ir.Value, read: Sequence[ir.Value], env: Env, factors: Sequence[ir.Value] | None = None
    ) -> Pair:
        """What has one factor of each operand, of which `read` has each once."""
        pairs = {value: in_range(cast("Pair", env[value])) for value in read}
        exponent = aligned_sum(
            [aligned(pairs[value].exponent, value.axes, target.axes) for value in factors or read]
        )
        tensor = self.emitted(target.number, *[pair.tensor for pair in pairs.values()])
        return Pair(tensor, None) if exponent is None else rescaled(tensor, exponent)

    def _moved(self, emitted: Callable[..., Tensor], pairs: Sequence[Pair]) -> Pair:
        """What moves vectors as they are, and their exponents with them."""
        made = emitted(*[pair.tensor for pair in pairs])
        return Pair(made, emitted(*map(full, pairs)) if pairs else None)

    def _times(self, left: Tensor, right: Tensor) -> Tensor:
        return (masked if self.is_careful else product).times(left, right)

    def _choose(self, target: ir.Value, weights: ir.Value, branches: Sequence[ir.Value], env: Env) -> Pair:
        pairs = {value: in_range(cast("Pair", env[value])) for value in (weights, *branches)}
        if all(pairs[branch].exponent is None for branch in branches):
            return self._product(target, [weights, *branches], env)
        row = pair_over(weights, pairs[weights], target.axes)
        parts = [
            Pair(self._times(weight, branch.tensor), branch.exponent)
            for weight, branch in zip(
                row.tensor.split(1, -1),
                [pair_over(branch, pairs[branch], target.axes) for branch in branches],
                strict=True,
            )
        ]
        chosen = added(parts)
        return Pair(chosen.tensor, aligned_sum([chosen.exponent, row.exponent]))

    def _contract(self, target: ir.Value, operation: ir.Contract, weights: Pair, vectors: Pair) -> Pair:
        of_row, of_vectors, over = operation.weights, operation.vectors, operation.over
        inside = sorted({*target.axes, *over})
        moved = aligned(vectors.exponent, of_vectors.axes, inside)
        places = [inside.index(axis) - len(inside) - 1 for axis in over]
        last = [*range(-len(over) - 1, -1)]
        if moved is not None and moved.ndim > 1:
            moved = moved.movedim(places, last)
        if moved is None or all(size == 1 for size in moved.shape[-len(over) - 1 : -1]):
            if moved is not None and moved.ndim > 1:
                moved = moved.flatten(-len(over) - 1, -2).squeeze(-2)
            pairs = dict(zip(ir.operands(operation), (weights, vectors), strict=True))
            tensor = self.emitted(target.number, *[pair.tensor for pair in pairs.values()])
            exponent = aligned_sum([moved, aligned(weights.exponent, of_row.axes, target.axes)])
            return Pair(tensor, None) if exponent is None else rescaled(tensor, exponent)
        columns = _over(vectors.tensor, of_vectors.axes, inside)
        row = pair_over(of_row, weights, target.axes)
        spread = row.tensor.unflatten(-1, [axis.size for axis in over]).unsqueeze(-1)
        parts = self._times(spread, columns.movedim(places, last))
        total = _summed(parts, moved, last)
        return Pair(total.tensor, aligned_sum([total.exponent, row.exponent]))

    def _einsum(self, target: ir.Value, operation: ir.Einsum, env: Env) -> Pair:
        pairs = {value: in_range(cast("Pair", env[value])) for value in operation.operands}
        letters: dict[ir.Axis, str] = {}
        for index in itertools.chain(*operation.indices, operation.output):
            if isinstance(index, ir.Axis):
                letters.setdefault(index, opt_einsum.get_symbol(len(letters)))
        sizes = {letter: axis.size for axis, letter in letters.items()}
        outer = "".join([letters[axis] for axis in operation.output[: len(target.axes)]])
        exponents, varied = list[tuple[str, Tensor]](), ""
        for value, indices in zip(operation.operands, operation.indices, strict=True):
            exponent = pairs[value].exponent
            if exponent is None:
                continue
            if exponent.ndim <= 1:
                exponents.append(("", exponent))
                continue
            own, exponent = indices[: len(value.axes)], full(pairs[value])
            exponent = exponent.squeeze(-1)
            chosen = [slice(None) if isinstance(index, ir.Axis) else index for index in own]
            exponent = exponent[(..., *chosen)] if chosen else exponent
            names = "".join([letters[index] for index in own if isinstance(index, ir.Axis)])
            once = "".join(dict.fromkeys(names))
            if once != names:  # the same index twice: the diagonal
                exponent = torch.einsum(f"...{names}->...{once}", exponent.to(torch.float64)).to(torch.int32)
            exponents.append((once, exponent.unsqueeze(-1)))
            varied += "".join([name for name in once if name not in outer + varied])
        whole = outer + varied
        spread = [
            exponent[(..., *[slice(None) if name in names else None for name in sorted(whole)], slice(None))]
            if exponent.ndim > 1
            else exponent
            for names, exponent in [_sorted(names, exponent) for names, exponent in exponents]
        ]
        exponent = aligned_sum(spread)
        tensors = [pairs[value].tensor for value in dict.fromkeys(operation.operands)]
        if exponent is None:
            return Pair(self.emitted(target.number, *tensors), None)
        exponent = _permuted(exponent, sorted(whole), whole)
        if not varied:
            return rescaled(self.emitted(target.number, *tensors), exponent)
        output = "".join([letters[axis] for axis in operation.output])
        rest = "".join([name for name in output if name not in whole])
        parts = self._multiplied(operation, pairs, letters, whole + rest)
        parts = parts.flatten(-len(rest)) if len(rest) > 1 else parts if rest else parts.unsqueeze(-1)
        over = [*range(-len(varied) - 1, -1)]
        levels = level(parts, exponent)
        levels, exponent = torch.broadcast_tensors(levels, exponent)
        top = greatest(levels, exponent, over)
        parts = parts * power(exponent - top, parts.dtype)
        parts = parts.unflatten(-1, [sizes[name] for name in rest]) if rest else parts.squeeze(-1)
        tensor = torch.einsum(f"...{whole}{rest}->...{output}", parts)
        components = len(output) - len(outer)
        tensor = tensor.flatten(-components) if components > 1 else tensor
        return rescaled(tensor, top.squeeze(over))

    def _multiplied(
        self,
        operation: ir.Einsum,
        pairs: Mapping[ir.Value, Pair],
        letters: Mapping[ir.Axis, str],
        output: str,
    ) -> Tensor:
        """The sum of products of the tensors, with more indices left."""
        terms, tensors = list[str](), list[Tensor]()
        for value, indices in zip(operation.operands, operation.indices, strict=True):
            tensor = pairs[value].tensor.unflatten(-1, tys.components(value.type))
            chosen = [slice(None) if isinstance(index, ir.Axis) else index for index in indices]
            tensors.append(tensor[(..., *chosen)])
            names = [letters[index] for index in indices if isinstance(index, ir.Axis)]
            terms.append("".join(["...", *names]))
        return torch.einsum(f"{','.join(terms)}->...{output}", *tensors)

    def _call(self, target: ir.Value, operation: ir.Call, env: Env) -> Value:
        """A callable is given true values. What a tensor is applied to keeps its exponents."""
        axes = target.axes
        if self.is_opaque(operation.callee):
            answer = self.emitted(target.number, *true_arguments(operation, env))
            if isinstance(answer, tuple):
                return _raw_lists(cast("Apart", answer))
            return rescaled(answer, None)
        tensors, exponents = list[Any](), dict[ir.Value, Tensor | None]()
        for value in dict.fromkeys(operation.arguments):
            held = env[value]
            if isinstance(held, HeldPair):
                elements, held = _one_exponent(held)
                tensors.append((elements, held.tensor))
            else:
                held = in_range(held)
                tensors.append(held.tensor)
            exponents[value] = aligned(held.exponent, value.axes, axes)
        answer = self.emitted(target.number, *tensors)
        return rescaled(answer, aligned_sum([exponents[value] for value in operation.arguments]))


def true_arguments(call: ir.Call, env: Env) -> list[Any]:
    """What a callable is given, each value once."""
    given = list[Any]()
    for value in dict.fromkeys(call.arguments):
        held = env[value]
        given.append(true(held) if isinstance(held, Pair) else tuple(map(true, held)))
    return given


def _raw_lists(lists: Apart) -> HeldPair:
    elements, weights = lists
    return HeldPair(Pair(elements, None, is_raw=True), Pair(weights, None, is_raw=True))


def _sorted(names: str, exponent: Tensor) -> tuple[str, Tensor]:
    """The dimensions of an exponent in the order of their names."""
    ordered = "".join(sorted(names))
    return ordered, _permuted(exponent, names, ordered)


def _permuted(exponent: Tensor, names: Sequence[str], order: Sequence[str]) -> Tensor:
    if exponent.ndim <= 1 or list(names) == list(order):
        return exponent
    places = [names.index(name) - len(names) - 1 for name in order]
    return exponent.movedim(places, [*range(-len(order) - 1, -1)])


def _levelled_over(
    pair: Pair, axes: Sequence[ir.Axis], over: Sequence[ir.Axis]
) -> tuple[Tensor, Tensor | None]:
    """Vectors brought to one exponent over some of their axes, and that without those."""
    own = [axis for axis in over if axis in axes]
    if pair.exponent is None or pair.exponent.ndim <= 1:
        return pair.tensor, pair.exponent
    places = [axes.index(axis) - len(axes) - 1 for axis in own]
    if not places:
        return pair.tensor, pair.exponent
    levels, exponents = torch.broadcast_tensors(level(pair.tensor, pair.exponent), pair.exponent)
    top = greatest(levels, exponents, places)
    return pair.tensor * power(pair.exponent - top, pair.tensor.dtype), top.squeeze(places)


def _summed(parts: Tensor, exponents: Tensor, places: list[int]) -> Pair:
    """The sum of vectors over some dimensions."""
    levels, exponents = torch.broadcast_tensors(level(parts, exponents), exponents)
    top = greatest(levels, exponents, places)
    total = (parts * power(exponents - top, parts.dtype)).sum(places)
    return rescaled(total, top.squeeze(places))


def _one_exponent(held: HeldPair) -> tuple[Tensor, Pair]:
    """A list, whose elements have no exponents, since the weights of its lengths have taken them over.

    A list of i elements has the exponents of the first i, so that the weights are brought to the greatest.
    """
    held = HeldPair(*map(in_range, held))
    exponents = full(held.elements).squeeze(-1).cumsum(-1)
    exponents = torch.nn.functional.pad(exponents, (1, 0))
    weights = held.lengths.tensor
    count = exponents.shape[-1]
    missing = weights.shape[-1] - count
    exponents = torch.nn.functional.pad(exponents, (0, missing)) if missing else exponents
    levels = torch.where(weights == 0, NOTHING, exponents + exponent_of(weights))
    levels, exponents = torch.broadcast_tensors(levels, exponents)
    top = greatest(levels, exponents, -1)
    scaled = rescaled(weights * power(exponents - top, weights.dtype), top)
    return held.elements.tensor, Pair(scaled.tensor, aligned_sum([scaled.exponent, held.lengths.exponent]))
