"""Mistakes in the losses of probes."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake

#: How a probe gets a loss, as helps show it.
_EXAMPLE = '`probe_losses={neuron.probe("odd"): lambda batch: batch[-1] % 2}`'


@dataclass(frozen=True, slots=True)
class NotAProbe(Mistake):
    given: str

    @property
    def title(self) -> str:
        return f"probe_losses has a loss for {self.given}, which is no probe"

    @property
    def help(self) -> str:
        return f"name a value of the program by `neuron.probe`: {_EXAMPLE}"


@dataclass(frozen=True, slots=True)
class BadProbeLoss(Mistake):
    """What stands for a probe is no target, no pair and no triple."""

    probe: str
    given: str

    @property
    def title(self) -> str:
        return f"the loss of the probe `{self.probe}` cannot be {self.given}"

    @property
    def help(self) -> str:
        return (
            "give a target: a function of the batch, or a place in it; or (target, weight), "
            '(target, weight, "nll"), (target, weight, "cross-entropy") or (target, weight, loss)'
        )


@dataclass(frozen=True, slots=True)
class ProbeOfAnother(Mistake):
    probe: str

    @property
    def title(self) -> str:
        return f"no neuron in the model has the probe `{self.probe}`"

    @property
    def help(self) -> str:
        return "take the probe from the neuron that is trained: `neuron.probe`, or `linked.neuron.probe`"


@dataclass(frozen=True, slots=True)
class ProbeNotOnce(Mistake):
    """The neuron of a probe ran never or several times in a step."""

    probe: str
    times: int

    @property
    def title(self) -> str:
        was = f"was called {self.times} times" if self.times else "was not called"
        return f"the neuron of the probe `{self.probe}` {was} for one batch"

    @property
    def help(self) -> str:
        if self.times:
            return "a probe has one value for a batch: call the neuron once, with all samples"
        return "call the neuron with all of its arguments; `log` and `scaled` are not traced"


@dataclass(frozen=True, slots=True)
class NoSuchPlace(Mistake):
    probe: str
    place: int
    parts: int

    @property
    def title(self) -> str:
        return (
            f"the target of the probe `{self.probe}` is at {self.place}, and a batch has {self.parts} parts"
        )

    @property
    def help(self) -> str:
        return "a batch is `(*inputs, target)`; of what is not in it, give a function of the batch"


@dataclass(frozen=True, slots=True)
class ProbeWithoutLoss(Mistake):
    """The value of a probe is no data, so that no loss is the right one."""

    probe: str
    type: str

    @property
    def title(self) -> str:
        return f"the probe `{self.probe}` has the type {self.type}, which has no loss of its own"

    @property
    def help(self) -> str:
        return "give one: `(target, 1.0, torch.nn.functional.l1_loss)`"


@dataclass(frozen=True, slots=True)
class CrossEntropyOfProbabilities(Mistake):
    probe: str

    @property
    def title(self) -> str:
        return (
            f"the probe `{self.probe}` has probabilities, and cross-entropy takes raw numbers: "
            "it would take a second softmax of them and teach next to nothing"
        )

    @property
    def help(self) -> str:
        return 'leave the loss out, or say "nll"'


@dataclass(frozen=True, slots=True)
class OtherTarget(Mistake):
    probe: str
    target: str
    value: str

    @property
    def title(self) -> str:
        return f"the probe `{self.probe}` has values of shape {self.value}, and its target is {self.target}"

    @property
    def help(self) -> str:
        return "a target has an index for each sample (of a Bool 0 is true and 1 false), or a distribution"
