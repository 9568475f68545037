// The numbers of a matrix, at every size: one by one, or as tiles of several rows and columns.
//
// A tile has the entry of the greatest magnitude in it, where NaN is greater than all, or the least or the
// greatest of its finite entries and infinities. Tiles of 2, 4, 8, … are made when they are first shown.

/** @typedef {"extreme" | "least" | "greatest"} Mode */
/** @typedef {import("../shared/wire.js").Numbers} Numbers */
/** @typedef {{ data: Numbers | Uint32Array, rows: number, columns: number }} Grid */

/**
 * What the numbers are read from. `fill` writes the tiles of so many rows and columns (powers of two) that
 * start at a tile into `out`, row by row; where a matrix is known by tiles, of single entries or of no less than
 * those. `need` says that single entries of an area are shown. `at` is an entry, or null where only its tile is known.
 * @typedef {{
 *   rows: number,
 *   columns: number,
 *   at: (row: number, column: number) => number | null,
 *   tile: (row: number, column: number) => { least: number, greatest: number, size: number } | null,
 *   fill: (mode: Mode, down: number, across: number, area: Area, out: Float64Array) => void,
 *   need: (area: Area) => void,
 *   dispose: () => void,
 * }} Source
 */

/** In tiles, from `row` and `column` on. @typedef {{ row: number, column: number, height: number, width: number }} Area */

/** @type {Record<Mode, (one: number, other: number) => number>} */
const PICK = {
  extreme: (one, other) => {
    if (one !== one || other !== other) return NaN;
    return Math.abs(other) > Math.abs(one) || (other > one && other === -one) ? other : one;
  },
  least: (one, other) => (other < one || one !== one ? other : one),
  greatest: (one, other) => (other > one || one !== one ? other : one),
};

/**
 * Two neighbours of each row, or of each column, as one.
 * @param {Grid} grid
 * @param {Mode} mode
 * @param {boolean} isAcross
 * @returns {Grid}
 */
export function halved({ data, rows, columns }, mode, isAcross) {
  const pick = PICK[mode];
  const [down, across] = isAcross ? [rows, (columns + 1) >> 1] : [(rows + 1) >> 1, columns];
  const made =
    data instanceof Float64Array ? new Float64Array(down * across) : new Float32Array(down * across);
  for (let row = 0, k = 0; row < down; row++) {
    for (let column = 0; column < across; column++, k++) {
      const one = isAcross ? row * columns + 2 * column : 2 * row * columns + column;
      const other = isAcross ? one + 1 : one + columns;
      const isAlone = isAcross ? 2 * column + 1 >= columns : 2 * row + 1 >= rows;
      made[k] = isAlone ? data[one] : pick(data[one], data[other]);
    }
  }
  return { data: made, rows: down, columns: across };
}

/**
 * The tiles of a grid by their size, each made once.
 * @param {(mode: Mode) => Grid} base
 */
export function pyramid(base) {
  /** @type {Map<string, Grid>} */
  const made = new Map();
  /** @type {(mode: Mode, down: number, across: number) => Grid} */
  function level(mode, down, across) {
    if (down === 1 && across === 1) return base(mode);
    const key = `${mode} ${down} ${across}`;
    const known = made.get(key);
    if (known) return known;
    // By way of the squares, which a zoom shows next.
    const grid =
      across >= down
        ? halved(level(mode, down, across / 2), mode, true)
        : halved(level(mode, down / 2, across), mode, false);
    made.set(key, grid);
    return grid;
  }
  return level;
}

/**
 * The tiles of an area, row by row.
 * @param {Grid} grid
 * @param {Area} area
 * @param {Float64Array} out
 */
export function copy(grid, { row, column, height, width }, out) {
  for (let i = 0; i < height; i++) {
    const start = (row + i) * grid.columns + column;
    out.set(grid.data.subarray(start, start + width), i * width);
  }
}

/**
 * A matrix that came whole.
 * @param {Numbers} data
 * @param {number} rows
 * @param {number} columns
 * @returns {Source}
 */
export function dense(data, rows, columns) {
  const whole = { data, rows, columns };
  const level = pyramid(() => whole);
  return {
    rows,
    columns,
    at: (row, column) => data[row * columns + column],
    tile: () => null,
    fill: (mode, down, across, area, out) => copy(level(mode, down, across), area, out),
    need: () => {},
    dispose: () => {},
  };
}

/**
 * A matrix of zeros and ones, by the places of the ones in order.
 * @param {ArrayLike<number>} places
 * @param {number} rows
 * @param {number} columns
 * @returns {Source}
 */
export function ones(places, rows, columns) {
  /** @type {Map<string, Grid>} */
  const made = new Map();
  /** @type {(down: number, across: number) => Grid} */
  function counts(down, across) {
    const key = `${down} ${across}`;
    const known = made.get(key);
    if (known) return known;
    const size = [Math.ceil(rows / down), Math.ceil(columns / across)];
    const data = new Uint32Array(size[0] * size[1]);
    for (let i = 0; i < places.length; i++) {
      const row = Math.floor(places[i] / columns);
      data[Math.floor(row / down) * size[1] + Math.floor((places[i] - row * columns) / across)]++;
    }
    const grid = { data, rows: size[0], columns: size[1] };
    made.set(key, grid);
    return grid;
  }
  return {
    rows,
    columns,
    at: (row, column) => (places[first(places, row * columns + column)] === row * columns + column ? 1 : 0),
    tile: () => null,
    fill: (mode, down, across, area, out) => {
      if (down * across === 1) {
        out.fill(0, 0, area.height * area.width);
        for (let i = 0; i < area.height; i++) {
          const start = (area.row + i) * columns + area.column;
          for (let k = first(places, start); places[k] < start + area.width; k++)
            out[i * area.width + places[k] - start] = 1;
        }
        return;
      }
      const grid = counts(down, across);
      copy(grid, area, out);
      for (let i = 0, k = 0; i < area.height; i++) {
        const height = Math.min(down, rows - (area.row + i) * down);
        for (let j = 0; j < area.width; j++, k++) {
          const full = height * Math.min(across, columns - (area.column + j) * across);
          out[k] = mode === "least" ? Number(out[k] === full) : Number(out[k] > 0);
        }
      }
    },
    need: () => {},
    dispose: () => {},
  };
}

/**
 * Where in a sorted array the first is that is no less.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
function first(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
