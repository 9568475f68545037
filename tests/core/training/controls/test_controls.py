"""The controls of the papers' experiments, from the program alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

import cajal_core as cajal
from cajal_core import CajalError, Controls, Linked, Neuron

SOURCE = """
space Image[28, 28]
extern left : Image -o Bool
extern right : Image -o Bool
extern odd : Image -o Bool
extern count : Image -o Nat
extern join : Image -o Image -o Image
extern paint : Image -o Image
extern step : Image -o Image
def eq (x : Bool) (y : Bool) : Bool =
  if x then (if y then true else false) else (if y then false else true)
def three (a : Image) (b : Image) (c : Image) : Image = join (paint a) (join b c)
def l2 (a : Image) (b : Image) : Bool = eq (left a) (right b)
def r1 (x : Image) (d : Image) : Image = iter count d { zero => x | succ y => step y }
def r2 (c : Image) (x : Image) (d : Image) : Image =
  if odd c then iter count d { zero => x | succ y => step y } else (drop count d in x)
"""
IMAGES = torch.rand(4, 28, 28)
#: The parameters of the papers' networks: the parity, the count, and the kernel of a step.
PARITY, COUNT, KERNEL = 314_802, 17_178, 221_833


class Sized(nn.Module):
    """A network of so many parameters."""

    def __init__(self, parameters: int, *shape: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(parameters))
        self.shape = shape

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight)

    def forward(self, image: Tensor) -> Tensor:
        return image.mean() + self.weight[:1] + torch.zeros(len(image), *self.shape)


def perceptron(outputs: int = 2) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 400, bias=False), nn.ReLU(), nn.Linear(400, outputs, bias=False)
    )


def compiled(name: str, **links: nn.Module) -> Neuron:
    return cajal.load(SOURCE).compile(name, link=links)


def parameters(controls: Controls) -> dict[str, int | None]:
    """Those of D, T and C. That of I is within 5% of D's."""
    direct, indirect = controls["D"].parameters, controls["I"].parameters
    assert direct
    assert indirect
    assert abs(indirect / direct - 1) <= 0.05
    return {name: controls[name].parameters for name in ("D", "T", "C")}


def check_built(controls: Controls, *inputs: Tensor, shape: tuple[int, ...]) -> None:
    """Each control that can be built takes the inputs, and has the parameters that it says."""
    for control in controls:
        if control.reason is None:
            model = control.build()
            assert model(*inputs).shape == shape, control.name
            own = sum(tensor.numel() for tensor in model.parameters() if tensor.requires_grad)
            assert own == control.parameters, control.name
        else:
            assert control.parameters is None
            with pytest.raises(CajalError, match="has no control"):
                control.build()


def externs() -> Neuron:
    return compiled("l2", left=perceptron(), right=perceptron())


def linked() -> Linked:
    return Linked(cajal.load(SOURCE)["eq"], x=perceptron(), y=perceptron())


@pytest.mark.parametrize("model", [externs, linked])
def test_l2(model: Callable[[], Any]) -> None:
    data = IMAGES, IMAGES, torch.tensor([1, 1, 0, 1])
    controls = cajal.controls(model(), data=data)
    assert parameters(controls) == {"D": 628_800, "T": 628_808, "C": 633_600}
    check_built(controls, IMAGES, IMAGES, shape=(4, 2))
    assert controls["most frequent"].build()(IMAGES, IMAGES).tolist() == [[0, 1]] * 4
    assert "no input has the type of the result, Bool" in str(controls["return an input"].reason)
    assert controls.trivial is controls["most frequent"]


def test_l2_with_one_network() -> None:
    shared = perceptron()
    for model in (
        compiled("l2", left=shared, right=shared),
        Linked(cajal.load(SOURCE)["eq"], x=shared, y=shared, encode="softmax"),
    ):
        controls = cajal.controls(model, data=TensorDataset(IMAGES, IMAGES, torch.tensor([0, 1, 1, 0])))
        assert parameters(controls) == {"D": 314_400, "T": 314_408, "C": 316_800}
        check_built(controls, IMAGES, IMAGES, shape=(4, 2))
    assert set(controls["D"].trains) == {"x, y"}


def test_r1() -> None:
    model = compiled("r1", count=Sized(COUNT, 10), step=Sized(KERNEL, 28, 28))
    controls = cajal.controls(model)
    assert parameters(controls) == {"D": 239_011, "T": 6_163_738, "C": None}
    assert controls["T"].trains == {"count": COUNT, "T": 784 * 784 * 10}
    check_built(controls, IMAGES, IMAGES, shape=(4, 28, 28))
    assert controls["return x"].build()(IMAGES, IMAGES + 1) is IMAGES
    assert "are not counted" in str(controls["most frequent"].reason)
    assert controls.trivial is controls["return x"]


def test_r1_with_a_linked_count() -> None:
    source = SOURCE + r"def r (x : Image) (n : Nat) : Image = iter n { zero => x | succ y => step y }"
    neuron = cajal.load(source).compile("r", link={"step": Sized(KERNEL, 28, 28)})
    controls = cajal.controls(Linked(neuron, n=Sized(COUNT, 10)), data=(IMAGES, IMAGES, IMAGES))
    assert parameters(controls) == {"D": 239_011, "T": 6_163_738, "C": None}
    check_built(controls, IMAGES, IMAGES, shape=(4, 28, 28))


def test_r2() -> None:
    model = compiled("r2", odd=Sized(PARITY, 2), count=Sized(COUNT, 10), step=Sized(KERNEL, 28, 28))
    controls = cajal.controls(model)
    assert parameters(controls) == {"D": 553_813, "T": 12_625_100, "C": None}
    assert "`odd` decides between values of Image" in str(controls["C"].reason)
    check_built(controls, IMAGES, IMAGES, IMAGES, shape=(4, 28, 28))


def test_a_table_that_is_too_large_says_so() -> None:
    class Joined(Sized):
        def forward(self, image: Tensor, other: Tensor | None = None) -> Tensor:
            assert other is not None
            return super().forward(image + other)

    controls = cajal.controls(compiled("three", join=Joined(3, 28, 28), paint=Sized(5, 28, 28)))
    assert controls["T"].reason == "Image -o Image -o Image would have 481,890,304 entries"
    assert controls["D"].parameters == 8


def test_the_table_is_aligned_and_gives_reasons() -> None:
    controls = cajal.controls(externs())
    lines = str(controls).splitlines()
    assert lines[0] == "control          parameters"
    assert lines[1] == "D                   628,800  the program: left 314,400 + right 314,400"
    assert lines[-1] == "most frequent             –  none, since it needs the results of `data`"
    assert len(controls) == len(lines) - 1 == len([*controls])


def test_asking_changes_neither_the_model_nor_random_numbers() -> None:
    model = externs()
    before = [tensor.detach().clone() for tensor in model.parameters()]
    torch.manual_seed(0)
    cajal.controls(model)
    found = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(found, torch.rand(1))
    assert all(torch.equal(one, other) for one, other in zip(model.parameters(), before, strict=True))


def test_results_of_an_mlp_may_be_weights() -> None:
    model = cajal.controls(externs(), encode="softmax")["I"].build()
    torch.testing.assert_close(model(IMAGES, IMAGES).sum(-1), torch.ones(4))
    raw = cajal.controls(externs())["I"].build()
    assert not torch.allclose(raw(IMAGES, IMAGES).sum(-1), torch.ones(4))


def test_reasons_of_i() -> None:
    def reason(model: Any, **options: Any) -> str:
        return str(cajal.controls(model, **options)["I"].reason)

    program = cajal.load(
        "def not (x : Bool) : Bool = if x then false else true\nlearn w : List[2] Bool -o Bool"
    )
    assert "trains nothing" in reason(program["not"])
    assert "no List[2] Bool" in reason(program["w"])
    assert "no inputs" in reason(cajal.load("learn b : Bool")["b"])
    assert "give `data`" in reason(linked())
    small = cajal.load("learn v : Nat[9] -o Nat[9]")["v"].requires_grad_(False)
    assert "trains nothing" in reason(small)
    tiny = cajal.load("learn u : Unit -o Nat[3]")
    assert "no MLP from 9 inputs" in reason(tiny.compile(r"\n:Nat[9]. drop n in u ()"))


def test_factories_make_what_is_built() -> None:
    asked = list[int]()

    def make(outputs: int) -> nn.Module:
        asked.append(outputs)
        network = perceptron(outputs)
        nn.init.orthogonal_(network.get_parameter("3.weight"))
        return network

    controls = cajal.controls(externs(), {"left": make, "right": make})
    for name in ("D", "T"):
        made = controls[name].build().get_parameter("extern_left.3.weight")
        torch.testing.assert_close(made @ made.T, torch.eye(2), rtol=0, atol=1e-5)
    asked.clear()
    controls["C"].build()
    assert asked.count(8) == 2
