// Where a matrix is on its canvas: how large an entry is, and which one is at the top left.

/** The most pixels of an entry when all of it is in view, and when it is zoomed. */
const FITTED = 46;
const LARGEST = 72;
/** A matrix that is lower or narrower than this is stretched to it. */
const SLIM = 96;

/**
 * `size` is the pixels of an entry along the side that is not stretched.
 * @typedef {{ size: number, x: number, y: number }} Place
 */

/**
 * @param {number} rows
 * @param {number} columns
 */
export function makeView(rows, columns) {
  /** The room, and what the matrix takes of it. */
  let [wide, tall, width, height] = [1, 1, 1, 1];
  /** The least pixels of an entry down and across: those with all of it in view. */
  let least = [1, 1];
  /** @type {Place} */
  const place = { size: 0, x: 0, y: 0 };
  let isFitted = true;

  const down = () => Math.max(place.size, least[0]);
  const across = () => Math.max(place.size, least[1]);

  /**
   * Gives it room.
   * @param {number} across
   * @param {number} down
   */
  function resize(across, down) {
    [wide, tall] = [across, down];
    let [y, x] = [Math.min(tall / rows, FITTED), Math.min(wide / columns, FITTED)];
    const square = Math.min(x, y);
    // Squares of 1 × k entries, of as many as make it readable.
    if (square * rows < SLIM && square < 4)
      [y, x] = [square * Math.max(1, Math.ceil(Math.min(4 / square, SLIM / (square * rows)))), square];
    else if (square * columns < SLIM && square < 4)
      [y, x] = [square, square * Math.max(1, Math.ceil(Math.min(4 / square, SLIM / (square * columns))))];
    else [y, x] = [square, square];
    least = [y, x];
    if (isFitted) fit();
    else clamp();
  }

  function fit() {
    isFitted = true;
    Object.assign(place, { size: Math.min(...least), x: 0, y: 0 });
    clamp();
  }

  function clamp() {
    place.size = Math.min(Math.max(place.size, Math.min(...least)), Math.max(LARGEST, ...least));
    isFitted = place.size <= Math.min(...least) * 1.0001;
    // So that zooming keeps what is at a point there, only what lies right of and below it takes more room.
    place.x = Math.max(0, Math.min(place.x, columns - Math.min(wide, columns * least[1]) / across()));
    place.y = Math.max(0, Math.min(place.y, rows - Math.min(tall, rows * least[0]) / down()));
    width = Math.min(wide, Math.ceil((columns - place.x) * across() - 1e-6));
    height = Math.min(tall, Math.ceil((rows - place.y) * down() - 1e-6));
  }

  return {
    resize,
    fit,
    room: () => ({ width: wide, height: tall }),
    /** The pixels that the matrix takes of its room: the more the nearer it is. */
    extent: () => ({ width, height }),
    down,
    across,
    place,
    get isFitted() {
      return isFitted;
    },
    /**
     * Zooms, and what is at a point stays there.
     * @param {number} factor
     * @param {number} x
     * @param {number} y
     */
    zoom(factor, x = width / 2, y = height / 2) {
      const [column, row] = [place.x + x / across(), place.y + y / down()];
      place.size *= factor;
      clamp();
      place.x = column - x / across();
      place.y = row - y / down();
      clamp();
    },
    /** @type {(x: number, y: number) => void} */
    pan(x, y) {
      place.x -= x / across();
      place.y -= y / down();
      clamp();
    },
    /** Moves an entry into view. @type {(row: number, column: number) => void} */
    reveal(row, column) {
      const [w, h] = [width / across(), height / down()];
      place.x = Math.min(Math.max(place.x, column + 1 - w), column);
      place.y = Math.min(Math.max(place.y, row + 1 - h), row);
      clamp();
    },
    /** The rows and columns of a tile, so that none is smaller than a pixel. */
    tile() {
      /** @param {number} size */
      const power = (size) => 2 ** Math.max(0, Math.ceil(Math.log2(1 / size) - 1e-9));
      return { down: power(down()), across: power(across()) };
    },
    /** The entries in view. @returns {import("./values.js").Area} */
    area() {
      const [row, column] = [Math.floor(place.y), Math.floor(place.x)];
      return {
        row,
        column,
        height: Math.min(rows, Math.ceil(place.y + height / down() - 1e-9)) - row,
        width: Math.min(columns, Math.ceil(place.x + width / across() - 1e-9)) - column,
      };
    },
    /** The entry at a point, or null beside the matrix. @type {(x: number, y: number) => { row: number, column: number } | null} */
    entry(x, y) {
      const [row, column] = [Math.floor(place.y + y / down()), Math.floor(place.x + x / across())];
      return x >= 0 && y >= 0 && x <= width && y <= height && row < rows && column < columns
        ? { row, column }
        : null;
    },
    /** The box of an entry. @type {(row: number, column: number) => [number, number, number, number]} */
    box: (row, column) => [(column - place.x) * across(), (row - place.y) * down(), across(), down()],
  };
}

/** @typedef {ReturnType<typeof makeView>} View */
