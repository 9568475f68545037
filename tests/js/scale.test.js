import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, scaleOf } from "../../cajal_kernel/views/js/curves/scale.js";

test("a hidden panel, which has room for no tick, gets as many as one with room for one", () => {
  for (const [isLog, numbers] of /** @type {[boolean, number[]][]} */ ([
    [false, [0, 7]],
    [true, [1e-300, 1e300]],
    [true, [2, 3]],
  ])) {
    const scale = scaleOf(extent([numbers]), isLog, null);
    assert.equal(scale.log, isLog);
    const one = scale.ticks(1);
    assert.ok(one.length <= 2, `${one.length} ticks`);
    for (const most of [0, 0.2, -0.5, -40]) assert.deepEqual(scale.ticks(most), one);
  }
});
