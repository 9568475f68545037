"""A page runs lists, sums, blocks and rows as the tensor IR in NumPy does, and tells what counts in a run."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest
import torch

from cajal_core.base import tys
from cajal_core.export.encode import encode
from cajal_core.ir import graph as ir
from cajal_core.ir.fuse import fuse
from cajal_core.ir.tabulate import tabulate
from cajal_kernel.views.live.modules import JAVASCRIPT
from tests.core.backend.test_emit_lists import SOURCES, STOCHASTIC, graph_of, of_sample, sample
from tests.laws.numpy_ir import NumpyIR

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node on this machine")

RUN = f"""
import {{ readFileSync }} from "node:fs";
import {{ Neuron }} from "{JAVASCRIPT.as_uri()}/neuron/neuron.js";
import {{ gradient }} from "{JAVASCRIPT.as_uri()}/neuron/gradient.js";
import {{ Reach }} from "{JAVASCRIPT.as_uri()}/graph/reach.js";
const cases = JSON.parse(readFileSync(0, "utf8"));
const made = cases.map(({{ graph, tensors, inputs, again }}) => {{
  const set = (neuron, given) => given.forEach((value, k) => neuron.set(k, Float64Array.from(value)));
  const make = (given) => {{ const neuron = new Neuron(graph, tensors); set(neuron, given); return neuron; }};
  const neuron = make(inputs);
  const result = [...neuron.run()];
  const derivatives = gradient(neuron, graph.result, 0);
  const reach = new Reach(neuron);
  const slopes = inputs.map((value, k) =>
    [...(derivatives.read(String(k), neuron.scope) ?? new Float64Array(value.length))]);
  const moved = inputs.map((value, k) => value.map((_, entry) => [1e-5, -1e-5].map((by) => {{
    const other = inputs.map((given) => [...given]);
    other[k][entry] += by;
    return make(other).run()[0];
  }})));
  const nodes = inputs.map((_, k) => graph.code.find((code) => code.op === "input" && code.position === k));
  const shaken = inputs.map((value, k) =>
    value.map((entry, at) => (nodes[k] && reach.of(nodes[k].to, neuron.scope)[at] ? entry : 7.5)));
  const still = [...make(shaken).run()];
  set(neuron, again);
  return {{ result, slopes, moved, still, again: [...neuron.run()] }};
}});
console.log(JSON.stringify(made));
"""


def flat(value: Any, type: tys.Type) -> list[float]:
    """A value as the page has it: of a list the elements, zeros where there are none, and its lengths."""
    if not isinstance(value, tuple):
        return np.ravel(value).tolist()
    assert isinstance(type, tys.List)
    elements, lengths = value
    missing = (type.most - len(elements)) * tys.dim(type.element)
    return [*elements.ravel().tolist(), *[0.0] * missing, *lengths.tolist()]


def given(graph: ir.Graph) -> list[list[Any]]:
    """Two samples of the arguments, with zeros in them, so that some numbers do not count."""
    batch = [sample(argument.type, 1) for argument in graph.arguments]
    for value in batch:
        for part in value if isinstance(value, tuple) else (value,):
            part[torch.rand_like(part) < 0.3] = 0
    return [[of_sample(value, at) for value in batch] for at in range(2)]


def test_the_page_agrees_with_numpy() -> None:
    torch.manual_seed(0)
    cases, expected, names = list[Any](), list[list[float]](), list[str]()
    for name, source in SOURCES.items():
        if name == "to an extern":  # a page asks for what networks answer to lists
            continue
        lowered = graph_of(source)
        for graph in (lowered, fuse(tabulate(lowered))):
            samples = given(graph)
            inputs, again = (
                [flat(value, argument.type) for value, argument in zip(each, graph.arguments, strict=True)]
                for each in samples
            )
            tensors = {"f": STOCHASTIC.flatten().tolist()}
            cases.append({"graph": encode(graph), "tensors": tensors, "inputs": inputs, "again": again})
            results = [NumpyIR(graph, each, {"f": STOCHASTIC.numpy()}).run() for each in samples]
            expected += [flat(result, graph.result.type) for result in results]
            names.append(name)
    command = ["node", "--input-type=module", "--eval", RUN]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    for place, (name, made) in enumerate(zip(names, json.loads(done.stdout), strict=True)):
        np.testing.assert_allclose(made["result"], expected[2 * place], atol=1e-9, err_msg=name)
        np.testing.assert_allclose(made["still"], expected[2 * place], atol=1e-9, err_msg=name)
        np.testing.assert_allclose(made["again"], expected[2 * place + 1], atol=1e-9, err_msg=name)
        for slopes, moved in zip(made["slopes"], made["moved"], strict=True):
            up, down = np.array(moved).T
            np.testing.assert_allclose(slopes, (up - down) / 2e-5, atol=1e-6, err_msg=name)
