"""`fit`, which trains a module: a neuron, networks that feed one, or any other."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.kept import FurtherOn, WorkersGoOn
from cajal_core.diagnostics.fitting.settings import EpochsAndSteps
from cajal_core.training.batches import Batches, Data
from cajal_core.training.callbacks import Callback, Training
from cajal_core.training.history import History
from cajal_core.training.loop import Loop
from cajal_core.training.losses import nll
from cajal_core.training.objective import Loss, Metric, Objective
from cajal_core.training.processes import Processes
from cajal_core.training.progress import chosen
from cajal_core.training.resume.checkpoint import Checkpoint, Kept
from cajal_core.training.resume.interrupts import Interrupt
from cajal_core.training.resume.randomness import seed_all, undrawn
from cajal_core.training.settings import (
    checked_callbacks,
    checked_metrics,
    checked_model,
    described,
    function,
    made_optimizer,
    made_scheduler,
    number,
    whole,
)
from cajal_core.training.validation import Validate, Validation, in_mode
from cajal_core.training.watching.callback import watching
from cajal_core.training.watching.probes import ProbeLosses, Probes


def fit(
    model: nn.Module,
    data: Data,
    loss: Loss = nll,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    batch: int = 64,
    optimizer: Optimizer | Callable[[Iterable[nn.Parameter]], Optimizer] | None = None,
    rate: float = 1e-3,
    scheduler: LRScheduler | Callable[[Optimizer], LRScheduler] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    validate: Validate | None = None,
    every: int | None = None,
    clip: float | None = None,
    seed: int = 0,
    forward: Callable[..., Any] | None = None,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | os.PathLike[str] | Checkpoint | None = None,
    probe_losses: ProbeLosses | None = None,
    watch: bool | int = True,
    progress: bool | Callback | None = None,
) -> History:
    """Trains a module in place, and returns what was recorded.

    A batch is a tuple `(*inputs, target)`: `model(*inputs)` is the result, and `loss(result, target)` a
    scalar that is minimized. Modules in the model that have a method `penalty` add what it returns.

    The order of the batches is a function of the seed and the epoch. Random numbers of torch, Python and
    numpy are seeded, and are afterwards what they were; so are the modes of all modules. An interrupt ends
    the step that it meets, and the history is returned; a second one is a `KeyboardInterrupt`. A loss or a
    gradient that is not finite ends the training before the weights are changed.

    With a checkpoint, a training that was stopped anywhere goes on when it is called again, and its weights
    and its history are in the end, bit by bit, those of one that was not stopped. (On a GPU that is so where
    torch's own kernels give the same twice.) It may then be asked for more steps.

    Where `torch.distributed` is initialised, each process trains on its part of each batch, gradients are
    averaged, and process 0 alone writes and shows. What a module computes of a whole batch, as BatchNorm
    does, it computes of a part then.

    Args:
        model: What is trained: all parameters that require a gradient.
        data: Tensors, of which the last is the target, with a row for each sample; a `Dataset` of tuples, in
            which a list of its own length is a `Sequence`; or a `DataLoader`, with its own order of samples.
            Batches are moved to the model's device.
        loss: From the result and the target to a scalar; `nll` where the result is a distribution.
        epochs: How often all samples are taken; 1 if no steps are given.
        steps: How many batches are taken.
        batch: How many samples a batch has, if no DataLoader says.
        optimizer: An optimizer of the model's parameters, or what makes one of them; a class is given
            `lr=rate`. Adam, if it is not given.
        rate: The rate of an optimizer that is made here.
        scheduler: One for the optimizer, or what makes one of it. It is stepped once a step.
        metrics: Functions as `loss` by their names, for each batch of the training and for `validate`.
        validate: Data as above, for `validation loss` and so on; or what makes numbers by name of the model.
            It is called in eval mode, without gradients.
        every: Validate after so many steps each time, and not at the end of each epoch.
        clip: The greatest norm of a gradient: a longer one is shortened.
        seed: A whole number.
        forward: What is called with the inputs in the place of the model, such as `neuron.log`.
        callbacks: Objects that have any of the methods `begin`, `step`, `epoch` and `end`, each called with
            the `Training`. If they have `state_dict` and `load_state_dict`, checkpoints keep their state;
            `load_state_dict` is called after `begin`.
        checkpoint: A path, or a `Checkpoint`. The training goes on from it if it is there.
        probe_losses: For a `Probe` of a neuron in the model the target of its value: a function of the batch,
            or a place in it; or `(target, weight)`. The loss is `nll` where the value is a distribution, and
            cross-entropy where it is raw numbers; `(target, weight, loss)` says another. The accuracy of a
            probe is recorded under its name, as `odd accuracy`.
        watch: Whether dead links are told, as `LinkWatch` does, in the history's warnings. A number is the
            steps between two that are watched.
        progress: Whether a bar is shown, or a callback that shows the training. None shows one in terminals
            and notebooks.

    Raises:
        CajalError: if the data, the model, what the loss returns or a setting is not as described; or if
            the checkpoint is of another training, cannot be read or cannot be written.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> neuron = cajal.load("learn flip : Bool -o Bool")["flip"].initialize("identity")
        >>> data = torch.eye(2).repeat(8, 1), torch.tensor([1, 0]).repeat(8)
        >>> loss = lambda result, target: cajal.nll(result.softmax(-1), target)
        >>> history = cajal.fit(neuron, data, loss, steps=200, batch=8, rate=0.02)
        >>> history.stopped, history.steps, history.reached("loss", 0.1) < 200
        ('finished', 200, True)
        >>> neuron(torch.tensor([1.0, 0.0])).argmax().item()
        1
    """
    parameters = checked_model(model)
    epochs, steps = _length(epochs, steps)
    batch, seed = whole("batch", batch, 1), whole("seed", seed, 0)
    every = None if every is None else whole("every", every, 1)
    clip = None if clip is None else number("clip", clip)
    processes, metrics = Processes.present(parameters[0].device), checked_metrics(metrics)
    function("loss", loss)
    if forward is not None:
        function("forward", forward)
    # A training takes gradients, also where it stands in a block without.
    with torch.inference_mode(False), torch.enable_grad(), undrawn(), Interrupt() as interrupt:
        seed_all(seed, processes.rank)
        batches = Batches(data, batch, seed, process=processes.rank, processes=processes.count)
        if epochs is not None and batches.per_epoch is not None:
            steps = epochs * batches.per_epoch
        optimizer = made_optimizer(optimizer, parameters, number("rate", rate))
        scheduler = made_scheduler(scheduler, optimizer)
        probes = Probes(model, probe_losses) if probe_losses else None
        objective = Objective(model, loss, forward, probes)
        kept = None
        if checkpoint is not None:
            checkpoint = checkpoint if isinstance(checkpoint, Checkpoint) else Checkpoint(checkpoint)
            if batches.has_lasting_workers:
                raise CajalError(WorkersGoOn())
            same = {"samples": batches.samples, "batch": batch, "batches": batches.per_epoch, "seed": seed}
            same |= {"every": every, "clip": clip, "processes": processes.count}
            same |= {"the checksum of the samples": batches.checksum}
            kept = Kept(checkpoint, described(model, optimizer, scheduler, callbacks, same))
        shown = chosen(progress) if processes.rank == 0 else []
        loop = Loop(
            Training(model, optimizer, History(), steps),
            objective,
            batches,
            metrics,
            scheduler,
            clip,
            [
                *checked_callbacks(callbacks),
                *watching(model, watch, forward, loss),
                *checked_callbacks(shown),
            ],
            None if validate is None else Validation(validate, objective, metrics, batch, processes),
            every,
            kept,
            processes,
            interrupt,
            epochs,
        )
        with in_mode(model, training=True):
            _train(loop)
    return loop.training.history


def _length(epochs: int | None, steps: int | None) -> tuple[int | None, int | None]:
    """How long to train: one epoch, if nothing says."""
    if epochs is not None and steps is not None:
        raise CajalError(EpochsAndSteps())
    if steps is not None:
        return None, whole("steps", steps, 0)
    return 1 if epochs is None else whole("epochs", epochs, 0), None


def _train(loop: Loop) -> None:
    """Goes on from the checkpoint, if there is one, until the end."""
    training, kept = loop.training, loop.kept
    state = loop.processes.first(kept.load) if kept else None
    if kept and state:
        loop.load(state)
        if training.steps is not None and training.step > training.steps:
            raise CajalError(FurtherOn(str(kept.path), training.step, training.steps))
        if not loop.goes_on():
            return
    try:
        loop.call("begin")
        if state:
            loop.load_rest(state)
        loop.run()
    finally:
        loop.call("end")
