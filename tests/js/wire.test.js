import assert from "node:assert/strict";
import { test } from "node:test";

import { unpack } from "../../cajal_kernel/views/js/shared/wire.js";

/** A message whose bytes begin at an odd address, as those of a browser may. */
function message() {
  const whole = new Uint8Array(1 + 16 + 8);
  const view = new DataView(whole.buffer, 1);
  [1, -2].forEach((value, i) => view.setFloat64(8 * i, value, true));
  view.setInt32(16, 7, true);
  const $arrays = {
    weights: { dtype: "f8", shape: [1, 2], at: 0 },
    codes: { dtype: "i4", shape: [1], at: 16 },
    nothing: { dtype: "f4", shape: [0, 3], at: 24 },
  };
  return { spec: { title: "not", $arrays }, view };
}

test("arrays have their dtype, their shape and their numbers", () => {
  const { spec, view } = message();
  const { arrays } = unpack(spec, view);
  assert.deepEqual(arrays.weights, { data: Float64Array.of(1, -2), shape: [1, 2] });
  assert.deepEqual(arrays.codes, { data: Int32Array.of(7), shape: [1] });
  assert.deepEqual(arrays.nothing, { data: new Float32Array(0), shape: [0, 3] });
});

test("a message that is used again leaves the numbers alone", () => {
  const { spec, view } = message();
  const { arrays } = unpack(spec, view);
  view.setFloat64(0, 5, true);
  assert.equal(arrays.weights.data[0], 1);
});
