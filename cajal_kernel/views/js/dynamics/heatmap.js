// States over the steps as a heatmap: a row for each coordinate, a column for each step.

import { element } from "../shared/dom.js";
import { brief, precise } from "../shared/numbers.js";
import { binned, css, paint } from "./colours.js";
import { frame, nameRows } from "./frame.js";
import { label } from "./model.js";

/** @typedef {import("./colours.js").Scale} Scale */
/** @typedef {import("./frame.js").Range} Range */
/** @typedef {import("./frame.js").Frame} Frame */

/**
 * @typedef {{ node: HTMLElement, height: number,
 *   show: (values: Float64Array, scale: Scale, range: Range) => void,
 *   cursor: (step: number) => void, side: HTMLElement,
 *   read: (step: number, row: number) => { value: number, colour: number[] } }} Heatmap
 */

/**
 * @param {string} title
 * @param {import("./model.js").Run} run
 * @param {(step: number) => void} choose
 * @param {(text: string) => void} tell says what is under the pointer
 * @param {number} tallest
 * @returns {Heatmap}
 */
export function heatmap(title, run, choose, tell, tallest) {
  const { dim } = run;
  const height = Math.max(24, Math.min(tallest, dim * 18));
  /** @type {Range} */
  let range = { first: 0, count: run.steps };
  /** @type {Float64Array} */
  let values = new Float64Array();
  const made = frame(
    title,
    (step, part) => {
      const row = Math.floor(part * dim);
      tell(`step ${step}, ${label(run, row)}: ${precise(values[step * dim + row])}`);
    },
    choose,
    () => range,
  );
  return {
    node: made.node,
    side: made.side,
    height,
    show(given, scale, shown) {
      [values, range] = [given, shown];
      const { width } = made.size(height);
      nameRows(made.names, dim, height, (row) => label(run, row));
      const ratio = made.canvas.width / width;
      const part = transposed(values, dim, range);
      const [pixels, columns] = binned(
        part,
        range.count,
        Math.ceil(height * ratio),
        Math.ceil(width * ratio),
      );
      const ink = getComputedStyle(made.node).color;
      paint(made.context, pixels, columns, scale, { width, height, write: brief, ink });
    },
    cursor: (step) => made.cursor(step, range),
    // The colour in the middle of a cell, as it is on the canvas.
    read(step, row) {
      const { canvas, context } = made;
      const x = Math.floor(((step - range.first + 0.15) / range.count) * canvas.width);
      const y = Math.floor(((row + 0.2) / dim) * canvas.height);
      return { value: values[step * dim + row], colour: [...context.getImageData(x, y, 1, 1).data] };
    },
  };
}

/**
 * States (steps, dim) of a range as rows of coordinates.
 * @param {Float64Array} states
 * @param {number} dim
 * @param {Range} range
 */
function transposed(states, dim, { first, count }) {
  const made = new Float64Array(dim * count);
  for (let step = 0; step < count; step++) {
    for (let i = 0; i < dim; i++) made[i * count + step] = states[(first + step) * dim + i];
  }
  return made;
}

/**
 * Which number has which colour: a bar from the greatest to the least.
 * @param {Scale} scale
 * @param {number} height
 */
export function scaleBar(scale, height) {
  const { low, high, isSigned } = scale;
  const stops = Array.from({ length: 21 }, (_, i) => {
    const part = 1 - i / (isSigned ? 10 : 20);
    const size = low ? low * (high / low) ** Math.abs(part) : high * Math.abs(part);
    return `${css(Math.sign(part) * size, scale)} ${5 * i}%`;
  });
  const tall = Math.max(44, Math.min(110, height));
  const middle = low ? `${isSigned ? "±" : ""}${brief(low)}` : "0";
  const ends = isSigned ? [brief(high), middle, brief(-high)] : [brief(high), middle];
  return element(
    "div",
    {
      class: "cajal-dy-scale",
      style: `height:${tall}px`,
      title: low ? "logarithmic scale of colours" : "linear scale of colours",
    },
    element("div", { style: `background:linear-gradient(${stops.join(", ")})` }),
    element("div", {}, ...ends.map((end) => element("span", {}, end))),
    ...(low ? [element("em", {}, "log scale")] : []),
  );
}

/**
 * The result as a column beside the sum so far.
 * @param {import("./model.js").Run} run
 * @param {Float64Array} result
 * @param {Scale} scale
 * @param {number} height
 */
export function resultColumn(run, result, scale, height) {
  const rows = Array.from(result, (value, i) => {
    const number = height / run.dim >= 12 && value !== 0 ? brief(value) : "";
    const cell = element("span", {
      style: `background:${css(value, scale)}`,
      title: `result, ${label(run, i)}: ${precise(value)}`,
    });
    return element("div", {}, cell, number);
  });
  return element("div", { class: "cajal-dy-result", style: `height:${height}px` }, ...rows);
}
