"""Mistakes of linking externs. Types come as they are to be shown."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from keyword import iskeyword

from cajal_core.diagnostics.mistake import Mistake


def link_call(name: str) -> str:
    r"""The call of `link` that gives an extern what it needs. Names that Python lacks go into a mapping.

    Example:
        >>> import cajal_core as cajal
        >>> print(cajal.link_call("step"), cajal.link_call("f'"), cajal.link_call("class"))
        link(step=…) link({"f'": …}) link({"class": …})
    """
    # Python reads a name in the form NFKC, the compiler in NFC.
    is_python = name.isidentifier() and not iskeyword(name) and unicodedata.is_normalized("NFKC", name)
    return f"link({name}=…)" if is_python else f'link({{"{name}": …}})'


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
        return f"link a tensor, a module or a callable: `neuron.{link_call(self.name)}`"


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
        return f"link first, then load: `neuron.{link_call(self.name)}`"


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
class NothingToUnlink(Mistake):
    """A name that is to be unlinked, to which nothing is linked."""

    name: str
    linked: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"nothing is linked to `{self.name}`"

    @property
    def help(self) -> str:
        if not self.linked:
            return "no extern is linked"
        return "linked are " + ", ".join(f"`{name}`" for name in self.linked)


@dataclass(frozen=True, slots=True)
class LinkWithoutName(Mistake):
    """A tensor, a module or a callable that is given without saying for what."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"{self.kind} is given without the name that it is for"

    @property
    def help(self) -> str:
        return 'give it by name, as in `link(f=…)`, or in a mapping: `link({"f": …})`'


@dataclass(frozen=True, slots=True)
class ClassLinked(Mistake):
    """A class where one of its instances is meant."""

    what: str
    #: The name of the class.
    kind: str

    @property
    def title(self) -> str:
        return f"{self.what} is the class {self.kind} itself"

    @property
    def help(self) -> str:
        return f"give an instance: `{self.kind}(…)`"


@dataclass(frozen=True, slots=True)
class HiddenParameters(Mistake):
    """A callable that is no module, around a network that is to be trained."""

    what: str
    #: What the callable calls the network, "it" where it has no name, and the name of its class.
    network: str
    kind: str

    @property
    def title(self) -> str:
        called = self.kind if self.network == "it" else f"`{self.network}` ({self.kind})"
        return f"{self.what} hides the parameters of {called} from the optimizer"

    @property
    def help(self) -> str:
        return (
            "give the module itself, or `nn.Sequential` or a module of your own around it; "
            "where nothing in it is trained, `requires_grad_(False)` says so"
        )


@dataclass(frozen=True, slots=True)
class OtherDtype(Mistake):
    """A linked module that cannot take arguments of another dtype than that of its parameters."""

    what: str
    #: The names of the dtypes, as torch has them: `float64`.
    own: str
    given: str

    @property
    def title(self) -> str:
        return f"{self.what} has parameters of {self.own}, and is called with arguments of {self.given}"

    @property
    def help(self) -> str:
        kinds = {"float16": "half", "bfloat16": "bfloat16", "float32": "float", "float64": "double"}
        if self.own not in kinds or self.given not in kinds:
            return f"give both one dtype: `module.to(torch.{self.given})`"
        return f"give both one dtype: `module.{kinds[self.given]}()`, or arguments `x.{kinds[self.own]}()`"


@dataclass(frozen=True, slots=True)
class CannotTake(Mistake):
    """A callable that fails at one sample of its arguments."""

    name: str
    type: str
    #: Those of the arguments, and what the callable raises.
    shapes: str
    said: str
    way_out: str | None

    @property
    def title(self) -> str:
        what = f"take {self.shapes}" if self.shapes else "be called with nothing"
        return f"what is linked to `{self.name}` : {self.type} cannot {what}: {self.said}"

    @property
    def help(self) -> str:
        return self.way_out or "it receives (batch, *shape) for each argument"


@dataclass(frozen=True, slots=True)
class BadReturn(Mistake):
    """A linked callable that returned a tensor of the wrong shape."""

    what: str
    type: str
    expected: str
    actual: str
    way_out: str | None = None

    @property
    def title(self) -> str:
        return f"{self.what} : {self.type} must return shape {self.expected}, got {self.actual}"

    @property
    def help(self) -> str:
        returns = "it receives (batch, *shape) for each argument and returns (batch, *shape) of the result"
        return self.way_out or returns
