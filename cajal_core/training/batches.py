"""What a model is trained on: batches, whose order is a function of a seed and the epoch."""

# torch annotates itself only in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from zlib import crc32

import torch
from torch import Tensor
from torch.utils import _pytree as pytree
from torch.utils.data import DataLoader, Dataset, DistributedSampler, TensorDataset, default_collate

from cajal_core.diagnostics.errors import CajalError
from cajal_core.diagnostics.fitting.data import (
    BadBatch,
    LengthsDiffer,
    NoData,
    NotCollated,
    NotData,
    SharedSampler,
)
from cajal_core.training.resume.randomness import States, mixed, seed_all

#: What `fit` takes: tensors, of which the last is the target, a `Dataset`, or a `DataLoader`.
Data: TypeAlias = tuple[Any, ...] | Dataset[Any] | DataLoader[Any]

#: Of so many samples a checksum is taken, which costs a millisecond whatever the data are.
CHECKED = 256


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs and a target, `(*inputs, target)`.

    `samples` are their numbers in the data, where these are known. `size` is how many samples the batch has
    in all processes, and `share` the share of them that this process has, times the number of processes.
    """

    values: tuple[Any, ...]
    samples: Tensor | None
    size: int
    share: float = 1.0


class Batches:
    """The batches of each epoch, of which each process of several takes its part.

    `shuffled` is False where each sample is to come once and in its place, as in a validation.
    """

    def __init__(
        self,
        data: Data | object,
        size: int,
        seed: int,
        *,
        shuffled: bool = True,
        process: int = 0,
        processes: int = 1,
    ) -> None:
        self.seed, self.shuffled = seed, shuffled
        self.process, self.processes = process, processes
        self.tensors: tuple[Any, ...] | None = None
        self.samples: int | None = None
        if isinstance(data, TensorDataset):
            data = data.tensors
        if isinstance(data, list) and any(
            isinstance(part, tuple | list | dict) for part in cast("list[Any]", data)
        ):
            raise CajalError(NotData("a list of samples"))
        if isinstance(data, tuple | list):
            self.tensors = _same_length(tuple(data))
            self.samples = _length(self.tensors[-1])
        elif isinstance(data, DataLoader):
            self.loader = data
            if isinstance(data.sampler, DistributedSampler):
                raise CajalError(SharedSampler())
        elif isinstance(data, Dataset):
            self.samples = _length_of_dataset(data)
            is_shuffled = shuffled and self.samples is not None
            self.loader = DataLoader(data, size, shuffle=is_shuffled, collate_fn=collated)
        else:
            raise CajalError(NotData(data.__class__.__name__))
        self.size = size
        if self.samples == 0 or self.per_epoch == 0:
            raise CajalError(NoData())

    @property
    def per_epoch(self) -> int | None:
        """How many batches an epoch has, where that is known."""
        if self.tensors is not None:
            assert self.samples is not None
            return -(-self.samples // self.size)
        try:
            return len(self.loader)
        except TypeError:  # of an IterableDataset
            return None

    @property
    def checksum(self) -> str | None:
        """Tells tensors from others, by samples all over them. What loads its samples has none."""
        if self.tensors is None or not self.samples:
            return None
        places = torch.linspace(0, self.samples - 1, min(self.samples, CHECKED), dtype=torch.float64).long()
        chosen = pytree.tree_leaves(_chosen(self.tensors, places))
        found = 0
        for part in [part.detach().cpu() for part in chosen if isinstance(part, Tensor)]:
            found = crc32(f"{tuple(part.shape)} {part.dtype}".encode(), found)
            found = crc32(part.contiguous().flatten().view(torch.uint8).numpy().tobytes(), found)
        return f"{found:08x}"

    @property
    def has_lasting_workers(self) -> bool:
        """Whether what loads the samples of an epoch has random numbers that depend on those before."""
        return self.tensors is None and self.loader.persistent_workers

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch without the first few, which were seen before."""
        if self.tensors is not None:
            return self._of_tensors(number, skip)
        return self._of_loader(number, skip)

    def _of_tensors(self, number: int, skip: int) -> Generator[Batch]:
        assert self.tensors is not None
        assert self.samples is not None
        if self.shuffled:
            generator = torch.Generator().manual_seed(mixed(self.seed, number))
            order = torch.randperm(self.samples, generator=generator)
        else:
            order = torch.arange(self.samples)
        for samples in order.split(self.size)[skip:]:
            own, share = samples, 1.0
            if self.processes > 1:
                part, share = self._part(len(samples))
                own = samples[part]
            yield Batch(_chosen(self.tensors, own), own, len(samples), share)

    def _of_loader(self, number: int, skip: int) -> Generator[Batch]:
        """The loader draws from a random stream of its own, which starts anew with each epoch.

        So its order, and what its datasets draw, are the same after a training was taken up in the middle of
        an epoch. The first batches are then loaded again, since what they drew is not known else.
        """
        for generator in _generators(self.loader):
            generator.manual_seed(mixed(self.seed, number))
        if hasattr(self.loader.sampler, "set_epoch"):
            cast("Any", self.loader.sampler).set_epoch(number)
        others = States.now()
        seed_all(self.seed, number)
        loaded, place = iter(self.loader), 0
        while True:
            try:
                values = next(loaded)
            except StopIteration:
                others.restore()
                return
            place += 1
            if place > skip:
                own = States.now()
                others.restore()
                yield self._given(values)
                others = States.now()
                own.restore()

    def _given(self, values: Any) -> Batch:
        values = checked_batch(values)
        size = _length(values[-1])
        if self.processes == 1:
            return Batch(values, None, size)
        part, share = self._part(size)
        return Batch(_chosen(values, part), None, size, share)

    def _part(self, size: int) -> tuple[slice, float]:
        """The samples of a batch that this process has: one that has none takes the first, with weight 0."""
        start, end = (size * place // self.processes for place in (self.process, self.process + 1))
        share = (end - start) * self.processes / size
        return (slice(start, end), share) if end > start else (slice(0, 1), 0.0)


def _chosen(values: tuple[Any, ...], samples: Tensor | slice) -> tuple[Any, ...]:
    if all(isinstance(value, Tensor) for value in values):
        return tuple([value[samples] for value in values])
    return pytree.tree_map_only(Tensor, lambda part: part[samples], values)


def collated(samples: list[Any]) -> Any:
    """The samples of a Dataset as a batch, as torch's own collation has it.

    Raises:
        CajalError: if they are of different shapes, or of a kind that has no batch.
    """
    try:
        return default_collate(samples)
    except (RuntimeError, TypeError, KeyError) as error:
        raise CajalError(NotCollated(str(error).splitlines()[0])) from error


def checked_batch(values: Any) -> tuple[Any, ...]:
    """A batch as inputs and a target.

    Raises:
        CajalError: if it has not both.
    """
    if not isinstance(values, tuple | list) or len(cast("tuple[Any, ...]", values)) < 2:
        raise CajalError(BadBatch(values.__class__.__name__))
    return tuple(cast("tuple[Any, ...]", values))


def _same_length(values: tuple[Any, ...]) -> tuple[Any, ...]:
    values = checked_batch(values)
    for value in values:
        if not any(isinstance(part, Tensor) for part in pytree.tree_leaves(value)):
            raise CajalError(NotData(value.__class__.__name__, in_tuple=True))
        if any(isinstance(part, Tensor) and not part.ndim for part in pytree.tree_leaves(value)):
            raise CajalError(NotData("one that is a single number", in_tuple=True))
    lengths = [_length(value) for value in values]
    if len({*lengths}) > 1:
        raise CajalError(LengthsDiffer(tuple(lengths)))
    return values


def _length(value: Any) -> int:
    """How many samples a tensor has, or what is made of tensors."""
    for part in pytree.tree_leaves(value):
        if isinstance(part, Tensor):
            return part.shape[0] if part.ndim else 1
    return len(value)


def _length_of_dataset(data: Dataset[Any]) -> int | None:
    try:
        return len(cast("Any", data))
    except (TypeError, NotImplementedError):  # of an IterableDataset
        return None


def _generators(loader: DataLoader[Any]) -> list[torch.Generator]:
    """The generators of a loader and of its samplers."""
    holders = (loader, loader.sampler, loader.batch_sampler, getattr(loader.batch_sampler, "sampler", None))
    owned = [getattr(holder, "generator", None) for holder in holders]
    return list({id(own): own for own in owned if isinstance(own, torch.Generator)}.values())
