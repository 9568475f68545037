"""Reusable parameters: any number of uses, and what is refused."""

import pytest
import torch

from cajal_core import CajalError, Program

SOURCE = """
def not (x : Bool) : Bool = if x then false else true
def and (x : Bool) (y : Bool) : Bool = if x then y else (drop y in false)
def repeat (!f : Bool -o Bool) (n : Nat) : Bool = iter n { zero => true | succ y => f y }
def twice (!f : Bool -o Bool) (x : Bool) : Bool = f (f x)
def square (!b : Bool) : Bool = and b b
"""


@pytest.fixture
def program() -> Program:
    program = Program()
    program.run(SOURCE)
    return program


@pytest.mark.parametrize(
    "text",
    [
        "def f (!b : Bool) (x : Bool) : Bool = if x then b else true",  # in one branch alone
        "def f (!b : Bool) : Bool = true",  # not at all
        "def f (!g : Bool -o Bool) (x : Bool) : Bool = twice g x",  # passed on
        "def f (!g : Bool -o Bool) (x : Bool) : Bool = twice (\\y. g (g y)) x",
        "def f (!b : Bool) (n : Nat) : Bool = iter n { zero => b | succ y => and b y }",
        "def f (!g : Bool -o Bool) (x : Bool) : Bool = let h = \\y:Bool. g (g y) in h x",
    ],
)
def test_any_number_of_uses(program: Program, text: str) -> None:
    program.run(text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (r"\x:Bool. square x", "uses the variable `x`"),
        (r"\x:Bool. twice (\y. and x y) true", "uses the variable `x`"),
        ("and true square", "`square` is named without its reusable argument"),
        ("let f = twice in f not true", "`twice` is named without its reusable argument"),
        ("def f (x : Bool) (!y : Bool) : Bool = x", "comes after one that is not"),
    ],
)
def test_what_is_refused(program: Program, text: str, title: str) -> None:
    with pytest.raises(CajalError) as caught:
        program.run(text)
    assert title in caught.value.errors[0].title


def test_degrees(program: Program) -> None:
    program.run("def four (!f : Bool -o Bool) (x : Bool) : Bool = twice (\\y. twice f y) x")
    degrees = {name: program[name].arguments[0].degree for name in ("repeat", "twice", "square", "four")}
    assert degrees == {"repeat": 9, "twice": 2, "square": 2, "four": 4}
    assert str(program.type("repeat")) == "!(Bool -o Bool) -o Nat -o Bool"


def test_a_matrix_is_that_of_an_instance(program: Program) -> None:
    with pytest.raises(CajalError, match="polynomial of degree 9"):
        program["repeat"].matrix()
    torch.testing.assert_close(program.compile("repeat not").matrix()[0], torch.tensor([1.0, 0.0] * 5))
    assert str(program.evaluate("repeat not 3")) == "false"
    f, x = torch.rand(5, 2, 2), torch.rand(5, 2)
    torch.testing.assert_close(program["twice"](f, x), (f @ f @ x.unsqueeze(-1)).squeeze(-1))
    with pytest.raises(CajalError, match="polynomial of degree 2"):
        program["twice"]()
    torch.testing.assert_close(program["twice"](f), f @ f)


def test_an_argument_without_a_use_still_has_its_batch() -> None:
    program = Program()
    program.run("def f (!x : Bool) (!y : Bool) : Bool = true")
    assert program["f"](torch.rand(3, 1, 2), torch.rand(1, 4, 2)).shape == (3, 4, 2)


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_a_batch_of_reusable_arguments_in_a_recurrence_over_a_basis(batch: int) -> None:
    program = Program(nat_size=3)
    program.run(
        "def each (!f : Bool -o Bool) (q : Nat * Bool) : Bool = "
        "let (u, b) = q in iter u { zero => b | succ y => f y }"
    )
    neuron, f, q = program["each"], torch.rand(batch, 2, 2), torch.rand(batch, 3, 2)
    found = neuron(f, q)
    for index in range(batch):
        torch.testing.assert_close(found[index], neuron(f[index], q[index]))
        torch.testing.assert_close(neuron(f)[index], neuron(f[index]))
    torch.testing.assert_close(torch.einsum("bij,bj->bi", neuron(f), q.flatten(1)), found)
