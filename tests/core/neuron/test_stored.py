"""What is saved of a module comes back as it was, or not at all."""

from __future__ import annotations

import copy
import io
import pickle
from collections import OrderedDict
from typing import Any

import pytest
import torch
from torch import nn

from cajal_core import CajalError, Linked, Neuron, Program

SOURCE = """
data Way = N | E | S
extern left : Way -o Bool
extern right : Way -o Bool
learn turn : Way -o Way
def look (x : Way) (y : Way) : Bool * Bool = (left (turn x), right y)
learn mix : Bool -o Bool
def plain (x : Bool) : Bool = mix x
"""

INPUTS = torch.eye(3), torch.eye(3)


def look(source: str = SOURCE) -> Neuron:
    program = Program()
    program.run(source)
    return program["look"]


def tied() -> Neuron:
    net = nn.Linear(3, 2)
    return look().link(left=net, right=net)


def on_disk(state: dict[str, Any]) -> dict[str, Any]:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def test_a_network_under_two_names_is_stored_once_and_loaded_for_both() -> None:
    neuron, other = tied(), tied()
    state = on_disk(neuron.state_dict())
    assert set(state) == {"learn_turn", "extern_left.weight", "extern_left.bias", "data_types", "types"}
    assert not torch.equal(other(*INPUTS), neuron(*INPUTS))
    other.load_state_dict(state)
    assert torch.equal(other(*INPUTS), neuron(*INPUTS))
    apart = look().link(left=nn.Linear(3, 2), right=nn.Linear(3, 2))
    assert "extern_right.weight" in apart.state_dict()
    apart.load_state_dict(
        {**state, "extern_right.weight": torch.zeros(2, 3), "extern_right.bias": torch.ones(2)}
    )
    assert apart.get_parameter("extern_right.bias").tolist() == [1, 1]


def test_a_state_inside_other_modules() -> None:
    for wrap in (nn.Sequential, lambda neuron: Linked(neuron, x=nn.Linear(4, 3))):
        outer, other = wrap(tied()), wrap(tied())
        state = on_disk(outer.state_dict())
        assert not any("extern_right" in name for name in state)
        other.load_state_dict(state)
        assert all(torch.equal(tensor, other.state_dict()[name]) for name, tensor in state.items())
    net = nn.Linear(4, 3)
    fed = Linked(look(), x=net, y=net)
    assert set(fed.state_dict()) == {
        "neuron.learn_turn",
        "neuron.data_types",
        "neuron.types",
        "network_x.weight",
        "network_x.bias",
        "data_types",
        "types",
    }


@pytest.mark.parametrize("way", ["S | E | N", "N | E | South", "N | E | S | W"])
def test_constructors_in_another_order_do_not_load(way: str) -> None:
    state = on_disk(tied().state_dict())
    ways = way.count("|") + 1
    links = {name: nn.Linear(ways, 2) for name in ("left", "right")}
    other = look(SOURCE.replace("N | E | S", way)).link(links)
    before = other.learned["turn"].detach().clone()
    for module, named in ((other, state), (nn.Sequential(other), {f"0.{n}": t for n, t in state.items()})):
        with pytest.raises(CajalError, match=r"saved for `data Way = N \| E \| S`, which is now"):
            module.load_state_dict(named, strict=False)
    assert torch.equal(other.learned["turn"], before)


def test_a_network_that_feeds_an_argument_knows_the_order_too() -> None:
    def fed(way: str) -> Linked:
        program = Program()
        program.run(f"data Way = {way}\ndef is (x : Way) : Way = x")
        return Linked(program["is"], x=nn.Linear(4, 3))

    state = fed("N | E | S").state_dict()
    fed("N | E | S").load_state_dict(state)
    with pytest.raises(CajalError, match=r"which is now `S \| E \| N`"):
        fed("S | E | N").load_state_dict(state)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("learn w : L * Bool -o Bool", "learn w : Bool * L -o Bool"),
        ("learn w : L -o Bool", "learn w : Bool -o Bool"),
        ("learn w : Nat[2] -o Bool", "learn w : Bool -o Bool"),
        ("learn w : L -o Bool", "learn w : Lamp -o Bool"),
        ("extern w : L -o Bool", "extern w : Bool -o Bool"),
    ],
)
def test_a_state_of_another_type_of_the_same_shape_does_not_load(before: str, after: str) -> None:
    def made(source: str) -> Neuron:
        program = Program()
        program.run(f"data {'Lamp' if 'Lamp' in source else 'L'} = R | G\n{source}")
        neuron = program["w"]
        return neuron.link(w=nn.Linear(2, 2)) if neuron.externs else neuron

    was, now = (source.partition("w : ")[2] for source in (before, after))
    state, other = on_disk(made(before).state_dict()), made(after)
    made(before).load_state_dict(state)
    kept = {name: tensor.clone() for name, tensor in other.state_dict().items()}
    for module, named in ((other, state), (nn.Sequential(other), {f"0.{n}": t for n, t in state.items()})):
        with pytest.raises(CajalError) as raised:
            module.load_state_dict(named)
        assert f"saved for `w : {was}`, which is now `{now}`" in str(raised.value)
    assert all(torch.equal(tensor, kept[name]) for name, tensor in other.state_dict().items())
    state.pop("types")  # as the error says
    other.load_state_dict(state)


def test_a_state_without_types_still_loads() -> None:
    state = tied().state_dict()
    del state["data_types"], state["types"]
    # As it was written before: the shared network under both names.
    old = {**state, **{name.replace("left", "right"): state[name] for name in state if "left" in name}}
    neuron = tied()
    neuron.load_state_dict(old)
    assert torch.equal(neuron.learned["turn"], state["learn_turn"])


def test_all_entries_are_tensors_and_none_is_there_without_need() -> None:
    program = Program()
    program.run(SOURCE)
    assert set(program["plain"].state_dict()) == {"learn_mix", "types"}
    assert set(program.compile(r"\x:Way. x").state_dict()) == set()
    state = tied().state_dict()
    assert isinstance(state, OrderedDict)
    # Tools average states, and cast them.
    averaged = {name: (tensor.float() + tensor.float()) / 2 for name, tensor in state.items()}
    neuron = tied()
    neuron.load_state_dict(averaged)
    assert torch.equal(neuron.learned["turn"], state["learn_turn"])
    result = torch.func.functional_call(neuron, state, INPUTS)
    assert torch.equal(result, neuron.to(torch.float32)(*INPUTS)) or not torch.equal(
        state["extern_left.bias"], neuron.state_dict()["extern_left.bias"]
    )


def test_loading_before_linking_says_so() -> None:
    state = tied().state_dict()
    with pytest.raises(CajalError, match=r"link first, then load: `neuron.link\(left=…\)`"):
        look().load_state_dict(state)
    with pytest.raises(CajalError, match="extern `left`, which is linked to no network"):
        look().link(left=lambda x: x[:, :2], right=torch.eye(3)[:2]).load_state_dict(state)
    with pytest.raises(CajalError, match="extern `left`"):
        Linked(look(), x=nn.Linear(4, 3)).load_state_dict({f"neuron.{n}": t for n, t in state.items()})
    assert look().load_state_dict(state, strict=False).unexpected_keys == [
        "extern_left.weight",
        "extern_left.bias",
    ]


def first_two(x: torch.Tensor) -> torch.Tensor:
    return x[:, :2]


def test_a_link_without_a_name_is_copied_but_not_pickled() -> None:
    def local(x: torch.Tensor) -> torch.Tensor:
        return x[:, :2]

    for link in (lambda x: x[:, :2], local):
        neuron = look().link(left=link, right=nn.Linear(3, 2))
        program = Program()
        program.run(SOURCE)
        program.link(left=link)
        for again in (pickle.dumps, lambda neuron: torch.save(neuron, io.BytesIO())):
            for holder in (neuron, program):
                with pytest.raises(CajalError, match=r"linked to `left` cannot be pickled: .*(lambda|local)"):
                    again(holder)
        assert torch.equal(copy.deepcopy(neuron)(*INPUTS), neuron(*INPUTS))
        for copied in (copy.copy(program), copy.deepcopy(program)):
            assert copied["look"]._linked("left") is link
    named = look().link(left=first_two, right=nn.Linear(3, 2))
    assert pickle.loads(pickle.dumps(named))._linked("left") is first_two


def test_what_is_assigned_stays_shared() -> None:
    program = Program()
    program.run(SOURCE)
    neuron, state = program["plain"], program.compile("plain", fresh=True).double().state_dict()
    neuron.load_state_dict(state, assign=True)
    assert program["mix"].learned["mix"] is neuron.learned["mix"]
    assert torch.equal(neuron.learned["mix"], state["learn_mix"])
    assert neuron.learned["mix"].dtype == torch.float64
    skeleton = copy.deepcopy(neuron).to("meta")
    skeleton.load_state_dict(state, assign=True)
    assert torch.equal(skeleton.learned["mix"], state["learn_mix"])


@pytest.mark.parametrize(
    "entry", [torch.tensor([255, 254], dtype=torch.uint8), torch.rand(2, 2), "Way", None]
)
def test_another_tool_s_entry_of_that_name_does_no_harm(entry: object) -> None:
    neuron, state = tied(), tied().state_dict()
    state["data_types"] = state["types"] = entry
    neuron.load_state_dict(state)
    assert torch.equal(neuron.learned["turn"], state["learn_turn"])
