"""Compiles generated programs with torch, and compares values and gradients.

It runs in a process of its own, since torch cannot compile the checks of annotations that tests add:

    python -m tests.laws.recorded 400
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
from hypothesis import assume, given

import cajal_core as cajal
from tests.laws.budget import budget
from tests.laws.strategies import Sample, inputs, samples
from tests.laws.test_laws import compiled, tensors


def results(run: Callable[..., torch.Tensor], given: list[torch.Tensor]) -> list[torch.Tensor | None]:
    """The result, and the gradient of each argument."""
    leaves = [each.clone().requires_grad_() for each in given]
    result = run(*leaves)
    if not leaves or not result.requires_grad:
        return [result]
    weights = torch.linspace(-1, 2, result.numel(), dtype=result.dtype).reshape(result.shape)
    # A gradient that is zero may also be none.
    gradients = torch.autograd.grad(result, leaves, weights, allow_unused=True, materialize_grads=True)
    return [result, *gradients]


def main(examples: int) -> None:
    """Prints how many programs gave the same."""
    tried = list[Sample]()

    @given(samples())
    @budget(examples)
    def law(sample: Sample) -> None:
        neuron, arguments = compiled(sample), tensors(inputs(0, sample.type, 3))
        of_lists = [each for each in arguments if isinstance(each, cajal.Sequence)]
        assume(not of_lists and not isinstance(neuron(*arguments), cajal.Sequence))
        torch.compiler.reset()
        recorded = torch.compile(neuron, backend="aot_eager", fullgraph=True)
        torch.testing.assert_close(results(recorded, arguments), results(neuron, arguments))
        tried.append(sample)

    law()
    sys.stdout.write(f"{len(tried)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
