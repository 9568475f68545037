// The colours of states: around zero, on a linear scale or, where numbers explode, on a logarithmic one.

import { NEGATIVE, ODD, POSITIVE } from "../shared/colours.js";
import { mark } from "../shared/numbers.js";

/**
 * From which to which magnitude colours go; `low` is 0 for a linear scale. `isSigned` where a number is below 0.
 * @typedef {{ low: number, high: number, isSigned: boolean }} Scale
 */

const WIDE = 30;
const MANY = 2 ** 12;

/**
 * The scale of some numbers: 1 for programs of zeros and ones.
 * @param {Float64Array} values
 * @returns {Scale}
 */
export function scaleOf(values) {
  let [least, high, count] = [Infinity, 0, 0];
  let isSigned = false;
  for (const value of values) {
    if (value === 0 || !Number.isFinite(value)) continue;
    const size = Math.abs(value);
    if (value < 0) isSigned = true;
    if (size < least) least = size;
    if (size > high) high = size;
    count++;
  }
  if (!count) return { low: 0, high: 1, isSigned };
  // Of very many numbers a part is enough for the median.
  const stride = Math.ceil(count / MANY);
  const sizes = new Float64Array(Math.ceil(count / stride));
  let place = 0;
  for (const value of values) {
    if (value === 0 || !Number.isFinite(value)) continue;
    if (place % stride === 0) sizes[place / stride] = Math.abs(value);
    place++;
  }
  sizes.sort();
  const half = sizes.length >> 1;
  const median = sizes.length % 2 ? sizes[half] : (sizes[half - 1] + sizes[half]) / 2;
  return { low: high > WIDE * median ? Math.max(least, 2 ** -1022) : 0, high, isSigned };
}

/**
 * How strong the colour of a number is, from 0 to 1.
 * @param {number} value
 * @param {Scale} scale
 */
export function strength(value, { low, high }) {
  const size = Math.abs(value);
  if (!(size > 0)) return 0;
  if (!low) return Math.min(1, size / high);
  const part = Math.log(size / low) / Math.log(high / low);
  return Math.max(0.15, Math.min(1, 0.15 + 0.85 * part));
}

/**
 * Red, green, blue and opacity of a number, each up to 255; what is not finite is opaque.
 * @param {number} value
 * @param {Scale} scale
 * @returns {number[]}
 */
export function colour(value, scale) {
  if (Number.isNaN(value)) return [...ODD, 255];
  const alpha = Number.isFinite(value) ? Math.round(235 * strength(value, scale)) : 255;
  return [...(value > 0 ? POSITIVE : NEGATIVE), alpha];
}

/**
 * Colours of some cells, as an image of one pixel a cell.
 * @param {Float64Array} values (rows, columns)
 * @param {number} columns
 * @param {Scale} scale
 */
export function cells(values, columns, scale) {
  const image = new ImageData(columns, values.length / columns);
  const { data } = image;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const base = Number.isNaN(value) ? ODD : value > 0 ? POSITIVE : NEGATIVE;
    data[4 * i] = base[0];
    data[4 * i + 1] = base[1];
    data[4 * i + 2] = base[2];
    data[4 * i + 3] = Number.isFinite(value) ? Math.round(235 * strength(value, scale)) : 255;
  }
  return image;
}

/**
 * The colour of a number in CSS.
 * @param {number} value
 * @param {Scale} scale
 */
export function css(value, scale) {
  const [red, green, blue, alpha] = colour(value, scale);
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

/**
 * Draws cells into a rectangle of a canvas, with sharp edges, a mark on each that is not finite, and, where
 * there is room, their numbers.
 * @param {CanvasRenderingContext2D} context
 * @param {Float64Array} values (rows, columns)
 * @param {number} columns
 * @param {Scale} scale
 * @param {{ width: number, height: number, write?: (value: number) => string, ink?: string }} area
 */
export function paint(context, values, columns, scale, { width, height, write, ink }) {
  const rows = values.length / columns;
  const small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  /** @type {CanvasRenderingContext2D} */ (small.getContext("2d")).putImageData(
    cells(values, columns, scale),
    0,
    0,
  );
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, width, height);
  const [across, down] = [width / columns, height / rows];
  if (Math.min(across, down) < 6) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `${Math.min(11, down - 3)}px sans-serif`;
  values.forEach((value, i) => {
    const x = ((i % columns) + 0.5) * across;
    const y = (Math.floor(i / columns) + 0.5) * down;
    const strong = !Number.isFinite(value) || strength(value, scale) > 0.55;
    context.fillStyle = strong ? "white" : (ink ?? "gray");
    if (!Number.isFinite(value)) context.fillText(mark(value), x, y);
    else if (value && write && across >= 34 && down >= 13) context.fillText(write(value), x, y);
  });
}

/**
 * At most so many rows and columns: of several numbers the one of the greatest magnitude, or NaN.
 * @param {Float64Array} values (rows, columns)
 * @param {number} columns
 * @param {number} mostRows
 * @param {number} mostColumns
 * @returns {[Float64Array, number]} the numbers, and how many columns there are
 */
export function binned(values, columns, mostRows, mostColumns) {
  const rows = values.length / columns;
  if (rows <= mostRows && columns <= mostColumns) return [values, columns];
  const [down, across] = [Math.min(rows, mostRows), Math.min(columns, mostColumns)];
  const made = new Float64Array(down * across);
  const sizes = new Float64Array(down * across).fill(-1);
  for (let row = 0; row < rows; row++) {
    const start = Math.floor((row * down) / rows) * across;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      const at = start + Math.floor((column * across) / columns);
      const size = Number.isNaN(value) ? Infinity : Math.abs(value);
      if (size > sizes[at]) {
        sizes[at] = size;
        made[at] = value;
      }
    }
  }
  return [made, across];
}
