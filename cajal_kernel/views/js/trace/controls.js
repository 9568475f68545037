// The controls above the tree: the item of the batch, the search, and buttons.

import { element } from "../shared/dom.js";
import { found, missing } from "./search.js";

/** @typedef {import("./data.js").Trace} Trace */

/**
 * @param {string} text
 * @param {string} tip
 * @param {() => void} act
 */
export function button(text, tip, act) {
  const node = element("button", { type: "button", title: tip }, text);
  node.addEventListener("click", act);
  return node;
}

/**
 * Which item of the batch is shown; nothing where there is one.
 * @param {Trace} trace
 * @param {boolean} asks
 * @param {(item: number) => void} choose
 * @returns {Node[]}
 */
export function batchControl(trace, asks, choose) {
  const most = asks ? trace.items : Math.min(trace.items, trace.count ?? 1);
  if (trace.items < 2) return [];
  const number = element("input", {
    type: "number",
    min: 0,
    max: most - 1,
    step: 1,
    value: 0,
    class: "cajal-item",
  });
  number.addEventListener("input", () => {
    const item = Math.round(Number(number.value));
    if (number.value !== "" && item >= 0 && item < most) choose(item);
  });
  const here =
    most < trace.items
      ? ` (items 0 to ${trace.items - 1}; the first ${most} are here)`
      : ` (items 0 to ${trace.items - 1})`;
  return [element("label", {}, "batch item ", number, element("span", { class: "cajal-caption" }, here))];
}

/**
 * A box that goes through the values of a name or number.
 * @param {Trace} trace
 * @param {(place: number) => void} reveal
 * @returns {Node[]}
 */
export function searchBox(trace, reveal) {
  const box = element("input", {
    type: "search",
    placeholder: "find: odd, or odd 1",
    "aria-label": "find a value by name or number",
  });
  const told = element("span", { class: "cajal-caption", role: "status" });
  let at = 0;
  const go = () => {
    const places = found(trace.marks, box.value);
    if (!box.value.trim()) told.textContent = "";
    else if (!places.length) told.textContent = missing(trace.marks, box.value);
    else {
      at %= places.length;
      told.textContent = places.length > 1 ? `${at + 1} of ${places.length}, Enter for the next` : "1 value";
      reveal(places[at]);
    }
  };
  box.addEventListener("input", () => {
    at = 0;
    go();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    at++;
    go();
  });
  return [box, told];
}
