"""The batches of each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, cast

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, DistributedSampler, IterableDataset, TensorDataset

import cajal_core as cajal
from cajal_core.training.batches import Batches

DATA = torch.arange(10.0), torch.arange(10)


def seen(batches: Batches, epoch: int, skip: int = 0) -> list[list[int]]:
    return [batch.values[-1].tolist() for batch in batches.epoch(epoch, skip)]


def loader(**settings: Any) -> DataLoader[Any]:
    return DataLoader(TensorDataset(*DATA), 4, shuffle=True, **settings)


@pytest.mark.parametrize("data", [DATA, TensorDataset(*DATA), loader(), loader(generator=torch.Generator())])
def test_the_order_is_a_function_of_seed_and_epoch(data: Any) -> None:
    order = seen(Batches(data, 4, 0), 3)
    assert sorted(chain(*order)) == list(range(10)) and [len(batch) for batch in order] == [4, 4, 2]
    torch.rand(3)
    batches = Batches(data, 4, 0)
    assert seen(batches, 2) != order and seen(batches, 3) == order and seen(batches, 3, 2) == order[2:]
    assert seen(Batches(data, 4, 1), 3) != order


def test_a_validation_has_the_order_of_the_data() -> None:
    assert seen(Batches(DATA, 4, 0, shuffled=False), 5) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


@pytest.mark.parametrize("data", [DATA, loader()])
def test_each_process_has_a_part_and_its_share(data: Any) -> None:
    whole = seen(Batches(data, 4, 0), 0)
    parts = [[*Batches(data, 4, 0, process=process, processes=3).epoch(0)] for process in range(3)]
    for batch, *own in zip(whole, *parts, strict=True):
        assert [*chain(*[part.values[-1].tolist() for part in own if part.share])] == batch
        assert sum(part.share for part in own) == pytest.approx(3)
        assert all(part.size == len(batch) for part in own)


def test_data_without_a_length() -> None:
    class Endless(IterableDataset[Any]):
        def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
            return iter([(torch.ones(2), torch.ones(()))] * 5)

    batches = Batches(Endless(), 2, 0)
    assert batches.per_epoch is None and [batch.size for batch in batches.epoch(0)] == [2, 2, 1]
    model = torch.nn.Linear(2, 1)
    history = cajal.fit(model, Endless(), lambda result, target: result.sum(), epochs=2, batch=2)
    assert history.stopped == "finished" and history.steps == 6


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (3, "a model is trained on tensors, a Dataset or a DataLoader, got int"),
        ((torch.ones(3), [1, 2, 3]), "a tuple of data has tensors, got list"),
        ((torch.ones(3), torch.ones(2)), "the tensors have 3, 2 samples"),
        ((torch.ones(0), torch.ones(0)), "there are no samples"),
        ((torch.ones(3),), "a batch has only one part, and needs inputs and a target"),
        (TensorDataset(torch.ones(3)), "a batch has only one part, and needs inputs and a target"),
        (DataLoader(cast("Any", [{"x": 1}]), 1), "a batch is a tuple `(*inputs, target)`, got dict"),
    ],
)
def test_what_is_no_data_is_told(data: Any, message: str) -> None:
    with pytest.raises(cajal.CajalError) as caught:
        seen(Batches(data, 4, 0), 0)
    assert caught.value.errors[0].title == message


def test_a_sampler_for_processes_is_refused() -> None:
    data = TensorDataset(*DATA)
    sampler = DistributedSampler(data, num_replicas=2, rank=0)
    with pytest.raises(cajal.CajalError, match="DistributedSampler"):
        Batches(DataLoader(data, 4, sampler=sampler), 4, 0)


class Once(IterableDataset[Any]):
    """Samples that are there when they are first read."""

    def __init__(self, samples: int) -> None:
        self.left = iter([(torch.ones(2), torch.ones(()))] * samples)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return self.left


@pytest.mark.parametrize(("samples", "epoch"), [(0, 0), (3, 1)])
def test_data_that_are_used_up_are_told(samples: int, epoch: int) -> None:
    def fit(data: Any, validate: Any = None) -> cajal.History:
        model, loss = torch.nn.Linear(2, 1), lambda result, target: result.sum()
        return cajal.fit(model, data, loss, steps=9, batch=2, every=1, validate=validate)

    with pytest.raises(cajal.CajalError, match=f"no batch in epoch {epoch}\nhelp: let `__iter__`"):
        fit(Once(samples))
    with pytest.raises(cajal.CajalError, match=f"no batch in the validation after step {epoch + 1}\n"):
        fit((torch.ones(8, 2), torch.ones(8)), Once(samples))


class Rows(Dataset[Any]):
    """Samples one by one."""

    def __init__(self, samples: list[Any]) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, place: int) -> Any:
        return self.samples[place]


def test_lists_of_all_lengths_are_trained_on() -> None:
    source = "learn w : Bool -o Bool\ndef g (xs : List[5] Bool) : Bool = fold xs "
    source += "{ nil => true | cons x y => if w x then y else (drop y in false) }"
    bits = [torch.eye(2)[torch.randint(0, 2, (length,))] for length in (0, 5, 3, 1)]
    padded = torch.stack([torch.cat([own, torch.zeros(5 - len(own), 2)]) for own in bits])
    batch = cajal.Sequence(padded, torch.tensor([*map(len, bits)])), torch.tensor([0, 1, 0, 1])
    rows = Rows([(cajal.Sequence(own, len(own)), place % 2) for place, own in enumerate(bits)])
    learned = list[Tensor]()
    for data in (batch, DataLoader(rows, 4), rows):
        neuron = cajal.load(source)["g"].initialize("identity")
        loss = lambda result, target: cajal.nll(result.softmax(-1), target)  # noqa: E731
        assert cajal.fit(neuron, data, loss, batch=4).stopped == "finished"
        learned.append(neuron.learned["w"])
    torch.testing.assert_close(learned[1], learned[0])
    torch.testing.assert_close(learned[2], learned[0])


def test_other_tensors_have_another_checksum() -> None:
    def checksum(*data: Any, seed: int = 0) -> str | None:
        return Batches(data, 4, seed).checksum

    inputs, target = torch.rand(1000, 2), torch.arange(1000) % 2
    first = checksum(inputs, target)
    assert (
        first == checksum(inputs.clone(), target.clone(), seed=1) == checksum(inputs.T.contiguous().T, target)
    )
    others = [
        (inputs.flip(0), target),
        (inputs, 1 - target),
        (inputs[:999], target[:999]),
        (inputs.double(), target),
        (inputs.reshape(1000, 1, 2), target),
        (inputs.bfloat16(), target.bool()),
        (cajal.Sequence(inputs[:, None], torch.ones(1000).long()), target),
    ]
    assert len({first, *[checksum(*other) for other in others]}) == 8
    assert Batches(Rows([(torch.ones(2), 0)]), 4, 0).checksum is None


def test_samples_of_several_shapes_are_told() -> None:
    rows = Rows([(torch.ones(length, 2), 0) for length in (1, 2)])
    with pytest.raises(cajal.CajalError, match=r"do not go together(.|\n)*`cajal.Sequence\(elements, len"):
        seen(Batches(rows, 2, 0), 0)


def test_a_list_of_samples_and_a_number_are_told() -> None:
    samples = [(torch.ones(2), 0), (torch.zeros(2), 1)]
    with pytest.raises(cajal.CajalError, match=r"got a list of samples\n.*`DataLoader\(samples, batch_size="):
        Batches(samples, 2, 0)
    assert seen(Batches(DataLoader(samples, 2), 2, 0), 0) == [[0, 1]]  # type: ignore[arg-type]
    with pytest.raises(cajal.CajalError, match=r"got one that is a single number\n.*a row for each sample"):
        Batches((torch.ones(2), torch.tensor(1)), 2, 0)
