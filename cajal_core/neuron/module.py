"""The module that users hold: an executable with its links, called, and read as matrix, trace and dynamics.

This is more than 300 lines, because each method is public and says its shapes and errors, with an example.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from cajal_core.backend.arguments import Inputs, by_position, prepare
from cajal_core.backend.executable import Executable, compile_graph
from cajal_core.backend.plan import METHODS
from cajal_core.backend.run import Execution, plan_table
from cajal_core.backend.trace import Dynamics, Recorder, Trace
from cajal_core.base import tys
from cajal_core.diagnostics.calls import (
    CallableInMatrix,
    NoMatrix,
    TooLarge,
    TooManyArguments,
    TraceOfAFunction,
    UnknownMethod,
)
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import NotLinked
from cajal_core.ir.analysis import called_with, degrees, recurrences
from cajal_core.neuron.learned import Explanation, read_out
from cajal_core.neuron.parameters import Parametrised
from cajal_core.neuron.sparse import sparse_matrix

#: Matrices of more entries are refused.
MATRIX_LIMIT = 2**26


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a neuron: its name, its type, and the degree of the neuron in it.

    The degree is 1 where the neuron is linear, greater for a reusable argument, 0 for one without a use, and
    None where what only Python knows stands between (docs/spec.md, section 2.5).

    Example:
        >>> import cajal_core as cajal
        >>> program = cajal.load("def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)")
        >>> program["twice"].arguments
        [Argument(name='f', type=Bool -o Bool, degree=2), Argument(name='x', type=Bool, degree=1)]
    """

    name: str
    type: tys.Type
    degree: int | None = 1


class Neuron(Parametrised):
    """A compiled program: a multilinear map, or a recurrent one through its externs.

    The equations are those of docs/spec.md, section 3.2.

    Called with a tensor of shape `(..., *shape of its type)` for each argument, it returns one of
    shape `(..., *shape of the result)`; leading batch dimensions broadcast. A function argument is
    its matrix `(..., dim result, dim argument)` or a callable. Arguments are given in their order or by
    name, `neuron(x=…)`. Batches have equally many dimensions, but for single samples: (8, 1) and (8,) are
    refused. All are promoted to one floating dtype, which constants and linked callables receive too;
    integers and booleans become torch's default. Linked modules and tensors belong to the module, as
    `extern_NAME`, and learned tensors as `learn_NAME`.

    Called with fewer arguments than `arguments` lists, it returns the matrix of the rest.

    Raises:
        CajalError: when called, if an extern is not linked, an argument has another shape or is no tensor,
            batches do not broadcast, a linked callable returns another shape, or the rest has no matrix.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> program = cajal.load("def and (x:Bool) (y:Bool) : Bool = if x then y else (drop y in false)")
        >>> neuron = program.compile("and")
        >>> neuron(torch.tensor([0.5, 0.5]), torch.tensor([0.5, 0.5]))
        tensor([0.2500, 0.7500])
        >>> neuron(torch.tensor([1.0, 0.0]))  # the matrix of `and true`
        tensor([[1., 0.],
                [0., 1.]])
    """

    def extra_repr(self) -> str:
        """The type, which `print(neuron)` shows."""
        return str(self.type)

    @property
    def type(self) -> tys.Type:  # type: ignore[override]  # nn.Module.type casts; docs/spec.md, section 6.2
        """The type of the program, which prints as it is written. (`nn.Module.type` would be a cast.)"""
        return self.ir.type

    @property
    def arguments(self) -> list[Argument]:
        """The curried arguments. The degree is None where what only Python knows stands between."""
        return list(self._arguments)

    @cached_property
    def _arguments(self) -> tuple[Argument, ...]:
        """As `arguments`. The degrees take a walk through the whole program, so they are found once."""
        degree = degrees(self._lowered)
        return tuple(
            [
                Argument(argument.name, argument.type, degree.get(argument.position, 0))
                for argument in self.ir.arguments
            ]
        )

    # Calls

    def forward(self, *inputs: Any, **named: Any) -> Tensor:
        """The result for the arguments, as the class describes."""
        inputs = self._given(inputs, named)
        if len(inputs) < len(self.ir.arguments):
            return self._rest(inputs)
        given = self._prepared(inputs)
        result = self._result(given, self._variant(len(inputs), frozenset(self._matrices(given))))
        if any(argument.reusable for argument in self.ir.arguments):
            # The program may have no use for one, whose batch the result has all the same.
            return result.expand(*given.batch, *self._executable.shape)
        return result

    def _given(self, inputs: Sequence[Any], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """The arguments of a call in their order."""
        if not named:
            return tuple(inputs)
        return tuple(by_position([argument.name for argument in self.ir.arguments], inputs, named))

    def _prepared(self, inputs: Sequence[Any]) -> Inputs:
        arguments = self.ir.arguments
        if len(inputs) > len(arguments):
            raise CajalError(TooManyArguments(str(self.type), len(arguments), len(inputs)))
        return prepare(arguments, inputs, self._anchor)

    def _matrices(self, inputs: Inputs) -> Iterator[int]:
        """Which arguments are functions and come as tensors."""
        for argument, given in zip(self.ir.arguments, inputs.tensors, strict=False):
            if isinstance(argument.type, tys.Arrow) and isinstance(given, Tensor):
                yield argument.position

    def _result(self, inputs: Inputs, code: Executable, watch: Recorder | None = None) -> Tensor:
        if self.unlinked:
            name, type = next(iter(self.unlinked.items()))
            raise CajalError(NotLinked(name, str(type)))
        for method in self.methods.values():
            if method not in METHODS:
                raise CajalError(UnknownMethod(method, METHODS))
        execution = Execution(code, self._links(), inputs, self.methods, watch)
        constants = code.constants(inputs.dtype, inputs.device)
        flat = code.emitted.run(inputs.tensors, constants, execution.call, execution.recur, watch)
        if code.is_constant:  # what is done to the result in place must not change it for others
            flat = flat.clone()
        return flat.unflatten(-1, code.shape) if len(code.shape) != 1 else flat

    def _watch(self, inputs: Inputs) -> tuple[Recorder, Tensor]:
        """A run of the code as it was lowered, with all that it shows, and its result."""
        self._recording = self._recording or compile_graph(self._lowered, self._passes, record=True)
        watch = Recorder(self._lowered)
        return watch, self._result(inputs, self._recording, watch)

    # Matrices

    def matrix(self, limit: int = MATRIX_LIMIT, sparse: bool = False) -> Tensor:
        """The tensor of the neuron's type: column j of `A -o B` is the image of basis vector j.

        Its shape is that of the type (docs/spec.md, section 3.1), its dtype and device those that
        `.to` set. With `sparse`, a function's is a sparse COO tensor without gradient, whose cost is that
        of its columns, and `limit` is not looked at.

        Raises:
            CajalError: if an extern is not linked, a parameter is reusable, or a dense tensor has more
                than `limit` entries.

        Example:
            >>> import cajal_core as cajal
            >>> cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"].matrix()
            tensor([[0., 1.],
                    [1., 0.]])
        """
        self._check_linear(0)
        if sparse and isinstance(self.type, tys.Arrow):
            return sparse_matrix(
                self._lowered,
                lambda given: self._result(self._prepared(given), self._executable),
                self._anchor,
            )
        return self._function(self._prepared([]), limit)

    def _function(self, given: Inputs, limit: int = MATRIX_LIMIT) -> Tensor:
        """The matrix of the function that is left when some arguments come: (*batch, *shape of its type)."""
        rest = self.ir.type
        for _ in given.tensors:
            assert isinstance(rest, tys.Arrow)
            rest = rest.result
        entries = tys.dim(rest) * math.prod(given.batch)
        if entries > limit:
            shape = (*given.batch, *tys.shape(rest))
            raise CajalError(TooLarge(f"the matrix of {rest}", shape, entries, limit))
        linked = [name for name, link in self._links().items() if isinstance(link, Tensor)]
        code = self._variant(len(given.tensors), frozenset([*self._matrices(given), *linked]))
        result = self._result(given, code)
        # Where nothing depends on what is given, the batch has yet to be seen.
        return result.expand(*given.batch, *result.shape[result.ndim - len(code.shape) :])

    @property
    def lost(self) -> list[tuple[str, ...]]:
        r"""The basis arguments whose evaluation overflows, so that their column of the matrix is zero.

        Empty for what is no closed map from data to data, of which no column need add up to one.

        Raises:
            CajalError: if the matrix is too large to be looked at.

        Example:
            >>> import cajal_core as cajal
            >>> cajal.Program(nat_size=3).compile(r"\n:Nat. succ n").lost
            [('2',)]
        """
        types, result = tys.uncurry(self.type)
        if self.ir.parameters or not all(map(tys.is_data, [*types, result])):
            return []
        dims = [tys.dim(type) for type in types]
        mass = self.matrix().reshape(tys.dim(result), *reversed(dims)).sum(0)
        labels = [list(tys.labels(type)) for type in types]
        choices = (mass.permute(tuple(reversed(range(mass.ndim)))) == 0).nonzero().tolist()
        return [tuple([labels[place][index] for place, index in enumerate(choice)]) for choice in choices]

    @cached_property
    def _reach(self) -> Mapping[str | int, frozenset[int]]:
        return called_with(self._lowered)

    def _rest(self, inputs: Sequence[Any]) -> Tensor:
        """The matrix of the function that is left when only some arguments are given."""
        given = self._prepared(inputs)
        for callee, positions in self._reach.items():
            if isinstance(callee, int):
                link = inputs[callee] if callee < len(inputs) else None
            else:
                link = self._linked(callee)
            is_tensor = link is None or isinstance(link, Tensor)
            if max(positions, default=-1) >= len(inputs) and not is_tensor:
                name = callee if isinstance(callee, str) else self.ir.arguments[callee].name
                raise CajalError(CallableInMatrix(name, len(self.ir.arguments), len(inputs)))
        self._check_linear(len(inputs))
        return self._function(given)

    def _check_linear(self, given: int) -> None:
        """Refuses a matrix over a reusable parameter, in which the neuron is a polynomial."""
        for place in self.ir.arguments[given:]:
            if place.reusable:
                raise CajalError(NoMatrix(str(self.type), place.name, self.arguments[place.position].degree))

    def dynamics(self, *inputs: Any, **named: Any) -> list[Dynamics]:
        """The states of every `iter` in the neuron, one before those in its step.

        Without inputs, the arguments run over all combinations of their basis vectors, so that the
        batch shape is (dim A1, …, dim An).

        Raises:
            CajalError: as a call of the neuron does, and where all the states have too many entries.
        """
        inputs = self._given(inputs, named)
        given = self._prepared(inputs)
        missing = [tys.dim(argument.type) for argument in self.ir.arguments[len(inputs) :]]
        samples = math.prod(missing) * math.prod(given.batch)
        for loop in recurrences(self._lowered):
            shape = (loop.weights.dim, samples, loop.state.dim)
            if math.prod(shape) > MATRIX_LIMIT:
                what = f"the states of `{loop.name}`"
                raise CajalError(TooLarge(what, shape, math.prod(shape), MATRIX_LIMIT))
        # The batch of what is given stands behind the dimensions of the basis.
        complete: list[Any] = [
            value[(None,) * len(missing)] if given.batch and isinstance(value, Tensor) else value
            for value in given.tensors
        ]
        for place, (dim, argument) in enumerate(zip(missing, self.ir.arguments[len(inputs) :], strict=True)):
            leading = [1] * len(missing)
            leading[place] = dim
            basis = torch.eye(dim, dtype=given.dtype, device=given.device)
            shape = (*leading, *[1] * len(given.batch), *tys.shape(argument.type))
            complete.append(basis.reshape(shape))
        watch, _ = self._watch(self._prepared(complete))
        return watch.dynamics

    def plan(self, batch: int = 1, per_sample: bool = False) -> str:
        """How each recurrence would be run on a batch of so many, with what else could be done, as a table.

        It counts operations, multiplications and the entries in memory. What runs
        through a linked callable is looped; arguments of function type are taken to be one matrix for the
        batch or, with `per_sample`, one for each. `methods` forces another choice, by the name of the step's
        variable: `neuron.methods["y"] = "loop"`. A recurrence that became a table (`ir`) is not run at all.
        """
        task = batch, per_sample, self._anchor.device.type
        return plan_table(self._lowered, self._executable.loops, self._links(), self.methods, task)

    def explain(self) -> Explanation:
        """The learned tensors read back: of a map from data to data the nearest table, how near it is,
        and the Cajal definition that is that table; of others the largest entries.
        """
        types = {parameter.name: parameter.type for parameter in self.ir.parameters}
        return Explanation(
            tuple([read_out(name, types[name], tensor) for name, tensor in self.learned.items()])
        )

    def trace(self, *inputs: Any, **named: Any) -> Trace:
        """The value of every named sub-term, for a batch: what each `let` binds, what each call of a
        definition returns, each condition, and each state of an `iter`.

        The values carry gradients, and the result is the neuron's own but for rounding. Inside a `copy` or a
        `let` of a pair, a value is weighed by what is copied or taken apart. Functions are not shown.

        Raises:
            CajalError: as a call of the neuron does, and if not all arguments are given.
        """
        inputs = self._given(inputs, named)
        if len(inputs) < len(self.ir.arguments):
            raise CajalError(TraceOfAFunction(len(self.ir.arguments), len(inputs)))
        watch, result = self._watch(self._prepared(inputs))
        return watch.trace(result)
