import assert from "node:assert/strict";
import { test } from "node:test";

import { inFull, inWords } from "../../cajal_kernel/views/js/graph/words.js";

const BOOL = /** @type {import("../../cajal_kernel/views/js/shared/inputs.js").Type} */ (
  /** @type {unknown} */ ({ labels: ["true", "false"], is_data: true })
);

/** @param {number} room @param {number[]} entries */
const words = (room, ...entries) => inWords([Float64Array.from(entries)], BOOL, room);

test("a basis vector is its name, and a number that is nearly one is none", () => {
  assert.equal(words(14, 0, 1), "false");
  assert.equal(words(14, 0, 0.99999), "false ≈1");
  assert.equal(words(14, 0, 1.5), "false 1.5");
  assert.equal(words(14, 0, 0), "0");
});

test("three digits, and dots for the entries that have no room", () => {
  assert.equal(words(14, 0.1023, 0.8977), "false 0.898 …");
  assert.equal(words(30, 0.1023, 0.8977), "false 0.898, true 0.102");
  assert.equal(words(14, -0.2731, 0.1), "true -0.273 …");
  assert.equal(inFull([Float64Array.of(0.1023, 0.8977)], BOOL), "false 0.8977, true 0.1023");
});

test("what is no finite number comes first", () => {
  assert.equal(words(30, 3, Number.NaN), "false NaN, true 3");
});
