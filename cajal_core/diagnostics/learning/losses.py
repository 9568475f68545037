"""Mistakes of losses: results that are no probabilities, and targets that do not fit."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NegativeWeights(Mistake):
    """A result with negative numbers, which is no distribution."""

    least: float

    @property
    def title(self) -> str:
        return f"the result has the negative number {self.least:.4g}, and is no distribution"

    @property
    def help(self) -> str:
        return (
            "raw numbers take `torch.nn.functional.cross_entropy`, or networks with "
            '`cajal.encode(network, "softmax")`; a logarithm from `neuron.log` takes `log=True`'
        )


@dataclass(frozen=True, slots=True)
class SumAboveOne(Mistake):
    """A result whose numbers add up to more than 1."""

    total: float

    @property
    def title(self) -> str:
        return f"the numbers of a result add up to {self.total:.4g}, and are no distribution"

    @property
    def help(self) -> str:
        return (
            "raw numbers take `torch.nn.functional.cross_entropy`, or networks with "
            '`cajal.encode(network, "softmax")`; a learned `f : A * B -o C` becomes one by '
            '`register_parametrization(neuron, "learn_NAME", nn.Softmax(0))`; '
            "where a program counts several results, divide by the sum"
        )


@dataclass(frozen=True, slots=True)
class NotLogarithms(Mistake):
    """A result that is said to be the logarithm of weights, and has one above 1."""

    greatest: float

    @property
    def title(self) -> str:
        return f"the result has the number {self.greatest:.4g}, which is the logarithm of no probability"

    @property
    def help(self) -> str:
        return "`log=True` takes what `neuron.log` gives; leave it out for what the neuron itself gives"


@dataclass(frozen=True, slots=True)
class NoEntries(Mistake):
    """A result without a dimension for its values."""

    shape: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"the result must have shape (..., k), with a weight for each of k values, got {self.shape}"


@dataclass(frozen=True, slots=True)
class NoLikelihood(Mistake):
    """A result of which no entry is known to be the likelihood."""

    shape: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"a likelihood is a Unit (..., 1) or a Bool (..., 2), got {self.shape}"

    @property
    def help(self) -> str:
        return (
            "`cajal.nll(result, target)` says which of the values is true; "
            "numbers (...) that are likelihoods already are given as `result.unsqueeze(-1)`"
        )


@dataclass(frozen=True, slots=True)
class WrongTarget(Mistake):
    """A target that is neither an index nor a distribution for each result."""

    result: tuple[int, ...]
    target: tuple[int, ...]
    #: The name of its dtype, as torch has it.
    dtype: str

    @property
    def title(self) -> str:
        indices = f"whole numbers of shape {self.result[:-1]}"
        return (
            f"the target must be {indices} or weights of shape {self.result}, got {self.dtype} {self.target}"
        )

    @property
    def help(self) -> str | None:
        if self.target == self.result[:-1]:
            if self.dtype == "bool":
                return "of a Bool, `true` has the index 0: `(~target).long()`"
            return "indices are whole numbers: `target.long()`"
        if self.target == (*self.result[:-1], 1):
            return "`target.squeeze(-1)`"
        return None


@dataclass(frozen=True, slots=True)
class NoDistributions(Mistake):
    """Targets of the shape of the result that are no distributions."""

    number: float
    #: Whether the number is an entry, and not a sum.
    is_negative: bool

    @property
    def title(self) -> str:
        if self.is_negative:
            return f"the target has the weight {self.number:.4g}, and a distribution has no negative one"
        return f"the weights of a target add up to {self.number:.4g}, and those of a distribution to 1"

    @property
    def help(self) -> str:
        return "divide counts by their sum; an index stands in a target without the last dimension"


@dataclass(frozen=True, slots=True)
class TargetOutOfRange(Mistake):
    """An index that no value has."""

    index: int
    count: int

    @property
    def title(self) -> str:
        return f"the target has the index {self.index}, and the result has {self.count} values"

    @property
    def help(self) -> str:
        return f"indices go from 0 to {self.count - 1}"
