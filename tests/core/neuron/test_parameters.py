"""What a neuron is linked to, and what it learns: as torch holds it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from cajal_core import CajalError, Neuron, Program

SOURCE = """
space Image[4, 5]
extern step : Image -o Image
extern prior : Bool
def dilate (img : Image) (n : Nat) : Image = iter n { zero => img | succ y => step y }
def both (img : Image) : Image * Bool = (step img, prior)
data Dir = N | E | S
learn table : Dir -o Bool -o Dir
space V[3]
learn map : V -o V
learn wide : V -o Bool
def look (d : Dir) (b : Bool) : Dir = table d b
def all (v : V) : Bool = wide (map v)
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


class Net(nn.Module):
    """A network that is not linear, from images to images."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Linear(20, 20)

    def forward(self, image: Tensor) -> Tensor:
        return torch.tanh(self.weight(image.flatten(1))).unflatten(1, (4, 5))


def held(neuron: Neuron) -> tuple[list[str], list[str], list[str]]:
    """The names of the parameters, of all tensors that are saved, and of the modules inside."""
    saved = [name for name in neuron.state_dict() if name != "types"]
    modules = [name for name, _ in neuron.named_children()]
    return [name for name, _ in neuron.named_parameters()], saved, modules


def test_linked_modules_are_submodules(program: Program) -> None:
    net = Net()
    neuron = program.compile("dilate", link={"step": net})
    assert set(neuron.state_dict()) == {"extern_step.weight.weight", "extern_step.weight.bias", "types"}
    assert net in list(neuron.modules())
    neuron.link(step=torch.eye(20))
    assert not list(neuron.parameters())
    image, count = torch.rand(4, 5), torch.rand(10)
    torch.testing.assert_close(neuron(image, count), image * count.sum())
    neuron.link(step=nn.Sequential())  # an empty container is falsy, and linked all the same
    torch.testing.assert_close(neuron(image, count), image * count.sum())


def test_a_learned_tensor_too_large_is_refused() -> None:
    program = Program()
    program.run("space H[10000000]\nlearn w : H -o H")
    with pytest.raises(CajalError, match="the learned tensor `w` : H -o H"):
        program["w"]


def test_a_learned_tensor_is_a_parameter_of_its_neuron(program: Program) -> None:
    first, second = program["look"], program.compile("look", fresh=True)
    assert [name for name, _ in first.named_parameters()] == ["learn_table"]
    assert first.learned["table"].shape == (6, 3)
    assert not torch.equal(first.learned["table"], second.learned["table"])
    first(torch.rand(4, 3), torch.rand(2)).sum().backward()
    assert first.learned["table"].grad is not None
    assert first.double()(torch.rand(3).double(), torch.rand(2).double()).dtype == torch.float64


def test_maps_between_data_start_stochastic_and_others_normal(program: Program) -> None:
    table = program["look"].learned["table"].detach().reshape(3, 6)
    assert (table > 0).all()
    torch.testing.assert_close(table.sum(0), torch.ones(6))
    assert (program["all"].learned["map"] < 0).any()


def test_the_start_can_be_set(program: Program) -> None:
    neuron = program["all"].initialize("stochastic", map="identity")
    assert torch.equal(neuron.learned["map"], torch.eye(3))
    torch.testing.assert_close(neuron.learned["wide"].sum(0), torch.ones(3))
    with pytest.raises(CajalError, match="there is no learned tensor `mop`"):
        neuron.initialize(mop="normal")
    with pytest.raises(CajalError, match="`wide : V -o Bool` has no identity"):
        neuron.initialize(wide="identity")
    with pytest.raises(CajalError, match="no way to start is called 'zeros'"):
        neuron.initialize("zeros")  # type: ignore[arg-type]


def test_one_name_is_one_tensor(program: Program) -> None:
    twice = program.compile(r"\d:Dir. \b:Bool. \c:Bool. table (table d b) c")
    assert len(list(twice.parameters())) == 1
    identity = nn.Parameter(torch.eye(3))
    assert identity is not twice.learned["table"]


def test_each_kind_of_link_is_held_as_torch_holds_it(program: Program) -> None:
    neuron, matrix = program["dilate"], torch.eye(20)
    kept = ["extern_step.weight.weight", "extern_step.weight.bias"]
    for link, expected in (
        (nn.Parameter(matrix), (["extern_step"], ["extern_step"], [])),
        (torch.tanh, ([], [], [])),
        (Net(), (kept, kept, ["extern_step"])),
        (matrix, ([], ["extern_step"], [])),
    ):
        assert neuron.link(step=link)._links() == {"step": link}
        assert held(neuron) == expected  # and nothing of the link before


def test_one_link_that_does_not_fit_leaves_all_as_they_were(program: Program) -> None:
    neuron = program["both"].link(prior=torch.ones(2))
    with pytest.raises(CajalError, match="has shape"):
        neuron.link(prior=torch.zeros(2), step=torch.eye(3))
    assert [*neuron.unlinked] == ["step"]
    assert neuron.get_buffer("extern_prior").tolist() == [1, 1]


def test_a_name_that_is_not_learned_leaves_all_as_they_were(program: Program) -> None:
    neuron = program["all"]
    before = {name: tensor.clone() for name, tensor in neuron.state_dict().items()}
    assert before.keys() == {"learn_map", "learn_wide", "types"}
    with pytest.raises(CajalError, match="there is no learned tensor `prior`"):
        neuron.initialize("stochastic", prior="normal")
    assert all(tensor.equal(before[name]) for name, tensor in neuron.state_dict().items())


def test_code_for_a_call_is_made_once(program: Program) -> None:
    neuron = program["look"]
    whole, part = neuron._variant(2, frozenset()), neuron._variant(1, frozenset())
    assert whole is neuron._executable
    assert part is not whole
    assert neuron._variant(1, frozenset()) is part


NAMES = [
    "self",
    "links",
    "named",
    "name",
    "nat_size",
    "program",
    "module",
    "encode",
    "f'",
    "training",
    "forward",
]


def test_an_extern_may_have_any_name() -> None:
    program = Program()
    program.run("\n".join(f"extern {name} : Bool -o Bool" for name in NAMES))
    flip = torch.eye(2).flip(0)
    for name in NAMES:
        linked = (program[name].link({name: flip}), program[name].link(**{name: flip}))
        for neuron in (*linked, program.compile(name, link={name: flip})):
            assert torch.equal(neuron.matrix(), flip)
        program.link({name: nn.Linear(2, 2)})
        program.link(**{name: flip})
        assert torch.equal(program[name].matrix(), flip)
        assert [*program[name].unlink(name).unlinked] == [name]


def test_what_is_unlinked_is_gone(program: Program) -> None:
    neuron = program["both"].link(step=Net(), prior=torch.ones(2))
    with pytest.raises(CajalError, match="nothing is linked to `stop`"):
        neuron.unlink("step", "stop")
    assert not neuron.unlinked
    neuron.unlink("step")
    assert held(neuron) == ([], ["extern_prior"], [])
    program.link(prior=torch.ones(2))
    program.unlink("prior")
    assert [*program["both"].unlinked] == ["prior", "step"]
    assert [*neuron.unlinked] == ["step"]
