// The arguments of a neuron as controls: bars to drag, an image to paint on, a matrix whose columns are chosen,
// a list of elements.

import { columnsOf, spaceOf } from "./columns.js";
import { element } from "./dom.js";
import { listOf } from "./lists.js";
import { imageOf } from "./painting.js";

/**
 * A type as the encoded graph tells it.
 * @typedef {{ dim: number, shape: number[], labels: string[] | null, is_data: boolean, is_function: boolean, image: number[] | null, list: { element: Type, most: number } | null }} Type
 */

/**
 * One argument: its element, and what it shows. `show` does not call back.
 * @typedef {{ element: HTMLElement, show: (values: Float64Array) => void }} Control
 */

/**
 * The control of an argument. What the user does is told to `change`, with all values, a new array each time.
 * @param {string} name
 * @param {string} type
 * @param {Type} about
 * @param {Float64Array} values flattened
 * @param {(values: Float64Array) => void} change
 * @returns {Control}
 */
export function control(name, type, about, values, change) {
  const body = about.list
    ? listOf(name, about.list, values, change, bodyOf)
    : bodyOf(name, about, values, change);
  const title = element("div", { class: "cajal-name" }, element("b", {}, name), ` : ${type}`);
  const sum = element("span", { class: "cajal-sum" });
  const box = element(
    "section",
    { class: "cajal-input", "aria-label": `${name} : ${type}` },
    title,
    body.element,
  );
  if (about.is_data) title.append(sum);
  const show = (/** @type {Float64Array} */ now) => {
    body.show(now);
    sum.textContent = about.is_data ? excess(now) : "";
  };
  show(values);
  return { element: box, show };
}

/**
 * What an argument that is no list held apart is changed with.
 * @param {string} name
 * @param {Type} about
 * @param {Float64Array} values
 * @param {(values: Float64Array) => void} change
 * @returns {Control}
 */
function bodyOf(name, about, values, change) {
  if (about.image) return imageOf(name, about.image, values, change);
  return about.is_function ? columnsOf(name, about, values, change) : spaceOf(name, about, values, change);
}

/**
 * What is to be said of a value of data that is no distribution.
 * @param {ArrayLike<number>} values
 */
export function excess(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  if (sum === 0) return " sum 0";
  return Math.abs(sum - 1) < 5e-3 ? "" : ` sum ${Number(sum.toPrecision(3))}`;
}
