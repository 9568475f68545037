import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting } from "../../cajal_kernel/views/js/matrix/ink.js";

test("a number has as many digits as fit, and one near zero is not left out", () => {
  const pen = /** @type {CanvasRenderingContext2D} */ (
    /** @type {unknown} */ ({ measureText: (/** @type {string} */ text) => ({ width: text.length }) })
  );
  const texts = [0, 1, 0.4567, -9.2e-5, 1234567, 1e-9].map((value) => fitting(pen, value, 5));
  assert.deepEqual(texts, ["0", "1", "0.457", "≈0", "", "1e-9"]);
  assert.equal(fitting(pen, -0.4567, 4), "-0.5");
});
