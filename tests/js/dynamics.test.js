import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf, strength } from "../../cajal_kernel/views/js/dynamics/colours.js";
import { behaviour, occurrences } from "../../cajal_kernel/views/js/dynamics/eigen.js";
import { roundUp } from "../../cajal_kernel/views/js/dynamics/frame.js";
import { course, label, words } from "../../cajal_kernel/views/js/dynamics/model.js";
import { pattern } from "../../cajal_kernel/views/js/dynamics/pattern.js";

const BOOL = { dim: 2, labels: ["true", "false"], sizes: null };
const RUN = {
  ...BOOL,
  name: "b",
  type: "Bool",
  line: 1,
  steps: 3,
  over: [1],
  weighs: [],
  count: 0,
  inside: null,
  eigen: {},
};
// Of steps 0, 1 and 2 the states at `true` and at `false`.
const STATES = { data: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0, 1, 0, Infinity, 0), shape: [1, 3, 2, 2] };

test("states are linear in an input, and a weight of zero sees no state", () => {
  const made = course(
    RUN,
    STATES,
    undefined,
    [Float64Array.of(0.5, 0.5, 0), Float64Array.of(0.25, 0.75)],
    0,
    null,
  );
  assert.deepEqual([...made.states], [0.25, 0.75, 0.75, 0.25, Infinity, 0]);
  assert.deepEqual([...made.running], [0.125, 0.375, 0.5, 0.5, 0.5, 0.5]);
});

test("states are computed again only where what they depend on has changed", () => {
  const values = [Float64Array.of(1, 0, 0), Float64Array.of(1, 0)];
  const first = course(RUN, STATES, undefined, values, 0, null);
  const second = course(RUN, STATES, undefined, [Float64Array.of(0, 1, 0), values[1]], 0, first);
  assert.equal(second.states, first.states);
  assert.deepEqual([...second.running], [0, 0, 0, 1, 0, 1]);
  const third = course(RUN, STATES, undefined, [values[0], Float64Array.of(0, 1)], 0, second);
  assert.notEqual(third.states, first.states);
});

test("what both depend on is mixed once", () => {
  const run = { ...RUN, over: [0], weighs: [0], count: null, steps: 1 };
  const states = { data: Float64Array.of(1, 0, 0, 1), shape: [1, 1, 2, 2] };
  const weights = { data: Float64Array.of(1, 0), shape: [1, 2, 1] };
  const made = course(run, states, weights, [Float64Array.of(0.5, 0.5)], 0, null);
  assert.deepEqual([...made.states], [0.5, 0.5]);
  assert.deepEqual([...made.weights], [0.5]);
  assert.deepEqual([...made.running], [0.5, 0]);
});

test("basis vectors and mixtures have names", () => {
  assert.equal(label({ labels: null, sizes: [2, 3] }, 4), "[1, 1]");
  assert.equal(label({ labels: null, sizes: null }, 4), "4");
  assert.equal(words(BOOL, [0, 1], String), "false");
  assert.equal(words(BOOL, [-0.25, 0.75], String), "false: 0.75, true: -0.25");
  assert.equal(words(BOOL, [0, 0], String), "0");
});

test("a scale is linear or, where numbers explode, logarithmic", () => {
  assert.deepEqual(scaleOf(Float64Array.of(1, 0, 1)), { low: 0, high: 1, isSigned: false });
  assert.deepEqual(scaleOf(Float64Array.of(0, 0)), { low: 0, high: 1, isSigned: false });
  const scale = scaleOf(Float64Array.from({ length: 40 }, (_, i) => 2 ** i));
  assert.deepEqual(scale, { low: 1, high: 2 ** 39, isSigned: false });
  assert.deepEqual([strength(1, scale), strength(-(2 ** 39), scale), strength(0, scale)], [0.15, 1, 0]);
});

test("an eigenvalue is put into words, within its error", () => {
  assert.equal(behaviour(0, 1, 0, 1), "period 4 steps, neither grows nor fades");
  assert.equal(behaviour(2, 0, 0, 1), "grows, doubles in 1 step");
  assert.equal(behaviour(0.5, 0, 1e-7, 1), "fades, half in 1 step");
  assert.equal(behaviour(1 + 1e-8, 0, 1e-7, 1), "neither grows nor fades, within its error");
  assert.equal(behaviour(0, 0, 0, 1), "gone after 1 step");
  assert.equal(behaviour(0, 0, 0, 3), "gone after at most 3 steps");
  // Those of a nilpotent 3 × 3 matrix in another basis, and the 2 of [[2, 1], [0, 2]], whose error is large.
  assert.equal(behaviour(-1e-5, 1.7e-5, 1e3, 3), "0 within its error: if so, gone after at most 3 steps");
  assert.equal(behaviour(2, 0, 1e9, 2), "0 within its error: if so, gone after at most 2 steps");
  assert.equal(behaviour(1e-8, 0, 1e-7, 1), "0 within its error: if so, gone after 1 step");
});

test("an eigenvalue is counted as often as it is there, but for rounding", () => {
  const times = occurrences([
    [1e-9, 0],
    [-1e-9, 0],
    [-0, 0],
    [1e-9, 1],
    [-1e-9, -1],
  ]);
  assert.equal(times(-0, 0), 3);
  assert.equal(times(0, 1), 1);
  assert.equal(
    occurrences([
      [1, 0],
      [1, 1e-8],
      [1, -1e-8],
    ])(1, 1e-8),
    3,
  );
});

test("strides are round", () => {
  assert.deepEqual([0.2, 1, 1.5, 3, 7, 11, 60].map(roundUp), [1, 1, 2, 5, 10, 20, 100]);
});

test("a pattern of the states is told where it is seen twice", () => {
  const told = (/** @type {number[]} */ ...path) => {
    const states = Float64Array.from(path.flatMap((at) => [0, 1, 2].map((d) => (d === at ? 1 : 0))));
    const run = { dim: 3, labels: ["A", "B", "C"], sizes: null, steps: path.length };
    return pattern(run, states, String);
  };
  assert.equal(told(0, 1, 2, 2, 2), "from step 2 on the state stays C");
  assert.equal(told(0, 1, 2, 2), "");
  assert.equal(told(1, 1, 1), "the state stays B");
  assert.equal(told(0, 1, 0, 1, 0), "the states repeat every 2 steps");
  assert.equal(told(2, 0, 1, 0, 1, 0), "from step 1 on the states repeat every 2 steps");
  assert.equal(told(0, 1, 2, 0, 1, 2), "");
  assert.equal(told(0), "");
});

test("states are compared by their own size, not by that of the whole course", () => {
  const told = (/** @type {number} */ dim, /** @type {number[][]} */ ...states) => {
    const run = { dim, labels: null, sizes: null, steps: states.length };
    return pattern(run, Float64Array.from(states.flat()), String);
  };
  const steps = Array.from({ length: 20 }, (_, step) => step);
  assert.equal(told(1, ...steps.map((step) => [0.1 ** step])), "");
  // A rotation beside a part that is large at first: a quarter turn at each step.
  const turn = [0, 1, 0, -1];
  const beside = (/** @type {(step: number) => number} */ part) =>
    told(3, ...steps.map((step) => [turn[step % 4], turn[(step + 1) % 4], part(step)]));
  assert.equal(
    beside((step) => 1e8 * 0.5 ** step),
    "",
  );
  assert.equal(
    beside((step) => (step ? 0 : 1e8)),
    "from step 1 on the states repeat every 4 steps",
  );
  assert.equal(told(1, [1], [1e-9], [0], [0], [0]), "from step 2 on the state stays 0");
  assert.equal(
    told(1, ...steps.map((step) => [1 + 0.01 ** step])),
    "from step 3 on the state stays 0: 1.000001",
  );
  // Small changes add up.
  assert.equal(
    told(1, ...steps.map((step) => [1 + step * 5e-7])),
    "from step 17 on the state stays 0: 1.0000085",
  );
});
