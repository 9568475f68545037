// A value that runs over axes has a row for each index over them, row-major.

/** @typedef {[number, number]} Axis its number and its size */
/** @typedef {{ dim: number, axes: Axis[], type: string }} Value */

/** @param {number[]} sizes */
export const total = (sizes) => sizes.reduce((product, size) => product * size, 1);

/** @param {Axis[]} axes */
export const rowCount = (axes) => total(axes.map(([, size]) => size));

/**
 * For each index over some axes, the row of a value that runs over a part of them.
 * @param {Value} value
 * @param {Axis[]} axes
 */
export function rowsOf(value, axes) {
  /** @type {Map<number, number>} */
  const strides = new Map();
  let stride = 1;
  for (const [number, size] of [...value.axes].reverse()) {
    strides.set(number, stride);
    stride *= size;
  }
  const rows = new Int32Array(rowCount(axes));
  for (let index = 0; index < rows.length; index++) {
    let rest = index;
    for (let k = axes.length - 1; k >= 0; k--) {
      const [number, size] = axes[k];
      rows[index] += (rest % size) * (strides.get(number) ?? 0);
      rest = Math.floor(rest / size);
    }
  }
  return rows;
}

/**
 * How many rows further a value is at the next place of one of its axes.
 * @param {Value} value
 * @param {Axis} axis
 */
export const strideOf = ({ axes }, [number]) =>
  rowCount(axes.slice(axes.findIndex(([own]) => own === number) + 1));

/**
 * For each index over some axes the place on one of them.
 * @param {Axis} axis
 * @param {Axis[]} axes
 */
export const placesOf = (axis, axes) => rowsOf({ dim: 1, axes: [axis], type: "" }, axes);

/**
 * A value over more axes.
 * @param {Float64Array} array
 * @param {Value} value
 * @param {Axis[]} axes
 */
export function spread(array, value, axes) {
  if (value.axes.length === axes.length) return array;
  const rows = rowsOf(value, axes);
  const out = new Float64Array(rows.length * value.dim);
  rows.forEach((row, index) =>
    out.set(array.subarray(row * value.dim, (row + 1) * value.dim), index * value.dim),
  );
  return out;
}
