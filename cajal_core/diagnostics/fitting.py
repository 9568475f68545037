"""Mistakes of a training: its data, its settings, its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NotData(Mistake):
    """What a model was to be trained on, and is no data."""

    #: The name of its Python class.
    kind: str
    #: Whether it stands in a tuple of tensors.
    in_tuple: bool = False

    @property
    def title(self) -> str:
        if self.in_tuple:
            return f"a tuple of data has tensors, got {self.kind}"
        return f"a model is trained on tensors, a Dataset or a DataLoader, got {self.kind}"

    @property
    def help(self) -> str:
        if self.in_tuple:
            return "make a tensor of it: `torch.as_tensor(…)`"
        return "give tensors as a tuple, the target last: `(images, labels)`"


@dataclass(frozen=True, slots=True)
class NoData(Mistake):
    @property
    def title(self) -> str:
        return "there are no samples"


@dataclass(frozen=True, slots=True)
class LengthsDiffer(Mistake):
    lengths: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"the tensors have {', '.join(map(str, self.lengths))} samples"

    @property
    def help(self) -> str:
        return "each needs one row a sample, in one order"


@dataclass(frozen=True, slots=True)
class BadBatch(Mistake):
    """A batch that is no tuple of inputs and a target."""

    #: The name of its Python class.
    kind: str

    @property
    def title(self) -> str:
        if self.kind in ("tuple", "list"):
            return "a batch has only one part, and needs inputs and a target"
        return f"a batch is a tuple `(*inputs, target)`, got {self.kind}"

    @property
    def help(self) -> str:
        return "let each sample of the data be a tuple whose last part is the target"


@dataclass(frozen=True, slots=True)
class SharedSampler(Mistake):
    """A loader whose batches are parts of batches already."""

    @property
    def title(self) -> str:
        return "the DataLoader has a DistributedSampler, and each process takes its part of a batch anyway"

    @property
    def help(self) -> str:
        return "give a DataLoader without it, whose batches are those of all processes together"


@dataclass(frozen=True, slots=True)
class NotRecorded(Mistake):
    name: str
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"nothing was recorded as {self.name!r}"

    @property
    def help(self) -> str:
        return "there are " + ", ".join(f'"{name}"' for name in self.names) if self.names else "it is empty"


@dataclass(frozen=True, slots=True)
class NotAHistory(Mistake):
    path: str

    @property
    def title(self) -> str:
        return f"`{self.path}` has no history of a training"

    @property
    def help(self) -> str:
        return "`history.to_json(path)` writes one"


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
