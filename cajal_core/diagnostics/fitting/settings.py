"""Mistakes in how a model is to be trained, and in what is trained."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class BadSetting(Mistake):
    """A setting of `fit` with a value that it cannot have."""

    name: str
    needs: str
    got: str

    @property
    def title(self) -> str:
        return f"`{self.name}` is {self.needs}, got {self.got}"


@dataclass(frozen=True, slots=True)
class EpochsAndSteps(Mistake):
    @property
    def title(self) -> str:
        return "both `epochs` and `steps` say how long to train"

    @property
    def help(self) -> str:
        return "give one of them"


@dataclass(frozen=True, slots=True)
class NotAModule(Mistake):
    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"what is trained is a torch.nn.Module, got {self.kind}"

    @property
    def help(self) -> str:
        return 'a program is compiled first: `program["f"]`'


@dataclass(frozen=True, slots=True)
class NothingToTrain(Mistake):
    """A module that no step could change."""

    #: The name of its Python class.
    kind: str
    frozen: int

    @property
    def title(self) -> str:
        if self.frozen:
            return f"none of the {self.frozen} parameters of the {self.kind} requires a gradient"
        return f"the {self.kind} has no parameters to train"

    @property
    def help(self) -> str:
        if self.frozen:
            return "`parameter.requires_grad_()` lets one be trained"
        return "link a torch.nn.Module, or declare what is to be learned with `learn`"


@dataclass(frozen=True, slots=True)
class Lazy(Mistake):
    """A module that does not know the shapes of its parameters yet."""

    name: str

    @property
    def title(self) -> str:
        return f"the parameter `{self.name}` has no shape before the first call"

    @property
    def help(self) -> str:
        return "call the model once with a batch, then train it"


@dataclass(frozen=True, slots=True)
class NoValues(Mistake):
    """A parameter on the device `meta`."""

    name: str

    @property
    def title(self) -> str:
        return f"the parameter `{self.name}` is on the device meta, where it has no values"

    @property
    def help(self) -> str:
        return 'move the model by `model.to_empty(device="cpu")`, and set its values, as by `load_state_dict`'


@dataclass(frozen=True, slots=True)
class WrappedAlready(Mistake):
    """A model that averages its gradients over processes itself."""

    @property
    def title(self) -> str:
        return "the model is wrapped in DistributedDataParallel, which `fit` does itself"

    @property
    def help(self) -> str:
        return "give the module in it: `model.module`"


@dataclass(frozen=True, slots=True)
class OtherOptimizer(Mistake):
    """An optimizer that would leave a model as it is."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"the {self.kind} has no parameter of the model"

    @property
    def help(self) -> str:
        return "make it of `model.parameters()`, or give a callable, as in `lambda own: torch.optim.SGD(own)`"


@dataclass(frozen=True, slots=True)
class NeedsClosure(Mistake):
    """An optimizer that computes a loss several times in a step."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"{self.kind} computes the loss several times in a step, and `fit` computes it once"

    @property
    def help(self) -> str:
        return "take Adam or SGD, or write the loop"


@dataclass(frozen=True, slots=True)
class NeedsMetric(Mistake):
    """A scheduler that is not stepped once a step."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"{self.kind} needs a number at each step, and `scheduler` is stepped without one"

    @property
    def help(self) -> str:
        return "step it in a callback: `def epoch(self, training): self.scheduler.step(training.loss)`"


@dataclass(frozen=True, slots=True)
class SparseClip(Mistake):
    """Gradients whose norm torch does not compute."""

    @property
    def title(self) -> str:
        return "`clip` needs dense gradients, and a layer of the model makes sparse ones"

    @property
    def help(self) -> str:
        return "make the layer with `sparse=False`, or leave `clip` out"


@dataclass(frozen=True, slots=True)
class NotACallback(Mistake):
    #: The name of its Python class, or of the class that it is.
    kind: str
    is_class: bool = False

    @property
    def title(self) -> str:
        if self.is_class:
            return f"a callback is an object, got the class {self.kind} itself"
        return f"a callback has one of the methods begin, step, epoch and end, and {self.kind} has none"

    @property
    def help(self) -> str | None:
        return f"give an instance: `{self.kind}(…)`" if self.is_class else None


@dataclass(frozen=True, slots=True)
class NotALoss(Mistake):
    """What a loss returned, and is no scalar with a gradient."""

    got: str
    has_no_gradient: bool = False

    @property
    def title(self) -> str:
        if self.has_no_gradient:
            return "the loss does not depend on any parameter: it has no gradient"
        return f"the loss must be a tensor of one number, got {self.got}"

    @property
    def help(self) -> str:
        if self.has_no_gradient:
            return "it is computed from the model's result, without `.item()`, `.detach()` or `argmax`"
        return "take the mean over the batch: `.mean()`"


@dataclass(frozen=True, slots=True)
class NotANumber(Mistake):
    """What a metric or a validation returned for a number."""

    what: str
    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f"{self.what} must be one number, got {self.kind}"

    @property
    def help(self) -> str:
        return "take the mean over the batch: `.float().mean()`"


@dataclass(frozen=True, slots=True)
class NameOfTraining(Mistake):
    """A number of a validation that would stand among those of the training."""

    name: str

    @property
    def title(self) -> str:
        return f'`validate` returned a number "{self.name}", which is recorded of each step of the training'

    @property
    def help(self) -> str:
        return f'call it otherwise, such as "validation {self.name}"'


@dataclass(frozen=True, slots=True)
class NotNumbers(Mistake):
    """What a validation returned, and are no numbers by name."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        return f'`validate` must return numbers by name, as in `{{"accuracy": 0.9}}`, got {self.kind}'
