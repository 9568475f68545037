"""What stands in front of a program, and the graphs in its place, told by what they compute."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

import cajal_core as cajal
from cajal_core.backend.executable import compile_graph
from cajal_core.base.passes import Passes
from cajal_core.ir.graph import Graph
from cajal_core.neuron.module import Neuron
from cajal_core.training.controls.fronts import ImpossibleError, church, fronts, table

SOURCE = """
space Image[2, 2]
extern left : Image -o Bool
extern right : Image -o Bool
extern both : Image -o Image -o Bool
extern step : Image -o Image
extern count : Image -o Nat[4]
extern prior : Bool
def not (x : Bool) : Bool = if x then false else true
def odd (a : Image) : Bool = not (left a)
"""


def graph(term: str) -> Graph:
    return cajal.load(SOURCE)[term]._lowered


def shown(term: str, *fed: str) -> list[str]:
    """Each front as its extern and the arguments."""
    return [
        " ".join([*([front.extern.name] if front.extern else []), *[one.name for one in front.arguments]])
        for front in fronts(graph(term), fed)
    ]


def neuron(made: Graph) -> Neuron:
    passes = Passes(verify=True)
    return Neuron(made, compile_graph(made, passes), passes)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (r"\a:Image. \b:Image. if left a then left b else not (left b)", ["left a", "left b"]),
        (r"\a:Image. odd a", ["left a"]),  # inside a definition
        (r"\a:Image. \b:Image. if both a b then prior else drop prior in false", ["both a b"]),
        (r"\b:Image. \x:Bool. \a:Image. drop x in both a b", ["both a b", "x"]),
        (r"\x:Image. \d:Image. iter count d { zero => x | succ y => step y }", ["x", "count d"]),
        # The branches read x twice: what is called there is a part of the program.
        (r"\a:Image. \x:Image. if left a then x else step x", ["left a", "x"]),
        (r"\a:Image. left (step a)", ["step a"]),
        (r"\x:Bool. copy x as (y, z) in (y, z)", ["x"]),
        ("prior", []),
    ],
)
def test_fronts(term: str, expected: list[str]) -> None:
    assert shown(term) == expected


def test_what_a_network_feeds_has_no_other_front() -> None:
    assert shown(r"\a:Image. \b:Image. if left a then left b else not (left b)", "a") == ["a", "left b"]


def test_functions_are_no_fronts() -> None:
    with pytest.raises(ImpossibleError, match="`f` is a function"):
        fronts(graph(r"\f:Bool -o Bool. f true"), ())


# T


def test_the_table_of_a_program_computes_what_the_program_does() -> None:
    program = cajal.load(SOURCE)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2))
    program.link(left=network, prior=torch.tensor([0.3, 0.7]))
    body = "if {0} then (if {1} then p else not p) else (if p then {1} else not ({1}))"
    term = rf"\a:Image. \b:Image. \p:Bool. {body.format('left a', 'left b')}"
    inner = rf"\x:Bool. \y:Bool. \p:Bool. {body.format('x', 'y')}"
    made = neuron(table(program[term]._lowered, ())).link(left=network)
    assert str(made.learned["T"].shape) == str(program[inner].matrix().shape)
    made.learned["T"].data = program[inner].matrix()
    a, b, p = torch.rand(5, 2, 2), torch.rand(5, 2, 2), torch.rand(5, 2)
    torch.testing.assert_close(made(a, b, p), program[term](a, b, p))


def test_what_goes_with_the_program_is_no_part_of_the_table() -> None:
    made = table(graph(r"\x:Image. \d:Image. iter count d { zero => x | succ y => step y }"), ())
    assert [str(parameter.type) for parameter in made.parameters] == [
        "Image -o Nat[4] -o Image",
        "Image -o Nat[4]",
    ]


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        ("prior", "no arguments"),
        (r"\xs:List[3] Bool. fold xs { nil => true | cons x y => if x then y else not y }", "held apart"),
        (r"\a:Nat[9999]. \b:Nat[9999]. drop a in b", "999,700,029,999 entries"),
    ],
)
def test_no_table(term: str, reason: str) -> None:
    with pytest.raises(ImpossibleError, match=reason):
        table(graph(term), ())


# C


def encoded(bit: Tensor) -> Tensor:
    r"""Church's booleans of weights (..., 2): the matrices of `\a. \b. a` and `\a. \b. b`, (..., 4, 2)."""
    program = cajal.Program()
    first = program.compile(r"\a:Bool. \b:Bool. drop b in a").matrix()
    second = program.compile(r"\a:Bool. \b:Bool. drop a in b").matrix()
    return bit[..., 0, None, None] * first + bit[..., 1, None, None] * second


@pytest.mark.parametrize(
    "body",
    [
        "if x then y else not y",
        "if x then (if y then true else false) else (if y then false else true)",
        "if not x then y else (if y then false else prior)",
        "drop y in if x then prior else not prior",
        "copy y as (b, c) in if x then (if b then c else not c) else (if c then b else not b)",
        "let z = (if x then true else false) in (if y then z else not z)",
        "if x then (iter 3 { zero => y | succ s => not s }) else y",
        "case x { true => y | false => not y }",
    ],
)
def test_church_booleans_compute_what_the_program_does(body: str) -> None:
    program = cajal.load(SOURCE)
    program.link(prior=torch.tensor([1.0, 0.0]))
    original = program.compile(rf"\x:Bool. \y:Bool. {body}")
    found = church(original._lowered, ())
    made = neuron(found.graph)
    if "prior" in made.externs:
        made.link(prior=torch.tensor([1.0, 0.0]))
    for x, y in itertools.product(torch.eye(2), torch.eye(2)):
        given = {"x": x, "y": y}
        arguments = [encoded(given[name]) if name in found.externs else given[name] for name in "xy"]
        torch.testing.assert_close(made(*arguments), original(x, y))
    assert "x" in found.externs or "y" in found.externs


def test_an_extern_that_decides_becomes_an_argument() -> None:
    found = church(graph(r"\a:Image. \b:Image. if left a then left b else right b"), ())
    assert {name: extern.name for name, extern in found.externs.items() if extern} == {"a": "left"}
    assert str(found.graph.type) == "(Bool -o Bool -o Bool) -o Image -o Bool"
    # It is still called on b, which the branches read twice.
    assert [parameter.name for parameter in found.graph.parameters] == ["left", "right"]


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        (r"\a:Image. \x:Image. \y:Image. if left a then (x, y) else (y, x)", "between values of Image"),
        (r"\n:Nat[3]. iter n { zero => true | succ y => not y }", "no condition"),
        ("prior", "no condition"),
    ],
)
def test_no_church_form(term: str, reason: str) -> None:
    with pytest.raises(ImpossibleError, match=reason):
        church(graph(term), ())
