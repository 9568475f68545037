// One matrix on a canvas: its tiles as an image, over it what there is room for.

import { element } from "../shared/dom.js";
import { mark } from "../shared/numbers.js";
import { paint } from "./colours.js";
import { fitting, inkOf, LINE, widest } from "./ink.js";
import { label, RIGHT, STUB } from "./margins.js";

/** Pixels of an entry in which its number is written, and of a sign for what is no number. */
const NUMBERED = 30;
const SIGNED = 9;
/** The most signs that are drawn; what is not finite has its colour everywhere. */
const SIGNS = 1500;

/** @typedef {{ row: number, column: number }} Entry */
/** @typedef {import("./labels.js").Axis} Axis */

/**
 * @param {{ rows: Axis, columns: Axis[], scale: number }} spec
 * @param {import("./values.js").Source} source
 * @param {ArrayLike<number>} lost  the columns that lost their mass
 * @param {import("./view.js").View} view
 * @param {string} name  what the canvas is to those who do not see it
 */
export function makePane(spec, source, lost, view, name) {
  const canvas = element("canvas", {
    class: "cajal-matrix-canvas",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "matrix",
    "aria-label": name,
  });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = element("canvas", { width: 0, height: 0 });
  const brush = /** @type {CanvasRenderingContext2D} */ (image.getContext("2d"));
  const lostColumns = new Set(Array.from(lost));
  // Room for the tiles of a frame.
  let values = new Float64Array(0);
  let words = new Uint32Array(0);
  let [left, top, width, height] = [0, 0, 1, 1];
  /** @type {number[]} */
  let wide = [];
  /** @type {import("./margins.js").Written[]} */
  let written = [];

  /** The pixels beside and above the matrix. */
  function margins() {
    pen.font = inkOf(canvas).font;
    wide = spec.columns.map(({ labels }) => widest(pen, labels, 400));
    const names = spec.columns.map(({ name }) => name);
    left = Math.ceil(widest(pen, [...spec.rows.labels, ...names], STUB)) + 8;
    top = spec.columns.length * LINE + (spec.columns.length ? 5 : 1);
    return { left: left + RIGHT, top: top + 2 };
  }

  /** @param {number} w @param {number} h */
  function resize(w, h) {
    [width, height] = [w, h];
    const dense = window.devicePixelRatio || 1;
    const [across, down] = [left + w + RIGHT, top + h + 2];
    const isSame = canvas.width === Math.round(across * dense) && canvas.height === Math.round(down * dense);
    if (isSame) return; // to set it would clear it
    canvas.width = Math.round(across * dense);
    canvas.height = Math.round(down * dense);
    canvas.style.width = `${across}px`;
    canvas.style.height = `${down}px`;
  }

  /**
   * @param {Entry | null} cursor
   * @param {import("./values.js").Mode} mode
   * @param {{ down: number, across: number }} tile
   */
  function draw(cursor, mode, tile) {
    const ink = inkOf(canvas);
    const dense = window.devicePixelRatio || 1;
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.font = ink.font;
    const area = view.area();
    pen.save();
    pen.translate(left, top);
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.clip();
    const odd = drawTiles(mode, tile, area);
    hatchLost(ink, area);
    drawEdges(ink);
    if (Math.min(view.across(), view.down()) >= NUMBERED) drawNumbers(ink, area);
    else drawSigns(odd);
    if (cursor) light(ink, cursor);
    pen.restore();
    pen.strokeStyle = "rgba(128,128,128,0.45)";
    pen.lineWidth = 1;
    pen.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
    written = label(pen, spec, view, { left, top, width, height }, wide, ink, cursor);
  }

  /** Makes room for the tiles of any zoom, none of them smaller than a pixel: a frame of a zoom has no time for that. */
  function reserve() {
    const room = view.room();
    image.width = Math.min(source.columns, Math.ceil(room.width) + 2);
    image.height = Math.min(source.rows, Math.ceil(room.height) + 2);
    const most = image.width * image.height;
    [values, words] = [new Float64Array(most).fill(0), new Uint32Array(most).fill(0)]; // all of it in memory
  }

  /**
   * @param {import("./values.js").Mode} mode
   * @param {{ down: number, across: number }} tile
   * @param {import("./values.js").Area} area
   */
  function drawTiles(mode, tile, area) {
    const [row, column] = [Math.floor(area.row / tile.down), Math.floor(area.column / tile.across)];
    const tall = Math.ceil((area.row + area.height) / tile.down) - row;
    const long = Math.ceil((area.column + area.width) / tile.across) - column;
    const count = tall * long;
    if (image.width < long || image.height < tall) reserve();
    source.fill(mode, tile.down, tile.across, { row, column, height: tall, width: long }, values);
    const odd = paint(values, count, spec.scale, words, SIGNS);
    const pixels = new Uint8ClampedArray(words.buffer, 0, 4 * count);
    brush.putImageData(new ImageData(pixels, long, tall), 0, 0);
    pen.imageSmoothingEnabled = false;
    const [x, y] = view.box(row * tile.down, column * tile.across);
    const [w, h] = [long * tile.across * view.across(), tall * tile.down * view.down()];
    pen.drawImage(image, 0, 0, long, tall, x, y, w, h);
    return odd.map((place) => {
      const [i, j] = [Math.floor(place / long), place % long];
      const [left, top] = view.box((row + i) * tile.down, (column + j) * tile.across);
      const size = /** @type {const} */ ([tile.across * view.across(), tile.down * view.down()]);
      return { value: values[place], x: left + size[0] / 2, y: top + size[1] / 2, size: Math.min(...size) };
    });
  }

  /** A sign on what is no number: so small an entry may be that the sign is larger. @param {{ value: number, x: number, y: number, size: number }[]} odd */
  function drawSigns(odd) {
    if (odd.length === SIGNS) return;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const { value, x, y, size } of odd) {
      const half = Math.max(SIGNED, Math.min(size, 16)) / 2;
      pen.fillStyle = "rgb(200,30,120)";
      if (size < SIGNED) pen.fillRect(x - half, y - half, 2 * half, 2 * half);
      pen.fillStyle = "white";
      pen.fillText(mark(value), x, y + 0.5);
    }
  }

  /** @param {import("./ink.js").Ink} ink @param {import("./values.js").Area} area */
  function drawNumbers(ink, { row, column, height: tall, width: long }) {
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let r = row; r < row + tall; r++) {
      for (let c = column; c < column + long; c++) {
        const value = source.at(r, c);
        if (value === null) continue;
        const [x, y, w, h] = view.box(r, c);
        const isOdd = value - value !== 0;
        pen.globalAlpha = value === 0 ? 0.4 : 1;
        pen.fillStyle = isOdd ? "white" : ink.text;
        pen.fillText(fitting(pen, value, w - 2), x + w / 2, y + h / 2 + 0.5);
      }
    }
    pen.globalAlpha = 1;
  }

  /** @param {import("./ink.js").Ink} ink @param {import("./values.js").Area} area */
  function hatchLost(ink, area) {
    if (!lostColumns.size) return;
    pen.save();
    pen.beginPath();
    for (let c = area.column; c < area.column + area.width; c++) {
      if (lostColumns.has(c)) pen.rect(view.box(0, c)[0], 0, view.across(), height);
    }
    pen.clip();
    pen.beginPath();
    for (let x = -height; x < width; x += 6) {
      pen.moveTo(x, height);
      pen.lineTo(x + height, 0);
    }
    pen.strokeStyle = ink.rule;
    pen.lineWidth = 0.8;
    pen.stroke();
    pen.restore();
  }

  /** Where an outer argument changes, if that can be told apart. @param {import("./ink.js").Ink} ink */
  function drawEdges(ink) {
    let repeat = spec.columns.reduce((product, { labels }) => product * labels.length, 1);
    pen.strokeStyle = ink.rule;
    spec.columns.slice(0, -1).forEach(({ labels }, level) => {
      repeat /= labels.length;
      if (repeat * view.across() < 14 || view.across() < 3) return;
      pen.lineWidth = level === 0 ? 1.4 : 0.8;
      pen.beginPath();
      for (let group = Math.ceil(view.place.x / repeat) || 1; ; group++) {
        const x = (group * repeat - view.place.x) * view.across();
        if (x >= width) break;
        pen.moveTo(x, 0);
        pen.lineTo(x, height);
      }
      pen.stroke();
    });
  }

  /** Lights the row and the column of an entry. @param {import("./ink.js").Ink} ink @param {Entry} entry */
  function light(ink, { row, column }) {
    const [x, y, w, h] = view.box(row, column);
    pen.fillStyle = ink.text;
    pen.globalAlpha = 0.1;
    pen.fillRect(0, y, width, Math.max(1, h));
    pen.fillRect(x, 0, Math.max(1, w), height);
    pen.globalAlpha = 1;
    pen.strokeStyle = ink.text;
    pen.lineWidth = 1.5;
    const grow = Math.max(0, 5 - Math.min(w, h)) / 2;
    pen.strokeRect(x - grow, y - grow, w + 2 * grow, h + 2 * grow);
  }

  return {
    canvas,
    source,
    margins,
    resize,
    draw,
    isLost: (/** @type {number} */ column) => lostColumns.has(column),
    /** A point of the canvas, from that of the page. @param {{ clientX: number, clientY: number }} event */
    point: ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect();
      return [clientX - box.left - left, clientY - box.top - top];
    },
    /**
     * What is drawn at an entry: its box on the canvas, and the colour of its tile, beside the number on it.
     * @type {(row: number, column: number, tile: { down: number, across: number }) => { box: number[], colour: number[] }}
     */
    drawn: (row, column, { down, across }) => {
      const [x, y, w, h] = view.box(row, column);
      const [tileX, tileY] = view.box(row - (row % down), column - (column % across));
      const dense = window.devicePixelRatio || 1;
      const inside = (/** @type {number} */ size) => (size < 8 ? size / 2 : size / 5);
      const at = [left + tileX + inside(w * across), top + tileY + inside(h * down)].map((value) =>
        Math.floor(value * dense),
      );
      return { box: [left + x, top + y, w, h], colour: [...pen.getImageData(at[0], at[1], 1, 1).data] };
    },
    labels: () => written,
  };
}
