"""What is wrong with a link while it trains: nothing that stops, but little is learned from here on."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake

#: What every network that is fed or linked can be started with.
SOFTER = (
    'let it start softer: `cajal.encode(network, "softmax", temperature=4)` and `nn.init.orthogonal_` of its '
    'weights, or `cajal.encode(network, "softmax", entropy=0.1)`'
)


@dataclass(frozen=True, slots=True)
class DeadLink(Mistake):
    """A link from which the training gets nothing. `name` is that of the extern or argument."""

    name: str
    place: Span | None

    @property
    def label(self) -> Label | None:
        return Label(self.place, "") if self.place else None

    @property
    def help(self) -> str:
        return SOFTER


@dataclass(frozen=True, slots=True)
class SaysTheSame(DeadLink):
    @property
    def title(self) -> str:
        return f"`{self.name}` says the same of every sample of the batch"


@dataclass(frozen=True, slots=True)
class Saturated(DeadLink):
    #: What it says of every sample; None where it says different things.
    answer: str | None

    @property
    def title(self) -> str:
        if self.answer is not None:
            return f"`{self.name}` says `{self.answer}` of every sample, with certainty"
        return f"`{self.name}` is certain of every sample, and the loss is still high"


@dataclass(frozen=True, slots=True)
class SumOffOne(DeadLink):
    #: The sum that is farthest from 1.
    total: float

    @property
    def title(self) -> str:
        return f"the weights that `{self.name}` returns add up to {self.total:.2g}, and not to 1"

    @property
    def help(self) -> str:
        return (
            'let `cajal.encode(network, "softmax")` make the weights; a softmax of your own needs `dim=-1`. '
            'If they are no probabilities, `cajal.encode(network, "raw")` says so'
        )


@dataclass(frozen=True, slots=True)
class StarvedBranch(DeadLink):
    #: The condition, as it is written, and the answers that no sample gives a weight.
    condition: str
    answers: tuple[str, ...]

    @property
    def title(self) -> str:
        answers = ", ".join(f"`{answer}`" for answer in self.answers[:3])
        more = f" and {len(self.answers) - 3} more" if len(self.answers) > 3 else ""
        return f"`{self.condition}`: no sample gives {answers}{more} a weight of 1e-3, so that branch learns nothing"

    @property
    def help(self) -> str:
        return (
            f"if the data need it, {SOFTER}; or put a loss on the condition, "
            f'`probe_losses={{neuron.probe("{self.name}"): target}}`'
        )


@dataclass(frozen=True, slots=True)
class CountStandsStill(DeadLink):
    #: The variable of the step, and the count that all samples have.
    state: str
    count: str

    @property
    def title(self) -> str:
        return f"`{self.name}` counts {self.count} for every sample: the recurrence of `{self.state}` stands still"

    @property
    def help(self) -> str:
        return (
            "let the step start as the identity, `y + f(y)` with the last layer of `f` at zero, and put a loss "
            f'on the count, `probe_losses={{neuron.probe("{self.name}"): target}}`'
        )


@dataclass(frozen=True, slots=True)
class NoGradient(DeadLink):
    @property
    def title(self) -> str:
        return f"no gradient reaches the weights of `{self.name}`, while others have one"

    @property
    def help(self) -> str:
        return f"take `cajal.nll(result, target)` for the loss, whose gradient never is 0; and {SOFTER}"
