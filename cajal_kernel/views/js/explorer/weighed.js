// Sums over axes. A value inside a copy or a branch has axes: one vector for each value of what was copied.

import { rowCount, rowsOf } from "../neuron/rows.js";

/** @typedef {import("../neuron/rows.js").Axis} Axis */
/** @typedef {{ over: Axis[], axes: Axis[], values: Float64Array }} Weights of all entries of `over`, at each of `axes` */

/**
 * A value without its axes: summed over them with the weights of what they stand for, the innermost first.
 * @param {Float64Array} array
 * @param {{ dim: number, axes: Axis[] }} about
 * @param {Weights[]} sums
 */
export function weighed(array, { dim, axes }, sums) {
  let vectors = array;
  for (const { over, axes: of, values } of sums) {
    const closed = new Set(over.map(([axis]) => axis));
    const all = new Map([...axes, ...of]);
    const kept = [...all].filter(([axis]) => !closed.has(axis)).sort(([a], [b]) => a - b);
    const from = rowsOf({ dim, axes, type: "" }, [...kept, ...over]);
    const weight = rowsOf({ dim: 1, axes: of, type: "" }, kept);
    const inside = rowCount(over);
    const sum = new Float64Array(weight.length * dim);
    from.forEach((row, index) => {
      const at = Math.floor(index / inside);
      const factor = values[weight[at] * inside + (index % inside)];
      if (factor === 0) return;
      for (let d = 0; d < dim; d++) sum[at * dim + d] += factor * vectors[row * dim + d];
    });
    axes = kept;
    vectors = sum;
  }
  return vectors;
}

/**
 * A derivative summed over axes: that in the direction in which the value moves alike at all of them.
 * @param {Float64Array} array
 * @param {{ dim: number, axes: Axis[] }} about
 */
export function summed(array, { dim, axes }) {
  if (!axes.length) return array;
  const sum = new Float64Array(dim);
  for (let row = 0; row < rowCount(axes); row++) for (let d = 0; d < dim; d++) sum[d] += array[row * dim + d];
  return sum;
}
