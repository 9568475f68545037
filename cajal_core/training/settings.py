"""The settings of a training: what they may be, and what is made of them."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import isclass
from numbers import Integral, Real
from typing import Any, cast

from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.nn.parameter import is_lazy
from torch.optim import LBFGS, Optimizer
from torch.optim.adam import Adam
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.settings import (
    BadSetting,
    Lazy,
    NeedsClosure,
    NeedsMetric,
    NotACallback,
    NotAModule,
    NothingToTrain,
    NoValues,
    OtherOptimizer,
    WrappedAlready,
)
from cajal_core.diagnostics.links import NotLinked
from cajal_core.neuron.module import Neuron
from cajal_core.training.callbacks import Callback
from cajal_core.training.objective import Metric
from cajal_core.training.resume.plain import is_plain

EVENTS = ("begin", "step", "epoch", "end")


def whole(name: str, value: object, least: int) -> int:
    """A whole number of at least some other.

    Raises:
        CajalError: if it is none.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise CajalError(BadSetting(name, f"a whole number of at least {least}", repr(value)))
    return int(value)


def number(name: str, value: object) -> float:
    """A positive number.

    Raises:
        CajalError: if it is none.
    """
    given = math.nan if isinstance(value, bool) or not isinstance(value, Real) else float(value)
    if not 0 < given < math.inf:
        raise CajalError(BadSetting(name, "a positive number", repr(value)))
    return given


def function(name: str, value: object) -> None:
    """Does nothing for a function.

    Raises:
        CajalError: for all else, a class too.
    """
    if isclass(value) or not callable(value):
        got = f"the class {value.__name__} itself" if isclass(value) else _kind(value)
        raise CajalError(BadSetting(name, "a function, or an object that is called", got))


def checked_metrics(metrics: Mapping[str, Metric] | None) -> dict[str, Metric]:
    """Metrics by their names.

    Raises:
        CajalError: if one has no name, has that of the loss, or is no function.
    """
    given = cast("object", metrics or {})
    if not isinstance(given, Mapping):
        raise CajalError(BadSetting("metrics", 'functions by name, as in `{"accuracy": f}`', _kind(given)))
    checked = dict(cast("Mapping[str, Metric]", given))
    for name, metric in checked.items():
        if not isinstance(cast("object", name), str) or name in ("", "loss"):
            raise CajalError(
                BadSetting("metrics", "functions by names other than that of the loss", repr(name))
            )
        function(f"metrics[{name!r}]", metric)
    return checked


def checked_model(model: object) -> list[nn.Parameter]:
    """The parameters of a model that are trained.

    Raises:
        CajalError: if there are none, or the model cannot be trained as it is.
    """
    if isinstance(model, DistributedDataParallel):
        raise CajalError(WrappedAlready())
    if not isinstance(model, nn.Module):
        raise CajalError(NotAModule(model.__class__.__name__))
    parameters = dict(model.named_parameters())
    for name, parameter in parameters.items():
        if is_lazy(parameter):
            raise CajalError(Lazy(name))
        if parameter.is_meta:
            raise CajalError(NoValues(name))
    trained = [parameter for parameter in parameters.values() if parameter.requires_grad]
    if not trained:
        for part in model.modules():
            for name, type in part.unlinked.items() if isinstance(part, Neuron) else ():
                raise CajalError(NotLinked(name, str(type)))
        raise CajalError(NothingToTrain(model.__class__.__name__, len(parameters)))
    return trained


def made_optimizer(
    optimizer: Optimizer | Callable[[Iterable[nn.Parameter]], Optimizer] | None,
    parameters: Sequence[nn.Parameter],
    rate: float,
) -> Optimizer:
    """The optimizer that was given, or that is made as was said.

    Raises:
        CajalError: if it is none, has none of the parameters, or computes the loss itself.
    """
    made: object = optimizer
    if optimizer is None:
        made = Adam(parameters, lr=rate)
    elif isclass(optimizer):
        made = cast("Callable[..., Optimizer]", optimizer)(parameters, lr=rate)
    elif not isinstance(optimizer, Optimizer):
        made = optimizer(parameters) if callable(optimizer) else optimizer
    if not isinstance(made, Optimizer):
        needs = "an optimizer, or what makes one (`torch.optim.SGD`)"
        raise CajalError(BadSetting("optimizer", needs, _kind(made)))
    if isinstance(made, LBFGS):
        raise CajalError(NeedsClosure("LBFGS"))
    own = {id(parameter) for group in made.param_groups for parameter in group["params"]}
    if not own.intersection(map(id, parameters)):
        raise CajalError(OtherOptimizer(made.__class__.__name__))
    return made


def made_scheduler(
    scheduler: LRScheduler | Callable[[Optimizer], LRScheduler] | None, optimizer: Optimizer
) -> LRScheduler | None:
    """The scheduler that was given, or that is made as was said.

    Raises:
        CajalError: if it is none, is of another optimizer, or needs more than a step.
    """
    if scheduler is None:
        return None
    made: object = scheduler
    if not isinstance(scheduler, LRScheduler) and callable(scheduler):
        made = scheduler(optimizer)
    if not isinstance(made, LRScheduler):
        raise CajalError(BadSetting("scheduler", "a torch scheduler, or what makes one", _kind(made)))
    if isinstance(made, ReduceLROnPlateau):
        raise CajalError(NeedsMetric("ReduceLROnPlateau"))
    if made.optimizer is not optimizer:
        raise CajalError(BadSetting("scheduler", "one of the optimizer that trains", "one of another"))
    return made


def checked_callbacks(callbacks: Sequence[Callback]) -> list[Callback]:
    """Callbacks that have to do with a training.

    Raises:
        CajalError: if one has not, or they are no sequence.
    """
    given = cast("object", callbacks)
    if not isinstance(given, list | tuple):
        raise CajalError(BadSetting("callbacks", "a list of callbacks", _kind(given)))
    for callback in callbacks:
        if isclass(callback):
            raise CajalError(NotACallback(cast("type", callback).__name__, is_class=True))
        if not any(callable(getattr(callback, event, None)) for event in EVENTS):
            raise CajalError(NotACallback(_kind(callback)))
    return list(callbacks)


def described(
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler | None,
    callbacks: Sequence[Callback],
    others: Mapping[str, object],
) -> dict[str, str]:
    """What must be the same for a training to go on, as texts.

    >>> linear = nn.Linear(2, 1, bias=False)
    >>> settings = described(linear, Adam(linear.parameters()), None, [], {"seed": 0})
    >>> settings["weight"], settings["seed"], settings["optimizer"][:13]
    ('(1, 2) float32', '0', 'Adam(lr=0.001')
    """
    tensors = {
        name: f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
        for name, value in model.state_dict().items()
        if isinstance(value, Tensor)
    }
    tensors |= {
        name: f"{tensors.get(name, 'not kept')}, frozen"
        for name, parameter in model.named_parameters()
        if not parameter.requires_grad
    }
    groups = [str(len(group["params"])) for group in optimizer.param_groups]
    plain = [f"{name}={value}" for name, value in optimizer.defaults.items() if is_plain(value)]
    return {
        **tensors,
        "optimizer": f"{optimizer.__class__.__name__}({', '.join(plain)})",
        "optimized tensors": " + ".join(groups),
        "scheduler": _kind(scheduler) if scheduler else "None",
        "callbacks": ", ".join(_kind(own) for own in callbacks if hasattr(own, "state_dict")),
        **{name: str(value) for name, value in others.items()},
    }


def _kind(value: Any) -> str:
    return value.__class__.__name__
