import assert from "node:assert/strict";
import { test } from "node:test";

import { found, missing, names } from "../../cajal_kernel/views/js/trace/search.js";

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

test("a text that names nothing is answered by the name that was meant", () => {
  const all = "there are odd (2 times), if, step, Odd one";
  assert.equal(missing(MARKS, "odx"), `none; did you mean \`odd\`? ${all}`);
  assert.equal(missing(MARKS, 'trace["odx", 1]'), `none; did you mean \`odd\`? ${all}`);
  assert.equal(missing(MARKS, "nosuch"), `none; ${all}`);
  assert.equal(missing(MARKS, "odd 2"), "none; `odd` is there 2 times, counted from 0");
  assert.equal(missing(MARKS, "step, 1"), "none; `step` is there once, counted from 0");
  const many = Array.from({ length: 13 }, (_, place) => ({ name: `value${place}` }));
  assert.match(missing(many, "?"), /value11, …$/);
});
