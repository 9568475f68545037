"""What is done in place to what a neuron returns changes nothing that others see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from cajal_core import CajalError, Neuron, Program, shape

SOURCE = """
space V[3]
data One = Only
learn t : Bool -o Bool
learn v : V
learn k : Nat -o Bool -o Bool
extern e : V -o V
extern c : V
extern z : V
"""

TERMS = [
    "t",
    "v",
    "k",
    "true",
    "(true, (2, Only))",
    "e",
    "c",
    "z",
    "e c",
    "e z",
    "k 2",
    "t true",
    r"\x:V. e x",
    "(v, c)",
    "(Only, t)",
    "(true, (t, c))",
    "if true then t else t",
    "iter (1 : Nat[2]) { zero => c | succ y => e y }",
    "iter (0 : Nat[1]) { zero => v | succ y => y }",
    "let y = c in y",
    "copy true as (a, b) in (a, b)",
    r"\o:One. case o { Only => v }",
    r"\x:Bool. drop x in c",
    r"\n:Nat. k n",
]

ASKS: dict[str, Callable[[Neuron, list[Tensor]], list[Tensor]]] = {
    "call": lambda neuron, inputs: [neuron(*inputs)],
    "rest": lambda neuron, inputs: [neuron(*inputs[:-1])],
    "matrix": lambda neuron, _: [neuron.matrix()],
    "sparse": lambda neuron, inputs: [neuron.matrix(sparse=True)._values()] if inputs else [],
    "table": lambda neuron, _: [neuron.table()],
    "jacobian": lambda neuron, inputs: [each for each in neuron.jacobian(*inputs) if each is not None],
    "trace": lambda neuron, inputs: [each.value for each in neuron.trace(*inputs)],
    "dynamics": lambda neuron, inputs: [
        tensor for run in neuron.dynamics(*inputs) for tensor in (run.states, run.weights)
    ],
}


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_results_are_nobody_elses(ask: Callable[..., list[Tensor]], mode: Callable[[], object]) -> None:
    program = Program(nat_size=3)
    program.run(SOURCE)
    matrix, vector = torch.rand(3, 3), torch.rand(3)
    returned = torch.rand(3)
    links = {"e": matrix, "c": vector, "z": lambda: returned[None]}
    asked = 0
    for term in TERMS:
        neuron = program.compile(term)
        neuron.link(**{name: link for name, link in links.items() if name in neuron.externs})  # type: ignore[arg-type]
        if "e" in neuron.externs and term != "e" and "x:V" not in term:
            neuron.link(e=nn.Identity())  # it returns what it is given
        inputs = [torch.rand(shape(argument.type)) for argument in neuron.arguments]
        held = [matrix, vector, returned, *neuron.parameters()]
        before = [tensor.detach().clone() for tensor in held]
        with mode():  # type: ignore[attr-defined]
            try:
                expected = [tensor.clone() for tensor in ask(neuron, inputs)]
            except CajalError:  # it has no matrix, no table
                continue
            for tensor in ask(neuron, inputs):
                tensor.reshape(-1)[:1].add_(1)
                tensor.contiguous().add_(1)
                if tensor.is_contiguous():
                    tensor.add_(1)
                asked += 1
            again = ask(neuron, inputs)
        assert all(map(torch.equal, held, before)), term
        assert all(map(torch.equal, again, expected)), term
    assert asked >= 3
