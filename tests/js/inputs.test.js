import assert from "node:assert/strict";
import { test } from "node:test";

import { largest } from "../../cajal_kernel/views/js/shared/bars.js";
import { basisVector, withRoom } from "../../cajal_kernel/views/js/shared/columns.js";
import { excess } from "../../cajal_kernel/views/js/shared/inputs.js";

const near = (/** @type {ArrayLike<number>} */ values, /** @type {number[]} */ expected) =>
  assert.deepEqual(
    Array.from(values, (value) => Number(value.toFixed(12))),
    expected,
  );

test("a bar that is dragged takes from the others what they have in proportion", () => {
  near(withRoom(Float64Array.of(0.2, 0.6, 0.2), 0, 0.6), [0.6, 0.3, 0.1]);
  near(withRoom(basisVector(3, 0), 0, 0.5), [0.5, 0.25, 0.25]);
});

test("a distribution stays one, wherever a bar is dragged to", () => {
  for (const values of [basisVector(4, 2), Float64Array.of(0.1, 0.2, 0.3, 0.4), Float64Array.of(-1, 0, 2, 0)])
    for (let index = 0; index < 4; index++)
      for (const value of [-3, 0, 0.25, 1, 7]) {
        const made = withRoom(values, index, value);
        assert.ok(made.every((entry) => entry >= 0));
        assert.ok(Math.abs(made.reduce((sum, entry) => sum + entry) - 1) < 1e-12);
        assert.equal(made[index], Math.min(1, Math.max(0, value)));
      }
});

test("the only bar of a type of one value is full", () => {
  assert.deepEqual(withRoom(Float64Array.of(1), 0, 0.3), Float64Array.of(1));
});

test("the bars that are shown are those of greatest magnitude, in their order", () => {
  assert.deepEqual(largest([0, -5, 1, 0, 3], 2), [1, 4]);
  assert.deepEqual(largest([0, 2, 2, 2], 2), [1, 2]);
  assert.deepEqual(largest([0, 1, 0], 3), [0, 1, 2]);
  assert.deepEqual(largest([0, 0, 0, 7], 2), [3]);
  assert.deepEqual(largest([0, 0, 0, 0], 2), [0]);
});

test("what is not finite is shown first", () => {
  assert.deepEqual(largest([9, Number.NaN, 8, Number.NEGATIVE_INFINITY], 2), [1, 3]);
});

test("what is no distribution says its sum", () => {
  assert.deepEqual(
    [
      [0.25, 0.75],
      [0.5, 1],
      [0, 0],
    ].map(excess),
    ["", " sum 1.5", " sum 0"],
  );
});
