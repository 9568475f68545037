// A matrix that is too large to be sent whole: tiles of it, and exact blocks that are asked for when shown.

import { pyramid } from "./values.js";

/** The most blocks that are kept. */
const KEPT = 160;
/** The most questions that wait for an answer. */
const WAITING = 4;

/**
 * @typedef {object} Tiled
 * @property {number} rows
 * @property {number} columns
 * @property {number} tile  the rows and columns of a tile
 * @property {number} block  the rows and columns of a block
 * @property {Record<import("./values.js").Mode, ArrayLike<number>>} tiles
 * @property {((row: number, column: number) => Promise<ArrayLike<number>>) | null} ask
 * @property {() => void} changed  called when a block has come
 */

/**
 * @param {Tiled} tiled
 * @returns {import("./values.js").Source}
 */
export function tiles({ rows, columns, tile, block, tiles, ask, changed }) {
  const [down, across] = [Math.ceil(rows / tile), Math.ceil(columns / tile)];
  const overview = pyramid((mode) => ({ data: tiles[mode], rows: down, columns: across }));
  /** @type {Map<number, ReturnType<typeof pyramid>>} */
  const blocks = new Map();
  /** @type {Set<number>} */
  const asked = new Set();
  const wide = Math.ceil(columns / block);
  /** @type {number[]} */
  let wanted = [];

  /** @param {number} key */
  const size = (key) => {
    const [row, column] = [Math.floor(key / wide) * block, (key % wide) * block];
    return { row, column, rows: Math.min(block, rows - row), columns: Math.min(block, columns - column) };
  };

  function next() {
    while (ask && asked.size < WAITING && wanted.length) {
      const key = /** @type {number} */ (wanted.shift());
      if (blocks.has(key) || asked.has(key)) continue;
      const place = size(key);
      asked.add(key);
      ask(place.row, place.column).then(
        (data) => {
          asked.delete(key);
          blocks.set(key, pyramid(() => ({ data, rows: place.rows, columns: place.columns })));
          if (blocks.size > KEPT) blocks.delete(/** @type {number} */ (blocks.keys().next().value));
          changed();
          next();
        },
        () => {
          ask = null; // the kernel is gone or busy with something else: the tiles stay
        },
      );
    }
  }

  return {
    rows,
    columns,
    at: (row, column) => {
      const key = Math.floor(row / block) * wide + Math.floor(column / block);
      const level = blocks.get(key);
      if (!level) return null;
      const place = size(key);
      return level("extreme", 1, 1).data[(row - place.row) * place.columns + column - place.column];
    },
    tile: (row, column) => {
      const place = Math.floor(row / tile) * across + Math.floor(column / tile);
      return { least: tiles.least[place], greatest: tiles.greatest[place], size: tile };
    },
    fill: (mode, high, long, area, out) => {
      if (high >= tile && long >= tile) {
        const grid = overview(mode, high / tile, long / tile);
        for (let i = 0, k = 0; i < area.height; i++) {
          const start = (area.row + i) * grid.columns + area.column;
          for (let j = 0; j < area.width; j++) out[k++] = grid.data[start + j];
        }
        return;
      }
      for (let i = 0, k = 0; i < area.height; i++) {
        const row = (area.row + i) * high;
        const above = Math.floor(row / block) * wide;
        const coarse = Math.floor(row / tile) * across;
        let key = -1;
        /** @type {import("./values.js").Grid | null} */
        let grid = null;
        let start = 0;
        for (let j = 0; j < area.width; j++) {
          const column = (area.column + j) * long;
          const now = above + Math.floor(column / block);
          if (now !== key) {
            key = now;
            const level = blocks.get(key);
            grid = level ? level(mode, high, long) : null;
            if (grid) start = ((row % block) / high) * grid.columns - Math.floor(column / block) * (block / long);
          }
          out[k++] = grid ? grid.data[start + area.column + j] : tiles[mode][coarse + Math.floor(column / tile)];
        }
      }
    },
    need: ({ row, column, height, width }) => {
      if (!ask) return;
      const keys = [];
      for (let r = Math.floor(row / block); r * block < row + height; r++) {
        for (let c = Math.floor(column / block); c * block < column + width; c++) keys.push(r * wide + c);
      }
      const [y, x] = [(row + height / 2) / block - 0.5, (column + width / 2) / block - 0.5];
      /** @param {number} key */
      const away = (key) => Math.hypot(Math.floor(key / wide) - y, (key % wide) - x);
      wanted = keys.filter((key) => !blocks.has(key)).sort((one, other) => away(one) - away(other));
      next();
    },
  };
}
