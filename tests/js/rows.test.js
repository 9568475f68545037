import assert from "node:assert/strict";
import { test } from "node:test";

import { rowCount, rowsOf } from "../../cajal_kernel/views/js/neuron/rows.js";

/** @type {[number, number][]} */
const AXES = [
  [7, 2],
  [9, 3],
];

test("a value without axes has one row for all", () => {
  assert.deepEqual(rowsOf({ dim: 4, axes: [], type: "A" }, AXES), new Int32Array(6));
  assert.equal(rowCount([]), 1);
});

test("a value repeats over the axes that it has not", () => {
  assert.deepEqual([...rowsOf({ dim: 4, axes: [[7, 2]], type: "A" }, AXES)], [0, 0, 0, 1, 1, 1]);
  assert.deepEqual([...rowsOf({ dim: 4, axes: [[9, 3]], type: "A" }, AXES)], [0, 1, 2, 0, 1, 2]);
});

test("axes are matched by their number, in whichever order", () => {
  const turned = { dim: 4, axes: /** @type {[number, number][]} */ ([...AXES].reverse()), type: "A" };
  assert.deepEqual([...rowsOf(turned, AXES)], [0, 2, 4, 1, 3, 5]);
});
