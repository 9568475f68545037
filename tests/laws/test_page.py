"""A neuron that runs in a page agrees with the evaluator and torch: generated programs, a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from playwright.sync_api import Browser, Page

from cajal_core import CajalError, Neuron, Program
from cajal_core.export.encode import encode
from cajal_core.syntax.printer import pretty
from cajal_kernel.views.live.modules import bundle
from scripts.screenshot import chromium
from tests.laws import strategies
from tests.laws.budget import budget
from tests.laws.oracle import Type, dim, uncurry, values
from tests.laws.strategies import Sample, samples
from tests.laws.test_laws import SEEDS, compiled, oracle_of, program_of, tensors, vector


def inputs(seed: int, type: Type, batch: int) -> list[np.ndarray]:
    """Random arrays; no program here takes lists."""
    return [each for each in strategies.inputs(seed, type, batch) if isinstance(each, np.ndarray)]


pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine"),
]

RUN = f"""
{bundle("neuron/neuron.js", "neuron/gradient.js", "graph/reach.js", "explorer/run.js")}
const {{ Neuron }} = modules["neuron/neuron.js"];
const {{ gradient }} = modules["neuron/gradient.js"];
const {{ Reach }} = modules["graph/reach.js"];
const {{ Run }} = modules["explorer/run.js"];
const {{ liveValue }} = modules["explorer/slopes.js"];
const {{ ownerOf }} = modules["neuron/scope.js"];
// A neuron that puts another number into every entry on which the result of a run does not depend.
class Shaken extends Neuron {{
  constructor(graph, tensors, still) {{
    super(graph, tensors);
    this.reach = new Reach(still);
    this.twins = new Map([[this.scope, still.scope]]);
    this.shaken = 0;
  }}
  iterate(part, scope, changed) {{
    const outer = this.loop;
    this.loop = part.code.to;
    super.iterate(part, scope, changed);
    this.loop = outer;
  }}
  block(plan, scope, changed) {{
    if (!this.twins.has(scope)) {{
      const frames = this.twins.get(scope.outer).frames.get(this.loop);
      this.twins.set(scope, frames[scope.run - scope.outer.run * (frames.length - 1)]);
    }}
    for (const part of plan) {{
      super.block([part], scope, changed);
      const values = Float64Array.from(scope.values.get(part.code.to));
      this.reach.of(part.code.to, this.twins.get(scope)).forEach((counts, entry) => {{
        if (counts) return;
        values[entry] = 7.5;
        this.shaken++;
      }});
      scope.values.set(part.code.to, values);
    }}
  }}
}}
window.shake = (graph, tensors, inputs) => {{
  const still = new Neuron(graph, tensors);
  inputs.forEach((input, k) => still.set(k, Float64Array.from(input)));
  const result = [...still.run()];
  const moved = new Shaken(graph, tensors, still);
  inputs.forEach((input, k) => moved.set(k, Float64Array.from(input)));
  return {{ result, moved: [...moved.run()], shaken: moved.shaken }};
}};
// For each entry of each named value: its derivative as the explorer tells it, and what moving it does.
window.push = (graph, tensors, inputs) => {{
  const tensor = (values, shape) => ({{ data: Float64Array.from(values), shape }});
  const arrays = Object.fromEntries([
    ...inputs.map((values, k) => [`input ${{k}}`, tensor(values, [1, values.length])]),
    ...Object.entries(tensors).map(([name, values]) => [`tensor ${{name}}`, tensor(values, [values.length])]),
  ]);
  const run = new Run({{ spec: {{ graph, items: 1 }}, arrays }});
  const {{ marks }} = run.gradient(0);
  const moved = (number, place, entry, by) => {{
    const {{ dim }} = graph.values[number];
    const other = new Run({{ spec: {{ graph, items: 1 }}, arrays }}).neuron;
    other.block = function (plan, scope, changed) {{
      for (const part of plan) {{
        Neuron.prototype.block.call(this, [part], scope, changed);
        if (part.code.to !== number || scope.run !== place) continue;
        const values = Float64Array.from(scope.values.get(number));
        for (let at = entry; at < values.length; at += dim) values[at] += by;
        scope.values.set(number, values);
      }}
    }};
    for (const key of [...other.scope.values.keys()])
      if (typeof key === "number") other.scope.values.delete(key);
    other.scope.frames.clear();
    return other.run()[0];
  }};
  const found = [];
  run.marks.slice(0, 12).forEach(({{ name, value }}, place) => {{
    const number = liveValue(run, value);
    if (run.states.has(number) || !marks[place]) return; // a state is not assigned in a block
    const owner = ownerOf(number, run.scopeOf(place));
    marks[place].values.slice(0, 3).forEach((slope, entry) => {{
      const [up, down] = [1e-4, -1e-4].map((by) => moved(number, owner.run, entry, by));
      found.push({{ name, entry, slope, truth: (up - down) / 2e-4 }});
    }});
  }});
  return found;
}};
// Runs a neuron on each of some inputs, and again: on one neuron, and each on a new one.
window.run = (graph, tensors, batch) => {{
  const make = () => new Neuron(graph, tensors);
  const kept = make();
  const set = (neuron, inputs) => inputs.forEach((input, k) => neuron.set(k, Float64Array.from(input)));
  return batch.map((inputs) => {{
    const fresh = make();
    set(fresh, inputs);
    set(kept, inputs);
    const results = [[...fresh.run()], [...kept.run()]];
    const pushed = gradient(fresh, graph.result, 0);
    const slopes = inputs.map((input, k) => [...(pushed.read(String(k), fresh.scope) ?? input.map(() => 0))]);
    return {{ results, slopes }};
  }});
}};
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=RUN)
    yield page
    page.close()


def in_page(page: Page, graph: Any, links: dict[str, np.ndarray], batch: list[list[np.ndarray]]) -> list[Any]:
    sent = json.loads(json.dumps(encode(graph)))
    given = [[array.reshape(-1).tolist() for array in inputs] for inputs in batch]
    flat = {name: array.reshape(-1).tolist() for name, array in links.items()}
    return page.evaluate(
        "([graph, tensors, batch]) => window.run(graph, tensors, batch)", [sent, flat, given]
    )


def near(found: list[float], expected: np.ndarray) -> None:
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(np.array(found) / scale, expected.reshape(-1) / scale, rtol=0, atol=1e-9)


@given(samples(larger=False), SEEDS)
@budget(200)
def test_a_page_and_torch_agree(page: Page, sample: Sample, seed: int) -> None:
    """As the code was lowered, and after it was optimized; values, and the derivative of one entry."""
    neuron: Neuron = compiled(sample)
    arguments = inputs(seed, sample.type, 2)
    batch = [[each[index] for each in arguments] for index in range(2)]
    links = {name: sample.links[name] for name in (*neuron.externs, *neuron.learned)}
    points = [tensor.requires_grad_() for tensor in tensors(arguments)]
    expected = neuron(*points)
    rows = expected.reshape(2, -1) if arguments else expected.reshape(1, -1).expand(2, -1)
    slopes: Any = [None] * len(points)
    if points and rows.requires_grad:
        slopes = torch.autograd.grad(rows[:, 0].sum(), points, allow_unused=True)
    for graph in (neuron._lowered, neuron.ir):
        for index, made in enumerate(in_page(page, graph, links, batch)):
            for result in made["results"]:
                near(result, rows[index].detach().numpy())
            for slope, derivative in zip(made["slopes"], slopes, strict=True):
                near(slope, np.zeros(len(slope)) if derivative is None else derivative[index].numpy())


@given(samples(larger=False, externs=False, data=True), SEEDS)
@budget(300)
def test_a_page_and_the_evaluator_agree(page: Page, sample: Sample, seed: int) -> None:
    program, (arguments, result) = program_of(sample), uncurry(sample.type)
    random = np.random.default_rng(seed)
    chosen = [values(each)[random.integers(dim(each))] for each in arguments]
    term = " ".join([f"({pretty(sample.term)})", *chosen])
    [made] = in_page(page, program.compile(term)._lowered, {}, [[]])
    try:
        value = program.evaluate(term)
    except CajalError:  # it overflows
        near(made["results"][0], np.zeros(len(made["results"][0])))
    else:
        near(made["results"][0], vector(value, result, oracle_of(sample)))


def asked(page: Page, call: str, graph: Any, links: dict[str, np.ndarray], given: list[np.ndarray]) -> Any:
    """What `shake` or `push` of the page says of a graph on one item."""
    sent = json.loads(json.dumps(encode(graph)))
    flat = {name: array.reshape(-1).tolist() for name, array in links.items()}
    return page.evaluate(
        f"([graph, tensors, inputs]) => window.{call}(graph, tensors, inputs)",
        [sent, flat, [array.reshape(-1).tolist() for array in given]],
    )


@given(samples(larger=False), SEEDS)
@budget(200)
def test_the_result_is_the_same_whatever_it_does_not_depend_on(page: Page, sample: Sample, seed: int) -> None:
    """All at once is something else, in a run on vectors with zeros."""
    neuron: Neuron = compiled(sample)
    random = np.random.default_rng(seed)
    given = [each[0] * (random.random(each[0].shape) < 0.5) for each in inputs(seed, sample.type, 1)]
    links = {name: sample.links[name] for name in (*neuron.externs, *neuron.learned)}
    for graph in (neuron._lowered, neuron.ir):
        made = asked(page, "shake", graph, links, given)
        near(made["moved"], np.array(made["result"]))


@given(samples(larger=False), SEEDS)
@budget(100)
def test_the_derivative_of_a_sub_term_is_what_moving_it_does(page: Page, sample: Sample, seed: int) -> None:
    """At the chosen steps; inside a `copy` it is moved alike for all that is copied."""
    neuron: Neuron = compiled(sample)
    given = [each[0] for each in inputs(seed, sample.type, 1)]
    links = {name: sample.links[name] for name in (*neuron.externs, *neuron.learned)}
    for found in asked(page, "push", neuron._lowered, links, given):
        assert found["slope"] == pytest.approx(found["truth"], rel=1e-5, abs=1e-5), found


@pytest.mark.parametrize(
    ("term", "given"),
    [
        # computed once, outside of the steps that use it
        (r"\n:Nat[3]. iter n { zero => true | succ y => eq y (not true) }", [[0.2, 0.3, 0.5]]),
        (r"\x:Bool. copy x as (a, b) in if not a then not b else b", [[0.4, 0.6]]),
        (r"\p:Bool * Bool. let (a, b) = p in if a then not b else b", [[0.1, 0.2, 0.3, 0.4]]),
    ],
)
def test_a_sub_term_pushes_from_where_it_is(page: Page, term: str, given: list[list[float]]) -> None:
    program = Program()
    program.run("def not (x : Bool) : Bool = if x then false else true")
    program.run("def eq (x : Bool) (y : Bool) : Bool = if x then y else not y")
    found = asked(page, "push", program.compile(term)._lowered, {}, [np.array(values) for values in given])
    assert any(each["slope"] for each in found)
    for each in found:
        assert each["slope"] == pytest.approx(each["truth"], rel=1e-5, abs=1e-6), each


def test_steps_past_the_count_are_not_depended_on(page: Page) -> None:
    neuron = Program().compile(r"\n:Nat[4]. iter n { zero => true | succ b => if b then false else true }")
    made = asked(page, "shake", neuron._lowered, {}, [np.eye(4)[1]])
    assert made["moved"] == made["result"] == [0, 1]
    assert made["shaken"] == 4  # the results of two steps


def test_the_page_can_disagree(page: Page) -> None:
    neuron = Program().compile(r"\x:Bool. if x then false else true")
    [made] = in_page(page, neuron._lowered, {}, [[np.array([0.25, 0.75])]])
    with pytest.raises(AssertionError):
        near(made["results"][0], np.array([0.25, 0.75]))
