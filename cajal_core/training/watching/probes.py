"""Losses of probes: values inside a program that learn what they should be beside the result."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from cajal_core.backend.watch.traced import Probe
from cajal_core.base import tys
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.learning.probes import (
    BadProbeLoss,
    CrossEntropyOfProbabilities,
    NoSuchPlace,
    NotAProbe,
    OtherTarget,
    ProbeNotOnce,
    ProbeOfAnother,
    ProbeWithoutLoss,
)
from cajal_core.neuron.module import Neuron
from cajal_core.training.losses import nll

#: How the target of a probe is had from a batch `(*inputs, target)`: a function of it, or a place in it.
Target: TypeAlias = Callable[[tuple[Any, ...]], Tensor] | int
#: The loss of a probe by name, or a function of its value and the target.
ProbeLoss: TypeAlias = Literal["nll", "cross-entropy"] | Callable[[Tensor, Tensor], Tensor]
#: What `fit` takes for each probe.
ProbeLosses: TypeAlias = Mapping[Probe, Target | tuple[Target, float] | tuple[Target, float, ProbeLoss]]

#: Sums of probabilities are as near to 1.
_SUM = 1e-2


@dataclass(frozen=True, slots=True)
class _Probed:
    """A probe in the neurons that have it, and how it is trained."""

    probe: Probe
    neurons: list[Neuron]
    target: Target
    weight: float
    loss: ProbeLoss | None

    @property
    def name(self) -> str:
        return f"{self.probe.name} {self.probe.index}" if self.probe.index else self.probe.name

    def target_of(self, batch: tuple[Any, ...]) -> Any:
        if callable(self.target):
            return self.target(batch)
        if not -len(batch) <= self.target < len(batch):
            raise CajalError(NoSuchPlace(self.name, self.target, len(batch)))
        return batch[self.target]


class Probes:
    """The losses of probes in a model.

    Raises:
        CajalError: if what stands for a probe is no loss, or the model has no such probe.
    """

    def __init__(self, model: nn.Module, losses: ProbeLosses) -> None:
        if not isinstance(cast("object", losses), Mapping):
            raise CajalError(NotAProbe(f"a {type(losses).__name__}"))
        neurons = [part for part in model.modules() if isinstance(part, Neuron)]
        self._probed = [_probed(neurons, probe, given) for probe, given in losses.items()]

    def run(
        self, compute: Callable[..., Any], batch: tuple[Any, ...]
    ) -> tuple[Any, Tensor | float, dict[str, Tensor]]:
        """What the model computes of a batch `(*inputs, target)`, in one pass that is traced.

        Returns:
            The result, the weighted sum of the losses, and by name the accuracy of each probe, or its loss
            where that is a function.

        Raises:
            CajalError: if a probe has no value or several, or its value and the target do not fit its loss.
        """
        if not self._probed:
            return compute(*batch[:-1]), 0.0, {}
        with ExitStack() as stack:
            if "torch._dynamo" in sys.modules:  # what is traced is not compiled
                stack.enter_context(torch.compiler.set_stance("force_eager"))
            neurons = {neuron for probed in self._probed for neuron in probed.neurons}
            traces = {neuron: stack.enter_context(neuron.tracing()) for neuron in neurons}
            result = compute(*batch[:-1])
        total: Tensor | float = 0.0
        measured = dict[str, Tensor]()
        for probed in self._probed:
            of_probe = [trace for neuron in probed.neurons for trace in traces[neuron]]
            if len(of_probe) != 1:
                raise CajalError(ProbeNotOnce(probed.name, len(of_probe)))
            value, target = of_probe[0][probed.probe], probed.target_of(batch)
            if callable(probed.loss):
                loss = probed.loss(value, target)
                measured[f"{probed.name} loss"] = loss.detach()
            else:
                entries = value.flatten(value.ndim - len(tys.shape(probed.probe.type)))
                loss = _loss(probed, entries, target)
                answers = target if target.shape == entries.shape[:-1] else target.argmax(-1)
                measured[f"{probed.name} accuracy"] = (entries.argmax(-1) == answers).float().mean()
            total = total + probed.weight * loss
        return result, total, measured


def _probed(neurons: list[Neuron], probe: Any, given: Any) -> _Probed:
    if not isinstance(probe, Probe):
        raise CajalError(NotAProbe(repr(probe)))
    weight, loss = 1.0, None
    match given:
        case (target, weight, loss):
            pass
        case (target, weight):
            pass
        case target:
            pass
    is_target = callable(target) or (isinstance(target, int) and not isinstance(target, bool))
    is_weight = isinstance(weight, int | float)
    if not (is_target and is_weight and (callable(loss) or loss in (None, "nll", "cross-entropy"))):
        shown = given.__class__.__name__ if isinstance(given, Tensor) else repr(given)
        raise CajalError(BadProbeLoss(probe.name, shown))
    having = [neuron for neuron in neurons if _has(neuron, probe)]
    if not having:
        raise CajalError(ProbeOfAnother(probe.name))
    if loss is cross_entropy or isinstance(loss, nn.CrossEntropyLoss):
        loss = "cross-entropy"
    if loss is None and not tys.is_data(probe.type):
        raise CajalError(ProbeWithoutLoss(probe.name, str(probe.type)))
    return _Probed(probe, having, cast("Target", target), weight, cast("ProbeLoss | None", loss))


def _has(neuron: Neuron, probe: Probe) -> bool:
    """Whether a probe is one of a neuron, or of one that this is a copy of."""
    own = [mark for mark in neuron.lowered.marks if mark.name == probe.name][probe.index : probe.index + 1]
    return any(
        (mark.kind, mark.span.start, mark.span.end, mark.span.source.text)
        == (probe.kind, probe.span.start, probe.span.end, probe.span.source.text)
        for mark in own
    )


def _loss(probed: _Probed, value: Tensor, target: Any) -> Tensor:
    """The loss of a value (…, k) and indices (…) or distributions (…, k): by name, or the right one."""
    shapes = tuple(value.shape), tuple(value.shape[:-1])
    if not isinstance(target, Tensor) or tuple(target.shape) not in shapes:
        got = (
            f"of the shape {tuple(target.shape)}"
            if isinstance(target, Tensor)
            else f"a {target.__class__.__name__}"
        )
        raise CajalError(OtherTarget(probed.name, got, str(shapes[0])))
    sums = value.detach().sum(-1)
    is_weights = bool((value.detach() >= 0).all())
    if probed.loss == "nll" or (probed.loss is None and is_weights and bool((sums <= 1 + _SUM).all())):
        return nll(value, target)
    if is_weights and bool(((sums - 1).abs() <= _SUM).all()):
        raise CajalError(CrossEntropyOfProbabilities(probed.name))
    classes = value.flatten(0, -2)
    if target.shape == value.shape:
        return cross_entropy(classes, target.to(value.dtype).flatten(0, -2))
    return cross_entropy(classes, target.long().flatten())
