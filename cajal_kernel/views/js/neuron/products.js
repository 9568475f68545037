// The operations of the tensor IR as sums of products, which is all that a multilinear map is.
//
// An operation adds to each entry `o` of its result products of one entry of each factor. So one loop runs
// them all forwards (neuron.js), and another backwards (gradient.js). The equations are those of the classes
// in cajal_core/ir/graph.py.

import { placesOf, rowCount, rowsOf, strideOf, total } from "./rows.js";

/** @typedef {import("./rows.js").Value} Value */
/** @typedef {number | string} Key a value's number; of a tensor its name, or its position as a text */
/** @typedef {(o: number, a: number, b: number, all: number[]) => void} Visit entries of the result and the factors */
/** @typedef {{ factors: Key[], each: (visit: Visit) => void }} Product */

/** @type {number[]} */
const NONE = [];

/**
 * The products whose sum is the result of an assignment; of `input`, of an opaque `call` and of `iterate` there
 * are none.
 * @param {any} code an assignment of the encoded graph
 * @param {any} graph
 * @returns {Product[]}
 */
export function products(code, graph) {
  const target = /** @type {Value} */ (graph.values[code.to]);
  const { axes, dim } = target;
  const count = rowCount(axes);
  const of = /** @type {number[]} */ (code.of);
  const value = (/** @type {number} */ number) => /** @type {Value} */ (graph.values[number]);
  const rows = (/** @type {number} */ number) => rowsOf(value(number), axes);
  switch (code.op) {
    case "onehot":
      return [{ factors: [], each: (visit) => visit(code.index, 0, 0, NONE) }];
    case "basis":
      return [
        {
          factors: [],
          each: (visit) => {
            for (let i = 0; i < dim; i++) visit(i * dim + i, 0, 0, NONE);
          },
        },
      ];
    case "given":
      return [
        {
          factors: [String(code.callee)],
          each: (visit) => {
            for (let i = 0; i < dim; i++) visit(i, i, 0, NONE);
          },
        },
      ];
    case "shift": {
      const from = rows(of[0]);
      return [
        {
          factors: [of[0]],
          each: (visit) => {
            for (let row = 0; row < count; row++) {
              for (let i = 0; i + 1 < dim; i++) visit(row * dim + i + 1, from[row] * dim + i, 0, NONE);
              if (code.saturate) visit(row * dim + dim - 1, from[row] * dim + dim - 1, 0, NONE);
            }
          },
        },
      ];
    }
    case "choose": {
      const [weights, ...branches] = of;
      const chosen = rows(weights);
      return branches.map((branch, i) => {
        const from = rows(branch);
        return {
          factors: [weights, branch],
          each: (visit) => {
            for (let row = 0; row < count; row++) {
              const weight = chosen[row] * branches.length + i;
              for (let d = 0; d < dim; d++) visit(row * dim + d, weight, from[row] * dim + d, NONE);
            }
          },
        };
      });
    }
    case "weigh":
    case "outer": {
      const [first, second] = of.map(rows);
      const [left, right] = of.map((number) => value(number).dim);
      const isOuter = code.op === "outer";
      return [
        {
          factors: of,
          each: (visit) => {
            for (let row = 0; row < count; row++) {
              for (let i = 0; i < left; i++) {
                for (let j = 0; j < right; j++) {
                  visit(
                    row * dim + (isOuter ? i * right : 0) + j,
                    first[row] * left + i,
                    second[row] * right + j,
                    NONE,
                  );
                }
              }
            }
          },
        },
      ];
    }
    case "sum":
    case "concat": {
      let start = 0;
      return of.map((number) => {
        const from = rows(number);
        const own = value(number).dim;
        const to = start;
        if (code.op === "concat") start += own;
        return copied(number, count, (row, visit) => {
          for (let d = 0; d < own; d++) visit(row * dim + to + d, from[row] * own + d, 0, NONE);
        });
      });
    }
    case "slice": {
      const from = rows(of[0]);
      const own = value(of[0]).dim;
      return [
        copied(of[0], count, (row, visit) => {
          for (let d = 0; d < dim; d++) visit(row * dim + d, from[row] * own + code.start + d, 0, NONE);
        }),
      ];
    }
    case "total": {
      const inside = rowCount(code.over);
      const from = rowsOf(value(of[0]), [...axes, ...code.over]);
      return [
        copied(of[0], count * inside, (row, visit) => {
          for (let d = 0; d < dim; d++)
            visit(Math.floor(row / inside) * dim + d, from[row] * dim + d, 0, NONE);
        }),
      ];
    }
    case "unstack":
    case "elements": {
      // Of each vector the rows, over an axis of their own.
      const from = rows(of[0]);
      const own = value(of[0]).dim;
      const places = placesOf(code.axis, axes);
      return [
        copied(of[0], count, (row, visit) => {
          for (let d = 0; d < dim; d++)
            visit(row * dim + d, from[row] * own + places[row] * dim + d, 0, NONE);
        }),
      ];
    }
    case "lengths": {
      const from = rows(of[0]);
      const own = value(of[0]).dim;
      return [
        copied(of[0], count, (row, visit) => {
          for (let d = 0; d < dim; d++) visit(row * dim + d, from[row] * own + own - dim + d, 0, NONE);
        }),
      ];
    }
    case "held": {
      const [elements, lengths] = of;
      const own = value(elements).dim;
      const size = code.axis[1];
      const from = rowsOf(value(elements), [...axes, code.axis]);
      const weights = rows(lengths);
      const last = value(lengths).dim;
      return [
        copied(elements, count * size, (row, visit) => {
          const to = Math.floor(row / size) * dim + (row % size) * own;
          for (let d = 0; d < own; d++) visit(to + d, from[row] * own + d, 0, NONE);
        }),
        copied(lengths, count, (row, visit) => {
          for (let d = 0; d < last; d++) visit(row * dim + dim - last + d, weights[row] * last + d, 0, NONE);
        }),
      ];
    }
    case "stack": {
      const places = placesOf(code.axis, axes);
      return of.map((number, k) => {
        // Behind the single elements stand those of the rest.
        const isRest = k === code.first;
        const from = isRest ? movedRows(value(number), code.along, axes, places, -k) : rows(number);
        return copied(number, count, (row, visit) => {
          if (from[row] < 0 || (!isRest && places[row] !== k)) return;
          for (let d = 0; d < dim; d++) visit(row * dim + d, from[row] * dim + d, 0, NONE);
        });
      });
    }
    case "item":
    case "narrow": {
      const places = code.axis ? placesOf(code.axis, axes) : new Int32Array(count);
      const from = movedRows(value(of[0]), code.along, axes, places, code.start);
      return [
        copied(of[0], count, (row, visit) => {
          if (from[row] < 0) return;
          for (let d = 0; d < dim; d++) visit(row * dim + d, from[row] * dim + d, 0, NONE);
        }),
      ];
    }
    case "contract": {
      const inside = rowCount(code.over);
      const weights = rows(of[0]);
      const vectors = rowsOf(value(of[1]), [...axes, ...code.over]);
      return [
        {
          factors: of,
          each: (visit) => {
            for (let row = 0; row < count; row++) {
              for (let i = 0; i < inside; i++) {
                const from = vectors[row * inside + i] * dim;
                for (let d = 0; d < dim; d++) visit(row * dim + d, weights[row] * inside + i, from + d, NONE);
              }
            }
          },
        },
      ];
    }
    case "matrix": {
      const inside = rowCount(code.over);
      const columns = rowsOf(value(of[0]), [...axes, ...code.over]);
      const height = value(of[0]).dim;
      return [
        {
          factors: of,
          each: (visit) => {
            for (let row = 0; row < count; row++) {
              for (let i = 0; i < inside; i++) {
                const from = columns[row * inside + i] * height;
                for (let d = 0; d < height; d++) visit(row * dim + d * inside + i, from + d, 0, NONE);
              }
            }
          },
        },
      ];
    }
    case "apply": {
      const [matrices, vectors] = of.map(rows);
      const width = value(of[1]).dim;
      return [
        {
          factors: of,
          each: (visit) => {
            for (let row = 0; row < count; row++) {
              const from = matrices[row] * dim * width;
              for (let d = 0; d < dim; d++) {
                for (let i = 0; i < width; i++)
                  visit(row * dim + d, from + d * width + i, vectors[row] * width + i, NONE);
              }
            }
          },
        },
      ];
    }
    case "table":
      return [
        table(
          code,
          target,
          of.map(rows),
          of.map((number) => value(number).dim),
        ),
      ];
    case "einsum":
      return [einsum(code)];
    case "call":
      return [
        multiply(
          code,
          dim,
          of.map(rows),
          of.map((number) => value(number).dim),
          count,
        ),
      ];
    default:
      return [];
  }
}

/**
 * Entries of one value, each as it is.
 * @param {Key} factor
 * @param {number} count
 * @param {(row: number, visit: Visit) => void} copy
 * @returns {Product}
 */
function copied(factor, count, copy) {
  return {
    factors: [factor],
    each: (visit) => {
      for (let row = 0; row < count; row++) copy(row, visit);
    },
  };
}

/**
 * The rows of a value over an axis along which it has other places: those that are moved by so many; -1 where
 * it has no place.
 * @param {Value} value
 * @param {import("./rows.js").Axis} along
 * @param {import("./rows.js").Axis[]} axes
 * @param {Int32Array} places
 * @param {number} by
 */
function movedRows(value, along, axes, places, by) {
  const stride = strideOf(value, along);
  return rowsOf(value, axes).map((row, index) => {
    const place = places[index] + by;
    return place >= 0 && place < along[1] ? row + place * stride : -1;
  });
}

/**
 * A table of zeros and ones, at places that are row-major over the weights and the result.
 * @param {any} code
 * @param {Value} target
 * @param {Int32Array[]} rows
 * @param {number[]} dims
 * @returns {Product}
 */
function table(code, target, rows, dims) {
  const { dim } = target;
  const count = rowCount(target.axes);
  return {
    factors: code.of,
    each: (visit) => {
      const at = dims.map(() => 0);
      for (const place of code.ones) {
        for (let row = 0; row < count; row++) {
          let rest = Math.floor(place / dim);
          for (let k = dims.length - 1; k >= 0; k--) {
            at[k] = rows[k][row] * dims[k] + (rest % dims[k]);
            rest = Math.floor(rest / dims[k]);
          }
          visit(row * dim + (place % dim), at[0], at[1], at);
        }
      }
    },
  };
}

/**
 * A tensor times vectors. It is row-major over the result, then the arguments from the last to the first.
 * @param {any} code
 * @param {number} dim
 * @param {Int32Array[]} rows
 * @param {number[]} dims
 * @param {number} count
 * @returns {Product}
 */
function multiply(code, dim, rows, dims, count) {
  const inside = total(dims);
  return {
    factors: [String(code.callee), ...code.of],
    each: (visit) => {
      const at = [0, ...dims];
      for (let row = 0; row < count; row++) {
        for (let d = 0; d < dim; d++) {
          for (let i = 0; i < inside; i++) {
            let rest = i;
            at[0] = d * inside + i;
            for (let k = 0; k < dims.length; k++) {
              at[k + 1] = rows[k][row] * dims[k] + (rest % dims[k]);
              rest = Math.floor(rest / dims[k]);
            }
            visit(row * dim + d, at[0], at[1], at);
          }
        }
      }
    },
  };
}

/**
 * A sum over named indices. A negative index is a fixed place.
 * @param {any} code
 * @returns {Product}
 */
function einsum(code) {
  const { sizes, indices, output } =
    /** @type {{ sizes: number[][], indices: number[][], output: number[] }} */ (code);
  /** @type {Map<number, number>} */
  const lengths = new Map();
  indices.forEach((names, k) => names.forEach((name, j) => name >= 0 && lengths.set(name, sizes[k][j])));
  // The indices of the result come first, in its order.
  const names = [...output, ...[...lengths.keys()].filter((name) => !output.includes(name))];
  const extents = names.map((name) => lengths.get(name) ?? 1);
  const count = total(extents);
  const inside = total(extents.slice(output.length));
  const starts = indices.map(() => 0);
  const strides = indices.map((own, k) => {
    const steps = names.map(() => 0);
    let stride = 1;
    for (let j = own.length - 1; j >= 0; j--) {
      if (own[j] < 0) starts[k] += stride * (-1 - own[j]);
      else steps[names.indexOf(own[j])] += stride;
      stride *= sizes[k][j];
    }
    return steps;
  });
  return {
    factors: code.of,
    each: (visit) => {
      const at = indices.map(() => 0);
      for (let index = 0; index < count; index++) {
        for (let k = 0; k < at.length; k++) at[k] = starts[k];
        let rest = index;
        for (let j = names.length - 1; j >= 0; j--) {
          const place = rest % extents[j];
          rest = Math.floor(rest / extents[j]);
          for (let k = 0; k < at.length; k++) at[k] += place * strides[k][j];
        }
        visit(Math.floor(index / inside), at[0], at[1], at);
      }
    },
  };
}
