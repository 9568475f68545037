// A matrix that is too large to be sent whole: tiles of it, and exact blocks that are asked for when shown.

import { copy, pyramid } from "./values.js";

/** The most blocks that are kept, and the most questions that wait for an answer. */
const KEPT = 600;
const WAITING = 4;

/** The most bytes of answers in so many milliseconds: a Jupyter server drops what is faster than 1 MB a second. */
const BYTES = 2e6;
const WINDOW = 3000;

/** The milliseconds after which a question is asked again. */
const LOST = 8000;

/** @typedef {import("../shared/wire.js").Numbers} Numbers */

/**
 * @typedef {object} Tiled
 * @property {number} rows
 * @property {number} columns
 * @property {number} tile  the rows and columns of a tile
 * @property {number} block  the rows and columns of a block
 * @property {Record<import("./values.js").Mode, Numbers>} tiles
 * @property {((row: number, column: number) => Promise<Numbers>) | null} ask
 * @property {() => void} changed  called when a block has come
 */

/**
 * @param {Tiled} tiled
 * @returns {import("./values.js").Source}
 */
export function tiles({ rows, columns, tile, block, tiles, ask, changed }) {
  const [down, across] = [Math.ceil(rows / tile), Math.ceil(columns / tile)];
  const overview = pyramid((mode) => ({ data: tiles[mode], rows: down, columns: across }));
  /** @type {Map<number, Numbers>} */
  const blocks = new Map();
  /** When each question was asked. @type {Map<number, number>} */
  const asked = new Map();
  /** When the last ones were. @type {number[]} */
  let times = [];
  const most = Math.max(1, Math.floor(BYTES / (4 * block * block)));
  const wide = Math.ceil(columns / block);
  /** @type {number[]} */
  let wanted = [];
  let timer = 0;

  function next() {
    clearTimeout(timer);
    const now = performance.now();
    times = times.filter((time) => now - time < WINDOW);
    for (const [key, time] of asked) if (now - time > LOST) asked.delete(key);
    while (ask && wanted.length && asked.size < WAITING && times.length < most)
      fetch(/** @type {number} */ (wanted.shift()), now);
    if (ask && wanted.length) timer = window.setTimeout(next, 200);
  }

  /** @param {number} key @param {number} now */
  function fetch(key, now) {
    if (!ask || blocks.has(key) || asked.has(key)) return;
    asked.set(key, now);
    times.push(now);
    ask(Math.floor(key / wide) * block, (key % wide) * block).then(
      (data) => {
        asked.delete(key);
        blocks.set(key, data);
        if (blocks.size > KEPT) blocks.delete(/** @type {number} */ (blocks.keys().next().value));
        changed();
        next();
      },
      () => {
        ask = null; // the kernel no longer has the numbers: the tiles stay
      },
    );
  }

  /** The width of a block, which is cut at the right. @param {number} column */
  const widthAt = (column) => Math.min(block, columns - Math.floor(column / block) * block);

  return {
    rows,
    columns,
    at: (row, column) => {
      const data = blocks.get(Math.floor(row / block) * wide + Math.floor(column / block));
      return data ? data[(row % block) * widthAt(column) + (column % block)] : null;
    },
    tile: (row, column) => {
      const place = Math.floor(row / tile) * across + Math.floor(column / tile);
      return { least: tiles.least[place], greatest: tiles.greatest[place], size: tile };
    },
    fill: (mode, high, long, area, out) => {
      if (high >= tile && long >= tile) {
        copy(overview(mode, high / tile, long / tile), area, out);
        return;
      }
      const last = area.column + area.width;
      for (let i = 0, k = 0; i < area.height; i++) {
        const row = area.row + i;
        const coarse = Math.floor(row / tile) * across;
        for (let column = area.column; column < last; ) {
          const data = blocks.get(Math.floor(row / block) * wide + Math.floor(column / block));
          const stop = Math.min(last, (Math.floor(column / block) + 1) * block);
          const start = (row % block) * widthAt(column) + (column % block);
          if (data) out.set(data.subarray(start, start + stop - column), k);
          else if (i > 0 && row % tile > 0)
            // As in the row above, since a block has whole tiles.
            out.copyWithin(k, k - area.width, k - area.width + stop - column);
          else
            for (let c = column; c < stop; c++)
              out[k + c - column] = tiles[mode][coarse + Math.floor(c / tile)];
          k += stop - column;
          column = stop;
        }
      }
    },
    dispose: () => clearTimeout(timer),
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
