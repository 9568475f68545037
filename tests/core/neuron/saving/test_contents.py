"""What of a neuron comes back from its file: tensors, links, sharing, dtypes, modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn.utils import prune
from torch.nn.utils.parametrize import register_parametrization

import cajal_core as cajal
from cajal_core import CajalError, Neuron, Sequence

TWO = """
space Image[4, 4]
extern left : Image -o Bool
extern right : Image -o Bool
def same (a : Image) (b : Image) : Bool = if left a then right b else (if right b then false else true)
"""


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 3), nn.BatchNorm1d(3), nn.Linear(3, 2), nn.Softmax(-1))


def again(neuron: Neuron, folder: Path, link: Mapping[str, Any] | None = None) -> Neuron:
    neuron.save(folder / "neuron.cajaln")
    return cajal.load_neuron(folder / "neuron.cajaln", link)


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(CajalError) as error:
        action()
    return str(error.value)


@pytest.fixture
def images() -> list[Tensor]:
    return [torch.rand(5, 4, 4), torch.rand(5, 4, 4)]


def test_a_shared_network_is_stored_once_and_shared_again(tmp_path: Path, images: list[Tensor]) -> None:
    shared, new = network(), network(1)
    neuron = cajal.load(TWO).compile("same", link={"left": shared, "right": shared})
    neuron(*images)  # the statistics of the batch are saved too
    neuron.eval()
    loaded = again(neuron, tmp_path, {"left": new, "right": new})
    assert torch.equal(loaded(*images), neuron(*images))
    assert loaded.extern_left is loaded.extern_right is new
    with safe_open(tmp_path / "neuron.cajaln", "pt") as file:
        assert len(file.keys()) == len(shared.state_dict())
    # Two networks in its place have its numbers both.
    apart = again(neuron, tmp_path, {"left": network(2), "right": network(3)})
    assert torch.equal(apart(*images), neuron(*images))


def test_one_network_cannot_stand_for_two_that_differ(tmp_path: Path) -> None:
    neuron = cajal.load(TWO).compile("same", link={"left": network(0), "right": network(1)})
    new = network(2)
    text = refused(lambda: again(neuron, tmp_path, {"left": new, "right": new}))
    assert "two with other numbers were saved" in text
    assert "`left.1.weight` and `right.1.weight`" in text


def test_the_encoding_is_that_which_was_saved(tmp_path: Path, images: list[Tensor]) -> None:
    def encoded(how: Any = "softmax", **settings: Any) -> cajal.Encoded:
        return cajal.encode(nn.Sequential(nn.Flatten(), nn.Linear(16, 2)), how, **settings)

    def taken(old: nn.Module, new: nn.Module) -> bool:
        links = {"left": old, "right": network()}
        neuron = cajal.load(TWO).compile("same", link=links).eval()
        try:
            loaded = again(neuron, tmp_path, {"left": new, "right": network(1)})
        except CajalError as error:
            assert "`left` was saved with `cajal.encode(" in str(error)
            return False
        assert torch.equal(loaded(*images), neuron(*images))
        return True

    ramp = cajal.Ramp(4.0, 1.0, steps=2)
    assert taken(encoded(), encoded())
    assert not taken(encoded(), encoded("sigmoid"))
    assert not taken(encoded(), encoded(temperature=4))
    assert not taken(nn.Sequential(encoded("norm")), nn.Sequential(encoded("simplex")))
    # An entropy bonus changes no result.
    assert taken(encoded(entropy=0.1), encoded())
    # A schedule says a temperature at the step that was saved.
    begun, done = encoded(temperature=ramp), encoded(temperature=ramp)
    begun.advance()
    done.advance()
    done.advance()
    assert taken(begun, encoded(temperature=ramp)) and taken(begun, encoded(temperature=2.5))
    assert taken(done, encoded()) and not taken(begun, encoded())


def test_networks_that_are_needed_are_named(tmp_path: Path) -> None:
    neuron = cajal.load(TWO).compile("same", link={"left": network(), "right": lambda x: x.flatten(1)[:, :2]})
    text = refused(lambda: again(neuron, tmp_path))
    assert "`left : Image -o Bool` linked to a Sequential" in text
    assert "`right : Image -o Bool` linked to a function <lambda>" in text
    assert "link={'left': …, 'right': …}" in text


def test_a_network_of_another_shape_is_refused(tmp_path: Path) -> None:
    neuron = cajal.load(TWO).compile("left", link={"left": network()})
    other = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
    assert "`left`, of a Sequential" in refused(lambda: again(neuron, tmp_path, {"left": other}))
    function = torch.relu
    assert "no torch.nn.Module" in refused(lambda: again(neuron, tmp_path, {"left": function}))
    assert "no extern `lefft`" in refused(
        lambda: again(neuron, tmp_path, {"left": network(), "lefft": network()})
    )


def test_externs_that_were_not_linked_stay_so_or_are_linked_now(tmp_path: Path, images: list[Tensor]) -> None:
    neuron = cajal.load(TWO).compile("same")
    assert [*again(neuron, tmp_path).unlinked] == ["left", "right"]
    shared = network().eval()
    linked = again(neuron, tmp_path, {"left": shared, "right": shared})
    assert torch.equal(linked(*images), neuron.link(left=shared, right=shared)(*images))


def test_tensors_come_back_and_a_link_takes_their_place(tmp_path: Path) -> None:
    source = "extern a : Bool\nextern b : Bool\nextern w : Bool -o Bool\nextern v : Bool -o Bool"
    parameter = nn.Parameter(torch.rand(2, 2))
    links = {"a": torch.rand(2), "b": torch.rand(2, requires_grad=True), "w": parameter, "v": parameter}
    neuron = cajal.load(source).compile("(w a, v b)", link=links)
    loaded = again(neuron, tmp_path)
    assert torch.equal(loaded(), neuron())
    assert isinstance(loaded.extern_w, nn.Parameter)
    assert loaded.extern_w is loaded.extern_v
    assert (loaded.extern_a.requires_grad, loaded.extern_b.requires_grad) == (False, True)
    changed = again(neuron, tmp_path, {"a": torch.tensor([1.0, 0.0])})
    assert changed.state_dict()["extern_a"].tolist() == [1.0, 0.0]


def test_a_list_comes_back(tmp_path: Path) -> None:
    program = cajal.load(
        "extern xs : List[4] Bool\n"
        "def f : Bool = fold xs { nil => true | cons x y => if x then y else (drop y in false) }"
    )
    links: list[Any] = [torch.rand(3, 2), nn.Parameter(torch.rand(2, 2))]
    for link in [*links, Sequence(torch.rand(4, 2), torch.rand(5))]:
        neuron = program.compile("f", link={"xs": link})
        loaded = again(neuron, tmp_path)
        assert torch.equal(loaded(), neuron())
        assert [name for name, _ in loaded.named_parameters()] == [
            name for name, _ in neuron.named_parameters()
        ]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_dtypes_come_back(dtype: torch.dtype, tmp_path: Path, images: list[Tensor]) -> None:
    source = TWO + "learn w : Bool -o Bool"
    neuron = cajal.load(source).compile(r"\a:Image. w (left a)", link={"left": network()}).eval().to(dtype)
    loaded = again(neuron, tmp_path, {"left": network(1)})
    image = images[0].to(dtype)
    assert torch.equal(loaded(image), neuron(image))
    assert {tensor.dtype for tensor in loaded.parameters()} == {dtype}
    number = cajal.load(source).compile("true").to(dtype)
    assert again(number, tmp_path)().dtype == dtype


def test_computed_tensors_are_saved_by_their_values(tmp_path: Path) -> None:
    class Columns(nn.Module):
        def forward(self, raw: Tensor) -> Tensor:
            return raw.softmax(0)

    program = cajal.load("learn w : Bool -o Bool\nlearn v : Bool -o Bool")
    neuron = program.compile(r"\x:Bool. v (w x)")
    register_parametrization(neuron, "learn_w", Columns())
    prune.random_unstructured(neuron, "learn_v", 0.5)
    loaded = again(neuron, tmp_path)
    x = torch.rand(3, 2)
    assert torch.equal(loaded(x), neuron(x))
    assert sorted(name for name, _ in loaded.named_parameters()) == ["learn_v", "learn_w"]


def test_parametrized_and_pruned_networks_come_back(tmp_path: Path) -> None:
    def made(seed: int) -> nn.Module:
        torch.manual_seed(seed)
        layer = nn.Linear(2, 2)
        torch.nn.utils.parametrizations.orthogonal(layer, "weight")
        return nn.Sequential(layer, prune.identity(nn.Linear(2, 2), "weight"))

    neuron = cajal.load("extern f : Bool -o Bool").compile("f", link={"f": made(0)})
    x = torch.rand(3, 2)
    assert torch.equal(again(neuron, tmp_path, {"f": made(1)})(x), neuron(x))


def test_modes_methods_and_frozen_tensors_come_back(tmp_path: Path) -> None:
    source = "learn w : Bool -o Bool\ndef f (n : Nat) : Bool = iter n { zero => true | succ y => w y }"
    neuron = cajal.load(source)["f"].eval()
    neuron.methods["y"] = "loop"
    neuron.learn_w.requires_grad_(False)
    loaded = again(neuron, tmp_path)
    assert (loaded.training, loaded.methods) == (False, {"y": "loop"})
    assert not loaded.learn_w.requires_grad
    assert again(neuron.train(), tmp_path).training


def test_a_loaded_neuron_trains_alone(tmp_path: Path) -> None:
    neuron = cajal.load("learn w : Bool -o Bool")["w"]
    loaded = again(neuron, tmp_path)
    before = neuron.matrix().detach().clone()
    loaded(torch.rand(3, 2)).square().sum().backward()
    torch.optim.SGD(loaded.parameters(), 0.5).step()
    assert torch.equal(neuron.matrix(), before)
    assert not torch.equal(loaded.matrix(), before)


def test_what_no_file_holds_is_named(tmp_path: Path) -> None:
    class Extra(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x

        def get_extra_state(self) -> object:
            return {"seen": 3}

        def set_extra_state(self, state: object) -> None: ...

    neuron = cajal.load("extern f : Bool -o Bool").compile("f", link={"f": Extra()})
    text = refused(lambda: neuron.save(tmp_path / "x.cajaln"))
    assert "`extern_f._extra_state` cannot be saved: it is of class dict" in text
    layer = nn.Linear(2, 2)
    neuron.link(f=layer)
    for value, kind in ((torch.eye(2).to_sparse(), "sparse"), (torch.eye(2).to("meta"), "without values")):
        layer.register_buffer("kept", value)
        text = refused(lambda: neuron.save(tmp_path / "x.cajaln"))
        assert "`extern_f.kept` cannot be saved" in text
        assert kind in text
    assert not [*tmp_path.iterdir()]


def test_views_of_one_storage_are_saved(tmp_path: Path) -> None:
    both = torch.rand(4)
    neuron = cajal.load("extern a : Bool\nextern b : Bool").compile(
        "(a, b)", link={"a": both[:2], "b": both[2:]}
    )
    assert torch.equal(again(neuron, tmp_path)(), neuron())


def test_a_neuron_that_is_linked_comes_back(tmp_path: Path) -> None:
    inner = cajal.load("learn w : Bool -o Bool")
    outer = cajal.load("extern f : Bool -o Bool\ndef g (x : Bool) : Bool = f (f x)")
    neuron, other = outer.compile("g", link={"f": inner["w"]}), inner.compile("w", fresh=True)
    again(neuron, tmp_path, {"f": other})
    assert torch.equal(other.matrix(), inner["w"].matrix())


def test_all_networks_are_in_the_call_that_is_shown_and_a_class_is_told(tmp_path: Path) -> None:
    path = tmp_path / "both.cajaln"
    program = cajal.load("extern left : Bool -o Bool\nextern right : Bool -o Bool")
    program.compile(
        r"\x:Bool. left (right x)", link={"left": nn.Linear(2, 2), "right": nn.Linear(2, 2)}
    ).save(path)
    with pytest.raises(CajalError, match=r"`right : Bool -o Bool` linked .*\n.*link={'left': …, 'right': …}"):
        cajal.load_neuron(path, link={"left": nn.Linear(2, 2)})
    both: dict[str, Any] = {"left": nn.Linear, "right": nn.Linear(2, 2)}
    with pytest.raises(CajalError, match="what is linked to `left` is the class Linear itself"):
        cajal.load_neuron(path, link=both)
