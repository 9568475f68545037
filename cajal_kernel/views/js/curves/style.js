// How a run is drawn: its colour and its dash, here and in the keys that explain them.

import { shape } from "../shared/dom.js";
import { brief } from "../shared/numbers.js";

/** @typedef {{ name: string, colour: string, dash: number[] }} Run */

/**
 * A short piece of a run's line.
 * @param {Run} run
 */
export function swatch({ colour, dash }) {
  const line = shape("line", {
    x1: 1,
    x2: 25,
    y1: 5,
    y2: 5,
    stroke: colour,
    "stroke-width": 2.2,
    "stroke-dasharray": dash.join(" "),
  });
  return shape("svg", { class: "cajal-swatch-line", width: 26, height: 10, "aria-hidden": "true" }, line);
}

/**
 * How a mark of a value that is no finite number is drawn, around the origin.
 * @param {number} value NaN or an infinity
 */
export function markPath(value) {
  if (Number.isNaN(value)) return "M-3.5,-3.5L3.5,3.5M-3.5,3.5L3.5,-3.5";
  return value > 0 ? "M-4,3L0,-4L4,3Z" : "M-4,-3L0,4L4,-3Z";
}

/**
 * A number in a few characters, also where it is near to zero: 1.2e-5.
 * @param {number} value
 */
export function compact(value) {
  const isSmall = value !== 0 && Math.abs(value) < 1e-3;
  return isSmall ? value.toExponential(2).replace(/\.?0+e/, "e") : brief(value);
}
