"""What `%train` does with a model and the options of its line: Python has their values, and `fit` trains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import cajal_core as cajal
from cajal_kernel.errors import MagicError
from cajal_kernel.variables import described
from cajal_kernel.views.live.slots import is_in_a_notebook

if TYPE_CHECKING:
    from torch import nn

PLAIN = ("checkpoint", "watch", "tensorboard")
"""The options that are no expressions of Python."""

WATCH = {"on": True, "off": False}

#: Evaluates Python: the option that it stands behind, its text, and names that it may use besides its own.
Value = Callable[[str, str, Mapping[str, Any]], Any]


def train(model: nn.Module, title: str, options: Mapping[str, str], value: Value) -> cajal.History:
    """Train a model with the options of a line, and draw it where a notebook shows that.

    Raises:
        MagicError: if an option has a value that it cannot have, or what Python has for it fails.
        CajalError: as `fit` does.
    """
    settings = {
        name: value(f"--{name}", text, _names(name)) for name, text in options.items() if name not in PLAIN
    }
    data = settings.pop("data")
    loss = _told("--loss", options.get("loss", "nll"), settings.pop("loss", cajal.nll))
    if "metrics" in settings:
        settings["metrics"] = _metrics(options["metrics"], settings["metrics"])
    if "checkpoint" in options:
        settings["checkpoint"] = options["checkpoint"]
    if "watch" in options:
        settings["watch"] = _watch(options["watch"])
    if "tensorboard" in options:
        settings["callbacks"] = [cajal.TensorBoard(options["tensorboard"])]
    if is_in_a_notebook():
        from cajal_kernel.views.training.history import LiveCurve

        settings["progress"] = LiveCurve(title)
    try:
        history = cajal.fit(model, data, loss, **settings)
    except Exception as error:
        if not _is_of_the_user(error):
            raise
        raise MagicError(
            f"{title}: the model, or its data, failed with {type(error).__name__}: {error}",
            "call it in a Python cell with one batch, `model(*inputs)`; there, Python shows where it fails",
        ) from error
    if not is_in_a_notebook():
        print(history)
    return history


def _names(option: str) -> Mapping[str, Any]:
    """What an option may name besides the variables of the notebook: `--loss mse_loss`, `--optimizer SGD`."""
    import torch

    usual: dict[str, Any] = {"cajal": cajal, "torch": torch}
    if option in ("loss", "metrics"):
        usual |= {"nll": cajal.nll, "likelihood_loss": cajal.likelihood_loss}
        usual |= {name: loss for name, loss in vars(torch.nn.functional).items() if callable(loss)}
    if option == "optimizer":
        usual |= {name: getattr(torch.optim, name) for name in torch.optim.__all__}
    return usual


def _metrics(source: str, given: object) -> dict[str, Callable[..., Any]]:
    """Metrics by their names: of a mapping, or of functions, which have names of their own."""
    if isinstance(given, Mapping):
        named = {str(name): metric for name, metric in given.items()}
    else:
        metrics = given if isinstance(given, tuple | list) else [given]
        named = {getattr(metric, "__name__", type(metric).__name__): metric for metric in metrics}
    for metric in named.values():
        if not callable(metric):
            raise MagicError(
                f"--metrics: `{source}` has {described(metric)}, which is no function.",
                "give a function of the result and the target, several with commas between, "
                'or a dictionary: {"accuracy": …}',
            )
    return {name: _told("--metrics", source, metric) for name, metric in named.items()}


def _told(option: str, source: str, function: Any) -> Callable[..., Any]:
    """A function of a result and a target, whose failure is one of its option."""
    if not callable(function):
        raise MagicError(
            f"{option}: `{source}` is {described(function)}, and no function.",
            "a loss takes the result and the target, as torch.nn.functional.cross_entropy does",
        )

    def call(result: Any, target: Any) -> Any:
        try:
            return function(result, target)
        except cajal.CajalError:
            raise
        except Exception as error:
            given = " and ".join(f"`{described(value)}`" for value in (result, target))
            raise MagicError(
                f"{option}: `{source}` failed with {type(error).__name__}: {error}",
                f"it was given the result and the target, {given}",
            ) from error

    return call


def _watch(text: str) -> bool | int:
    if text in WATCH:
        return WATCH[text]
    if text.isdecimal() and len(text) < 10 and int(text):
        return int(text)
    raise MagicError(f"--watch: on, off or a number of steps is needed, got `{text}`.")


def _is_of_the_user(error: Exception) -> bool:
    """Whether a module or data that `fit` used has failed: the last frame of ours is one of `fit` then."""
    if isinstance(error, (cajal.CajalError, cajal.InternalError, MagicError, MemoryError)):
        return False
    names = [str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__)]
    ours = [name for name in names if name.startswith(("cajal_core.", "cajal_kernel."))]
    return ours[-1:] != names[-1:] and ours[-1].startswith("cajal_core.training.")
