import assert from "node:assert/strict";
import { test } from "node:test";

import { found, names } from "../../cajal_kernel/views/js/trace/search.js";

const MARKS = ["odd", "if", "odd", "step", "Odd one"].map((name) => ({ name }));

for (const [text, places] of /** @type {[string, number[]][]} */ ([
  ["odd", [0, 2]],
  ["od", [0, 2, 4]],
  ["odd 1", [2]],
  ["odd, -1", [2]],
  ['trace["odd", 1]', [2]],
  ["trace[odd]", [0, 2]],
  ["#3", [3]],
  ["3", [3]],
  ["9", []],
  ["odd 2", []],
  ["odd -3", []],
  ["  ", []],
  ["(", []],
]))
  test(`\`${text}\` names the values ${places}`, () => assert.deepEqual(found(MARKS, text), places));

test("the names that there are, with how often", () => {
  assert.deepEqual(names(MARKS), ["odd (2 times)", "if", "step", "Odd one"]);
});
