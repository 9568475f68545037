"""Mistakes of asking for the controls of an experiment."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NotAModel(Mistake):
    """What has no program that something could stand in the place of."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"the controls are those of a neuron or a `Linked`, got {self.kind}"

    @property
    def help(self) -> str:
        return 'give the model with the program: `cajal.controls(program["f"])`'


@dataclass(frozen=True, slots=True)
class NoSuchNetwork(Mistake):
    """A factory for a name that nothing stands in front of."""

    name: str
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no network `{self.name}` that could be made anew"

    @property
    def help(self) -> str:
        if not self.names:
            return "the model has no externs, and no arguments that networks feed"
        return "there are " + ", ".join(f"`{name}`" for name in self.names)


@dataclass(frozen=True, slots=True)
class NotAFactory(Mistake):
    """What is given for the making of a network, and makes none."""

    #: None where the factories have no names.
    name: str | None
    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        if self.name is None:
            return f"`networks` has functions by the names of networks, got {self.kind}"
        return f"`{self.name}` is made by a function from the number of outputs to a network, got {self.kind}"

    @property
    def help(self) -> str:
        name = self.name or "net"
        return f"as in `networks={{{name!r}: lambda outputs: torch.nn.Linear(784, outputs)}}`"


@dataclass(frozen=True, slots=True)
class NotFresh(Mistake):
    """What is trained and cannot be reset."""

    name: str
    #: What holds the parameters.
    kind: str

    @property
    def title(self) -> str:
        return f"`{self.name}` cannot start anew: nothing resets {self.kind}, which has no `reset_parameters`"

    @property
    def help(self) -> str:
        return f"say how it is made: `cajal.controls(model, networks={{{self.name!r}: lambda outputs: …}})`"


@dataclass(frozen=True, slots=True)
class NoControl(Mistake):
    """A control that the program does not have."""

    name: str
    reason: str

    @property
    def title(self) -> str:
        return f"this program has no control `{self.name}`: {self.reason}"

    @property
    def help(self) -> str:
        return "`control.reason` is None for those that can be built"


@dataclass(frozen=True, slots=True)
class UnknownControl(Mistake):
    name: object
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no control {self.name!r}"

    @property
    def help(self) -> str:
        return "there are " + ", ".join(f"`{name}`" for name in self.names)


@dataclass(frozen=True, slots=True)
class NotTrainingData(Mistake):
    """What is given as data, and is no batch of inputs with a target."""

    reason: str

    @property
    def title(self) -> str:
        return f"`data` must be inputs and targets, as `fit` takes them: {self.reason}"

    @property
    def help(self) -> str:
        return "give `(*inputs, target)`, tensors of one length, or a Dataset of such items"


@dataclass(frozen=True, slots=True)
class UnknownResult(Mistake):
    """How the results of an MLP are made weights, which is not known."""

    encode: object

    @property
    def title(self) -> str:
        return f"no encoding of the result of I is called {self.encode!r}"

    @property
    def help(self) -> str:
        return '"raw", for cross-entropy or images, or "softmax", for `cajal.nll`'
