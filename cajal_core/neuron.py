"""Tensor IR -> the module that users hold: links, checks and calls."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from cajal_core import tys
from cajal_core.analyse import called_with, degrees, recurrences
from cajal_core.emit import emit
from cajal_core.errors import CajalError
from cajal_core.errors.use import Misuse, NoMatrix, NotLinked, TooLarge
from cajal_core.execute import Execution, plan_table
from cajal_core.links import as_tensor, check_shape
from cajal_core.parameters import Parametrised
from cajal_core.readout import Explanation, read_out
from cajal_core.sparse import sparse_matrix
from cajal_core.watch import Dynamics, Trace, Watch

#: Matrices of more entries are refused.
MATRIX_LIMIT = 2**26


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a neuron: its name, its type, and the degree of the neuron in it."""

    name: str
    type: tys.Type
    degree: int | None = 1


class Neuron(Parametrised):
    """A compiled program: a multilinear map, or a recurrent one through its externs.

    Called with a tensor of shape (..., *shape of its type) for each argument, it returns one of
    shape (..., *shape of the result); leading batch dimensions broadcast. A function argument is
    its matrix (..., dim result, dim argument) or a callable. All are promoted to one floating
    dtype, which constants and linked callables receive too; integers and booleans become torch's
    default. Linked modules and tensors belong to the module, as `extern_NAME`, and learned tensors as
    `learn_NAME`.

    Called with fewer arguments than `arguments` lists, it returns the matrix of the rest.
    """

    def extra_repr(self) -> str:
        return str(self.type)

    @property
    def type(self) -> tys.Type:  # type: ignore[override]  # nn.Module.type casts; API.md names ours so
        return self.ir.type

    @property
    def arguments(self) -> list[Argument]:
        """The curried arguments. The degree is None where what only Python knows stands between."""
        found = degrees(self.ir)
        return [Argument(each.name, each.type, found.get(each.position, 0)) for each in self.ir.arguments]

    # Calls

    def forward(self, *inputs: Any) -> Tensor:
        if len(inputs) < len(self.ir.arguments):
            return self._rest(inputs)
        tensors, dtype, device = self._prepared(inputs)
        result = self._result(tensors, dtype, device)
        if any(argument.reusable for argument in self.ir.arguments):
            # The program may have no use for one, whose batch the result has all the same.
            return result.expand(*self._batch(tensors), *tys.shape(self.ir.result.type))
        return result

    def _batch(self, inputs: Sequence[Tensor | Callable[..., Tensor]]) -> torch.Size:
        """The leading dimensions of the inputs, broadcast."""
        arguments = zip(self.ir.arguments, inputs, strict=True)
        shapes = [t.shape[: t.ndim - len(tys.shape(a.type))] for a, t in arguments if isinstance(t, Tensor)]
        return torch.broadcast_shapes(*shapes)

    def _result(
        self,
        inputs: Sequence[Tensor | Callable[..., Tensor]],
        dtype: torch.dtype,
        device: torch.device,
        watch: Watch | None = None,
    ) -> Tensor:
        if self.unlinked:
            name, type = next(iter(self.unlinked.items()))
            raise CajalError(NotLinked(name, str(type)))
        graph, emitted, loops = self.ir, self._emitted, self._loops
        if watch:
            graph = self._marked
            if self._watched is None:
                self._watched = emit(graph, watched=True)
            emitted, loops = self._watched, recurrences(graph)
        execution = Execution(graph, loops, self._links(), inputs, dtype, self.methods, watch)
        constants = emitted.tensors(dtype, device) if watch else self._constant_tensors(dtype, device)
        flat = emitted.run(inputs, constants, execution.call, execution.recur, watch)
        shape = tys.shape(self.ir.result.type)
        return flat.unflatten(-1, shape) if len(shape) != 1 else flat

    def _prepared(
        self, inputs: Sequence[Any]
    ) -> tuple[list[Tensor | Callable[..., Tensor]], torch.dtype, torch.device]:
        """The inputs as tensors of one floating dtype, their shapes checked."""
        arguments = self.ir.arguments
        if len(inputs) > len(arguments):
            takes = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
            raise CajalError(Misuse(f"this neuron ({self.type}) takes {takes}, got {len(inputs)}"))
        tensors: list[Tensor | Callable[..., Tensor]] = []
        for argument, given in zip(arguments, inputs, strict=False):
            if callable(given) and isinstance(argument.type, tys.Arrow):
                tensors.append(cast("Callable[..., Tensor]", given))
                continue
            tensor = as_tensor(f"the argument `{argument.name}`", given)
            check_shape(f"the argument `{argument.name}`", argument.type, tensor)
            tensors.append(tensor)
        found = [tensor for tensor in tensors if isinstance(tensor, Tensor)]
        dtype, device = self._anchor.dtype, self._anchor.device
        if found:
            dtype, device = found[0].dtype, found[0].device
            for tensor in found[1:]:
                dtype = torch.promote_types(dtype, tensor.dtype)
            if not dtype.is_floating_point:
                dtype = torch.get_default_dtype()
        return [t.to(dtype) if isinstance(t, Tensor) else t for t in tensors], dtype, device

    # Matrices

    def matrix(self, limit: int = MATRIX_LIMIT, sparse: bool = False) -> Tensor:
        """The tensor of the neuron's type: column j of `A -o B` is the image of basis vector j.

        Its shape is that of the type (LANGUAGE.md, section 3), its dtype and device those that
        `.to` set. With `sparse`, a function's is a sparse COO tensor, built some columns at a time,
        and `limit` is not looked at.

        Raises:
            CajalError: if an extern is not linked, a parameter is reusable, or a dense tensor has more
                than `limit` entries.
        """
        self._check_linear(0)
        if sparse and isinstance(self.type, tys.Arrow):
            dtype, device = self._anchor.dtype, self._anchor.device
            return sparse_matrix(self.type, lambda given: self._result(given, dtype, device), self._anchor)
        entries = tys.dim(self.type)
        if entries > limit:
            raise CajalError(TooLarge(f"the matrix of {self.type}", tys.shape(self.type), entries, limit))
        matrix = self._columns([], self._anchor.dtype, self._anchor.device)
        return matrix.reshape(tys.shape(self.type))

    @property
    def lost(self) -> list[tuple[str, ...]]:
        """The basis arguments whose evaluation overflows, so that their column of the matrix is zero.

        Empty for what is no closed map from data to data, of which no column need add up to one.
        """
        types, result = tys.uncurry(self.type)
        if self.ir.parameters or not all(map(tys.is_data, [*types, result])):
            return []
        mass = self._columns([], self._anchor.dtype, self._anchor.device).sum(0)
        labels = [list(tys.labels(type)) for type in types]
        choices = (mass.permute(*reversed(range(mass.ndim))) == 0).nonzero().tolist()
        return [tuple([labels[place][index] for place, index in enumerate(choice)]) for choice in choices]

    def _rest(self, inputs: Sequence[Any]) -> Tensor:
        """The matrix of the function that is left when only some arguments are given."""
        given, dtype, device = self._prepared(inputs)
        rest = self.ir.type
        for _ in given:
            assert isinstance(rest, tys.Arrow)
            rest = rest.result
        for name, positions in called_with(self.ir).items():
            link = inputs[name] if isinstance(name, int) and name < len(given) else self._linked(str(name))
            if max(positions, default=-1) >= len(given) and link is not None and not isinstance(link, Tensor):
                what = f"`{name}`" if isinstance(name, str) else f"`{self.ir.arguments[name].name}`"
                raise CajalError(
                    Misuse(
                        f"with {len(given)} of its {len(self.ir.arguments)} arguments this neuron has no "
                        f"matrix: {what} is a callable, which need not be linear",
                        "give all arguments",
                    )
                )
        self._check_linear(len(given))
        entries = tys.dim(rest)
        if entries > MATRIX_LIMIT:
            raise CajalError(TooLarge(f"the matrix of {rest}", tys.shape(rest), entries, MATRIX_LIMIT))
        columns = self._columns(given, dtype, device)
        return columns.reshape(*columns.shape[: columns.ndim - self._open(given) - 1], *tys.shape(rest))

    def _check_linear(self, given: int) -> None:
        """Refuses a matrix over a reusable parameter, in which the neuron is a polynomial."""
        for argument, place in zip(self.arguments[given:], self.ir.arguments[given:], strict=True):
            if place.reusable:
                raise CajalError(NoMatrix(str(self.type), argument.name, argument.degree))

    def _open(self, given: Sequence[Any]) -> int:
        return len(self.ir.arguments) - len(given)

    def _columns(
        self, given: Sequence[Tensor | Callable[..., Tensor]], dtype: torch.dtype, device: torch.device
    ) -> Tensor:
        """The result at every basis vector of the arguments not given: (*batch, dim B, dim An, …, dim A1)."""
        inputs, batch = self._with_basis(given, dtype, device)
        open_arguments = self.ir.arguments[len(given) :]
        result = self._result(inputs, dtype, device)
        shape = tys.shape(self.ir.result.type)
        flat = result.flatten(-len(shape))
        dims = [tys.dim(argument.type) for argument in open_arguments]
        full = flat.expand(*dims, *flat.shape[flat.ndim - 1 - batch : -1], flat.shape[-1])
        order = [*range(len(dims), full.ndim), *reversed(range(len(dims)))]
        return full.permute(order)

    def _with_basis(
        self, given: Sequence[Tensor | Callable[..., Tensor]], dtype: torch.dtype, device: torch.device
    ) -> tuple[list[Tensor | Callable[..., Tensor]], int]:
        """The inputs, completed by all basis vectors of the rest, each over a leading dimension of its own.

        Also returns the number of batch dimensions of those given.
        """
        shapes = zip(given, self.ir.arguments, strict=False)
        ranks = [t.ndim - len(tys.shape(a.type)) for t, a in shapes if isinstance(t, Tensor)]
        batch = max(ranks, default=0)
        missing = self.ir.arguments[len(given) :]
        inputs = list(given)
        for place, argument in enumerate(missing):
            dim = tys.dim(argument.type)
            leading = [1] * len(missing)
            leading[place] = dim
            basis = torch.eye(dim, dtype=dtype, device=device)
            inputs.append(basis.reshape(*leading, *[1] * batch, *tys.shape(argument.type)))
        return inputs, batch

    def dynamics(self, *inputs: Any) -> list[Dynamics]:
        """The states of every `iter` in the neuron, one before those in its step.

        Without inputs, the arguments run over all combinations of their basis vectors, so that the
        batch shape is (dim A1, …, dim An).

        Raises:
            CajalError: as a call of the neuron does, and where the combinations are too many.
        """
        given, dtype, device = self._prepared(inputs)
        combinations = math.prod(tys.dim(argument.type) for argument in self.ir.arguments[len(given) :])
        if combinations > MATRIX_LIMIT:
            raise CajalError(TooLarge("a table of all inputs", (combinations,), combinations, MATRIX_LIMIT))
        complete, _ = self._with_basis(given, dtype, device)
        watch = Watch(self._marked)
        self._result(complete, dtype, device, watch)
        return watch.dynamics

    def plan(self, batch: int = 1, per_sample: bool = False) -> str:
        """How each recurrence would be run on a batch of so many, with what else could be done, as a table.

        Operations, multiplications and the entries in memory are those of `cajal_core.plan`. What runs
        through a linked callable is looped; arguments of function type are taken to be one matrix for the
        batch or, with `per_sample`, one for each. `methods` forces another choice, by the name of the step's
        variable: `neuron.methods["y"] = "loop"`. A recurrence that became a table (`ir`) is not run at all.
        """
        task = batch, per_sample, self._anchor.device.type
        return plan_table(self._marked, self._loops, self._links(), self.methods, task)

    def explain(self) -> Explanation:
        """The learned tensors read back: of a map from data to data the nearest table, how near it is,
        and the Cajal definition that is that table; of others the largest entries.
        """
        types = {each.name: each.type for each in self.ir.parameters}
        return Explanation(
            tuple([read_out(name, types[name], tensor) for name, tensor in self.learned.items()])
        )

    def trace(self, *inputs: Any) -> Trace:
        """The value of every named sub-term, for a batch: what each `let` binds, what each call of a
        definition returns, each condition, and each state of an `iter`.

        The values carry gradients, and the result is the neuron's own but for rounding. Inside a `copy` or a
        `let` of a pair, a value is weighed by what is copied or taken apart. Functions are not shown.

        Raises:
            CajalError: as a call of the neuron does, and if not all arguments are given.
        """
        if len(inputs) < len(self.ir.arguments):
            raise CajalError(
                Misuse(f"a trace needs all {len(self.ir.arguments)} arguments, got {len(inputs)}")
            )
        given, dtype, device = self._prepared(inputs)
        watch = Watch(self._marked)
        result = self._result(given, dtype, device, watch)
        return watch.trace(result)
