"""The module that users hold: an executable with its links, called, and read as matrix, trace and dynamics.

This is more than 300 lines, because each method is public and says its shapes and errors, with an example.
"""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
import os
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import torch
from torch import Tensor

from cajal_core.backend.arguments import Inputs, argument_value, broadcast, by_position, prepare
from cajal_core.backend.executable import Executable, compile_graph
from cajal_core.backend.plan import METHODS
from cajal_core.backend.run import run
from cajal_core.backend.scaled.run import run_scaled
from cajal_core.backend.trial import undisturbed
from cajal_core.backend.values.joined import check_joined
from cajal_core.backend.values.lists import Apart, basis, together
from cajal_core.backend.values.sequence import Sequence as Lists
from cajal_core.backend.values.sequence import batch_of
from cajal_core.backend.watch.recorder import Recorder
from cajal_core.backend.watch.trace import Trace
from cajal_core.backend.watch.traced import Dynamics, Probe, chosen
from cajal_core.base import tys
from cajal_core.base.passes import Passes
from cajal_core.diagnostics.calls import (
    CallableInMatrix,
    NoGradient,
    NoMatrix,
    NoTable,
    ScaledLists,
    TooLarge,
    TooManyArguments,
    TooManyStates,
    TraceOfAFunction,
    UnknownMethod,
)
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.links import NotLinked
from cajal_core.diagnostics.mistake import Mistake
from cajal_core.diagnostics.tensors import DevicesDiffer
from cajal_core.export.encode import encode
from cajal_core.export.part import part
from cajal_core.ir import graph as ir
from cajal_core.ir.analysis import called_with, callees, degrees, reached_by, recurrences, rewritten
from cajal_core.ir.marks import marks_where
from cajal_core.neuron.learned import Explanation, read_out
from cajal_core.neuron.linear import is_linear
from cajal_core.neuron.parameters import Overflows, Parametrised
from cajal_core.neuron.plans import plan_table
from cajal_core.neuron.portable import Portable, made_portable, whole_lists
from cajal_core.neuron.recurrences import Recurrence, recurrences_of
from cajal_core.neuron.show import show
from cajal_core.neuron.sparse import sparse_matrix
from cajal_core.neuron.wiring import Wiring

#: Matrices of more entries are refused.
MATRIX_LIMIT = 2**26
#: States of a recurrence of more entries are not kept, nor those whose steps take more tensor operations.
STATES_LIMIT, OPERATIONS_LIMIT = 2**25, 2**17
#: Matrices of the steps of recurrences have at most so many rows.
TRANSITION_LIMIT = 256


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

    def tensor(self, value: Any) -> Tensor | Lists:
        """What is given for the argument as a tensor: batch dimensions, then those of the type.

        A numpy array or a list of numbers becomes a tensor. The dtype and the device stay. What is given for
        a `List[k] A` becomes a `Sequence`.

        Raises:
            CajalError: if it is no tensor of real numbers, or does not end with the shape of the type.

        Example:
            >>> import cajal_core as cajal
            >>> argument = cajal.Argument("x", cajal.load("def f (x : Bool) : Bool = x")["f"].type.argument)
            >>> argument.tensor([[1.0, 0.0]])
            tensor([[1., 0.]])
        """
        return argument_value(self.name, self.type, value)


class Neuron(Parametrised):
    """A compiled program: a multilinear map, or a recurrent one through its externs.

    The equations are those of docs/spec.md, section 3.2.

    Called with a tensor of shape `(..., *shape of its type)` for each argument, it returns one of
    shape `(..., *shape of the result)`; leading batch dimensions broadcast. A function argument is
    its matrix `(..., dim result, dim argument)` or a callable. Arguments are given in their order or by
    name, `neuron(x=…)`. Batches have equally many dimensions, but for single samples: (8, 1) and (8,) are
    refused. All are promoted to one floating dtype, which constants and linked callables receive too;
    integers and booleans become torch's default. An argument of type `List[k] A` is a tensor
    `(..., n, *shape of A)` with n ≤ k, for lists of n elements each, a `Sequence`, or a jagged nested tensor,
    and a list that is held apart is returned as a `Sequence`. Linked modules and tensors belong to the
    module, as `extern_NAME`, and learned tensors as `learn_NAME`.

    Called with fewer arguments than `arguments` lists, it returns the matrix of the rest.

    What weighs zero is not seen, be it infinite or NaN. While torch compiles, exports or batches a call, no
    number decides what runs: overflow is no error, and a recurrence of more than 16 states that runs on
    matrices gives NaN where a state of weight zero overflows, unless `methods` makes it a loop (docs/spec.md,
    section 3.6).

    Raises:
        CajalError: when called, if an extern is not linked, an argument has another shape or is no tensor, a
            list is longer than its type says, lists that a comprehension joins are known to differ in length
            (docs/spec.md, section 3.8), batches do not broadcast, a linked callable returns another
            shape, or the rest has no matrix.

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

    #: Where traces of calls are kept, while they are.
    _traces: list[Trace] | None = None

    def extra_repr(self) -> str:
        """The type, which `print(neuron)` shows."""
        # Torch asks for it in messages of its own, and cannot compile what prints a type.
        return "" if torch.compiler.is_compiling() else str(self.type)

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
        bounds, arguments = degrees(self._lowered), list[Argument]()
        for argument in self.ir.arguments:
            degree = bounds.get(argument.position, 0)
            # What is not reusable is linear by its type, though the bound of the code may be greater.
            degree = degree if argument.reusable else degree and min(degree, 1)
            arguments.append(Argument(argument.name, argument.type, degree))
        return tuple(arguments)

    # Calls

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """The result for the arguments, as the class describes."""
        inputs = self._given(inputs, named)
        if len(inputs) < len(self.ir.arguments):
            return self._rest(inputs)
        return self._full(self._prepared(inputs))

    def _full(self, given: Inputs) -> Any:
        """The result for all arguments."""
        if self._traces is not None:
            trace = self._traced(given)
            self._traces.append(trace)
            return trace.result
        code = self._executable
        if code.functions:
            code = self._variant(len(given.tensors), frozenset(self._matrices(given)))
        return self._over_batch(self._result(given, code), given, code)

    def _over_batch(self, result: Any, given: Inputs, code: Executable) -> Any:
        """The result with the batch of all arguments, of which the program may have no use for one."""
        if code.may_discard and isinstance(result, Tensor):
            return result.expand(*given.batch, *code.shape)
        return result

    def _given(self, inputs: Sequence[Any], named: Mapping[str, Any]) -> tuple[Any, ...]:
        """The arguments of a call in their order."""
        if not named:
            return tuple(inputs)
        return tuple(by_position([argument.name for argument in self.ir.arguments], inputs, named))

    def _prepared(self, inputs: Sequence[Any], *, of_basis: bool = False) -> Inputs:
        """The arguments of a call as tensors. With `of_basis` there are some that run over their basis.

        Lists of the basis have all lengths.
        """
        arguments, joins = self.ir.arguments, self._lowered.joins
        if len(inputs) > len(arguments):
            raise CajalError(TooManyArguments(str(self.type), len(arguments), len(inputs)))
        given = prepare(arguments, inputs, self._like)
        if joins and not of_basis:
            check_joined(joins, given.lengths, {})
        return given

    def _matrices(self, inputs: Inputs) -> Iterator[int]:
        """Which arguments are functions and come as tensors."""
        for position in self._executable.functions:
            if position < len(inputs.tensors) and isinstance(inputs.tensors[position], Tensor):
                yield position

    def _checked_links(self, inputs: Inputs, code: Executable) -> Mapping[str, Any]:
        """What is linked, if that is all that the code needs and it is where the arguments are."""
        links = self._links()
        if len(links) < len(code.graph.parameters):
            for name, type in self.unlinked.items():
                raise CajalError(NotLinked(name, str(type)))
        for name, link in links.items():
            # Torch itself does not see that a tensor without values, on `meta`, meets one with.
            if isinstance(link, Tensor) and link.device != inputs.device:
                raise CajalError(DevicesDiffer(name, str(link.device), str(inputs.device)))
        for method in self.methods.values():
            if method not in METHODS:
                raise CajalError(UnknownMethod(method, METHODS))
        return links

    def _result(self, inputs: Inputs, code: Executable, watch: Recorder | None = None) -> Any:
        flat = run(code, self._checked_links(inputs, code), inputs, self.methods, watch)
        if code.lists is not None:
            elements, weights = cast("Apart", flat)
            elements = elements.expand(*inputs.batch, *elements.shape[-2:])
            weights = weights.expand(*inputs.batch, weights.shape[-1])
            if code.is_shared:
                elements, weights = elements.clone(), weights.clone()
            return together(code.lists, (elements, weights))
        flat = cast("Tensor", flat)
        if code.is_shared:  # what is done to the result in place must not change it for others
            flat = flat.clone()
        return flat.unflatten(-1, code.shape) if len(code.shape) != 1 else flat

    def _watch(self, inputs: Inputs) -> tuple[Recorder, Any]:
        """A run of the code as it was lowered, with all that it shows, and its result."""
        self._prune()
        self._check_states(self._lowered, inputs)
        self._recording = self._recording or compile_graph(self._lowered, self._passes, record=True)
        watch = Recorder(self._lowered)
        return watch, self._over_batch(self._result(inputs, self._recording, watch), inputs, self._recording)

    @contextmanager
    def evaluating(self) -> Generator[None]:
        """All modules in the neuron are in eval mode for a block, which leaves nothing behind in them.

        Modes, buffers (such as the statistics of a `BatchNorm`) and torch's random numbers are then as they
        were. Pictures are drawn so, and links are tried so.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> neuron = cajal.load("extern f : Bool -o Bool")["f"].link(f=torch.nn.BatchNorm1d(2))
            >>> with neuron.evaluating():
            ...     result = neuron(torch.tensor([0.5, 0.5]))
            >>> neuron.training, neuron.extern_f.num_batches_tracked
            (True, tensor(0))
        """
        with undisturbed([self]):
            yield

    # Scale

    def scaled(self, *inputs: Any, **named: Any) -> tuple[Tensor, Tensor]:
        r"""The result as a tensor in range and the logarithm of its scale: result = tensor · e^log.

        A product of a hundred probabilities is 0 in float32. Here the states of each `iter` and `fold` are
        rescaled on the way, and so is what stands between them (docs/spec.md, section 6.2).

        Linked callables receive true values, which may be 0 where they are too small. Numbers of one vector
        have one scale: those less than about 1e-38 of the greatest, in float32, are 0.

        `torch.vmap`, `torch.func`, `torch.export` and ONNX take it. In code that `torch.compile` compiles it
        runs as it is, and what stands around it is compiled, so that `fullgraph=True` refuses it.

        Args:
            inputs: All arguments, as in a call.
            named: Arguments by name.

        Returns:
            tensor: `(*batch, *shape of the result)`, in the dtype of the arguments. Its greatest magnitude is
                1 for each sample, unless it is all 0. Its gradient is that of the true result times e^-log.
            log: `(*batch)`, without gradient. It is in float64 (on Apple's GPUs in float32), since the
                logarithm of e^-5000 in float32 leaves only three digits of the result.

        Raises:
            CajalError: as a call of the neuron does; if not all arguments are given; or if the result is a
                list that is held apart.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load("learn half : Bool -o Bool")
            >>> neuron = program.compile(r"\n:Nat[999]. iter n { zero => true | succ y => half y }")
            >>> with torch.no_grad():
            ...     _ = neuron.learn_half.copy_(torch.tensor([[0.5, 0.0], [0.0, 0.5]]))
            >>> count = torch.nn.functional.one_hot(torch.tensor(998), 999).float()
            >>> with torch.no_grad():
            ...     neuron(count), neuron.scaled(count)
            (tensor([0., 0.]), (tensor([1., 0.]), tensor(-691.7609, dtype=torch.float64)))
        """
        if torch.compiler.is_dynamo_compiling():  # the walk of a graph is no code that torch compiles
            apart: Any = torch.compiler.disable(self.scaled)
            return apart(*inputs, **named)
        inputs = self._given(inputs, named)
        if len(inputs) < len(self.ir.arguments):
            raise CajalError(TraceOfAFunction(len(self.ir.arguments), len(inputs), "a scaled result"))
        given, code = self._prepared(inputs), self._executable
        if code.lists:
            raise CajalError(ScaledLists(str(code.lists)))
        if code.functions:
            code = self._variant(len(inputs), frozenset(self._matrices(given)))
        tensor, log = run_scaled(code, self._checked_links(given, code), given, self.methods)
        tensor = tensor.expand(*given.batch, tensor.shape[-1]).clone()
        return tensor.unflatten(-1, code.shape), log.expand(given.batch).clone()

    def log(self, *inputs: Any, **named: Any) -> Tensor:
        """The logarithm of the magnitude of each entry of the result: `log abs(tensor) + log` of `scaled`.

        Its shape is `(*batch, *shape of the result)`, its dtype that of the arguments. Its gradient is the
        true one, also where the result itself is too small for its dtype. Where the result is 0 it is -inf,
        with a gradient of 0 (docs/spec.md, section 6.2).

        Raises:
            CajalError: as `scaled` does.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> source = "def all (xs : List[999] Bool) : Bool = fold xs "
            >>> source += "{ nil => true | cons x y => if x then y else fail }"
            >>> xs = torch.full((999, 2), 0.5, requires_grad=True)
            >>> log = cajal.load(source)["all"].log(xs)
            >>> log
            tensor([-692.4540,      -inf], grad_fn=<ToCopyBackward0>)
            >>> log[0].backward()
            >>> xs.grad[0]
            tensor([2., 0.])
        """
        tensor, log = self.scaled(*inputs, **named)
        scale = log.reshape(*log.shape, *[1] * (tensor.ndim - log.ndim))
        is_zero = tensor == 0
        logarithms = torch.where(is_zero, 1.0, tensor.abs()).log().to(log.dtype) + scale
        return torch.where(is_zero, -math.inf, logarithms).to(tensor.dtype)

    # Matrices

    def matrix(self, limit: int = MATRIX_LIMIT, sparse: bool = False) -> Tensor:
        """The tensor of the neuron's type: column j of `A -o B` is the image of basis vector j.

        Its shape is that of the type (docs/spec.md, section 3.1), its dtype and device those that
        `.to` set. With `sparse`, a function's is a sparse COO tensor without gradient, whose cost is that
        of its columns, of which it may have 2**22 (for several arguments, combinations of basis vectors), and
        `limit` is not looked at.

        It is for what is linear. `table` and `jacobian` are for the others.

        Raises:
            CajalError: if an extern is not linked, a parameter is reusable, an argument goes through a linked
                callable that is not known to be linear (a tensor is, a layer without bias, a neuron that is
                linear there, and what `cajal.linear` marks), a dense tensor has more than `limit` entries,
                or a sparse one takes too long.

        Example:
            >>> import cajal_core as cajal
            >>> cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"].matrix()
            tensor([[0., 1.],
                    [1., 0.]])
        """
        self._check_linear([])
        self._prune()
        if sparse and isinstance(self.type, tys.Arrow):
            return sparse_matrix(
                self._lowered,
                lambda given: _tensor(self._result(self._prepared(given, of_basis=True), self._executable)),
                self._like,
            )
        return self._function(self._prepared([]), limit)

    def _function(self, given: Inputs, limit: int = MATRIX_LIMIT) -> Tensor:
        """The matrix of the function that is left when some arguments come: (*batch, *shape of its type)."""
        rest = self._type_of_rest(len(given.tensors))
        entries = tys.dim(rest) * math.prod(given.batch)
        if entries > limit:
            shape = (*given.batch, *tys.shape(rest))
            raise CajalError(TooLarge(f"the matrix of {rest}", shape, entries, limit))
        missing = self.ir.arguments[len(given.tensors) :]
        if self._executable.lists or any(isinstance(argument.type, tys.List) for argument in missing):
            return self._columns(given)  # no code has lists that run over their basis
        linked = [name for name, link in self._links().items() if isinstance(link, Tensor)]
        code = self._variant(len(given.tensors), frozenset([*self._matrices(given), *linked]))
        result = self._result(given, code)
        # Where nothing depends on what is given, the batch has yet to be seen.
        return result.expand(*given.batch, *result.shape[result.ndim - len(code.shape) :])

    @property
    def lost(self) -> list[tuple[str, ...]]:
        r"""The basis arguments whose evaluation overflows, in order.

        Their column of the matrix is zero, but where `<|>` or `dict` have results on other ways. A column is
        zero without an overflow where the evaluation fails. Empty for what is no closed map from data to
        data. Where a `fail`, `<|>` or `dict` is reached, the first are listed, as many as a short evaluation
        finds, and none of a neuron that was pickled.

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
        if self._overflows.chooses:
            choices = [*self._overflows.choices()]
        else:
            choices = (mass.permute(tuple(reversed(range(mass.ndim)))) == 0).nonzero().tolist()
        labels = [list(tys.labels(type)) for type in types]
        return [tuple([labels[place][index] for place, index in enumerate(choice)]) for choice in choices]

    def table(self, *inputs: Any, limit: int = MATRIX_LIMIT) -> Tensor:
        """The values at all basis vectors of the arguments, whatever is linked: column j is that at e_j.

        Its shape is that of `matrix()`, to which it is equal where that exists. Where `inputs` come, they
        are the first arguments as in a call, and the others run over their basis: `(*batch, *shape of the
        rest's type)`. Between basis vectors the table says nothing of a neuron that is not linear.

        Raises:
            CajalError: as a call does; if an argument that does not come is no data, since
                spaces and functions are more than their basis; or if there are more than `limit` entries.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load(r"extern net : Bool -o Bool")
            >>> program.link(net=lambda x: torch.softmax(3 * x, -1))
            >>> program["net"].table()
            tensor([[0.9526, 0.0474],
                    [0.0474, 0.9526]])
        """
        rest = self.ir.arguments[len(inputs) :]
        for argument in rest:
            if not tys.is_data(argument.type):
                raise CajalError(NoTable(argument.name, str(argument.type)))
        given = self._prepared(inputs)
        shape = (*given.batch, *tys.shape(self._type_of_rest(len(inputs))))
        if math.prod(shape) > limit:
            raise CajalError(TooLarge(f"the table of {self.type}", shape, math.prod(shape), limit))
        return self._columns(given)

    def _columns(self, given: Inputs) -> Tensor:
        """The values at all basis vectors of the arguments that do not come, as a curried tensor."""
        rest = self.ir.arguments[len(given.tensors) :]
        sizes, result = [tys.dim(argument.type) for argument in rest], tys.shape(tys.uncurry(self.type)[1])
        values = _tensor(self._full(self._prepared(self._with_basis(given), of_basis=True))).expand(
            *sizes, *given.batch, *result
        )
        # The curried tensor is row-major over the result and the arguments, last to first.
        order = [*range(len(sizes), values.ndim), *reversed(range(len(sizes)))]
        shape = (*given.batch, *tys.shape(self._type_of_rest(len(given.tensors))))
        return values.permute(order).reshape(shape)

    def jacobian(self, *inputs: Any) -> tuple[Tensor | None, ...]:
        """The derivative of the result in each argument at a point, whatever is linked.

        That in an argument is a tensor `(*batch, *shape of the result, *shape of its type)`; the matrix of
        the best linear approximation there. In a list it is the derivative in its n elements, so that the
        shape of its type is that of these; a list that is returned is multiplied out. It is None for a
        function that is given as a callable. The samples of a batch are taken to be independent of each
        other. Gradients flow through it.

        Raises:
            CajalError: as a call of the neuron does; if not all arguments are given; if no gradient comes
                back from a linked callable; or if a derivative would have more than 2**26 entries.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load(r"extern net : Bool -o Bool")
            >>> program.link(net=lambda x: x**2)
            >>> with torch.no_grad():
            ...     program["net"].jacobian(torch.tensor([0.5, 1.0]))
            (tensor([[1., 0.],
                    [0., 2.]]),)
        """
        if len(inputs) < len(self.ir.arguments):
            raise CajalError(TraceOfAFunction(len(self.ir.arguments), len(inputs), "a jacobian"))
        given = self._prepared(inputs)
        result = tys.shape(tys.uncurry(self.type)[1])
        for argument, value in zip(self.ir.arguments, given.tensors, strict=True):
            shape = (*given.batch, *result, *_point_shape(argument.type, value))
            if math.prod(shape) > MATRIX_LIMIT:
                what = f"the derivative in `{argument.name}`"
                raise CajalError(TooLarge(what, shape, math.prod(shape), MATRIX_LIMIT))
        keeps_graph = torch.is_grad_enabled()
        with torch.inference_mode(mode=False), torch.enable_grad():
            points: dict[int, Tensor] = {}
            complete = list[Any]()
            for argument, value in zip(self.ir.arguments, given.tensors, strict=True):
                lists = _lists(argument.type, value)
                numbers = lists.elements if lists else value
                if isinstance(numbers, Tensor):
                    point = numbers.expand(*given.batch, *_point_shape(argument.type, value)).clone()
                    kept = point if keeps_graph and point.requires_grad else point.detach().requires_grad_()
                    points[argument.position] = numbers = kept
                if lists:
                    lists.elements = cast("Tensor", numbers)
                complete.append(lists or numbers)
            value = _tensor(self(*complete))
            rows = value.expand(*given.batch, *result).flatten(len(given.batch)).unbind(-1)
            derivatives = _derivatives(rows, [*points.values()], keeps_graph)
        made: list[Tensor | None] = [None] * len(inputs)
        for (position, point), columns in zip(points.items(), derivatives, strict=True):
            argument = self.ir.arguments[position]
            shape = (*given.batch, *result, *point.shape[len(given.batch) :])
            if columns is not None:
                made[position] = columns.reshape(shape)
                continue
            for name, _, reached in self._called(inputs):
                if position in reached:
                    raise CajalError(NoGradient(argument.name, name))
            made[position] = point.new_zeros(shape)
        return tuple(made)

    def _type_of_rest(self, given: int) -> tys.Type:
        """The type of the function that is left when so many arguments come."""
        rest = self.ir.type
        for _ in range(given):
            assert isinstance(rest, tys.Arrow)
            rest = rest.result
        return rest

    def _with_basis(self, given: Inputs) -> list[Any]:
        """The arguments that come, and for each other its basis vectors, on a batch dimension of its own."""
        missing = self.ir.arguments[len(given.tensors) :]
        # The batch of what is given stands behind the dimensions of the basis.
        complete: list[Any] = []
        for argument, value in zip(self.ir.arguments, given.tensors, strict=False):
            outer = (None,) * len(missing) if given.batch else ()
            if lists := _lists(argument.type, value):
                complete.append(Lists.made(lists.elements[outer], lists.lengths[outer], lists.most))
            else:
                complete.append(value[outer] if isinstance(value, Tensor) else value)
        like = torch.empty(0, dtype=given.dtype, device=given.device)
        for place, argument in enumerate(missing):
            dim, leading = tys.dim(argument.type), [1] * len(missing)
            leading[place] = dim
            index = torch.arange(dim, device=given.device).reshape(*leading, *[1] * len(given.batch))
            complete.append(basis(argument.type, index, like))
        return complete

    @cached_property
    def _reach(self) -> Mapping[str | int, frozenset[int]]:
        return called_with(self._lowered)

    def _rest(self, inputs: Sequence[Any]) -> Tensor:
        """The matrix of the function that is left when only some arguments are given."""
        given = self._prepared(inputs)
        self._check_linear(inputs)
        self._prune()
        return self._function(given)

    @property
    def obstacle(self) -> Mistake | None:
        """Why the neuron has no matrix, as `matrix()` says it; None if it has one, however large.

        Example:
            >>> import cajal_core as cajal
            >>> neuron = cajal.load("extern net : Bool -o Bool")["net"]
            >>> neuron.obstacle
            >>> print(neuron.link(net=lambda x: x**2).obstacle.title.partition(": ")[2])
            `arg1` goes through `net`, a callable that is not known to be linear
        """
        return self._obstacle([])

    @property
    def is_known_linear(self) -> bool:
        """Whether the neuron is known to be linear in each argument, and so where it is linked."""
        return self.obstacle is None

    def _obstacle(self, inputs: Sequence[Any]) -> Mistake | None:
        """Why there is no matrix over the arguments that are not given."""
        counts = len(inputs), len(self.ir.arguments)
        for argument in self.ir.arguments[len(inputs) :]:
            if argument.reusable:
                degree = self.arguments[argument.position].degree
                return NoMatrix(str(self.type), argument.name, degree, *counts)
        for name, link, positions in self._called(inputs):
            over = [position for position in positions if position >= len(inputs)]
            if over and not is_linear(link):
                has_table = all(tys.is_data(argument.type) for argument in self.ir.arguments[len(inputs) :])
                return CallableInMatrix(self.ir.arguments[min(over)].name, name, has_table, *counts)
        return None

    def _called(self, inputs: Sequence[Any]) -> Iterator[tuple[str, object, frozenset[int]]]:
        """What is linked or given and no tensor, by name, and the positions of arguments that reach it."""
        for callee, positions in self._reach.items():
            if isinstance(callee, int):
                name, link = self.ir.arguments[callee].name, inputs[callee] if callee < len(inputs) else None
            else:
                name, link = callee, self._linked(callee)
            if link is not None and not isinstance(link, Tensor) and callable(link):
                yield name, link, positions

    def _check_linear(self, inputs: Sequence[Any]) -> None:
        """Refuses a matrix over arguments in which the neuron is not known to be linear."""
        if obstacle := self._obstacle(inputs):
            raise CajalError(obstacle)

    def dynamics(self, *inputs: Any, **named: Any) -> list[Dynamics]:
        """The states of every `iter` and `fold` in the neuron, one before those in its step.

        Without inputs, the arguments run over all combinations of their basis vectors, so that the batch
        shape is (dim A1, …, dim An). Over arguments that the states do not depend on they are
        expanded, and take no memory.

        Raises:
            CajalError: as a call of the neuron does, and before anything is computed where the states of a
                recurrence have too many entries, or its steps too many operations, to be kept. Also if a fold
                runs once for each length of a list, as one with `cons` does through what is not known to be
                linear.
        """
        graph = _recurrences_alone(self._lowered)
        if graph is None:
            return []
        given = self._prepared(self._given(inputs, named))
        self._check_states(graph, given)
        complete = self._prepared(self._with_basis(given), of_basis=True)
        bent = self._bent
        transitions = [
            number
            for number, loop in enumerate(recurrences(graph))
            if loop.state.dim <= TRANSITION_LIMIT and not callees(loop) & bent
        ]
        watch = Recorder(graph, transitions)
        self._prune()
        self._result(complete, compile_graph(graph, self._passes, record=True), watch)
        return watch.dynamics

    @property
    def recurrences(self) -> list[Recurrence]:
        """What is known of every `iter` and `fold` before it runs, in the order of `dynamics()`."""
        graph = _recurrences_alone(self._lowered)
        return [] if graph is None else recurrences_of(graph, self._lowered, self._bent)

    @property
    def _bent(self) -> set[str]:
        """The externs that are linked to a callable which is not known to be linear."""
        return {name for name, link in self._links().items() if not is_linear(link)}

    def _check_states(self, graph: ir.Graph, given: Inputs) -> None:
        """Refuses to keep too many states, where arguments that do not come run over their basis."""
        reached = reached_by(graph)
        batches: list[Sequence[int]] = [
            _batch(argument.type, value)
            for argument, value in zip(graph.arguments, given.tensors, strict=False)
        ]
        rank, missing = len(given.batch), graph.arguments[len(given.tensors) :]
        for place, argument in enumerate(missing, 1):
            batches.append((tys.dim(argument.type), *[1] * (len(missing) - place + rank)))

        def samples(*values: ir.Value) -> int:
            shapes = [batches[position] for value in values for position in reached[value]]
            axes = {axis: axis.size for value in values for axis in value.axes}
            return math.prod(axes.values()) * math.prod(broadcast(shapes) or ())

        for target, loop, operations in _recurrences(graph.assignments, 1):
            steps, dim = loop.weights.dim, loop.state.dim
            shape = (steps, samples(loop.state, loop.result), dim)
            kept = max(math.prod(shape), samples(target) * dim, samples(loop.weights) * steps)
            if operations > OPERATIONS_LIMIT:
                what, limit = f"{operations:,} operations", OPERATIONS_LIMIT
            elif kept > STATES_LIMIT:
                what, limit = f"{kept:,} numbers", STATES_LIMIT
            else:
                continue
            raise CajalError(TooManyStates(loop.span, loop.name, what, limit))

    def plan(self, batch: int = 1, per_sample: bool = False) -> str:
        """How each recurrence would be run on a batch of so many, with what else could be done, as a table.

        It counts operations, multiplications and the entries in memory. What runs
        through a linked callable is looped; arguments of function type are taken to be one matrix for the
        batch or, with `per_sample`, one for each. The lists of a `fold` are taken to be as long as they may
        be, each of one length. `methods` forces another choice, by the name of the step's
        variable: `neuron.methods["y"] = "loop"`. A recurrence that became a table (`ir`) is not run at all.
        """
        task = batch, per_sample, self._anchor.device.type
        return plan_table(self._lowered, self._executable, self._links(), self.methods, task)

    def wiring(self, written: bool = False) -> Wiring:
        r"""The graph that runs, as plain data for pictures; with `written`, the program as it is written.

        The first is the second after constants, definitions and what closed code does to few vectors became
        tables. A value that is in both has the same number.

        Example:
            >>> import cajal_core as cajal
            >>> neuron = cajal.Program().compile(r"\x:Bool. if x then false else true")
            >>> len(neuron.wiring(written=True).graph["code"]), len(neuron.wiring().graph["code"])
            (4, 2)
        """
        graph = self._lowered if written else self._executable.graph
        return Wiring(encode(graph), self._executable.emitted.parts)

    def part(self, value: int, inside: Collection[int] = (), written: bool = False) -> Neuron | None:
        r"""What computes one value of the graph, as a neuron: a map of the values that it reads.

        Values are numbered as in `wiring`. `inside` has the numbers of those that are computed in the part;
        without them it is the one operation of the value. The arguments are called by their numbers, `v1`,
        and stand in that order; those of a single operation stand in the order of its operands. It is linked
        as this neuron is now, and shares what is learned.

        It is None where a function is among the values that are read, or where the values run over axes
        that the part does not close: then it is no map between tensors of the types alone.

        Raises:
            CajalError: if a tensor on the way would have more entries than one may have.

        Example:
            >>> import cajal_core as cajal
            >>> neuron = cajal.Program().compile(r"\x:Bool. \y:Bool. (if x then false else true, y)")
            >>> made = neuron.wiring(written=True).graph["code"]
            >>> [assignment["to"] for assignment in made if assignment["op"] == "choose"]
            [5]
            >>> neuron.part(5, written=True).matrix()
            tensor([[0., 1.],
                    [1., 0.]])
        """
        graph = part(self._lowered if written else self._executable.graph, value, {value, *inside})
        if graph is None:
            return None
        passes, names = Passes(), [parameter.name for parameter in graph.parameters]
        # Its parameters share the numbers of this neuron. Torch may compute them from others.
        learned = {name: tensor for name, tensor in self.learned.items() if name in names}
        types = {parameter.name: parameter.type for parameter in graph.parameters}
        shared = {
            name: {types[name]: torch.nn.Parameter(tensor.detach(), tensor.requires_grad)}
            for name, tensor in learned.items()
        }
        # A part has no term of its own.
        overflows = Overflows(self._overflows.chooses)
        made = Neuron(graph, compile_graph(graph, passes), passes, shared, overflows)
        made._anchor = self._anchor
        made.methods = self.methods
        links = self._links()
        return made._hold({name: links[name] for name in names if name in links and name not in learned})

    def explain(self) -> Explanation:
        """The learned tensors read back: of a map from data to data the nearest table, how near it is and,
        where it is near, the Cajal definition that is that table; of others the largest entries.
        """
        types = {parameter.name: parameter.type for parameter in self.ir.parameters}
        return Explanation(
            tuple([read_out(name, types[name], tensor) for name, tensor in self.learned.items()])
        )

    def trace(self, *inputs: Any, **named: Any) -> Trace:
        """The value of every named sub-term, for a batch, in the order of evaluation: what each `let` binds,
        what each call of a definition, an extern, a learned tensor or a function argument returns, each
        condition, and each state of an `iter` or a `fold`.

        The values carry gradients, and the result is the neuron's own but for rounding. Inside a `copy` or a
        `let` of a pair, a value is weighed by what is copied or taken apart. Functions are not shown.

        Raises:
            CajalError: as a call of the neuron does, and if not all arguments are given.
        """
        inputs = self._given(inputs, named)
        if len(inputs) < len(self.ir.arguments):
            raise CajalError(TraceOfAFunction(len(self.ir.arguments), len(inputs)))
        return self._traced(self._prepared(inputs))

    def _traced(self, given: Inputs) -> Trace:
        watch, result = self._watch(given)
        return watch.trace(result, tuple(given.batch))

    @contextmanager
    def tracing(self) -> Generator[list[Trace]]:
        r"""Each call of the neuron in a block is traced: the list has a trace for each, in their order.

        So the values of a neuron inside a larger module are had from one forward pass of that module. The
        results are those of the traces. A call with fewer arguments than `arguments` lists, `log` and
        `scaled` are not traced.

        Raises:
            CajalError: in a call, as `trace` does.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> neuron = cajal.Program().compile(r"\x:Bool. if x then false else true")
            >>> model = torch.nn.Sequential(torch.nn.Softmax(-1), neuron)
            >>> with neuron.tracing() as traces:
            ...     result = model(torch.zeros(3, 2))
            >>> [trace["if x"].shape for trace in traces]
            [torch.Size([3, 2])]
        """
        outer, traces = self._traces, list[Trace]()
        self._traces = traces
        try:
            yield traces
        finally:
            self._traces = outer

    def portable(self, *inputs: Any, **named: Any) -> Portable:
        """The neuron as plain data, with all that runs it on a batch outside of torch, as in a page.

        The graph is the code as it was lowered, before anything was made faster, with the marks of a trace.

        Raises:
            CajalError: as a call of the neuron does, if not all arguments are given, and if a fold runs once
                for each length of a list, as one with `cons` does through what is not known to be linear.
        """
        inputs = self._given(inputs, named)
        if len(inputs) < len(self.ir.arguments):
            raise CajalError(TraceOfAFunction(len(self.ir.arguments), len(inputs), "a portable neuron"))
        given = whole_lists(self._lowered.arguments, self._prepared(inputs))
        with torch.no_grad():
            watch, _ = self._watch(given)
            watch.check_states()
            return made_portable(self._lowered, self._links(), given, watch)

    def probe(self, name: str, index: int = 0) -> Probe:
        r"""Names one value of a trace, for losses and curves: of those called `name` the one at `index`.

        Raises:
            CajalError: if a trace of this neuron has no such value.

        Example:
            >>> import cajal_core as cajal
            >>> import torch
            >>> program = cajal.load("learn odd : Bool -o Bool")
            >>> neuron = program.compile(r"\x:Bool. if odd x then true else false").initialize("identity")
            >>> probe = neuron.probe("odd")
            >>> trace = neuron.trace(torch.tensor([1.0, 0.0]))
            >>> loss = (trace[probe] - torch.tensor([0.0, 1.0])).square().sum()
            >>> loss.item()
            2.0
        """
        mark = chosen(self._lowered.marks, name, index)
        of_name = [other for other in self._lowered.marks if other.name == name]
        return Probe(name, index % len(of_name), mark.kind, mark.value.type, mark.span)

    def save(self, path: str | os.PathLike[str]) -> None:
        r"""Writes the neuron into a file, from which `cajal.load_neuron` makes it again in any process.

        The file is in the format of safetensors, and its name usually ends in `.cajaln`. It has each tensor
        once: what is learned, linked tensors and lists, and those of linked networks. Its header has the
        source of all that the neuron rests on, modules included, the settings that it was compiled with,
        `methods`, whether it is in training mode, and the names, types and classes of links. It is written
        whole or not at all. Python code is not saved, so that networks and functions are linked again when it
        is loaded; of a tensor that a parametrization or a mask computes, its value is saved.

        Raises:
            CajalError: if the neuron is a `part` of another, which no source says; if a linked network holds
                what is no dense tensor; or if the file cannot be written.

        Example:
            >>> import cajal_core as cajal
            >>> import os, tempfile
            >>> neuron = cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"]
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     neuron.save(os.path.join(folder, "not.cajaln"))
            ...     print(cajal.load_neuron(os.path.join(folder, "not.cajaln")).type)
            Bool -o Bool
        """
        self._origin.save(self, path)

    def show(
        self,
        *inputs: Any,
        view: str | None = None,
        before: Neuron | None = None,
        save: str | os.PathLike[str] | None = None,
    ) -> None:
        """Shows a picture of the neuron as it is now, with its links and what it has learned.

        `view` is "explorer", "matrix", "graph", "dynamics" or "trace". Without it the explorer is shown, or
        the graph where externs are not linked, which needs no run. `inputs` are a batch for the first
        arguments, as in a call, for the pictures that show values. `before` is a neuron of the same type,
        such as a copy from before the training: both matrices are shown, and what this one has more. In a
        notebook the picture is live, elsewhere its text is printed. `save` names a file to write instead: a
        page, `.html`, or `.png` or `.svg` where the picture has images.

        Raises:
            CajalError: if there is no picture of this name, the neuron has none, what it needs is not linked,
                inputs do not fit, the types of two neurons differ, or the file cannot be written.

        Example:
            >>> import cajal_core as cajal
            >>> neuron = cajal.load("def not (x : Bool) : Bool = if x then false else true")["not"]
            >>> neuron.show(view="matrix")  # doctest: +ELLIPSIS
            Bool -o Bool...
                x │ true false
            ──────┼───────────
             true │    ·     1
            false │    1     ·
        """
        show(self, inputs, view, before, save)


def _tensor(result: Tensor | Lists) -> Tensor:
    """A result, where a list is multiplied out."""
    return result if isinstance(result, Tensor) else result.dense()


def _lists(type: tys.Type, value: Any) -> Lists | None:
    """A prepared argument that is a list, as it may be given again."""
    return together(type, value) if isinstance(type, tys.List) else None


def _point_shape(type: tys.Type, value: Any) -> tuple[int, ...]:
    """The shape of what a derivative is taken in: of a list, that of its elements."""
    if isinstance(type, tys.List):
        return value[0].shape[-2], *tys.shape(type.element)
    return tys.shape(type)


def _batch(type: tys.Type, value: Any) -> Sequence[int]:
    """The leading dimensions of a prepared argument."""
    if isinstance(value, tuple):
        return batch_of(*cast("Apart", value))
    return value.shape[: value.ndim - len(tys.shape(type))] if isinstance(value, Tensor) else ()


def _recurrences(
    assignments: Sequence[ir.Assignment], runs: int
) -> Iterator[tuple[ir.Value, ir.Iterate, int]]:
    """Each recurrence, with its result and the operations that its steps take, run so often."""
    for assignment in assignments:
        operation = assignment.operation
        if isinstance(operation, ir.Iterate):
            steps = runs * (operation.weights.dim - 1)
            yield assignment.target, operation, steps * (1 + len(operation.step))
            yield from _recurrences(operation.step, steps)


def _recurrences_alone(graph: ir.Graph) -> ir.Graph | None:
    """The part of a graph that its recurrences need, without what uses their results; None without any."""
    ends = [
        assignment.target for assignment in graph.assignments if isinstance(assignment.operation, ir.Iterate)
    ]
    if not ends:
        return None
    needed = rewritten(graph.assignments, set(ends), lambda _, operation, __: operation)
    states = marks_where(graph.marks, lambda mark: mark.kind == "state")
    return replace(graph, assignments=needed, result=ends[-1], marks=states)


def _derivatives(rows: Sequence[Tensor], points: Sequence[Tensor], keeps_graph: bool) -> list[Tensor | None]:
    """For each point (*batch, *shape) the derivatives (*batch, rows, *shape) of the rows (*batch).

    None if no row depends on the point.
    """
    if not points or not rows[0].requires_grad:
        return [None] * len(points)
    by_row = [
        torch.autograd.grad(row.sum(), points, retain_graph=True, create_graph=keeps_graph, allow_unused=True)
        for row in rows
    ]
    made = list[Tensor | None]()
    for point, parts in zip(points, zip(*by_row, strict=True), strict=True):
        filled = [torch.zeros_like(point) if part is None else part for part in parts]
        made.append(None if all(part is None for part in parts) else torch.stack(filled, rows[0].ndim))
    return made
