// An image of a space: drawn on a canvas, and painted on with the pointer or with keys.

import { element } from "./dom.js";
import { brief } from "./numbers.js";

/** @typedef {import("./inputs.js").Control} Control */

/** The pixels of the page for the longer side of an image. */
const SIDE = 128;

/**
 * Draws an image of one channel or of three, one pixel an entry. Of one channel zero is transparent, values above
 * are blue and below are orange; three channels are red, green and blue from 0 to 1.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} image channels, height, width
 * @param {ArrayLike<number>} values
 * @param {number} scale what is painted in full colour
 */
export function paint(canvas, [channels, height, width], values, scale) {
  canvas.width = width;
  canvas.height = height;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const pixels = pen.createImageData(width, height);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    if (channels === 3) {
      for (let c = 0; c < 3; c++)
        pixels.data[4 * i + c] = 255 * Math.min(1, Math.max(0, values[c * size + i]));
      pixels.data[4 * i + 3] = 255;
      continue;
    }
    const value = values[i];
    const colour = Number.isFinite(value) ? (value < 0 ? [226, 104, 22] : [38, 120, 226]) : [200, 30, 120];
    pixels.data.set(
      [...colour, Number.isFinite(value) ? 255 * Math.min(1, Math.abs(value) / scale) : 255],
      4 * i,
    );
  }
  pen.putImageData(pixels, 0, 0);
}

/**
 * The greatest magnitude of an image, at least 1.
 * @param {ArrayLike<number>} values
 */
export function reach(values) {
  let most = 1;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i])) most = Math.max(most, Math.abs(values[i]));
  return most;
}

/**
 * @param {string} name
 * @param {number[]} image
 * @param {Float64Array} values
 * @param {(values: Float64Array) => void} change
 * @returns {Control}
 */
export function imageOf(name, image, values, change) {
  const [channels, height, width] = image;
  const scale = SIDE / Math.max(height, width);
  const canvas = element("canvas", {
    class: "cajal-image",
    tabindex: "0",
    role: "img",
    style: `width:${width * scale}px;height:${height * scale}px`,
  });
  const brush = element("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 0.05,
    value: 1,
    "aria-label": `what is painted on ${name}`,
  });
  const says = element("output");
  let now = values;
  let place = 0;
  const tell = () => {
    const at = Array.from({ length: channels }, (_, c) => brief(now[c * height * width + place])).join(", ");
    says.textContent = `row ${Math.floor(place / width)}, column ${place % width}: ${at}`;
    canvas.setAttribute("aria-label", `${name}, an image of ${height} × ${width}; ${says.textContent}`);
  };
  const put = () => {
    const made = Float64Array.from(now);
    for (let c = 0; c < channels; c++) made[c * height * width + place] = Number(brush.value);
    change(made);
  };
  const at = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * width);
    const row = Math.floor(((event.clientY - box.top) / box.height) * height);
    if (row >= 0 && row < height && column >= 0 && column < width) place = row * width + column;
    tell();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    at(event);
    put();
  });
  canvas.addEventListener("pointermove", (event) => {
    at(event);
    if (canvas.hasPointerCapture(event.pointerId)) put();
  });
  canvas.addEventListener("keydown", (event) => {
    const [rows, columns] = /** @type {Record<string, number[]>} */ ({
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    })[event.key] ?? [0, 0];
    const row = Math.min(height - 1, Math.max(0, Math.floor(place / width) + rows));
    const column = Math.min(width - 1, Math.max(0, (place % width) + columns));
    if (event.key === "Enter" || event.key === " ") put();
    else if (!rows && !columns) return;
    place = row * width + column;
    tell();
    event.preventDefault();
  });
  const row = element("div", { class: "cajal-controls" }, "paint ", brush, says);
  return {
    element: element("div", {}, canvas, row),
    show: (next) => {
      now = next;
      paint(canvas, image, next, reach(next));
      tell();
    },
  };
}
