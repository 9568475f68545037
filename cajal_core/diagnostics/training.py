"""Mistakes of setting up what is trained: networks that feed a neuron, and learned tensors."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NothingToFeed(Mistake):
    """A network, encoding or guard for an argument that the neuron has not."""

    name: str
    arguments: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"the neuron has no argument `{self.name}` to feed"

    @property
    def help(self) -> str:
        return "it has " + ", ".join(f"`{argument}`" for argument in self.arguments)


@dataclass(frozen=True, slots=True)
class UnknownEncoding(Mistake):
    argument: str
    encoding: object

    @property
    def title(self) -> str:
        return f"no encoding of `{self.argument}` is called {self.encoding!r}"

    @property
    def help(self) -> str:
        return '"softmax", "sigmoid", "raw", "simplex", "norm" or a callable'


@dataclass(frozen=True, slots=True)
class UnknownGuard(Mistake):
    argument: str
    guard: object

    @property
    def title(self) -> str:
        return f"no guard of `{self.argument}` is called {self.guard!r}"

    @property
    def help(self) -> str:
        return '"spectral" or "simplex"'


@dataclass(frozen=True, slots=True)
class NotANetwork(Mistake):
    argument: str
    #: The name of its Python class, or of the class that it is.
    kind: str
    is_class: bool = False

    @property
    def title(self) -> str:
        got = f"the class {self.kind} itself" if self.is_class else self.kind
        return f"what feeds `{self.argument}` must be a torch.nn.Module, got {got}"

    @property
    def help(self) -> str:
        if self.is_class:
            return f"give an instance: `{self.kind}(…)`"
        return "a callable that only changes a value is given as `encode`"


@dataclass(frozen=True, slots=True)
class NotANeuron(Mistake):
    """What networks are to feed, and is no neuron."""

    #: The name of its Python class, or of the class that it is.
    kind: str

    @property
    def title(self) -> str:
        return f"networks feed the arguments of a neuron, got {self.kind}"

    @property
    def help(self) -> str:
        return 'give a neuron first: `cajal.Linked(program["f"], x=network)`'


@dataclass(frozen=True, slots=True)
class NetworkAsSetting(Mistake):
    """A network for an argument whose name a setting has too."""

    argument: str

    @property
    def title(self) -> str:
        return f"`{self.argument}` is a setting of `Linked` and an argument of the neuron"

    @property
    def help(self) -> str:
        return f'give the network in a mapping: `Linked(neuron, {{"{self.argument}": network}})`'


@dataclass(frozen=True, slots=True)
class WrongInputs(Mistake):
    """A call of linked networks with another number of inputs than the neuron has arguments."""

    takes: int
    given: int

    @property
    def title(self) -> str:
        return f"{self.takes} inputs are needed, one an argument, got {self.given}"


@dataclass(frozen=True, slots=True)
class NotLearned(Mistake):
    name: str
    learned: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no learned tensor `{self.name}`"

    @property
    def help(self) -> str:
        if not self.learned:
            return "nothing is learned here"
        return "learned: " + ", ".join(f"`{name}`" for name in self.learned)


@dataclass(frozen=True, slots=True)
class NotSettable(Mistake):
    """A learned tensor that torch computes from others, and cannot be set."""

    name: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is parametrized, and its parametrization has no `right_inverse` to set it by"

    @property
    def help(self) -> str:
        return "initialize the neuron before `register_parametrization`"


@dataclass(frozen=True, slots=True)
class OtherConstructors(Mistake):
    """A `state_dict` whose tensors are ordered by other constructors of a data type."""

    name: str
    saved: str
    now: str
    #: The entry of the state that tells.
    entry: str

    @property
    def title(self) -> str:
        return f"the state was saved for `data {self.name} = {self.saved}`, which is now `{self.now}`"

    @property
    def help(self) -> str:
        return f"declare the constructors in the order of the state; {_without(self.entry)}"


@dataclass(frozen=True, slots=True)
class OtherType(Mistake):
    """A `state_dict` with tensors of another type."""

    name: str
    saved: str
    now: str
    #: The entry of the state that tells.
    entry: str

    @property
    def title(self) -> str:
        return f"the state was saved for `{self.name} : {self.saved}`, which is now `{self.now}`"

    @property
    def help(self) -> str:
        return f"declare it at the type of the state; {_without(self.entry)}"


def _without(entry: str) -> str:
    """The way out where a state tells of other types than there are."""
    return f"if the tensors mean the same all the same, take `{entry}` out of it: `state.pop({entry!r})`"


@dataclass(frozen=True, slots=True)
class UnknownInitial(Mistake):
    """A way to start a learned tensor that does not exist."""

    initial: object

    @property
    def title(self) -> str:
        return f"no way to start is called {self.initial!r}"

    @property
    def help(self) -> str:
        return 'there are "normal", "stochastic" and "identity"'


@dataclass(frozen=True, slots=True)
class NoIdentity(Mistake):
    """A learned map between spaces of two dimensions, which was to start as the identity."""

    name: str
    type: str
    width: int
    rows: int

    @property
    def title(self) -> str:
        return f"`{self.name} : {self.type}` has no identity: it is a map from {self.width} to {self.rows}"
