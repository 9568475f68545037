// Recurrences that read an element at each step: the elements of a list that is held apart.

import { rowCount, rowsOf, strideOf } from "./rows.js";

/** @typedef {import("./rows.js").Axis} Axis */
/** @typedef {import("./rows.js").Value} Value */

/**
 * The place of the elements that a step of a recurrence reads.
 * @param {any} code
 * @param {number} count how many states there are
 * @param {number} step
 */
export const placeOf = (code, count, step) => (code.order === "cons" ? count - 2 - step : step);

/**
 * Whether no list of a row has a weight that is longer than a place.
 * @param {ArrayLike<number>} weight
 * @param {number} row
 * @param {number} count
 * @param {number} place
 */
export function isEnded(weight, row, count, place) {
  for (let length = place + 1; length < count; length++) if (weight[row * count + length] !== 0) return false;
  return true;
}

/**
 * The first state by the weight of a length, in each row.
 * @param {Float64Array} first
 * @param {ArrayLike<number>} weight
 * @param {Int32Array} rows
 * @param {number} count
 * @param {number} length
 */
export function weighed(first, weight, rows, count, length) {
  const dim = first.length / rows.length;
  return first.map((entry, at) => {
    const factor = weight[rows[Math.floor(at / dim)] * count + length];
    return factor === 0 || entry === 0 ? 0 : factor * entry;
  });
}

/**
 * The elements at a place of an axis.
 * @param {Float64Array} array
 * @param {Value} value
 * @param {Value} item
 * @param {Axis} over
 * @param {number} place
 */
export function itemAt(array, value, item, over, place) {
  const stride = strideOf(value, over);
  const out = new Float64Array(rowCount(item.axes) * item.dim);
  rowsOf(value, item.axes).forEach((row, index) => {
    const from = (row + place * stride) * item.dim;
    out.set(array.subarray(from, from + item.dim), index * item.dim);
  });
  return out;
}
