"""Watches the links of a module while it trains, and tells which are dead."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cajal_core.backend.trial import undisturbed
from cajal_core.base.source import Span
from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.settings import NotAModule
from cajal_core.neuron.module import Neuron
from cajal_core.training.resume.randomness import States
from cajal_core.training.settings import whole
from cajal_core.training.watching.heard import Link, hearing
from cajal_core.training.watching.rules import Dead, findings
from cajal_core.training.watching.uses import Uses, uses_of

#: For so many steps a branch has starved, or a count stood still, before it is told.
LASTING = 50
#: A loss is high above this part of the first, and this number: a training may begin where another ended.
HIGH, LOW = 0.5, 0.1


@dataclass(frozen=True, slots=True)
class LinkWarning:
    """A link that is dead: the training gets nothing from it.

    `kind` is what is wrong: "same", "saturated", "sum", "branch", "count" or "gradient". `name` is the
    extern or the argument, `text` what is wrong in a sentence, and `advice` what to try. `span` is where it
    is in the program, None where no place is known.

    Example:
        >>> import cajal_core as cajal
        >>> print(cajal.LinkWarning(50, "same", "odd", "`odd` says the same", "let it start softer", None))
        step 50: `odd` says the same; let it start softer
    """

    step: int
    kind: Dead
    name: str
    text: str
    advice: str
    span: Span | None

    def __str__(self) -> str:
        return f"step {self.step}: {self.text}; {self.advice}"


class LinkWatch:
    r"""Tells which links are dead while a module trains: externs and arguments that networks with parameters
    stand for, in all neurons of the module.

    `step` is called after each step of the training. At every so many steps the batch is given to the module
    once more, and what the links say is judged by the rules of :doc:`training`. Afterwards weights,
    gradients, buffers, modes and the random numbers of torch, Python and numpy are what they were.

    A warning is told once for each link and kind, and again after the link has recovered. `tell` is called
    with it, and `warnings` has all.

    Args:
        module: A neuron, or a module with neurons in it.
        every: The steps between two that are watched.
        forward: How the module is called, where it is not `module(*inputs)`.
        tell: What is done with a warning.

    Raises:
        CajalError: if it is no module, or `every` is no positive whole number.

    Example:
        >>> import cajal_core as cajal
        >>> import torch
        >>> odd = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(dim=0))  # of the batch
        >>> program = cajal.load("space Image[4]\nextern odd : Image -o Bool")
        >>> program.link(odd=odd)
        >>> neuron = program.compile(r"\x:Image. if odd x then false else true")
        >>> watch = cajal.LinkWatch(neuron, every=1)
        >>> images = torch.eye(4)
        >>> for step in range(3):  # doctest: +ELLIPSIS
        ...     loss = neuron(images)[:, 0].mean()
        ...     loss.backward()
        ...     _ = watch.step(images, loss=loss)
        step 2: the weights that `odd` says add up to ..., and not to 1; let ...
    """

    def __init__(
        self,
        module: nn.Module,
        every: int = 25,
        *,
        forward: Callable[..., Any] | None = None,
        tell: Callable[[LinkWarning], object] = print,
    ) -> None:
        if not isinstance(module, nn.Module):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise CajalError(NotAModule(module.__class__.__name__))
        self.module = module
        self.every = whole("every", every, 1)
        self.warnings: list[LinkWarning] = []
        self._forward = forward or module
        self._tell = tell
        self._step = 0
        self._first_loss = math.nan
        #: For each link and kind the step at which it was first so, and the entries that have been since.
        self._lasting: dict[str, tuple[int, Sequence[int]]] = {}
        #: Those that were told and have not recovered.
        self._told: set[str] = set()
        self._uses: dict[Neuron, dict[str, Uses]] = {}

    def step(self, *inputs: Any, loss: Tensor | float | None = None) -> list[LinkWarning]:
        """A step of the training is done, with these inputs of the module and this loss.

        It stands behind `loss.backward()` and before the gradients are set to zero. Without a loss, links
        that have no gradient, and those that are certain of different things, are not told.

        Returns:
            The warnings of this step, which are told already.
        """
        self._step += 1
        if math.isnan(self._first_loss) and loss is not None:
            self._first_loss = _number(loss)
        if self._step % self.every:
            return []
        is_high = loss is not None and _number(loss) > max(HIGH * self._first_loss, LOW)
        links = self._listen(inputs)
        lasting, self._lasting = self._lasting, {}
        told, self._told = self._told, set()
        warnings = list[LinkWarning]()
        for link, finding in findings(links, is_high):
            key = f"{links.index(link)} {link.name} {finding.rule}"
            since, before = lasting.get(key, (0, ()))
            if entries := finding.entries.intersection(before):
                self._told |= told & {key}
            else:
                since, entries = self._step, finding.entries
            self._lasting[key] = since, sorted(entries)
            needed = LASTING if finding.rule in ("branch", "count") else 1
            if self._step - since >= needed and key not in self._told:
                self._told.add(key)
                mistake = finding.mistake(entries)
                advice = mistake.help or ""
                warnings.append(
                    LinkWarning(self._step, finding.rule, link.name, mistake.title, advice, mistake.span)
                )
        self.warnings += warnings
        for warning in warnings:
            self._tell(warning)
        return warnings

    def _listen(self, inputs: tuple[Any, ...]) -> list[Link]:
        """The links, with what they say of a batch."""
        modules = list(self.module.modules())
        neurons = [part for part in modules if isinstance(part, Neuron)]
        self._uses = {neuron: self._uses.get(neuron) or uses_of(neuron.lowered) for neuron in neurons}
        random = States.now()
        try:
            with (
                undisturbed([self.module], evaluates=False),
                torch.enable_grad(),
                hearing(modules, self._uses) as links,
            ):
                self._forward(*inputs)
        finally:
            random.restore()
        return links

    def state_dict(self) -> dict[str, Any]:
        """What it has seen, as plain data, so that a training that goes on is told the same."""
        return {
            "step": self._step,
            "first loss": self._first_loss,
            "lasting": {key: list(value) for key, value in self._lasting.items()},
            "told": sorted(self._told),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where another one has been, as `state_dict` of that one says."""
        self._step, self._first_loss = state["step"], state["first loss"]
        self._lasting = {key: (since, entries) for key, (since, entries) in state["lasting"].items()}
        self._told = set(state["told"])


def _number(loss: Tensor | float) -> float:
    return loss.item() if isinstance(loss, Tensor) else loss
