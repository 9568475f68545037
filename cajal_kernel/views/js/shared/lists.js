// A list that is held apart: its elements as controls, and its length. Behind the elements, zeros up to the
// greatest length, stand the weights of the lengths.

import { element } from "./dom.js";
import { brief } from "./numbers.js";

/** @typedef {import("./inputs.js").Type} Type */
/** @typedef {import("./inputs.js").Control} Control */
/** @typedef {(name: string, about: Type, values: Float64Array, change: (values: Float64Array) => void) => Control} Body */

/** The most elements that are shown at once. */
const SHOWN = 8;

/**
 * The greatest length of a list that has a weight.
 * @param {Float64Array} values
 * @param {number} most
 */
export function longest(values, most) {
  for (let length = most; length > 0; length--)
    if (values[values.length - most - 1 + length] !== 0) return length;
  return 0;
}

/**
 * A list of another length. What is added is like the element before it; what is taken away is zero.
 * @param {Float64Array} values
 * @param {Type} of the elements
 * @param {number} most
 * @param {number} length
 */
export function ofLength(values, of, most, length) {
  const made = Float64Array.from(values);
  for (let place = longest(values, most); place < length; place++) {
    const before = made.slice((place - 1) * of.dim, place * of.dim);
    const fresh = new Float64Array(of.dim).fill(of.is_data ? 0 : 0.5);
    if (of.is_data) fresh[0] = 1;
    made.set(place ? before : fresh, place * of.dim);
  }
  made.fill(0, length * of.dim);
  made[most * of.dim + length] = 1;
  return made;
}

/**
 * What the lengths are, in words.
 * @param {Float64Array} values
 * @param {number} most
 */
export function lengthText(values, most) {
  const weights = [...values.subarray(values.length - most - 1)];
  const named = weights.flatMap((weight, length) => (weight === 0 ? [] : [[length, weight]]));
  if (named.length === 1 && named[0][1] === 1) return `length ${named[0][0]}`;
  if (!named.length) return "no length";
  return `lengths ${named.map(([length, weight]) => `${length}: ${brief(weight)}`).join(", ")}`;
}

/**
 * @param {string} name
 * @param {{ element: Type, most: number }} list
 * @param {Float64Array} values
 * @param {(values: Float64Array) => void} change
 * @param {Body} bodyOf the control of an element
 * @returns {Control}
 */
export function listOf(name, { element: of, most }, values, change, bodyOf) {
  let now = values;
  let first = 0;
  const shorter = element("button", { type: "button", "aria-label": `one element less in ${name}` }, "−");
  const longer = element("button", { type: "button", "aria-label": `one element more in ${name}` }, "+");
  const says = element("output");
  const from = element("input", {
    type: "range",
    min: 0,
    value: 0,
    "aria-label": `first element of ${name} shown`,
  });
  const shown = element("span", { class: "cajal-caption" });
  shorter.addEventListener("click", () => change(ofLength(now, of, most, longest(now, most) - 1)));
  longer.addEventListener("click", () => {
    const length = longest(now, most) + 1;
    first = Math.max(first, length - SHOWN);
    change(ofLength(now, of, most, length));
  });
  from.addEventListener("input", () => {
    first = Number(from.value);
    show(now);
  });
  const slots = Array.from({ length: Math.min(most, SHOWN) }, (_, slot) => {
    const place = () => first + slot;
    const part = (/** @type {Float64Array} */ all) => all.slice(place() * of.dim, (place() + 1) * of.dim);
    const body = bodyOf(`an element of ${name}`, of, part(values), (value) => {
      const made = Float64Array.from(now);
      made.set(value, place() * of.dim);
      change(made);
    });
    const number = element("div", { class: "cajal-caption" });
    const box = element("div", { class: "cajal-element" }, number, body.element);
    return { place, part, body, number, box };
  });
  const empty = element("div", { class: "cajal-caption" }, "the empty list");
  const node = element(
    "div",
    {},
    element("div", { class: "cajal-controls" }, shorter, longer, says, from, shown),
    element("div", { class: "cajal-elements" }, ...slots.map(({ box }) => box), empty),
  );

  /** @param {Float64Array} next */
  function show(next) {
    now = next;
    const length = longest(now, most);
    first = Math.max(0, Math.min(first, length - SHOWN));
    says.textContent = lengthText(now, most);
    shorter.disabled = length === 0;
    longer.disabled = length === most;
    empty.hidden = length > 0;
    from.hidden = shown.hidden = length <= SHOWN;
    from.max = String(Math.max(0, length - SHOWN));
    from.value = String(first);
    shown.textContent = `elements ${first + 1} to ${Math.min(length, first + SHOWN)}`;
    for (const { place, part, body, number, box } of slots) {
      box.hidden = place() >= length;
      number.textContent = String(place() + 1);
      box.setAttribute("aria-label", `element ${place() + 1} of ${name}`);
      if (!box.hidden) body.show(part(now));
    }
  }
  return { element: node, show };
}
