import assert from "node:assert/strict";
import { test } from "node:test";

import { brief, precise } from "../../cajal_kernel/views/js/shared/numbers.js";

test("a label has three digits, a hover text six", () => {
  assert.equal(brief(1 / 3), "0.333");
  assert.equal(precise(1 / 3), "0.333333");
});

test("whole numbers keep their digits, in a label as long as they are short", () => {
  assert.equal(brief(123456), "123456");
  assert.equal(brief(1234567), "1230000");
  assert.equal(precise(1234567), "1234567");
});

test("what is no number has its name", () => {
  const strange = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  assert.deepEqual(strange.map(brief), ["NaN", "+∞", "−∞"]);
  assert.deepEqual(strange.map(precise), ["NaN", "+∞", "−∞"]);
});
