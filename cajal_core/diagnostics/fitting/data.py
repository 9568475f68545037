"""Mistakes in what a model is trained on."""

from __future__ import annotations

from dataclasses import dataclass

from cajal_core.diagnostics.mistake import Mistake


@dataclass(frozen=True, slots=True)
class NotData(Mistake):
    """What a model was to be trained on, and is no data."""

    #: The name of its Python class, or what it is.
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
            return "make a tensor of it, with a row for each sample: `torch.as_tensor(…)`"
        if self.kind == "a list of samples":
            return "`DataLoader(samples, batch_size=64, shuffle=True)` makes batches of it"
        return "give tensors as a tuple, the target last: `(images, labels)`"


@dataclass(frozen=True, slots=True)
class NoData(Mistake):
    @property
    def title(self) -> str:
        return "there are no samples"


@dataclass(frozen=True, slots=True)
class NoBatches(Mistake):
    """Data without a length that turn out to be empty, perhaps since they were read before."""

    where: str

    @property
    def title(self) -> str:
        return f"the data have no batch {self.where}"

    @property
    def help(self) -> str:
        return "let `__iter__` of the IterableDataset begin anew each time that it is called"


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
class NotCollated(Mistake):
    """Samples that cannot be put into one batch."""

    reason: str

    @property
    def title(self) -> str:
        return f"the samples of a batch do not go together: {self.reason}"

    @property
    def help(self) -> str:
        return (
            "let each have tensors of the same shape, and a list of its own length as "
            "`cajal.Sequence(elements, len(elements))`; or give a DataLoader with a `collate_fn`"
        )


@dataclass(frozen=True, slots=True)
class SharedSampler(Mistake):
    """A loader whose batches are parts of batches already."""

    @property
    def title(self) -> str:
        return "the DataLoader has a DistributedSampler, and each process takes its part of a batch anyway"

    @property
    def help(self) -> str:
        return "give a DataLoader without it, whose batches are those of all processes together"
