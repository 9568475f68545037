import assert from "node:assert/strict";
import { test } from "node:test";

import { largest } from "../../cajal_kernel/views/js/shared/bars.js";

test("a short vector is shown whole, in order", () => {
  assert.deepEqual(largest([0, 0.5, 0], 3), [0, 1, 2]);
});

test("of a long vector the entries of greatest magnitude are shown, in order, and no zeros", () => {
  assert.deepEqual(largest([0.1, -3, 0, 2, 0.2], 2), [1, 3]);
  assert.deepEqual(largest([0, 0, 0, 7, 0], 3), [3]);
  assert.deepEqual(largest([0, 0, 0], 2), [0]);
});

test("what is not finite comes first", () => {
  assert.deepEqual(largest([9, Number.NaN, 8, -Number.POSITIVE_INFINITY], 2), [1, 3]);
});
