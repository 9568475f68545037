"""Mistakes of linking externs. Types come as they are to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NotAnExtern(Mistake):
    name: str
    externs: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"there is no extern `{self.name}` to link"

    @property
    def help(self) -> str:
        if not self.externs:
            return f"declare it in Cajal: `extern {self.name} : A -o B`"
        return "the externs are " + ", ".join(f"`{name}`" for name in self.externs)


@dataclass(frozen=True, slots=True)
class NotLinked(Mistake):
    name: str
    type: str

    @property
    def title(self) -> str:
        return f"the extern `{self.name} : {self.type}` is not linked"

    @property
    def help(self) -> str:
        return f"link a tensor, a module or a callable: `neuron.link({self.name}=…)`"


@dataclass(frozen=True, slots=True)
class NotMarkable(Mistake):
    """What was to be marked as linear, and is no callable, or a class."""

    #: The name of the class, or of that of the object.
    kind: str
    is_class: bool

    @property
    def title(self) -> str:
        got = f"the class {self.kind}" if self.is_class else self.kind
        return f"`cajal.linear` marks a module or a function as linear, got {got}"

    @property
    def help(self) -> str:
        return "make an instance of it" if self.is_class else "a tensor needs no mark: link it as it is"


@dataclass(frozen=True, slots=True)
class LinkFirst(Mistake):
    """A `state_dict` with tensors of an extern that has none."""

    name: str

    @property
    def title(self) -> str:
        return f"the state has tensors of the extern `{self.name}`, which is linked to no network yet"

    @property
    def help(self) -> str:
        return f"link first, then load: `neuron.link({self.name}=…)`"


@dataclass(frozen=True, slots=True)
class NotPicklable(Mistake):
    """A linked function that Python cannot find again by its name."""

    name: str
    #: What Python calls it.
    function: str

    @property
    def title(self) -> str:
        return f"what is linked to `{self.name}` cannot be pickled: {self.function}"

    @property
    def help(self) -> str:
        return (
            "lambdas and functions inside others have no name to be found by: link a module, or a function "
            "defined with `def` at the top of a file; or save the `state_dict`, which leaves it out"
        )


@dataclass(frozen=True, slots=True)
class BadReturn(Mistake):
    """A linked callable that returned a tensor of the wrong shape."""

    what: str
    type: str
    expected: str
    actual: str

    @property
    def title(self) -> str:
        return f"{self.what} : {self.type} must return shape {self.expected}, got {self.actual}"

    @property
    def help(self) -> str:
        return "it receives (batch, *shape) for each argument and returns (batch, *shape) of the result"
