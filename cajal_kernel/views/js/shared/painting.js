// An image of a space: drawn on a canvas, and painted on with the pointer or with keys.

import { element } from "./dom.js";
import { image } from "./image.js";
import { brief } from "./numbers.js";

/** @typedef {import("./inputs.js").Control} Control */

/**
 * @param {string} name
 * @param {number[]} size channels, height, width
 * @param {Float64Array} values
 * @param {(values: Float64Array) => void} change
 * @returns {Control}
 */
export function imageOf(name, size, values, change) {
  const [channels, height, width] = size;
  const view = image(size, { name, small: 112 }); // a pixel can be met
  const canvas = /** @type {HTMLCanvasElement} */ (view.node.querySelector("canvas"));
  canvas.tabIndex = 0;
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
    element: element("div", {}, view.node, row),
    show: (next) => {
      now = next;
      view.show(next);
      tell();
    },
  };
}
