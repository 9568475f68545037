import assert from "node:assert/strict";
import { test } from "node:test";

import { nearest } from "../../cajal_kernel/views/js/shared/spelling.js";

for (const [name, names, near] of /** @type {[string, string[], string[]][]} */ ([
  ["nott", ["note", "not", "knot", "Image"], ["note", "not"]],
  ["odx", ["odd", "if x", "odd"], ["odd"]],
  ["oddd", ["ODD"], ["ODD"]],
  ["eevn", ["even"], ["even"]],
  ["x", ["y"], []],
  ["", ["y"], []],
  ["a".repeat(101), ["a".repeat(101)], []],
]))
  test(`\`${name.slice(0, 9)}\` is nearly ${near}`, () => assert.deepEqual(nearest(name, names), near));
