"""What is refused for its size: what is computed, and not what might have been."""

from __future__ import annotations

import resource
from collections.abc import Callable

import pytest
import torch

from cajal_core import CajalError, Program
from cajal_core.ir import graph as ir
from cajal_core.ir.sizes import LARGEST_TENSOR, check_size, check_sizes
from cajal_core.ir.specialize import specialize
from tests.cpu import cpu_time

ODD = "def odd (n : Nat) : Bool = iter n { zero => false | succ b => if b then false else true }\n"
IS_ZERO = "def first (n : Nat[10000]) : Bool = iter n { zero => true | succ b => drop b in false }\n"
SUM = r"\n:Nat[10000]. copy n as (a, b) in iter a { zero => b | succ k => succ k }"


def test_as_many_entries_as_are_allowed() -> None:
    check_size("a tensor", (LARGEST_TENSOR,))
    with pytest.raises(CajalError, match=r"of shape \(67108864, 2\) has 134,217,728 entries"):
        check_size("a tensor", (LARGEST_TENSOR, 2))


def test_all_basis_vectors_of_what_does_not_come(lowered: Callable[[str], ir.Graph]) -> None:
    graph = lowered(r"\n:Nat[10000]. succ n")
    check_sizes(graph)
    with pytest.raises(CajalError, match="100,000,000 entries"):
        check_sizes(specialize(graph, 0, frozenset()))


def bools(count: int) -> str:
    return " * ".join(["Bool"] * count)


def taken_apart(count: int, body: str) -> str:
    """A product of Bools, taken apart from its last component on: `b1` … are the components."""
    opened = [
        f"let (p{place}, b{place}) = p{place - 1} in" if place > 1 else "let (p1, b1) = p in"
        for place in range(1, count)
    ]
    return f"\\p:{bools(count)}. {' '.join(opened)} {body}"


def test_a_product_of_18_bools_taken_apart() -> None:
    dropped = " ".join([f"drop b{place} in" for place in range(1, 18)])
    neuron = Program().compile(taken_apart(18, f"{dropped} p17"))
    p = torch.rand(2**17, 2)
    torch.testing.assert_close(neuron(p), p.unflatten(0, (2, -1)).sum((1, 2)))
    # A trace shows each product, summed over what the other components are.
    with pytest.raises(CajalError, match="268,435,456 entries"):
        neuron.trace(p)


def test_a_product_of_18_bools_that_callables_see() -> None:
    """Each callable sees a component, however many others there are."""
    program = Program()
    program.run(
        "extern f : Bool -o Bool\ndef and (x : Bool) (y : Bool) : Bool = if x then y else drop y in false"
    )
    calls = "".join([f"and (f b{place}) (" for place in range(1, 18)]) + "p17" + ")" * 17
    neuron = program.compile(taken_apart(18, calls), link={"f": lambda x: x.flip(-1)})
    p = torch.zeros(2**18)
    p[2**17 - 1] = 1  # the first is true, and all others are false
    torch.testing.assert_close(neuron(p.reshape(2**17, 2)), torch.tensor([1.0, 0.0]))


@pytest.mark.parametrize("declared", ["extern odd : Nat -o Bool\n", ODD])
def test_nine_uses_in_a_row_of_lets(declared: str) -> None:
    program = Program(auto=True)
    lets = " ".join([f"let a{place} = odd n in" for place in range(9)])
    body = "if a0 then a1 else if a2 then a3 else if a4 then a5 else if a6 then a7 else a8"
    program.run(f"{declared}def f (n : Nat) : Bool = {lets} {body}")
    odd = torch.eye(2)[[1, 0] * 5].T
    neuron = program.compile("f", link={"odd": odd} if "extern" in declared else {})
    torch.testing.assert_close(neuron(torch.eye(10)), odd.T)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (r"\n:Nat[10000]. copy n as (a, b) in if first a then first b else drop b in false", [0, 1]),
        (SUM, [9998]),
    ],
)
def test_copies_of_a_large_number(term: str, expected: list[int]) -> None:
    program = Program()
    program.run(IS_ZERO)
    result = program.compile(term)(torch.eye(5000, 10000)[4999])
    assert result.argmax() == expected[-1]


@pytest.mark.parametrize(
    "term",
    [
        "".join([f"\\x{place}:Bool. " for place in range(100)])
        + f"({', '.join([f'x{place}' for place in range(100)])})",
        f"({', '.join(['true'] * 100)})",
        r"\x:S. \y:S. (x, y)",
        r"\n:Nat[10000]. copy n as (a, b) in (a, b)",
        r"\f:Nat[100] -o Nat[1000]. \g:Nat[100] -o Nat[1000]. (f, g)",
        r"\n:Nat[10000]. copy n as (a, b) in (f a, f b)",
    ],
)
def test_what_is_too_large_is_refused_at_once(term: str) -> None:
    program = Program()
    program.run("space S[10000]\nextern f : Nat[10000] -o Bool")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with cpu_time(at_most=20), pytest.raises(CajalError, match="entries; the limit is"):
        program.compile(term)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 500 * 1024


def test_what_is_no_larger_than_what_is_given_is_taken() -> None:
    program = Program()
    program.run(f"space S[{2 * LARGEST_TENSOR}]")
    program.compile(r"\c:Bool. \x:S. \y:Unit. drop y in if c then x else x")
