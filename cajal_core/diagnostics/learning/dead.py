"""What is wrong with a link while it trains: nothing that stops, but little is learned from here on."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.base.source import Span
from cajal_core.diagnostics.mistake import Label, Mistake

#: What lets a link say different things again.
SOFTER = (
    'let it start softer, `cajal.encode(network, "softmax", temperature=4)` or more and '
    "`nn.init.orthogonal_`, or `entropy=0.1`"
)


def _other_counts(name: str) -> str:
    """What lets a recurrence take other steps, where it is best at first to take none."""
    return (
        "let the step start as the identity, `y + f(y)` with the last layer of `f` at zero, and give "
        f"what `{name}` says a loss of its own"
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
class CrossEntropyOfResult(Mistake):
    """The loss of a training is cross-entropy, and the model's results are distributions."""

    @property
    def title(self) -> str:
        return (
            "the model's results are probabilities, and cross-entropy takes raw numbers: "
            "it takes a second softmax of them and teaches little"
        )

    @property
    def help(self) -> str:
        return "let the loss be `cajal.nll`"


@dataclass(frozen=True, slots=True)
class SaysTheSame(DeadLink):
    @property
    def title(self) -> str:
        return f"`{self.name}` says the same of every sample of the batch"

    @property
    def help(self) -> str:
        anew = "begin with new weights and a lower rate"
        return f"if a layer in it does, such as a ReLU that gives only zeros, {anew}; else {SOFTER}"


@dataclass(frozen=True, slots=True)
class Saturated(DeadLink):
    #: What it says of every sample; None where it says different things.
    answer: str | None
    #: The condition that it decides, and the variable of the recurrence that it counts, if it does.
    condition: str | None = None
    state: str | None = None

    @property
    def title(self) -> str:
        if self.answer is None:
            return f"`{self.name}` is certain of every sample, while the loss is still high"
        what = f"`{self.name}` says `{self.answer}` of every sample, with certainty"
        if self.state:
            return f"{what}: `{self.state}` always takes as many steps"
        return f"{what}: a branch of `{self.condition}` starves" if self.condition else what

    @property
    def help(self) -> str:
        return _other_counts(self.name) if self.state else SOFTER


@dataclass(frozen=True, slots=True)
class SumOffOne(DeadLink):
    #: The sum that is farthest from 1.
    total: float

    @property
    def title(self) -> str:
        return f"the weights that `{self.name}` says add up to {self.total:.2g}, and not to 1"

    @property
    def help(self) -> str:
        return (
            'let `cajal.encode(network, "softmax")` make them, or take `dim=-1` in a softmax of your own; '
            'if they are no probabilities, `cajal.encode(network, "raw")` says so'
        )


@dataclass(frozen=True, slots=True)
class StarvedBranch(DeadLink):
    #: The condition, as it is written, and the answers that weigh nothing.
    condition: str
    answers: tuple[str, ...]
    #: The name of a probe by which the condition gets a loss of its own.
    probe: str

    @property
    def title(self) -> str:
        some = ", ".join(f"`{answer}`" for answer in self.answers[:3])
        some += f" and {len(self.answers) - 3} more" if len(self.answers) > 3 else ""
        says = f"`{self.name}` says {some} with less than 1e-3 of every sample"
        return f"{says}: a branch of `{self.condition}` starves"

    @property
    def help(self) -> str:
        loss = f'`probe_losses={{neuron.probe("{self.probe}"): target}}`'
        return f"if the data have it, {SOFTER}, or put a loss on it, {loss}"


@dataclass(frozen=True, slots=True)
class CountStandsStill(DeadLink):
    #: The variable of the step, and the count that all samples have.
    state: str
    count: str

    @property
    def title(self) -> str:
        return f"`{self.name}` says {self.count} of every sample: `{self.state}` always takes as many steps"

    @property
    def help(self) -> str:
        return _other_counts(self.name)


@dataclass(frozen=True, slots=True)
class WithoutGradient(DeadLink):
    @property
    def title(self) -> str:
        return f"no gradient reaches the weights of `{self.name}`, and others have one"

    @property
    def help(self) -> str:
        return f"take `cajal.nll` for the loss, which has a gradient at 0; {SOFTER}"
