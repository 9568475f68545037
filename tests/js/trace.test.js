import assert from "node:assert/strict";
import { test } from "node:test";

import { remark, Trace } from "../../cajal_kernel/views/js/trace/data.js";
import { Lines } from "../../cajal_kernel/views/js/trace/lines.js";
import { found } from "../../cajal_kernel/views/js/trace/search.js";

const marks = ["odd", "if odd x", "not", "odd"].map((name) => ({ name }));

test("values are found by name, by name and number, and by their place", () => {
  assert.deepEqual(found(marks, "odd"), [0, 3]);
  for (const text of ["odd 1", "odd, 1", 'trace["odd", 1]', "odd -1"])
    assert.deepEqual(found(marks, text), [3]);
  assert.deepEqual(found(marks, "#2"), [2]);
  assert.deepEqual(found(marks, "IF ODD"), [1]);
  assert.deepEqual(found(marks, "odd 2"), []);
  assert.deepEqual(found(marks, " "), []);
});

test("a vector that is no distribution has a remark", () => {
  assert.deepEqual(
    [
      [0.5, 0.5],
      [0, 0],
      [1, 0.5],
      [Number.NaN, 1],
    ].map(remark),
    ["", "sum 0", "sum 1.5", "not finite"],
  );
});

/** An `iter` of so many states, with a call in its step. @param {number} states */
function loop(states) {
  const mark = { type: "Bool", at: [0, 0, 1] };
  return new Trace({
    spec: {
      marks: [
        { ...mark, kind: "state", name: "y", parent: null, over: [0], states },
        { ...mark, kind: "call", name: "f", parent: 0, over: [0], states: 0 },
      ],
      types: { Bool: { dim: 2 } },
      result_type: "Bool",
      batch: [],
      first: 0,
      count: 1,
      places: [{}, {}, {}],
    },
    arrays: { numbers: { data: new Float64Array(), shape: [0] } },
  });
}

test("an `iter` opens into its steps, a hundred at a time, and a step into what it runs", () => {
  const lines = new Lines(loop(500));
  const steps = () => lines.visible().filter((line) => line.kind === "step");
  assert.equal(steps().length, 12);
  const more = lines.visible().find((line) => line.kind === "more");
  assert.equal(more?.count, 488);
  lines.showMore(more?.parent ?? "");
  assert.equal(steps().length, 112);
  assert.deepEqual(lines.below(steps()[0]), []);
  assert.deepEqual(
    lines.below(steps()[3]).map(({ place, steps }) => [place, steps]),
    [[1, { 0: 3 }]],
  );
});

test("an entry in a step is reached at the first step", () => {
  const lines = new Lines(loop(4));
  lines.open.clear();
  assert.deepEqual(lines.reach(1)?.steps, { 0: 1 });
  assert.equal(
    lines.visible().some((line) => line.key === lines.reach(1)?.key),
    true,
  );
});
