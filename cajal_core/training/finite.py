"""Where a loss or a gradient that is not finite comes from: which samples, and which term of a neuron."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from cajal_core.backend.trial import undisturbed
from cajal_core.backend.watch.trace import Trace
from cajal_core.backend.watch.traced import Traced
from cajal_core.diagnostics.errors import CajalError
from cajal_core.neuron.module import Neuron
from cajal_core.training.objective import Objective

#: So many samples are named.
NAMED = 8


def told(objective: Objective, loss: float, batch: tuple[Any, ...], samples: Tensor | None) -> str | None:
    """What is not finite, the loss or a gradient, for which samples, and where it begins; None if all is.

    The batch is run once more, in eval mode and without a trace in the model. `samples` are the numbers of
    its samples in the data, where they are known.
    """
    bad = [name for name, own in objective.model.named_parameters() if _is_bad([own.grad])]
    if math.isfinite(loss) and not bad:
        return None
    with undisturbed([objective.model]), torch.enable_grad(), _hearing(objective.model) as calls:
        result, again = objective(*batch)
        if not math.isfinite(loss):
            what, which = f"the loss is {loss}", _of_loss(objective, result, batch[-1])
        else:
            what, which = f"the gradient of `{bad[0]}` is not finite", None
            _pull_back(again, calls)
        if not calls and isinstance(objective.model, Neuron):  # another method of it was called
            calls.append(_Call("", objective.model, batch[:-1], {}, None))
        origin = next((text for call in calls if (text := _origin(call))), None)
    if origin is None:
        origin = _elsewhere(loss, again.item(), result)
    return f"{what}, for {_samples(which, batch[-1], samples)}; {origin}"


def _elsewhere(loss: float, again: float, result: Any) -> str:
    """Where it begins, if no term of a neuron is the first."""
    if math.isfinite(loss):
        return "the terms of the neurons have gradients that are finite"
    if math.isfinite(again):
        return "in eval mode it is finite, so that a module in train mode makes it"
    if _is_bad([result]):
        return "the model's result is not finite, but the terms of its neurons are"
    return "the model's result is finite, and the loss makes it of that"


@dataclass(slots=True)
class _Call:
    """A call of a neuron in a model, its result if it is a tensor, and the gradient of that."""

    path: str
    neuron: Neuron
    inputs: tuple[Any, ...]
    named: dict[str, Any]
    result: Tensor | None
    gradient: Tensor | None = None


@contextmanager
def _hearing(model: nn.Module) -> Generator[list[_Call]]:
    """The calls of all neurons in a model in a block."""
    calls = list[_Call]()
    with ExitStack() as stack:
        for path, part in model.named_modules():
            if isinstance(part, Neuron):

                def hear(
                    neuron: Any, inputs: Any, named: dict[str, Any], result: Any, path: str = path
                ) -> None:
                    is_tensor = isinstance(result, Tensor)
                    calls.append(_Call(path, neuron, inputs, named, result if is_tensor else None))

                stack.callback(part.register_forward_hook(hear, with_kwargs=True).remove)
        yield calls


def _pull_back(loss: Tensor, calls: Iterable[_Call]) -> None:
    """Gives each call the gradient of its result."""
    of = [call for call in calls if call.result is not None and call.result.requires_grad]
    results = [call.result for call in of if call.result is not None]
    if results:
        for call, gradient in zip(of, torch.autograd.grad(loss, results, allow_unused=True), strict=True):
            call.gradient = gradient


def _origin(call: _Call) -> str | None:
    """The first term of a neuron that is not finite, or whose gradient is not."""
    of = f"of the neuron `{call.path}`" if call.path else "of the neuron"
    if _is_bad([call.inputs, call.named]):
        return f"an argument {of} is not finite"
    is_backward = call.gradient is not None
    if is_backward and _is_bad([call.gradient]):
        return f"the gradient of the result {of} is not finite: it comes from behind the neuron"
    try:
        trace = call.neuron.trace(*call.inputs, **call.named)
    except CajalError as error:
        return error.errors[0].title
    if is_backward:
        what, term = "the gradient of", _first_gradient(trace, call.gradient)
    else:
        what, term = "the first term that is not finite is", _first(trace)
    if term is None:
        return None
    place = f"{term.span.source.name}:{term.span.line}:{term.span.column}"
    name = f"the {term.kind} `{term.name}` : {term.type} {of}, at {place}"
    return f"{what} {name}{', is the first that is not finite' if is_backward else ''}"


def _first(trace: Trace) -> Traced | None:
    return next((term for term in trace if _is_bad([term.value])), None)


def _first_gradient(trace: Trace, gradient: Tensor | None) -> Traced | None:
    """The first term, from the last on, whose gradient is not finite."""
    terms = [term for term in reversed([*trace]) if term.value.requires_grad]
    if not (terms and isinstance(trace.result, Tensor) and trace.result.requires_grad):
        return None
    values = [term.value for term in terms]
    gradients = torch.autograd.grad(trace.result, values, gradient, allow_unused=True)
    return next((term for term, own in zip(terms, gradients, strict=True) if _is_bad([own])), None)


def _is_bad(values: Sequence[Any]) -> bool:
    """Whether a tensor in some values is not finite."""
    tensors = [leaf for leaf in pytree.tree_leaves(values) if isinstance(leaf, Tensor)]
    dense = [tensor.detach() if tensor.layout == torch.strided else tensor.to_dense() for tensor in tensors]
    return any(not bool(tensor.isfinite().all()) for tensor in dense)


def _of_loss(objective: Objective, result: Any, target: Any) -> Tensor | None:
    """Of each sample whether its loss is not finite, where a loss takes samples one by one."""
    if not (isinstance(result, Tensor) and isinstance(target, Tensor) and len(result) == len(target)):
        return None
    with torch.no_grad():
        try:
            losses = [objective.loss(*pair) for pair in zip(result.split(1), target.split(1), strict=True)]
        except (RuntimeError, ValueError, CajalError):
            return None
    return ~torch.stack(losses).isfinite()


def _samples(which: Tensor | None, target: Any, samples: Tensor | None) -> str:
    """The samples by their numbers in the data, or else in the batch."""
    where = "of the data" if samples is not None else "of the batch"
    if samples is None:
        samples = torch.arange(next(len(leaf) for leaf in pytree.tree_leaves(target)))
    if which is not None and which.any():
        samples = samples[which.cpu()]
    named = ", ".join(str(number) for number in samples[:NAMED].tolist())
    more = f" and {len(samples) - NAMED} more" if len(samples) > NAMED else ""
    return f"sample{'s' if len(samples) > 1 else ''} {named}{more} {where}"
