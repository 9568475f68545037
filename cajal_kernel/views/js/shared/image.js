// A vector of an image space on a canvas: a pixel for each entry of one channel, colours for three.

import { NEGATIVE, ODD, POSITIVE } from "./colours.js";
import { element } from "./dom.js";
import { brief, precise } from "./numbers.js";

// The most that an image is wide or high in the page.
const LARGE = 224;

/**
 * @typedef {{
 *   node: HTMLElement,
 *   show: (values: ArrayLike<number>) => void,
 *   read: (row: number, column: number) => { values: number[], colour: number[], note: string },
 * }} Picture
 */

/**
 * An image of channels, height and width, row-major, the channels outermost. One channel is blue above zero and
 * orange below, the fainter the nearer to zero; three are red, green and blue, from 0 to 1, or from the least to
 * the greatest entry where one is outside of that. What is not finite is magenta.
 * @param {readonly number[]} size
 * @param {{ name?: string, small?: number }} [options] `small` is the least that it is wide or high in the page
 * @returns {Picture}
 */
export function image([channels, height, width], { name = "image", small = 56 } = {}) {
  const zoom = Math.min(
    Math.max(1, Math.ceil(small / Math.min(width, height))),
    Math.max(1, LARGE / Math.max(width, height)),
  );
  const canvas = element("canvas", { width, height, role: "img" });
  canvas.style.width = `${Math.min(LARGE, width * zoom)}px`;
  canvas.style.aspectRatio = `${width} / ${height}`;
  const note = element("span", { class: "cajal-image-note" });
  const node = element("span", { class: "cajal-image" }, canvas, note);
  /** @type {ArrayLike<number>} */
  let shown = [];
  let caption = "";

  /** @param {ArrayLike<number>} values */
  function show(values) {
    shown = values;
    const range = extent(values);
    const size = `${height} × ${width}${channels > 1 ? `, ${channels} channels` : ""}`;
    caption = `${size}, ${brief(range.low)} to ${brief(range.high)}${range.odd ? `, ${range.odd} not finite` : ""}`;
    note.textContent = caption;
    canvas.setAttribute("aria-label", `${name}: ${caption}`);
    const context = canvas.getContext("2d");
    if (!context) return;
    const pixels = context.createImageData(width, height);
    paint(pixels.data, values, channels, width * height, range);
    context.putImageData(pixels, 0, 0);
  }

  /** @param {number} row @param {number} column */
  const entries = (row, column) =>
    Array.from({ length: channels }, (_, channel) => shown[(channel * height + row) * width + column]);

  canvas.addEventListener("mousemove", (event) => {
    const box = canvas.getBoundingClientRect();
    const row = Math.min(
      height - 1,
      Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * height)),
    );
    const column = Math.min(
      width - 1,
      Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * width)),
    );
    note.textContent = `row ${row}, column ${column}: ${entries(row, column).map(precise).join(", ")}`;
  });
  canvas.addEventListener("mouseleave", () => {
    note.textContent = caption;
  });

  return {
    node,
    show,
    read: (row, column) => ({
      values: entries(row, column),
      colour: [...(canvas.getContext("2d")?.getImageData(column, row, 1, 1).data ?? [])],
      note: note.textContent ?? "",
    }),
  };
}

/**
 * The least and the greatest of the finite entries, and how many are not finite.
 * @param {ArrayLike<number>} values
 */
function extent(values) {
  let low = Infinity;
  let high = -Infinity;
  let odd = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) odd++;
    else {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
  }
  return low > high ? { low: 0, high: 0, odd } : { low, high, odd };
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {ArrayLike<number>} values
 * @param {number} channels
 * @param {number} count
 * @param {{ low: number, high: number }} range
 */
function paint(pixels, values, channels, count, { low, high }) {
  const greatest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const [black, white] = low >= 0 && high <= 1 ? [0, 1] : [low, high];
  for (let at = 0; at < count; at++) {
    const entries = Array.from({ length: channels }, (_, channel) => values[channel * count + at]);
    const isOdd = !entries.every(Number.isFinite);
    if (channels === 3 && !isOdd) {
      pixels.set([...entries.map((value) => (255 * (value - black)) / (white - black || 1)), 255], 4 * at);
      continue;
    }
    const colour = isOdd ? ODD : entries[0] < 0 ? NEGATIVE : POSITIVE;
    pixels.set([...colour, isOdd ? 255 : (255 * Math.abs(entries[0])) / greatest], 4 * at);
  }
}
